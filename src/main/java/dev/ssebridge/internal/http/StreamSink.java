package dev.ssebridge.internal.http;

import dev.ssebridge.internal.config.WriterMode;
import dev.ssebridge.internal.fanout.Sink;
import dev.ssebridge.internal.fanout.Subscriber;
import io.vertx.core.http.HttpServerRequest;

/** A sink on an HTTP response, of one of two kinds; which one is decided when the stream opens. */
interface StreamSink extends Sink {
  /** The usual largest frame of HTTP/2 (RFC 9113, section 6.5.2). */
  int FRAME_BYTES = 16 * 1024;

  /** Whom to tell when there is room. Before the first write. */
  void attach(Subscriber owner);

  /** The fast one where the connection permits it, unless the public one is asked for. */
  static StreamSink of(BridgeRequest stream, WriterMode mode) {
    HttpServerRequest request = stream.request();
    UnsentBytes.limit(request.connection());
    if (mode == WriterMode.AUTO) {
      RawChannel channel = RawChannel.of(request);
      if (channel != null) {
        return new RawSink(stream, channel);
      }
    }
    SocketState socket = SocketState.of(request.connection(), request.version());
    return new ResponseSink(
        request.response(), socket, socket.isKnown() ? Integer.MAX_VALUE : FRAME_BYTES);
  }
}
