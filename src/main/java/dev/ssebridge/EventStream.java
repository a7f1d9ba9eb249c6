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
 *
 * <p>Every method may be called on any thread, for example on a worker or on a virtual thread. The
 * work is done on the context of the request: the handlers are called there, and the futures
 * complete there, not on the context of the caller. What one thread sends stays in order. Once its
 * Vert.x is closed, sending fails, closing succeeds, and no handler is called any more.
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
   * The same without a router, for the request that a handler of the server gets. It sets the end,
   * close and exception handlers of the response, and the handler at the end of its headers; so do
   * not set them yourself.
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
   * Sends an empty comment whenever nothing was sent for this long, so that no proxy takes the
   * connection for dead.
   *
   * @param interval as for {@link RouteOptions#setHeartbeat}, the key {@code heartbeat} of a route:
   *     whole milliseconds, at most 3650 days; {@link Duration#ZERO} for never, which is the
   *     default
   * @throws IllegalArgumentException if it is negative, longer, or has a part of a millisecond
   */
  @Fluent
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  EventStream heartbeat(Duration interval);

  /**
   * Whether a lot was sent that the client has not taken yet. What is sent nevertheless waits in
   * memory.
   */
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
   * client is gone. If it has ended already, the handler is told now.
   */
  @Fluent
  EventStream closeHandler(@Nullable Handler<@Nullable Void> handler);

  /** Whether the stream has ended. */
  boolean isClosed();

  /** Ends the response. A browser then comes back by itself. May be called again. */
  Future<Void> close();

  /** The same as {@link #close}. */
  @Override
  Future<Void> end();
}
