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
 * <p><b>Context.</b> A source lives on the context that it is created on. Where it is created on a
 * thread without a context, it gets a new one, of an event loop. All handlers are called on that
 * context, in order and one at a time. On a virtual thread a handler may wait for something: what
 * happens to the stream in the meantime is told after the handler has returned, and until then the
 * socket is not read.
 *
 * <p>All methods may be called from any thread, also within {@code executeBlocking}. Called on the
 * context of the source, a method takes effect at once; called elsewhere, it takes effect soon. No
 * method calls a handler itself: a handler that is called because of it is called in another task
 * of the context. Futures complete on the context of the caller.
 *
 * <p>A source that a verticle creates is closed when the verticle is undeployed. Every source is
 * closed with its Vert.x; its methods may still be called after that: {@code connect} fails, and
 * the others do nothing.
 *
 * <p><b>Readers.</b> Instead of handlers, or beside them, one {@linkplain #iterator iterator} or
 * one subscriber of its {@linkplain #publisher publisher} may read the source and say how much it
 * wants.
 *
 * <p><b>Failures.</b> A connection that fails or breaks does not end the source: the {@linkplain
 * #stateHandler state handler} is told, and another connection follows. The {@linkplain
 * #exceptionHandler exception handler} is called in two cases: when the source stops for good
 * because of a failure, before the {@linkplain #endHandler end handler}; and when another handler
 * has thrown an exception, after which the source goes on.
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
   * @throws IllegalStateException if Vert.x is closed
   */
  static EventSource create(Vertx vertx, EventSourceOptions options) {
    return builder(vertx).with(options).build();
  }

  /**
   * A source with default options that is not connected yet.
   *
   * @throws IllegalArgumentException if it is not an absolute http or https URL
   * @throws IllegalStateException if Vert.x is closed
   */
  static EventSource create(Vertx vertx, String url) {
    return builder(vertx).with(new EventSourceOptions(url)).build();
  }

  /**
   * A stream that is asked for once, with any method and body, and never again: it ends with the
   * response, or with the {@linkplain EventSourceBuilder#until mark}. Redirects are followed;
   * options about reconnecting have no effect.
   *
   * <p>The {@linkplain #endHandler end handler} is called in any case. Where there is no
   * connection, or the status is none of success, {@link #connect} fails, and the {@linkplain
   * #exceptionHandler exception handler} is called before the end handler; the exception has the
   * status and what the server said. Where only a part of the response has come, the exception
   * handler is called as well.
   *
   * <p>An answer may be JSON instead, as the Model Context Protocol has it: see {@link
   * #answerHandler}.
   *
   * @throws IllegalArgumentException if the options have no URL, or contradict each other
   * @throws IllegalStateException if Vert.x is closed
   */
  static EventSource once(Vertx vertx, EventSourceOptions options) {
    return builder(vertx).with(options).once().build();
  }

  /** Makes a source with what is not in the options: clients, suppliers, or a mark. */
  static EventSourceBuilder builder(Vertx vertx) {
    return new RemoteEventSourceBuilder(vertx);
  }

  /**
   * Makes the first connection, and from then on a new one whenever one is needed. Set the handlers
   * before. A source that is closed stays closed.
   *
   * <p>While the server is down, the future waits, and so does the deployment of a verticle whose
   * {@code start} returns it. If the deployment shall fail instead, use {@link
   * ReconnectPolicy#setFailFast}. If the verticle shall run whatever the server does, let {@code
   * start} return another future.
   *
   * @return completes when a stream is open for the first time, or when a source that asks once has
   *     its answer; fails with an {@link EventSourceException} if the source, or its Vert.x, is
   *     closed before that
   */
  Future<Void> connect();

  /**
   * Drops the connection, if there is one, and makes a new one at once. Does nothing before {@link
   * #connect}, on a source that is closed, and on one that asks once.
   */
  void restart();

  /**
   * Closes the connection and stops for good, at once and from any state. May be called again, and
   * after Vert.x is closed: that is never an error.
   *
   * @return completes when everything is closed. No handler is called after that, with one
   *     exception: where a handler is still waiting on a virtual thread, the state handler and the
   *     end handler are called when it has returned
   */
  Future<Void> close();

  /** Sets what is called with every event; its id is the last event id, {@code null} for none. */
  @Override
  @Fluent
  EventSource handler(@Nullable Handler<ServerSentEvent> value);

  /**
   * Adds what is called with the events of one type; {@code "message"} are those that name none.
   * Any number of handlers may be added, several for one type as well. An event goes first to the
   * {@linkplain #handler handler} of all events, then to those of its type in the order in which
   * they were added, then to the reader, if there is one. For {@link #fetch} it counts as one
   * event, however many handlers get it. What one of them throws goes to the {@linkplain
   * #exceptionHandler exception handler}, and the others are called nevertheless.
   */
  @Fluent
  EventSource on(String type, Handler<ServerSentEvent> handler);

  /**
   * Stops reading the socket. Nothing is delivered until {@link #resume} or {@link #fetch}.
   *
   * @throws IllegalStateException if a reader says how much is wanted; {@link #resume} and {@link
   *     #fetch} throw it as well
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
   * The events, for a thread that may wait: a virtual one, a worker, one of your own. Connects, if
   * {@link #connect} was not called before; if it was, events that were delivered before this call
   * are not among them. The end of the source ends the iteration, and its failure is thrown.
   *
   * <p>A source that was created on a worker context moves to an event loop if this is called on
   * that worker context before {@link #connect}: the worker will be waiting for events, so it could
   * not take them in. Handlers are then called on that event loop.
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
   * is {@code onError}. Subscribing connects, if {@link #connect} was not called before; if it was,
   * events that were delivered before are not among these.
   *
   * <p>While nothing is requested the socket is not read. So the end of the source is only seen
   * when more is requested than has come.
   *
   * <p>Signals are given on the context of the source, {@code onSubscribe} perhaps before {@code
   * subscribe} returns. A second subscriber, or one beside an iterator, gets an {@link
   * IllegalStateException} by {@code onError}; a request that is not positive ends with an {@link
   * IllegalArgumentException}, and the source is closed.
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Flow.Publisher<ServerSentEvent> publisher();

  /**
   * Sets what is called when the source stops for good because of a failure, and when another
   * handler throws.
   */
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
   * Sets what is called with an answer in JSON, the whole of it, that a source which asks once gets
   * instead of a stream (content type {@code application/json} or {@code ..+json}). Without this
   * handler such an answer is a failure. It may be as large as an event may be. The source sends no
   * {@code Accept} for JSON by itself: add one to the options.
   */
  @Fluent
  EventSource answerHandler(@Nullable Handler<Buffer> value);

  /**
   * The state now, or null before the first connection. This method and the ones below may be
   * called from any thread and never wait. On the context of the source they are exact. Elsewhere
   * they tell what was true a moment ago, and two of them may tell of two moments.
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
