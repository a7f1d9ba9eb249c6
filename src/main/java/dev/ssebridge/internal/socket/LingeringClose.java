package dev.ssebridge.internal.socket;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Puts off the end of an HTTP/1 connection whose last request could not be decoded because its head
 * is too large. What is left of it ends nowhere: it is taken and dropped until the client closes,
 * or for a moment, so that the client gets to read the answer. Vert.x closes as soon as the answer
 * is written, and a connection that is closed with unread bytes is reset, and with it what the
 * client has not read (RFC 9112, section 9.6). Everything happens on the connection's loop.
 */
final class LingeringClose extends ChannelDuplexHandler {
  private static final long MILLIS = 1000;

  private @Nullable Future<?> timer;

  /** Before the answer. Where there is no channel, the connection ends as Vert.x ends it. */
  static void install(HttpConnection connection) {
    Channel channel = SocketState.channelUnder(connection);
    ChannelPipeline pipeline = channel == null ? null : channel.pipeline();
    if (pipeline != null && pipeline.get("handler") != null) {
      pipeline.addBefore("handler", null, new LingeringClose());
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReferenceCountUtil.release(message);
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (timer == null && ctx.channel().isActive()) {
      ctx.channel().config().setAutoRead(true);
      timer = ctx.executor().schedule(() -> closeNow(ctx, promise), MILLIS, TimeUnit.MILLISECONDS);
    } else {
      closeNow(ctx, promise);
    }
  }

  private static void closeNow(ChannelHandlerContext ctx, ChannelPromise promise) {
    var unused = ctx.close(promise);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (timer != null) {
      timer.cancel(false);
    }
    ctx.fireChannelInactive();
  }
}
