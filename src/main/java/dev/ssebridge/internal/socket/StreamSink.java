package dev.ssebridge.internal.socket;

import dev.ssebridge.internal.config.WriterMode;
import dev.ssebridge.internal.fanout.Sink;
import dev.ssebridge.internal.fanout.Subscriber;
import dev.ssebridge.internal.http.BridgeRequest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/** A sink on an HTTP response, of one of two kinds; which one is decided when the stream opens. */
public interface StreamSink extends Sink {
  /** The usual largest frame of HTTP/2 (RFC 9113, section 6.5.2). */
  int FRAME_BYTES = 16 * 1024;

  /** Whom to tell when there is room. Before the first write. */
  void attach(Subscriber owner);

  /**
   * Ends a response, with these last bytes, unless somebody else just did. Once the socket has
   * taken the rest, and not from within that: with the end Vert.x closes a connection that is to be
   * closed, and what Netty still holds is lost then.
   */
  static void end(HttpServerResponse response, byte @Nullable [] last) {
    if (response.ended() || response.closed()) {
      return;
    }
    try {
      if (last == null) {
        response.end();
      } else {
        response.end(Buffer.buffer(last));
      }
    } catch (IllegalStateException e) {
      if (!response.ended()) {
        throw e;
      }
    }
  }

  /** The fast one where the connection permits it, unless the public one is asked for. */
  static StreamSink of(BridgeRequest stream, WriterMode mode) {
    HttpServerRequest request = stream.request();
    UnsentBytes.limit(request.connection());
    if (mode == WriterMode.AUTO) {
      RawChannel channel = RawChannel.of(request);
      WrittenBytes written = WrittenBytes.of(request.response());
      if (channel != null && written != null) {
        return new RawSink(request.response(), channel, written);
      }
    }
    SocketState socket = SocketState.of(request.connection(), request.version());
    return new ResponseSink(
        request.response(), socket, socket.isKnown() ? Integer.MAX_VALUE : FRAME_BYTES);
  }
}
