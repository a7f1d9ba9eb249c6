package dev.ssebridge.internal.door;

import dev.ssebridge.internal.bus.CallerContext;
import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.internal.socket.HttpsRedirect;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The end of a server. It listens until the streams have ended, so that a client that comes
 * meanwhile is told when to come again. And a connection of HTTP/2 is not told to go away before: a
 * request that crosses that would have Netty close it, with all streams that are still to end.
 */
final class ServerShutdown {
  /** What a server waits for its connections beyond the time that the streams are given. */
  private static final long GRACE_MILLIS = 1000;

  private final Vertx vertx;
  private final Hub hub;
  private final HttpServer server;

  ServerShutdown(Vertx vertx, HttpServer server) {
    this.vertx = vertx;
    this.hub = Hub.of(vertx);
    this.server = server;
  }

  /**
   * Any thread, also after Vert.x has been closed.
   *
   * @param drained completed once the streams have ended
   * @param redirect listens beside it
   * @param last is done last
   */
  Future<Void> after(
      Future<Void> drained, @Nullable HttpsRedirect redirect, Supplier<Future<Void>> last) {
    return CallerContext.told(
        vertx, drained.eventually(() -> hub.unlessOver(shutDown(redirect))).eventually(last));
  }

  private Future<Void> shutDown(@Nullable HttpsRedirect redirect) {
    try {
      Future<Void> shutDown = server.shutdown(GRACE_MILLIS, TimeUnit.MILLISECONDS);
      return redirect == null ? shutDown : Future.join(shutDown, redirect.close()).mapEmpty();
    } catch (RejectedExecutionException over) {
      return Future.succeededFuture(); // Vert.x has been closed, and all its servers with it
    }
  }
}
