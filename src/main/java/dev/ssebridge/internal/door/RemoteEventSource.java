package dev.ssebridge.internal.door;

import dev.ssebridge.client.EventIterator;
import dev.ssebridge.client.EventSource;
import dev.ssebridge.client.EventSourceState;
import dev.ssebridge.client.EventSourceStats;
import dev.ssebridge.client.EventSourceTransition;
import dev.ssebridge.format.ParseOddity;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.client.BlockingEvents;
import dev.ssebridge.internal.client.EventReader;
import dev.ssebridge.internal.client.FlowEvents;
import dev.ssebridge.internal.client.SourcePlan;
import dev.ssebridge.internal.client.StreamFollower;
import dev.ssebridge.internal.client.VertxLoop;
import io.vertx.core.Closeable;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** A source over HTTP: hops to its context, where a {@link StreamFollower} does the work. */
public final class RemoteEventSource implements EventSource {
  private final Vertx vertx;
  private final ContextInternal home;
  private final VertxLoop loop;
  private final Listeners listeners;
  private final StreamFollower follower;
  private final Closeable closeHook;
  private final AtomicBoolean read = new AtomicBoolean();

  RemoteEventSource(Vertx vertx, SourcePlan plan, boolean once) {
    this.vertx = vertx;
    this.loop = VertxLoop.current(vertx);
    this.home = loop.context();
    this.listeners = new Listeners(once, this::forgetHook);
    this.follower =
        once
            ? StreamFollower.once(vertx, loop, plan, listeners)
            : StreamFollower.create(vertx, loop, plan, listeners);
    listeners.closedWhen(follower::isClosed);
    this.closeHook = completion -> close().onComplete(completion);
    home.closeFuture().add(closeHook);
  }

  /** Where it lives. */
  public VertxLoop loop() {
    return loop;
  }

  private void forgetHook() {
    home.closeFuture().remove(closeHook);
  }

  @Override
  public Future<Void> connect() {
    if (!loop.executeUnheld(follower::start)) {
      listeners.endWithVertx();
    }
    return VertxLoop.toCaller(vertx, listeners.firstOpen());
  }

  @Override
  public void restart() {
    loop.execute(follower::restart);
  }

  @Override
  public Future<Void> close() {
    forgetHook();
    Promise<Void> closed = VertxLoop.promiseOfCaller(vertx);
    if (!loop.execute(() -> follower.close().onComplete(closed))) {
      closed.complete(); // Vert.x has closed it, or there was nothing to close
    }
    return closed.future();
  }

  @Override
  public EventSource handler(@Nullable Handler<ServerSentEvent> value) {
    listeners.handler = value;
    return this;
  }

  @Override
  public EventSource on(String type, Handler<ServerSentEvent> value) {
    listeners.on(Objects.requireNonNull(type, "type"), Objects.requireNonNull(value, "handler"));
    return this;
  }

  @Override
  public EventSource pause() {
    requireNotRead();
    loop.execute(
        () -> {
          if (!listeners.isRead()) {
            follower.pause();
          }
        });
    return this;
  }

  @Override
  public EventSource resume() {
    return fetch(Long.MAX_VALUE);
  }

  @Override
  public EventSource fetch(long amount) {
    if (amount < 0) {
      throw new IllegalArgumentException("fetch: expected 0 or more, got " + amount);
    }
    requireNotRead();
    loop.execute(
        () -> {
          // A reader may have come meanwhile.
          if (!listeners.isRead()) {
            follower.fetch(amount);
          }
        });
    return this;
  }

  private void requireNotRead() {
    if (read.get()) {
      throw new IllegalStateException(
          "the iterator or the subscriber of this source says how much is wanted");
    }
  }

  @Override
  public EventIterator iterator() {
    if (!read.compareAndSet(false, true)) {
      throw readAlready();
    }
    BlockingEvents events = new BlockingEvents(new ThisSource());
    begin(events);
    return events;
  }

  @Override
  public Stream<ServerSentEvent> blockingStream() {
    EventIterator events = iterator();
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(
                events, Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.IMMUTABLE),
            false)
        .onClose(events::close);
  }

  @Override
  public Flow.Publisher<ServerSentEvent> publisher() {
    return this::subscribe;
  }

  private void subscribe(Flow.Subscriber<? super ServerSentEvent> subscriber) {
    Objects.requireNonNull(subscriber, "subscriber");
    if (read.compareAndSet(false, true)) {
      begin(new FlowEvents(new ThisSource(), subscriber));
    } else {
      FlowEvents.refuse(subscriber, readAlready());
    }
  }

  private static IllegalStateException readAlready() {
    return new IllegalStateException(
        "expected one iterator or one subscriber for a source, got another");
  }

  private void begin(EventReader reader) {
    if (!follower.isStarted() && loop.moveAside()) {
      follower.moved();
    }
    boolean begun =
        loop.execute(
            () -> {
              follower.pause();
              listeners.read(reader);
              follower.start();
            });
    if (!begun) {
      listeners.endWithVertx();
      listeners.read(reader);
    }
  }

  @Override
  public EventSource exceptionHandler(@Nullable Handler<Throwable> value) {
    listeners.exceptionHandler = value;
    return this;
  }

  @Override
  public EventSource endHandler(@Nullable Handler<Void> value) {
    listeners.endHandler = value;
    return this;
  }

  @Override
  public EventSource commentHandler(@Nullable Handler<String> value) {
    listeners.commentHandler = value;
    return this;
  }

  @Override
  public EventSource retryHandler(@Nullable Handler<Long> value) {
    listeners.retryHandler = value;
    return this;
  }

  @Override
  public EventSource oddityHandler(@Nullable Handler<ParseOddity> value) {
    listeners.oddityHandler = value;
    return this;
  }

  @Override
  public EventSource stateHandler(@Nullable Handler<EventSourceTransition> value) {
    listeners.stateHandler = value;
    return this;
  }

  @Override
  public EventSource answerHandler(@Nullable Handler<Buffer> value) {
    listeners.answerHandler = value;
    return this;
  }

  @Override
  public @Nullable EventSourceState state() {
    return follower.state();
  }

  @Override
  public EventSourceStats stats() {
    return follower.stats();
  }

  @Override
  public String lastEventId() {
    return follower.lastEventId();
  }

  @Override
  public Map<String, List<String>> responseHeaders() {
    return follower.responseHeaders();
  }

  /** For a reader. */
  private final class ThisSource implements EventReader.Feed {
    @Override
    public void fetch(long amount) {
      loop.execute(() -> follower.fetch(amount));
    }

    @Override
    public void close() {
      // What comes of it is told to the reader and the handlers.
      RemoteEventSource.this.close().onComplete(ignored -> {});
    }

    @Override
    public boolean isHeldByCaller() {
      return loop.isHeldByCaller();
    }
  }
}
