package dev.ssebridge.internal.socket;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.flush.FlushConsolidationHandler;

/**
 * Sends all that the streams of one HTTP/2 connection write in one turn of its loop to the socket
 * together, in as few records of TLS and as few writes as possible. Vert.x flushes after each write
 * of each stream, and has no public way to do it later.
 */
final class SharedFlush extends FlushConsolidationHandler {
  /** The most writes that wait for the turn to end: as many as a walk looks at in one go. */
  private static final int MOST = 256;

  private SharedFlush() {
    super(MOST, true);
  }

  /** Begins with it. On the loop of the pipeline, which is of HTTP/2. */
  static void of(ChannelPipeline pipeline) {
    if (pipeline.get(SharedFlush.class) == null) {
      // The last one, so that what is held back is the order to look after all streams.
      pipeline.addLast(new SharedFlush());
    }
  }

  /** Where the socket is full, what waits is sent with the next write instead of later. */
  @Override
  public void flush(ChannelHandlerContext context) throws Exception {
    if (context.channel().isWritable()) {
      super.flush(context);
    } else {
      context.flush();
    }
  }

  /**
   * Does not send what waits at once when the socket gets full, as this may be in the middle of the
   * write of a frame: its end, and whatever is written because of that, would then come before
   * Netty has taken the frame from the windows. It would count the bytes of a stream wrongly from
   * then on, send more than its window permits, and look for them without end.
   */
  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    context.fireChannelWritabilityChanged();
  }
}
