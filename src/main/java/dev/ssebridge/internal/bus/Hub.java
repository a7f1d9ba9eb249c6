package dev.ssebridge.internal.bus;

import dev.ssebridge.internal.address.ConsumedAddresses;
import dev.ssebridge.internal.address.ListenedAddresses;
import dev.ssebridge.internal.fanout.FanoutLoop;
import dev.ssebridge.internal.log.Epochs;
import dev.ssebridge.internal.metrics.Meter;
import dev.ssebridge.internal.metrics.Snapshot;
import io.netty.util.concurrent.GenericFutureListener;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.shareddata.Shareable;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What there is once in a Vert.x, however many bridges and verticle instances run in it: the
 * consumers of addresses, what belongs to each event loop, and the epochs in use. Any thread.
 */
public final class Hub implements Shareable {
  private static final String MAP = "dev.ssebridge";

  private final Receipts receipts = new Receipts();
  private final BodyBytes bodies = new BodyBytes();
  private final AtomicLong promised = new AtomicLong();
  private final WaitingLimits waiting = new WaitingLimits();
  private final Loops loops;
  private final AddressConsumers consumers;
  private final OutgoingMessages outgoing;
  private final ListenedAddresses listened;
  private final JsonBodyCodec json;
  private final boolean traced;
  private final LongSupplier clock = System::currentTimeMillis;
  private final Epochs epochs = new Epochs(clock, new Random());
  private final Set<String> liveEpochs = ConcurrentHashMap.newKeySet();
  private final DropWarnings warnings = new DropWarnings(clock);
  private final Map<Object, Shared> shared = new HashMap<>();
  private final Stretches stretches = new Stretches();
  private final Doubts doubts;

  private Hub(Vertx vertx) {
    this.loops = new Loops(vertx, waiting);
    this.doubts = new Doubts(loops);
    this.consumers = new AddressConsumers(vertx, warnings);
    this.outgoing = new OutgoingMessages(vertx, consumers);
    this.json = JsonBodyCodec.registered(vertx);
    this.traced = ((VertxInternal) vertx).tracer() != null;
    this.listened = ListenedAddresses.of(vertx);
    ConsumedAddresses.tell(vertx, consumers::addresses);
  }

  /** The hub of this Vert.x. */
  public static Hub of(Vertx vertx) {
    return vertx
        .sharedData()
        .<String, Hub>getLocalMap(MAP)
        .computeIfAbsent("hub", key -> new Hub(vertx));
  }

  /**
   * Messages that others have published may not have come here, an unknown number: has everybody
   * told, in the place of the channels where that is known, at a limited pace.
   *
   * @param why in words for the log
   */
  public void mayHaveMissed(String why) {
    doubts.add(why);
  }

  /** The channels of a route, none yet. */
  public RouteChannels open(ChannelSpec spec, RetainedBytes retained, RemoteChannels remotes) {
    return new RouteChannels(this, spec, retained, remotes);
  }

  /** A context on the event loop that belongs to this one, whatever its threads are. */
  public Context loopOf(Context context) {
    return loops.of(context).context();
  }

  /** The fan-out part of this context's event loop. */
  public FanoutLoop fanout(Context context) {
    return loops.of(context).fanout();
  }

  /**
   * Runs tasks once whatever was published on an address before has reached the logs that it feeds;
   * at once where nobody consumes the address here.
   */
  public Consumer<Runnable> fence(String address) {
    return task -> consumers.fence(address, task);
  }

  /**
   * Runs a task when not too much waits of what is published on an address: before one more message
   * of a publisher who can wait. At once where that is so already.
   *
   * @return whether it was run at once
   */
  public boolean whenQuiet(String address, Runnable task) {
    AddressConsumers.Busy busy = consumers.busy(address);
    if (busy == null) {
      task.run();
      return true;
    }
    busy.whenQuiet(task);
    return false;
  }

  /** Whether so much of an address is queued that a publisher that can wait has to. */
  public boolean isBusy(String address) {
    return consumers.busy(address) != null;
  }

  /**
   * Why a store takes no events now that are published on an address, in a sentence; {@code null}
   * where that is not so, as far as it is known.
   */
  public @Nullable String storeProblem(String address) {
    return consumers.storeProblem(address);
  }

  /** Whether a store is behind a history that an address feeds. */
  public boolean isStored(String address) {
    return consumers.isStored(address);
  }

  /** Whether one node of several records what is published on an address, for all. */
  public boolean isLeased(String address) {
    return consumers.isLeased(address);
  }

