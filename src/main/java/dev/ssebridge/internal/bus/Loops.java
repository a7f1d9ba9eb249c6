package dev.ssebridge.internal.bus;

import dev.ssebridge.internal.eventstream.FrameBuffer;
import dev.ssebridge.internal.fanout.FanoutLoop;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** What belongs to each event loop of a Vert.x: there is one of these per Vert.x. Any thread. */
final class Loops {
  private final VertxInternal vertx;
  private final WaitingLimits waiting;
  private final ConcurrentMap<EventExecutor, OnLoop> all = new ConcurrentHashMap<>();
  private final AtomicInteger made = new AtomicInteger();
  private final LoopDelays delays = new LoopDelays();

  Loops(Vertx vertx, WaitingLimits waiting) {
    this.waiting = waiting;
    this.vertx = (VertxInternal) vertx;
  }

  /** What belongs to the loop of this context. */
  OnLoop of(Context context) {
    EventExecutor eventLoop = ((ContextInternal) context).nettyEventLoop();
    OnLoop known = all.get(eventLoop);
    if (known != null) {
      return known;
    }
    if (context.owner() != vertx) {
      throw new IllegalStateException(
          "expected a context of the Vertx that the bridge was created with, got one of another");
    }
    return all.computeIfAbsent(eventLoop, this::make);
  }

  /** The loop that this is called on, where the one who asks is; off any, the next in turn. */
  OnLoop here() {
    ContextInternal current = vertx.getContext();
    return current != null && current.isEventLoopContext() ? of(current) : next();
  }

  /** The next loop in turn, for work that belongs to none yet. */
  OnLoop next() {
    return of(vertx.createEventLoopContext());
  }

  /** Completed once each of them has run a task. Those are asked on which something has been. */
  Future<Void> answer() {
    List<Future<Void>> answers = new ArrayList<>();
    for (OnLoop each : all.values()) {
      Promise<Void> answered = Promise.promise();
      each.loop().execute(answered::complete);
      answers.add(answered.future());
    }
    return Future.all(answers).mapEmpty();
  }

  /** Has all channels do something, each on its writer, a few at a time. */
  void forEachChannel(Consumer<BoundChannel> action) {
    all.values().forEach(each -> each.sweep().forEach(action));
  }

  /** How late they are. */
  LoopDelays delays() {
    return delays;
  }

  /** How many messages wait for all of them. */
  long waiting() {
    return all.values().stream().mapToLong(each -> each.inbox().waiting()).sum();
  }

  /** Completed when there is none any more. */
  io.netty.util.concurrent.Future<?> over() {
    EventExecutorGroup eventLoops = vertx.nettyEventLoopGroup();
    return eventLoops.terminationFuture();
  }

  private OnLoop make(EventExecutor eventLoop) {
    VertxLoop loop = new VertxLoop(eventLoop);
    ContextInternal context = vertx.createEventLoopContext();
    while (context.nettyEventLoop() != eventLoop) {
      context = vertx.createEventLoopContext();
    }
    waiting.loops(made.incrementAndGet());
    delays.add(loop);
    return new OnLoop(
        loop,
        context,
        new FanoutLoop(loop, new SplittableRandom()),
        new FrameBuffer(1024),
        new Sweep(loop),
        new Inbox(loop, waiting::each),
        new Intake(context));
  }

  /**
   * What belongs to one event loop.
   *
   * @param loop the loop
   * @param context a context on it that belongs to no verticle, so it outlives them
   * @param fanout the shards' part
   * @param frame scratch memory to encode in
   * @param sweep looks after the channels written on this loop
   * @param inbox what waits for this loop
   * @param intake hands over what is published on addresses that were first wanted on this loop
   */
  record OnLoop(
      VertxLoop loop,
      Context context,
      FanoutLoop fanout,
      FrameBuffer frame,
      Sweep sweep,
      Inbox inbox,
      Intake intake) {}
}
