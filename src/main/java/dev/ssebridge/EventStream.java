package dev.ssebridge;

import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.door.ResponseStream;
import io.vertx.codegen.annotations.Fluent;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.streams.WriteStream;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One response that streams events to one client, for an application that has no bus to bridge:
 *
 * <pre>{@code
 * router.get("/ticks").handler(context -> {
 *   EventStream stream = EventStream.open(context);
 *   stream.send(ServerSentEvent.of("tick", "1"));
 * });
 * }</pre>
 *
 * <p>Without a router, {@code EventStream.open(request)} does the same for a request.
 *
 * <p>Also a Vert.x {@link WriteStream}, so that a {@code ReadStream} of events can be piped to it.
 * Every method may be called on any thread, a worker's or a virtual one, say, and does its work on
 * the request's context, where the handlers are called, too; what one thread sends stays in order.
 */
@VertxGen
public interface EventStream extends WriteStream<ServerSentEvent> {

  /**
   * Answers a request with an event stream: status 200, the headers, and nothing else yet. The head
   * is sent at once, so that a browser's {@code open} event fires.
   *
   * @throws IllegalStateException if something was answered already
   */
  static EventStream open(RoutingContext context) {
    return ResponseStream.open(context);
  }

  /**
   * The same without a router: of a request to a handler of the server. Takes the response's end,
   * close and exception handlers, and the one of the end of its headers.
   *
   * @throws IllegalStateException if something was answered already
   */
  static EventStream open(HttpServerRequest request) {
    return ResponseStream.open(request);
  }

  /** The id of the last event that the client had before, {@code ""} if it tells none. */
  String lastEventId();

  /** Sends an event. The future fails when the peer is gone. */
  Future<Void> send(ServerSentEvent event);

  /** Sends an event of the default type with this data. The future fails when the peer is gone. */
  Future<Void> send(String data);

  /** Sends a comment, which clients ignore. The future fails when the peer is gone. */
  Future<Void> comment(String text);

  /** The same as {@link #send(ServerSentEvent)}. */
  @Override
  Future<Void> write(ServerSentEvent event);

  /**
   * Sends an empty comment wherever nothing was sent for this long, so that no proxy takes the
   * connection for dead.
   *
   * @param interval at least a millisecond, or {@link Duration#ZERO} for never (the default)
   */
  @Fluent
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  EventStream heartbeat(Duration interval);

  /** Whether more was sent than the client has taken; what is sent all the same is queued. */
  @Override
  boolean writeQueueFull();

  @Override
  @Fluent
  EventStream setWriteQueueMaxSize(int bytes);

  /** Sets who is told when a full write queue has room again. */
  @Override
  @Fluent
  EventStream drainHandler(@Nullable Handler<@Nullable Void> handler);

  /** Sets who is told when writing fails. */
  @Override
  @Fluent
  EventStream exceptionHandler(@Nullable Handler<Throwable> handler);

  /**
   * Sets who is told, exactly once, that the stream has ended: by {@link #close}, or because the
   * client is gone. Told at once where it has ended already.
   */
  @Fluent
  EventStream closeHandler(@Nullable Handler<@Nullable Void> handler);

  /** Whether the stream has ended. */
  boolean isClosed();

  /** Ends the response. The browser comes back by itself. Idempotent. */
  Future<Void> close();

  /** The same as {@link #close}. */
  @Override
  Future<Void> end();
}
