package dev.ssebridge.client;

import dev.ssebridge.format.ParseOddity;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.door.RemoteEventSourceBuilder;
import io.vertx.codegen.annotations.Fluent;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Follows a remote event stream (WHATWG HTML, section 9.2): connects, decodes, and reconnects with
 * the last event id for as long as it is not closed.
 *
 * <pre>{@code
 * EventSource source = EventSource.create(vertx, "https://example.com/news");
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
 * <p><b>Readers.</b> Instead of handlers, or beside them, one {@linkplain #iterator iterator} or
 * one subscriber of its {@linkplain #publisher publisher} may read the source and say how much it
 * wants.
 *
 * <p><b>Failures.</b> A connection that fails or breaks is no end of the stream: the {@linkplain
 * #stateHandler state handler} sees it, and another one follows. The {@linkplain #exceptionHandler
 * exception handler} is called when the source stops for good because of a failure, before the
 * {@linkplain #endHandler end handler}, and for what a handler threw, which stops nothing.
 *
 * <p><b>Backpressure.</b> While {@linkplain #pause() paused} nothing is read from the socket, so
 * the memory is bounded, and nothing is lost. Events and comments wait; state changes do not.
 */
@VertxGen
public interface EventSource extends ReadStream<ServerSentEvent> {

  /**
   * A source that is not connected yet.
   *
   * @throws IllegalArgumentException if the options have no URL, or contradict each other
   */
  static EventSource create(Vertx vertx, EventSourceOptions options) {
    return builder(vertx).with(options).build();
  }

  /** A source with default options that is not connected yet. */
  static EventSource create(Vertx vertx, String url) {
    return create(vertx, new EventSourceOptions(url));
  }

  /**
   * A stream that is asked for once, with any method and body, and never again: it ends with the
   * response, or with the {@linkplain EventSourceBuilder#until mark}. The {@linkplain #endHandler
   * end handler} is called either way; the {@linkplain #exceptionHandler exception handler} before
   * it, and {@link #connect} fails, where there was no success (with the status and what the server
   * said), no connection, or only a part of the response. What the options say of further
   * connections means nothing here; redirects are followed.
   *
   * <p>An answer may be JSON instead, as the Model Context Protocol has it: see {@link
   * #answerHandler}.
   *
   * @throws IllegalArgumentException if the options have no URL, or contradict each other
   */
  static EventSource once(Vertx vertx, EventSourceOptions options) {
    return builder(vertx).with(options).once().build();
  }

  /** For a source with clients, suppliers or a mark of its own. */
  static EventSourceBuilder builder(Vertx vertx) {
    return new RemoteEventSourceBuilder(vertx);
  }

  /**
   * Makes the first connection, and from then on as many as it takes. Set the handlers before. A
   * source that is closed stays closed.
   *
   * <p>For a server that is down the future waits, and so does the deployment of a verticle whose
   * {@code start} returns it. To have the deployment fail, use {@link ReconnectPolicy#setFailFast};
   * to have the verticle run whatever the server does, let {@code start} return something else.
   *
   * @return completes when a stream is open for the first time, or there is the one answer; fails
   *     if the source is closed before that, with the {@link EventSourceException} that tells why
   */
  Future<Void> connect();

  /**
   * Drops the connection, if any, and makes a fresh one at once; not when closed, nor what is asked
   * for once.
   */
  void restart();

  /**
   * Closes the connection and stops for good, at once and from any state. Idempotent.
   *
   * @return completes when everything is closed; no handler is called from then on, unless one is
   *     still waiting on a virtual thread: the state handler and the end handler are called after
   *     it
   */
  Future<Void> close();

  /** Sets what is called with every event; its id is the last event id, {@code null} for none. */
  @Override
  @Fluent
  EventSource handler(@Nullable Handler<ServerSentEvent> value);

  /**
   * Adds what is called with the events of one type; {@code "message"} are those that name none.
   * Any number may be added, of one type too. An event goes to the {@linkplain #handler handler} of
   * all events first, then to those of its type in the order in which they were added, then to the
   * reader, if any. It counts once as wanted, however many get it. What one of them throws goes to
   * the {@linkplain #exceptionHandler exception handler}, and the others are called nevertheless.
   */
  @Fluent
  EventSource on(String type, Handler<ServerSentEvent> handler);

  /**
   * Stops reading the socket. Nothing is delivered until {@link #resume} or {@link #fetch}.
   *
   * @throws IllegalStateException if a reader says how much is wanted; so do the other two
   */
  @Override
  @Fluent
  EventSource pause();

  /** Reads and delivers without limit again. */
  @Override
  @Fluent
  EventSource resume();

  /** Reads and delivers {@code amount} more events. */
  @Override
  @Fluent
  EventSource fetch(long amount);

  /**
   * The events, for a thread that may wait: a virtual one, a worker, one of your own. Makes the
   * connection, if {@link #connect} was not called before; then what was delivered meanwhile is not
   * among them. The end of the source ends the iteration, and its failure is thrown.
   *
   * <p>Where this is called on a worker context that the source was created on, before {@link
   * #connect}, the source moves to an event loop, since that worker will be waiting; handlers are
   * called there then.
   *
   * @throws IllegalStateException if there is a reader already
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  EventIterator iterator();

  /**
   * The same as a stream, which closes the source when it is closed.
   *
   * @throws IllegalStateException if there is a reader already
   */
  @Override
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Stream<ServerSentEvent> blockingStream();

  /**
   * The events, by the rules of reactive streams, for one subscriber: {@code request} says how many
   * are wanted, {@code cancel} closes the source, whose end is {@code onComplete} and whose failure
   * is {@code onError}. Subscribing makes the connection, if {@link #connect} was not called
   * before; what was delivered meanwhile is not among the events.
   *
   * <p>While nothing is wanted the socket is not read, so that the end is seen no sooner than more
   * is wanted than has come.
   *
   * <p>Signals are given on the context of the source. A second subscriber, or one beside an
   * iterator, gets an {@link IllegalStateException} by {@code onError}; a request that is not
   * positive ends with an {@link IllegalArgumentException}, and the source is closed.
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Flow.Publisher<ServerSentEvent> publisher();

  /** Sets what is called when the source stops because of a failure, and if a handler throws. */
  @Override
  @Fluent
  EventSource exceptionHandler(@Nullable Handler<Throwable> value);

  /** Sets what is called once, when the source is closed for good and all events are delivered. */
  @Override
  @Fluent
  EventSource endHandler(@Nullable Handler<Void> value);

  /** Sets what is called with every comment: what follows the colon, a space included. */
  @Fluent
  EventSource commentHandler(@Nullable Handler<String> value);

  /** Sets what is called when the server gives a reconnection time, in milliseconds. */
  @Fluent
  EventSource retryHandler(@Nullable Handler<Long> value);

  /** Sets what is told of everything in the stream that the standard passes over in silence. */
  @Fluent
  EventSource oddityHandler(@Nullable Handler<ParseOddity> value);

  /** Sets what sees every change of the state, with its reason. */
  @Fluent
  EventSource stateHandler(@Nullable Handler<EventSourceTransition> value);

  /**
   * Sets what is called with the whole of an answer in JSON (a content type {@code
   * application/json} or {@code ..+json}) that comes instead of a stream that is asked for once;
   * without a handler such an answer is a failure. It may be as large as an event. An {@code
   * Accept} that names both types is up to the options.
   */
  @Fluent
  EventSource answerHandler(@Nullable Handler<Buffer> value);

  /**
   * The state now, or null before the first connection. This and what follows may be asked from any
   * thread and never waits. On the context of the source it is exact. Elsewhere it is what it was a
   * moment ago, and two figures may be of two moments.
   */
  @Nullable EventSourceState state();

  /** Where it stands and what it has done so far. */
  EventSourceStats stats();

  /** The last event id delivered; {@code ""} for none. */
  String lastEventId();

  /** The response headers of the latest stream, by lower-case name; cannot be changed. */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Map<String, List<String>> responseHeaders();
}
