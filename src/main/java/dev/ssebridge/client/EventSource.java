package dev.ssebridge.client;

import dev.ssebridge.format.ParseOddity;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.client.StreamFollower;
import dev.ssebridge.internal.client.StreamObserver;
import dev.ssebridge.internal.client.VertxLoop;
import io.vertx.core.Closeable;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows a remote event stream (WHATWG HTML, section 9.2): connects, decodes, and reconnects with
 * the last event id for as long as it is not closed.
 *
 * <pre>{@code
 * EventSource source = EventSource.create(vertx, EventSourceOptions.of("https://example.com/news"));
 * source.handler(event -> System.out.println(event.data()));
 * source.connect();
 * }</pre>
 *
 * <p><b>Context.</b> A source lives on the context it is created on (a new one, where it is created
 * on none). All handlers are called there, in order and one at a time. On a virtual thread a
 * handler may wait for something; whatever happens to the stream meanwhile is told when it has
 * returned, and the socket is not read. All methods may be called from any thread, {@code
 * executeBlocking} included; they take effect at once on that context and soon elsewhere, and none
 * of them calls a handler before it returns. Their futures complete on the context of the caller. A
 * source that a verticle creates is closed when the verticle is undeployed.
 *
 * <p><b>Failures.</b> A connection that fails or breaks is no end of the stream: the {@linkplain
 * #stateHandler state handler} sees it, and another one follows. The {@linkplain #exceptionHandler
 * exception handler} is called when the source stops for good because of a failure, before the
 * {@linkplain #endHandler end handler}, and for what a handler threw, which stops nothing.
 *
 * <p><b>Backpressure.</b> While {@linkplain #pause() paused} nothing is read from the socket, so
 * the memory is bounded, and nothing is lost. Events and comments wait; state changes do not.
 */
public final class EventSource implements ReadStream<ServerSentEvent> {
  private static final System.Logger LOG = System.getLogger(EventSource.class.getName());

  private final Vertx vertx;
  private final VertxLoop loop;
  private final boolean once;
  private final StreamFollower follower;
  private final Closeable closeHook;
  private final Promise<Void> firstOpen = Promise.promise();

  private volatile @Nullable Handler<ServerSentEvent> handler;
  private volatile @Nullable Handler<Throwable> exceptionHandler;
  private volatile @Nullable Handler<Void> endHandler;
  private volatile @Nullable Handler<String> commentHandler;
  private volatile @Nullable Handler<Long> retryHandler;
  private volatile @Nullable Handler<ParseOddity> oddityHandler;
  private volatile @Nullable Handler<EventSourceTransition> stateHandler;
  private volatile @Nullable Handler<Buffer> answerHandler;

  private EventSource(Vertx vertx, EventSourceOptions options, boolean once) {
    this.vertx = vertx;
    this.loop = VertxLoop.current(vertx);
    this.once = once;
    this.follower =
        once
            ? StreamFollower.once(vertx, loop, options, new Observer())
            : StreamFollower.create(vertx, loop, options, new Observer());
    this.closeHook = completion -> close().onComplete(completion);
    loop.context().closeFuture().add(closeHook);
  }

  /** A source that is not connected yet. */
  public static EventSource create(Vertx vertx, EventSourceOptions options) {
    return new EventSource(vertx, options, false);
  }

  /**
   * A stream that is asked for once, with any method and body, and never again: it ends with the
   * response, or with the {@linkplain EventSourceOptions.Builder#until mark}. The {@linkplain
   * #endHandler end handler} is called either way; the {@linkplain #exceptionHandler exception
   * handler} before it, and {@link #connect} fails, where there was no success (with the status and
   * what the server said), no connection, or only a part of the response. What the options say of
   * further connections means nothing here; redirects are followed.
   *
   * <p>An answer may be JSON instead, as the Model Context Protocol has it: see {@link
   * #answerHandler}.
   */
  public static EventSource once(Vertx vertx, EventSourceOptions options) {
    return new EventSource(vertx, options, true);
  }

  /** A source with default options that is not connected yet. */
  public static EventSource create(Vertx vertx, String url) {
    return create(vertx, EventSourceOptions.of(url));
  }

  /**
   * Makes the first connection, and from then on as many as it takes. Set the handlers before. A
   * source that is closed stays closed.
   *
   * <p>For a server that is down the future waits, and so does the deployment of a verticle whose
   * {@code start} returns it. To have the deployment fail, use {@link
   * EventSourceOptions.Builder#failFast}; to have the verticle run whatever the server does, let
   * {@code start} return something else.
   *
   * @return completes when a stream is open for the first time, or there is the one answer; fails
   *     if the source is closed before that, with the {@link EventSourceException} that tells why
   */
  public Future<Void> connect() {
    loop.execute(follower::start);
    return VertxLoop.toCaller(vertx, firstOpen.future());
  }

  /**
   * Drops the connection, if any, and makes a fresh one at once; not when closed, nor what is asked
   * for once.
   */
  public void restart() {
    loop.execute(follower::restart);
  }

  /**
   * Closes the connection and stops for good, at once and from any state. Idempotent.
   *
   * @return completes when everything is closed; no handler is called from then on, unless one is
   *     still waiting on a virtual thread: the state handler and the end handler are called after
   *     it
   */
  public Future<Void> close() {
    loop.context().closeFuture().remove(closeHook);
    Promise<Void> closed = VertxLoop.promiseOfCaller(vertx);
    loop.execute(() -> follower.close().onComplete(closed));
    return closed.future();
  }

  /** Sets what is called with every event; its id is the last event id, {@code null} for none. */
  @Override
  public EventSource handler(@Nullable Handler<ServerSentEvent> value) {
    handler = value;
    return this;
  }

  /** Stops reading the socket. Nothing is delivered until {@link #resume} or {@link #fetch}. */
  @Override
  public EventSource pause() {
    loop.execute(follower::pause);
    return this;
  }

  /** Reads and delivers without limit again. */
  @Override
  public EventSource resume() {
    return fetch(Long.MAX_VALUE);
  }

  /** Reads and delivers so many more events. */
  @Override
  public EventSource fetch(long amount) {
    if (amount < 0) {
      throw new IllegalArgumentException("fetch: expected 0 or more, got " + amount);
    }
    loop.execute(() -> follower.fetch(amount));
    return this;
  }

  /** Sets what is called when the source stops because of a failure, and if a handler throws. */
  @Override
  public EventSource exceptionHandler(@Nullable Handler<Throwable> value) {
    exceptionHandler = value;
    return this;
  }

  /** Sets what is called once, when the source is closed for good and all events are delivered. */
  @Override
  public EventSource endHandler(@Nullable Handler<Void> value) {
    endHandler = value;
    return this;
  }

  /** Sets what is called with every comment: what follows the colon, a space included. */
  public EventSource commentHandler(@Nullable Handler<String> value) {
    commentHandler = value;
    return this;
  }

  /** Sets what is called when the server gives a reconnection time, in milliseconds. */
  public EventSource retryHandler(@Nullable Handler<Long> value) {
    retryHandler = value;
    return this;
  }

  /** Sets what is told of everything in the stream that the standard passes over in silence. */
  public EventSource oddityHandler(@Nullable Handler<ParseOddity> value) {
    oddityHandler = value;
    return this;
  }

  /** Sets what sees every change of the state, with its reason. */
  public EventSource stateHandler(@Nullable Handler<EventSourceTransition> value) {
    stateHandler = value;
    return this;
  }

  /**
   * Sets what is called with the whole of an answer in JSON (a content type {@code
   * application/json} or {@code ..+json}) that comes instead of a stream that is asked for once;
   * without a handler such an answer is a failure. It may be as large as an event. An {@code
   * Accept} that names both types is up to the options.
   */
  public EventSource answerHandler(@Nullable Handler<Buffer> value) {
    answerHandler = value;
    return this;
  }

  /** Where it stands and what it has done so far. */
  public Future<EventSourceStats> stats() {
    return ask(follower::stats);
  }

  /** The last event id delivered; {@code ""} for none. */
  public Future<String> lastEventId() {
    return ask(follower::lastEventId);
  }

  /** The response headers of the latest stream, by lower-case name. */
  public Future<Map<String, List<String>>> responseHeaders() {
    return ask(follower::responseHeaders);
  }

  private <T> Future<T> ask(Supplier<T> question) {
    Promise<T> answer = VertxLoop.promiseOfCaller(vertx);
    loop.execute(() -> answer.complete(question.get()));
    return answer.future();
  }

  private static <T> void call(@Nullable Handler<T> handler, T value) {
    if (handler != null) {
      handler.handle(value);
    }
  }

  private final class Observer implements StreamObserver {
    @Override
    public void event(ServerSentEvent event) {
      call(handler, event);
    }

    @Override
    public void comment(String text) {
      call(commentHandler, text);
    }

    @Override
    public void retry(long millis) {
      call(retryHandler, millis);
    }

    @Override
    public void oddity(ParseOddity oddity) {
      call(oddityHandler, oddity);
    }

    @Override
    public void transition(EventSourceTransition transition) {
      if (transition.to() == EventSourceState.OPEN || isAnswered(transition)) {
        firstOpen.tryComplete();
      } else if (transition.to() == EventSourceState.CLOSED) {
        EventSourceException cause = transition.cause();
        firstOpen.tryFail(
            cause != null
                ? cause
                : new EventSourceException(
                    transition.reason(), "closed before a stream was open", null));
      }
      call(stateHandler, transition);
    }

    /** No content is an answer, too. */
    private boolean isAnswered(EventSourceTransition transition) {
      return once && transition.reason() == EventSourceReason.NO_CONTENT;
    }

    @Override
    public boolean takesAnswers() {
      return answerHandler != null;
    }

    @Override
    public void answer(Buffer json) {
      firstOpen.tryComplete();
      call(answerHandler, json);
    }

    @Override
    public void handlerFailed(EventSourceException failure) {
      Handler<Throwable> sink = exceptionHandler;
      if (sink == null) {
        LOG.log(System.Logger.Level.WARNING, failure.getMessage(), failure.getCause());
      } else {
        sink.handle(failure);
      }
    }

    @Override
    public void end(@Nullable EventSourceException failure) {
      loop.context().closeFuture().remove(closeHook);
      try {
        if (failure != null) {
          call(exceptionHandler, failure);
        }
      } finally {
        Handler<Void> sink = endHandler;
        if (sink != null) {
          sink.handle(null);
        }
      }
    }
  }
}
