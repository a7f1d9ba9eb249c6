package dev.ssebridge.internal.socket;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2RemoteFlowController;

/**
 * Has the streams of an HTTP/2 connection told that they can be written to again when its socket
 * can. Netty 4.2 looks after them only where it has noticed before that the socket was full; a
 * stream that alone was found not writable while it was (its window had just been opened), would
 * wait for ever otherwise.
 */
final class StreamsWritable extends ChannelInboundHandlerAdapter {
  private final Http2ConnectionHandler http2;

  StreamsWritable(Http2ConnectionHandler http2) {
    this.http2 = http2;
  }

  /** Begins with it. On the loop of the pipeline, which has this handler of HTTP/2. */
  static void of(ChannelPipeline pipeline, Http2ConnectionHandler http2) {
    if (pipeline.get(StreamsWritable.class) == null) {
      pipeline.addLast(new StreamsWritable(http2));
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
    if (context.channel().isWritable()) {
      lookAtAll();
    }
    super.channelWritabilityChanged(context);
  }

  /**
   * A window that is opened by nothing has the controller compare what it has told with what is.
   */
  private void lookAtAll() throws Http2Exception {
    Http2Connection connection = http2.connection();
    Http2RemoteFlowController controller = http2.encoder().flowController();
    connection.forEachActiveStream(
        stream -> {
          controller.incrementWindowSize(stream, 0);
          return true;
        });
  }
}
