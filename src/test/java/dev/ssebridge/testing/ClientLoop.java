package dev.ssebridge.testing;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One thread for any number of connections of clients, over any wire. What goes wrong on it fails
 * whoever {@linkplain #check checks}. Any thread.
 */
public final class ClientLoop implements AutoCloseable {
  private final MultiThreadIoEventLoopGroup group;
  private final Runnable onFailure;
  private volatile @Nullable Throwable failure;

  /** Starts the thread. */
  public ClientLoop(String name) {
    this(name, () -> {});
  }

  /**
   * Starts the thread.
   *
   * @param onFailure told of the first failure, on the thread
   */
  ClientLoop(String name, Runnable onFailure) {
    this.group =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
    this.onFailure = onFailure;
  }

  /**
   * Connects, and returns when the connection can be used.
   *
   * @param receiveBuffer of the socket, about so many bytes; 0 for what the system gives
   * @param last the handler of what comes
   */
  Channel connect(Wire wire, int port, int receiveBuffer, ChannelHandler last) {
    // What cannot be written is no reason not to read what has come before.
    Bootstrap bootstrap =
        new Bootstrap()
            .group(group)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.AUTO_CLOSE, false);
    if (receiveBuffer > 0) {
      bootstrap.option(ChannelOption.SO_RCVBUF, receiveBuffer);
    }
    bootstrap.handler(
        new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            if (wire.isTls()) {
              channel
                  .pipeline()
                  .addLast(wire.client().newHandler(channel.alloc(), "localhost", port));
            }
            channel.pipeline().addLast(last);
          }
        });
    ChannelFuture connecting = bootstrap.connect(InetAddress.getLoopbackAddress(), port);
    await(connecting);
    Channel channel = connecting.channel();
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls != null) {
      await(tls.handshakeFuture());
      String protocol = tls.applicationProtocol();
      if (wire.isHttp2() && !"h2".equals(protocol)) {
        throw new AssertionError("expected h2 by ALPN, got " + protocol);
      }
    }
    return channel;
  }

  private static void await(Future<?> future) {
    if (!future.awaitUninterruptibly(Deadline.PATIENCE.toMillis())) {
      throw new AssertionError("in vain waited for a connection");
    }
    Throwable cause = future.cause();
    if (cause instanceof IOException e) {
      throw new UncheckedIOException(e);
    }
    if (cause != null) {
      throw new AssertionError("expected a connection, got " + cause, cause);
    }
  }

  /** Runs a task on the thread, and returns when it is done; fails if it does. */
  public void run(Runnable task) {
    Future<?> future = group.submit(task);
    if (!future.awaitUninterruptibly(Deadline.PATIENCE.toMillis())) {
      throw new AssertionError("in vain waited for a task of a client");
    }
    if (future.cause() != null) {
      throw new AssertionError(String.valueOf(future.cause()), future.cause());
    }
  }

  /** Runs a task on the thread; at once, if this is it. */
  public void execute(Runnable task) {
    EventLoop thread = group.next();
    if (thread.inEventLoop()) {
      task.run();
      return;
    }
    thread.execute(
        () -> {
          try {
            task.run();
          } catch (RuntimeException | Error e) {
            fail(e);
          }
        });
  }

  /** Fails if anything on the thread did. */
  public void check() {
    Throwable cause = failure;
    if (cause != null) {
      throw new AssertionError("a client failed: " + cause, cause);
    }
  }

  /**
   * What cannot be written any more is told as the end of its connection, all else is a failure.
   */
  void watch(Future<?> written) {
    written.addListener(
        done -> {
          if (!done.isSuccess() && !(done.cause() instanceof IOException)) {
            fail(done.cause());
          }
        });
  }

  /** Says that it will send no more, as TLS and TCP do. */
  void finish(Channel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls != null) {
      watch(tls.closeOutbound());
    }
    watch(((SocketChannel) channel).shutdownOutput());
  }

  /** Resets a connection unless it is closed already, on the thread. */
  static void cut(Channel channel) {
    if (!channel.isOpen()) {
      return; // a socket that is closed takes no option
    }
    channel.config().setOption(ChannelOption.SO_LINGER, 0);
    channel.unsafe().close(channel.voidPromise());
  }

  void fail(Throwable e) {
    if (failure == null) {
      failure = e;
      onFailure.run();
    }
  }

  /** Closes all connections, and ends. */
  @Override
  public void close() {
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