  /**
   * Bounds what waits between the event bus and the logs, over all event loops, until the result is
   * run; of several bridges in a Vert.x the largest limit counts.
   *
   * @param events messages
   * @param bytes about what they take of memory
   */
  public Runnable limitWaiting(long events, long bytes) {
    WaitingLimits.Waiting limit = new WaitingLimits.Waiting(events, bytes);
    waiting.open(limit);
    return () -> waiting.close(limit);
  }

  /** The bytes of heap that bridges were promised for history and channels. */
  public AtomicLong promised() {
    return promised;
  }

  /** Completed once each event loop that bridges work on has run a task. */
  public Future<Void> loopsAnswer() {
    return loops.answer();
  }

  /** What bodies hold that are on their way. */
  public BodyBytes bodies() {
    return bodies;
  }

  /** Whether this Vert.x has a tracer. */
  boolean isTraced() {
    return traced;
  }

  /** Whether a log of this epoch exists. */
  public boolean isLive(String epoch) {
    return liveEpochs.contains(epoch);
  }

  /** Where the text of a body is found that came as JSON. */
  public JsonBodyCodec json() {
    return json;
  }

  /** Who waits to be told where a message has gone. */
  public Receipts receipts() {
    return receipts;
  }

  /** What was dropped on the way from the bus. */
  public DropWarnings warnings() {
    return warnings;
  }

  /** Wall-clock milliseconds. */
  public LongSupplier clock() {
    return clock;
  }

  /** What is published on this node. */
  public OutgoingMessages outgoing() {
    return outgoing;
  }

  /** Who listens to what. */
  public ListenedAddresses listened() {
    return listened;
  }

  /** How many addresses are consumed now. */
  public int consumedAddresses() {
    return consumers.size();
  }

  /** What equal keys share, made for the first who asks; to be {@linkplain #release released}. */
  public synchronized <T> T share(Object key, Class<T> type, Supplier<T> maker) {
    Shared entry = shared.computeIfAbsent(key, k -> new Shared(maker.get()));
    entry.users++;
    return type.cast(entry.value);
  }

  /** Lets go of what was shared. True for the last who does. */
  public synchronized boolean release(Object key) {
    Shared entry = shared.get(key);
    if (entry == null || --entry.users > 0) {
      return false;
    }
    shared.remove(key);
    return true;
  }

  /** Begins to watch how late the event loops are; running the result ends that. */
  public Runnable watchLoops() {
    return loops.delays().watch();
  }

  /** What all bridges of the Vert.x share, as meters show it. */
  public void read(Snapshot into) {
    if (into.begin(this)) {
      into.add(Meter.WAITING, loops.waiting());
      loops.delays().read(into);
      DirectMemory.read(into);
    }
  }

  /** Completed as the other future, or when Vert.x has been closed, after which nothing is. */
  public <T> Future<T> unlessOver(Future<T> future) {
    return unlessOver(future, Promise::tryComplete);
  }

  /** The same for what is begun: it fails when Vert.x has been closed before it is complete. */
  public <T> Future<T> failingIfOver(Future<T> future) {
    return unlessOver(future, either -> either.tryFail(CallerContext.over()));
  }

  private <T> Future<T> unlessOver(Future<T> future, Consumer<Promise<T>> atEnd) {
    Promise<T> either = Promise.promise();
    io.netty.util.concurrent.Future<?> over = loops.over();
    GenericFutureListener<io.netty.util.concurrent.Future<Object>> end = o -> atEnd.accept(either);
    over.addListener(end);
    future.onComplete(
        result -> {
          over.removeListener(end);
          if (result.succeeded()) {
            either.tryComplete(result.result());
          } else {
            either.tryFail(result.cause());
          }
        });
    return either.future();
  }

  Loops loops() {
    return loops;
  }

  AddressConsumers consumers() {
    return consumers;
  }

  /** How much may wait for a store. */
  public UnstoredLimits unstoredLimits() {
    return new UnstoredLimits(waiting::all);
  }

  /** What is read of stores. */
  Stretches stretches() {
    return stretches;
  }

  /** A log begins anew under another epoch. */
  void changeEpoch(String before, String epoch) {
    liveEpochs.remove(before);
    liveEpochs.add(epoch);
  }

  String openEpoch() {
    String epoch = epochs.next();
    while (!liveEpochs.add(epoch)) {
      epoch = epochs.next();
    }
    return epoch;
  }

  void closeEpoch(String epoch) {
    liveEpochs.remove(epoch);
  }

  private static final class Shared {
    private final Object value;
    private int users;

    Shared(Object value) {
      this.value = value;
    }
  }
}
