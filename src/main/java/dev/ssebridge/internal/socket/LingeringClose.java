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
 * comes, and what it still sends is taken and dropped until it closes, or sends nothing for a
 * moment. A connection that is closed with unread bytes is reset, and with it goes what the client
 * has not read: the answer to a head that is too large, or the ends of streams of HTTP/2, whose
 * client sends a frame for about each that it reads. Everything happens on the connection's loop.
 */
final class LingeringClose extends ChannelDuplexHandler {
  /** A client that is silent for so long is not waited for. */
  private static final long SILENT_MILLIS = 1000;

  /** Nor is one that goes on for so long: a slow reader of HTTP/2 sends while it reads the rest. */
  private static final long MOST_MILLIS = 5000;

  private boolean closing;
  private boolean heard;
  private int looks;

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
      heard = true;
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (!(ctx.channel() instanceof DuplexChannel duplex) || !duplex.isActive()) {
      var unused = ctx.close(promise);
      return;
    }
    // Where the client closes before, and where it is not waited for any longer.
    duplex.closeFuture().addListener(closed -> promise.trySuccess());
    if (!closing) {
      closing = true;
      var unused = duplex.shutdownOutput();
      duplex.config().setAutoRead(true);
      waitFor(ctx);
    }
  }

  private void waitFor(ChannelHandlerContext ctx) {
    Future<?> timer =
        ctx.executor()
            .scheduleAtFixedRate(
                () -> look(ctx), SILENT_MILLIS, SILENT_MILLIS, TimeUnit.MILLISECONDS);
    ctx.channel().closeFuture().addListener(closed -> timer.cancel(false));
  }

  private void look(ChannelHandlerContext ctx) {
    looks++;
    if (heard && looks * SILENT_MILLIS < MOST_MILLIS) {
      heard = false;
    } else {
      var unused = ctx.close();
    }
  }
}
