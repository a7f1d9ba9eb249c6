package dev.ssebridge.internal.socket;

import dev.ssebridge.internal.text.PrintableText;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.lang.System.Logger.Level;

/**
 * Makes the streams of requests that Netty refuses by their head alone: malformed ones, and those
 * beyond {@code maxConcurrentStreams}. It resets them without having made them, and takes a body
 * that is on the way already for one of a stream that never was, which ends the connection with all
 * its streams. What comes behind a reset is to be discarded (RFC 9113, section 5.1).
 */
final class UnmadeStreams extends ChannelOutboundHandlerAdapter {
  private static final System.Logger LOG = System.getLogger(UnmadeStreams.class.getName());
  private static final int HEADER_BYTES = 9;
  private static final int CODE_BYTES = 4;
  private static final int AT_TYPE = 3;
  private static final int AT_STREAM = 5;

  private final Http2Connection connection;

  private UnmadeStreams(Http2Connection connection) {
    this.connection = connection;
  }

  /** Begins with it. On the loop of the pipeline, which has this handler of HTTP/2. */
  static void make(ChannelPipeline pipeline, Http2ConnectionHandler http2) {
    ChannelHandlerContext context = pipeline.context(http2);
    if (context != null && pipeline.get(UnmadeStreams.class) == null) {
      pipeline.addBefore(context.name(), null, new UnmadeStreams(http2.connection()));
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise)
      throws Exception {
    if (message instanceof ByteBuf frame && isReset(frame)) {
      make(frame.getInt(frame.readerIndex() + AT_STREAM));
    }
    super.write(ctx, message, promise);
  }

  /** Netty writes this frame in one piece, and no other in one that looks like it. */
  private static boolean isReset(ByteBuf frame) {
    int begin = frame.readerIndex();
    return frame.readableBytes() == HEADER_BYTES + CODE_BYTES
        && frame.getByte(begin + AT_TYPE) == Http2FrameTypes.RST_STREAM
        && frame.getUnsignedMedium(begin) == CODE_BYTES;
  }

  private void make(int stream) {
    Http2Connection.Endpoint<?> client = connection.remote();
    if (!client.isValidStreamId(stream)
        || client.mayHaveCreatedStream(stream)
        || connection.goAwaySent()) {
      return;
    }
    int most = client.maxActiveStreams();
    client.maxActiveStreams(Integer.MAX_VALUE); // it is over at once
    try {
      client.createStream(stream, true).close();
    } catch (Http2Exception e) {
      LOG.log(Level.DEBUG, () -> "a stream cannot be made: " + PrintableText.ofFailure(e));
    } finally {
      client.maxActiveStreams(most);
    }
  }
}
