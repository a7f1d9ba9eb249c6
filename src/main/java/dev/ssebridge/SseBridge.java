package dev.ssebridge;

import dev.ssebridge.internal.door.EmbeddedBridge;
import dev.ssebridge.spi.CloseReason;
import dev.ssebridge.spi.EventCodec;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * Bridges event-bus addresses to Server-Sent Events on an application's own {@link Router}:
 *
 * <pre>{@code
 * SseBridge bridge = SseBridge.create(vertx, new SseBridgeOptions()
 *     .addRoute("news", new RouteOptions("/news", "news")));
 * bridge.mount(router);
 * }</pre>
 *
 * <p>From then on whatever is published on the address {@code news} reaches every browser that
 * opened {@code new EventSource("/news")}.
 *
 * <p>Bridges of one Vert.x whose routes and limits are equal share their channels, histories and
 * event ids: create one in every instance of a verticle. Where requests are handled on workers or
 * virtual threads, streams are written on the event loops of their connections all the same.
 */
public interface SseBridge {

  /**
   * A bridge of these options, which serves nothing before it is {@linkplain #mount mounted}.
   *
   * @param options copied; what a bridge does not use is a problem: {@code sources}, {@code demo},
   *     and of {@code http} what a server of its own needs ({@code host}, {@code port}, {@code
   *     tls}, {@code requestTimeout})
   * @throws ConfigException if anything in them is wrong, with all that is
   */
  static SseBridge create(Vertx vertx, SseBridgeOptions options) {
    return EmbeddedBridge.create(vertx, options);
  }

  /**
   * Sets what makes data from message bodies that the bridge does not know.
   *
   * <p>Bridges of one configuration share their channels, so all of them must be given the same
   * codec: the same object, or one that is equal according to {@code equals}. With another, {@link
   * #mount} fails. Make the codec once for a deployment; a lambda that captures a variable is
   * another object each time.
   *
   * @throws IllegalStateException if the bridge is mounted already
   */
  SseBridge codec(EventCodec codec);

  /**
   * Sets who is told, exactly once and on the stream's event loop, that a stream has ended.
   *
   * @throws IllegalStateException if the bridge is mounted already
   */
  SseBridge closeHandler(Handler<ClosedStream> handler);

  /**
   * Adds the bridge's routes to a router; it may be mounted on several.
   *
   * <p>Mounted on the context of a verticle, the bridge is closed when that verticle is undeployed;
   * mounted by several, with the last of them. Otherwise it is the caller's to {@link #close}.
   *
   * @return completed once no message published from then on is missed
   * @throws IllegalStateException if the bridge is closed, or if a bridge of the same configuration
   *     is mounted with another {@linkplain #codec codec}
   */
  Future<Void> mount(Router router);

  /** {@link #mountClient(Router, String)} at {@code /sse-bridge/*}. */
  SseBridge mountClient(Router router);

  /**
   * Serves what a page needs to follow a stream, where an application wants it: {@code client.js},
   * a module without dependencies, whose beginning says how it is used. Nothing else is served, and
   * nothing at all without this call.
   *
   * <pre>{@code
   * <script type="module">
   *   import { follow } from '/sse-bridge/client.js';
   *   follow('/news', { onEvent: (event) => console.log(event.data) });
   * </script>
   * }</pre>
   *
   * <p>The files may be cached for an hour, and have an {@code ETag}. Reads a small resource;
   * before or after {@link #mount}, on any router, as often as wanted.
   *
   * @param path the directory of the files on this router, with {@code /*} at its end
   * @throws IllegalArgumentException if the path is none of that form
   */
  SseBridge mountClient(Router router, String path);

  /**
   * Looks after the connections of an application's own server, from their beginning: set it with
   * {@code HttpServer.connectionHandler} before the server listens.
   *
   * <p>A connection is then read only while its answers are taken, and closed when it takes nothing
   * of them for {@code http.stalled}; otherwise a client that sends requests and never reads fills
   * the memory with answers, for Vert.x reads on. Without this handler that begins for a connection
   * with the first request on it that reaches the bridge. What it holds for: HTTP/1 and HTTP/2,
   * with and without TLS, all answers of the server; not for WebSockets. On the connection's loop.
   *
   * <pre>{@code
   * vertx.createHttpServer().connectionHandler(bridge.connectionHandler()).requestHandler(router)
   * }</pre>
   */
  Handler<HttpConnection> connectionHandler();

  /** How many streams are open, those of bridges that share channels with this one included. */
  int openStreams();

  /**
   * Counters of all bridges that share channels with this one, since the first of them was mounted:
   * for the bridge {@code openStreams}, {@code retainedBytes}, {@code shedBytes} (evicted by {@code
   * limits.retained}), {@code droppedMessages} (those of the whole Vert.x); for each of its {@code
   * routes} the streams and events, the {@code gaps} by reason, what its {@code slowPolicy} left
   * out, and {@code closedStreams} by {@link CloseReason}; for each of the {@code sources} that
   * this Vert.x follows where it stands: its {@code state}, whether it is {@code open}, {@code
   * since} when, and where it is not, the {@code reason}. Empty before it is mounted.
   */
  JsonObject stats();

  /**
   * Takes one route away: its streams end as those of a bridge that is closed, and requests for it
   * are passed on to the next handler of the router, so that they get 404 if there is none. What
   * its channels retain stays until the bridge is closed.
   *
   * @return completed once the route's streams have ended
   * @throws IllegalArgumentException if the configuration has no such route
   */
  Future<Void> closeRoute(String route);

  /**
   * Ends the bridge's streams on event boundaries, spread over {@code http.drain}, and gives up
   * what it holds. Idempotent, from any thread.
   *
   * @return completed once all streams have ended
   */
  Future<Void> close();

  /**
   * A stream that has ended.
   *
   * @param request that opened it
   * @param context of the router, or {@code null} on the server of a {@link SseBridgeVerticle} that
   *     has no handlers but the bridge's
   * @param route the name of the route
   * @param reason why it ended
   */
  record ClosedStream(
      HttpServerRequest request,
      @Nullable RoutingContext context,
      String route,
      CloseReason reason) {}
}
