package dev.ssebridge.internal.socket;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection in two steps (RFC 9112, section 9.6): the client is told that nothing more
 * comes, and what it still sends is taken and dropped until it closes, or for a moment. A
 * connection that is closed with unread bytes is reset, and with it goes what the client has not
 * read: the answer to a head that is too large, or the ends of streams of HTTP/2, whose client
 * sends a frame for about each that it reads. Everything happens on the connection's loop.
 */
final class LingeringClose extends ChannelDuplexHandler {
  private static final long MILLIS = 1000;

  private boolean closing;

  /** Before the answer. Where there is no channel, the connection ends as Vert.x ends it. */
  static void install(HttpConnection connection) {
    Channel channel = SocketState.channelUnder(connection);
    if (channel != null) {
      of(channel.pipeline());
    }
  }

  /** From now on. On the loop of the pipeline. */
  static void of(ChannelPipeline pipeline) {
    if (pipeline.get(LingeringClose.class) == null) {
      pipeline.addFirst(new LingeringClose());
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!closing) {
      ctx.fireChannelRead(message);
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (!closing && ctx.channel().isActive() && ctx.channel() instanceof DuplexChannel duplex) {
      closing = true;
      Future<?> timer =
          ctx.executor().schedule(() -> closeNow(ctx, promise), MILLIS, TimeUnit.MILLISECONDS);
      duplex
          .closeFuture()
          .addListener(
              closed -> {
                timer.cancel(false);
                promise.trySuccess(); // where the client has closed before
              });
      var unused = duplex.shutdownOutput();
      duplex.config().setAutoRead(true);
    } else {
      closeNow(ctx, promise);
    }
  }

  private static void closeNow(ChannelHandlerContext ctx, ChannelPromise promise) {
    var unused = ctx.close(promise);
  }
}
