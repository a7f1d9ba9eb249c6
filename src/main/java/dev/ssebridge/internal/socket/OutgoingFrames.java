package dev.ssebridge.internal.socket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2FrameTypes;

/**
 * Looks at the frames that an HTTP/2 connection is about to send.
 *
 * <p>Sends the heads that nobody sends: Vert.x writes the head of an answer and sends it with the
 * body; where a window has no room for that, the head waits as well. Many of them make the socket
 * look full, then {@link ConnectionGate} reads no further, and what would open the windows is never
 * seen.
 *
 * <p>And tells {@link UnmadeStreams} of resets.
 */
final class OutgoingFrames extends ChannelOutboundHandlerAdapter {
  private static final int HEADER_BYTES = Http2CodecUtil.FRAME_HEADER_LENGTH;
  private static final int AT_TYPE = 3;
  private static final int AT_STREAM = 5;

  /** Netty writes this frame in one piece, and no other in one that looks like it. */
  private static final int RESET_BYTES = HEADER_BYTES + 4;

  private final UnmadeStreams unmade;

  // only the loop
  private boolean unsent;
  private boolean looking;

  private OutgoingFrames(UnmadeStreams unmade) {
    this.unmade = unmade;
  }

  /** Begins with it. On the loop of the pipeline, which has this handler of HTTP/2. */
  static void watch(ChannelPipeline pipeline, Http2ConnectionHandler http2) {
    ChannelHandlerContext context = pipeline.context(http2);
    if (context != null && pipeline.get(OutgoingFrames.class) == null) {
      UnmadeStreams unmade = new UnmadeStreams(http2.connection());
      pipeline.addBefore(context.name(), null, new OutgoingFrames(unmade));
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise)
      throws Exception {
    if (message instanceof ByteBuf frame && frame.readableBytes() >= HEADER_BYTES) {
      look(ctx, frame);
    }
    super.write(ctx, message, promise);
  }

  private void look(ChannelHandlerContext ctx, ByteBuf frame) {
    int begin = frame.readerIndex();
    int type = frame.getByte(begin + AT_TYPE);
    if (type == Http2FrameTypes.HEADERS) { // or data that look like it: then for nothing
      unsent = true;
      sendLater(ctx);
    } else if (type == Http2FrameTypes.RST_STREAM
        && frame.readableBytes() == RESET_BYTES
        && HEADER_BYTES + frame.getUnsignedMedium(begin) == RESET_BYTES) {
      unmade.make(frame.getInt(begin + AT_STREAM));
    }
  }

  private void sendLater(ChannelHandlerContext ctx) {
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
