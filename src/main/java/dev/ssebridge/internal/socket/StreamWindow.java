package dev.ssebridge.internal.socket;

import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/**
 * What the client permits to send on one stream of HTTP/2 (RFC 9113, section 5.2). Netty takes all
 * that is given to it, and counts what waits on any stream against the window of the connection: a
 * few streams that nobody reads would keep all others from being written. So no stream is given
 * more than its own window lets through. On the connection's loop.
 */
final class StreamWindow {
  private final Http2RemoteFlowController controller;
  private final Http2Stream stream;

  private StreamWindow(Http2RemoteFlowController controller, Http2Stream stream) {
    this.controller = controller;
    this.stream = stream;
  }

  /** Of a request over HTTP/2; {@code null} where there is none, or none that can be seen. */
  static @Nullable StreamWindow of(HttpServerRequest request) {
    if (request.version() != HttpVersion.HTTP_2) {
      return null;
    }
    Http2ConnectionHandler http2 =
        SocketState.http2On(SocketState.channelUnder(request.connection()));
    Http2Stream stream = http2 == null ? null : http2.connection().stream((int) request.streamId());
    return http2 == null || stream == null
        ? null
        : new StreamWindow(http2.encoder().flowController(), stream);
  }

  /**
   * Bytes that may be sent now; below 0 where the client has made it smaller since. What waits in
   * the controller is not taken from it yet.
   */
  long size() {
    return controller.windowSize(stream);
  }
}
