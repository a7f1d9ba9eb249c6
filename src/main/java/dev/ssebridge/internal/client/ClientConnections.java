package dev.ssebridge.internal.client;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/** What every new connection of a source is given. */
final class ClientConnections {
  private ClientConnections() {}

  static void prepare(HttpConnection connection) {
    // The exchange is told of every failure; without this it would be logged as an error, too.
    connection.exceptionHandler(failure -> {});
    if (connection instanceof ConnectionBase base) {
      ChannelHandlerContext vertx = base.channelHandlerContext();
      if (vertx.pipeline().get(HttpClientCodec.class) == null) {
        return; // HTTP/2
      }
      vertx.pipeline().addBefore(vertx.name(), "informational", new OtherInformational());
    }
  }

  /**
   * Passes over informational responses other than those Vert.x knows (100, 101, 103): "A client
   * MUST be able to parse one or more 1xx responses received prior to a final response" (RFC 9110,
   * section 15.2).
   */
  private static final class OtherInformational extends ChannelInboundHandlerAdapter {
    private boolean dropping;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpResponse response) {
        int status = response.status().code();
        dropping =
            status > 101 && status < 200 && status != 103 && response.decoderResult().isSuccess();
      }
      if (!dropping) {
        context.fireChannelRead(message);
        return;
      }
      dropping = !(message instanceof LastHttpContent);
      ReferenceCountUtil.release(message);
    }
  }
}
