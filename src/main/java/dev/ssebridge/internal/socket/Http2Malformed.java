package dev.ssebridge.internal.socket;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;

/**
 * Refuses the requests of HTTP/2 that are malformed in a way which Netty lets pass and Vert.x
 * covers up: their streams are reset (RFC 9113, section 8.1.1), before anything is made of them.
 * What can still be seen in a request is left to {@link Http2Rules}, which gives an answer.
 */
final class Http2Malformed extends Http2FrameListenerDecorator {
  private Http2Malformed(Http2FrameListener listener) {
    super(listener);
  }

  /** Before the first request of the connection. */
  static void refuseOn(Http2ConnectionHandler connection) {
    Http2FrameListener listener = connection.decoder().frameListener();
    connection.decoder().frameListener(new Http2Malformed(listener));
  }

  private static void check(int stream, Http2Headers headers) throws Http2Exception {
    // Vert.x takes the first in place of an authority, and drops all.
    if (headers.getAll(HttpHeaderNames.HOST).size() > 1) {
      throw malformed(stream, "expected one host, got several");
    }
    // Netty knows the pseudo-field of RFC 8441; but no client was told that it may be used.
    if (headers.contains(Http2Headers.PseudoHeaderName.PROTOCOL.value())) {
      throw malformed(stream, "expected the pseudo-fields of RFC 9113, got :protocol");
    }
    // At a method that is none Vert.x throws, and the whole connection ends. Trailers have no
    // method.
    CharSequence method = headers.method();
    if (method != null && !isToken(method)) {
      throw malformed(stream, "expected a method, got another value");
    }
  }

  private static boolean isToken(CharSequence text) {
    return text.length() > 0 && HttpHeaderValidationUtil.validateToken(text) < 0;
  }

  private static Http2Exception malformed(int stream, String what) {
    return Http2Exception.streamError(stream, Http2Error.PROTOCOL_ERROR, what);
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx, int stream, Http2Headers headers, int padding, boolean last)
      throws Http2Exception {
    check(stream, headers);
    super.onHeadersRead(ctx, stream, headers, padding, last);
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx,
      int stream,
      Http2Headers headers,
      int dependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean last)
      throws Http2Exception {
    check(stream, headers);
    super.onHeadersRead(ctx, stream, headers, dependency, weight, exclusive, padding, last);
  }
}
