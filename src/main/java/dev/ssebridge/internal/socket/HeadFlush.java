package dev.ssebridge.internal.socket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2FrameTypes;

/**
 * Sends the heads of an HTTP/2 connection that nobody sends. Vert.x writes the head of an answer
 * and sends it with the body; where a window has no room for that, the head waits as well. Many of
 * them make the socket look full, then {@link ConnectionGate} reads no further, and what would open
 * the windows is never seen.
 */
final class HeadFlush extends ChannelOutboundHandlerAdapter {
  private static final int HEADER_BYTES = 9;
  private static final int AT_TYPE = 3;

  // only the loop
  private boolean unsent;
  private boolean looking;

  private HeadFlush() {}

  /** Begins with it. On the loop of the pipeline, which has this handler of HTTP/2. */
  static void of(ChannelPipeline pipeline, Http2ConnectionHandler http2) {
    ChannelHandlerContext context = pipeline.context(http2);
    if (context != null && pipeline.get(HeadFlush.class) == null) {
      pipeline.addBefore(context.name(), null, new HeadFlush());
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise)
      throws Exception {
    if (message instanceof ByteBuf frame && isHead(frame)) {
      unsent = true;
      lookLater(ctx);
    }
    super.write(ctx, message, promise);
  }

  /** Maybe also data that looks like one: then there is one more look. */
  private static boolean isHead(ByteBuf frame) {
    return frame.readableBytes() >= HEADER_BYTES
        && frame.getByte(frame.readerIndex() + AT_TYPE) == Http2FrameTypes.HEADERS;
  }

  private void lookLater(ChannelHandlerContext ctx) {
    if (!looking) {
      looking = true;
      ctx.executor()
          .execute(
              () -> {
                looking = false;
                if (unsent) {
                  flush(ctx);
                }
              });
    }
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    unsent = false;
    ctx.flush();
  }
}
