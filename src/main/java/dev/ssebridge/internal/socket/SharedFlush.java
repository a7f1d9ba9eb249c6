package dev.ssebridge.internal.socket;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.flush.FlushConsolidationHandler;

/**
 * Sends all that the streams of one HTTP/2 connection write in one turn of its loop to the socket
 * together, in as few records of TLS and as few writes as possible. Vert.x flushes after each write
 * of each stream, and has no public way to do it later.
 */
final class SharedFlush {
  /** The most writes that wait for the turn to end: as many as a walk looks at in one go. */
  private static final int MOST = 256;

  private SharedFlush() {}

  /** Begins with it. On the loop of the pipeline, which is of HTTP/2. */
  static void of(ChannelPipeline pipeline) {
    if (pipeline.get(FlushConsolidationHandler.class) == null) {
      // The last one, so that what is held back is the order to look after all streams.
      pipeline.addLast(new FlushConsolidationHandler(MOST, true));
    }
  }
}
