package dev.ssebridge.internal.socket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpRequestDecoder;

/**
 * Has the rules of HTTP/1.1 see also the first request of a connection in clear text. Vert.x puts a
 * handler for upgrades to HTTP/2 behind the decoder, and tells of the connection only behind that
 * handler. So the first bytes are handed on one by one until there is a decoder, which has then
 * decoded nothing yet: the first line of a request is never shorter than what tells it from the
 * preface of HTTP/2. One for each connection, and gone with its first bytes.
 */
final class FirstBytes extends ChannelInboundHandlerAdapter {
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf bytes)) {
      ctx.fireChannelRead(message);
      return;
    }
    ChannelPipeline pipeline = ctx.pipeline();
    boolean known = installIfKnown(pipeline);
    while (!known && bytes.readableBytes() > 1) {
      ctx.fireChannelRead(bytes.readRetainedSlice(1));
      known = installIfKnown(pipeline);
    }
    ctx.fireChannelRead(bytes); // behind which the decoder may have gone
    if ((known || installIfKnown(pipeline)) && !ctx.isRemoved()) {
      pipeline.remove(this);
    }
  }

  /** Installs the rules where it is HTTP/1.1; returns whether it is known what it is. */
  private static boolean installIfKnown(ChannelPipeline pipeline) {
    ChannelHandlerContext decoder = pipeline.context(HttpRequestDecoder.class);
    if (decoder != null) {
      Http1Rules.installBehind(decoder);
    }
    return decoder != null || SocketState.http2On(pipeline.channel()) != null;
  }
}
