package dev.ssebridge.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ssebridge.testing.Deadline;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same as in {@link LingeringCloseTest} over real sockets, with a clock of its own: a kernel
 * drops what its client has not read yet where more comes for a connection that is closed.
 */
class LingeringSocketTest {
  private static final int ALL = 48 * 1024;
  private static final int STEP = 2 * 1024;

  private final MockTicker clock = Ticker.newMockTicker();
  private final List<Channel> accepted = new ArrayList<>();
  private final Socket client = new Socket();
  private @Nullable ManualIoEventLoop loop;
  private int heard;

  /** A connection with all that the client is to read, which the kernel of the server has. */
  private Channel connect(boolean epoll) throws IOException {
    assumeTrue(!epoll || Epoll.isAvailable());
    loop =
        new ManualIoEventLoop(
            null,
            Thread.currentThread(),
            epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory(),
            clock);
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loop)
            .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .childOption(ChannelOption.SO_SNDBUF, 4 * ALL)
            .childOption(ChannelOption.AUTO_READ, false)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel child) {
                    LingeringClose.of(child.pipeline());
                    child.pipeline().addFirst(new Ear());
                    accepted.add(child);
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0);
    runUntil(bound::isDone);
    client.setReceiveBufferSize(4 * 1024);
    client.setSoTimeout((int) Deadline.PATIENCE.toMillis());
    client.connect(bound.channel().localAddress());
    runUntil(() -> !accepted.isEmpty());
    Channel channel = accepted.get(0);
    ChannelFuture written = channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[ALL]));
    runUntil(written::isDone);
    assertThat(written.isSuccess()).isTrue();
    return channel;
  }

  @AfterEach
  void shutDown() throws IOException {
    client.close();
    if (loop != null) {
      var unused = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
      runUntil(loop::isTerminated);
    }
  }

  private void runUntil(BooleanSupplier condition) {
    Deadline.await(
        () -> {
          Objects.requireNonNull(loop).runNow();
          return condition.getAsBoolean();
        },
        () -> "what the loop was to do");
  }

  /** The client has done nothing more for so long. */
  private void after(long millis) {
    clock.advance(millis, TimeUnit.MILLISECONDS);
    Objects.requireNonNull(loop).runNow();
  }

  /** Of the client, and the server has it. */
  private void send() throws IOException {
    int before = heard;
    client.getOutputStream().write(1);
    runUntil(() -> heard > before);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSlowReaderThatSendsWhileItReadsGetsAllThatWasWritten(boolean epoll) throws IOException {
    Channel channel = connect(epoll);
    client.getOutputStream().write(new byte[STEP]); // which nobody has read when it is closed
    ChannelFuture closed = channel.close();
    runUntil(() -> heard == STEP);
    int read = 0;
    for (int i = 1; i < 10; i++) {
      read += client.getInputStream().readNBytes(STEP).length;
      send();
      after(500);
      assertThat(channel.isOpen()).as("after %s ms", i * 500).isTrue();
    }
    read += client.getInputStream().readAllBytes().length;
    assertThat(read).isEqualTo(ALL);
    after(500);
    assertThat(closed.isSuccess()).as("waited for no longer").isTrue();
  }

  /** Hears what comes, before anything else. */
  private final class Ear extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      heard += ((ByteBuf) message).readableBytes();
      context.fireChannelRead(message);
    }
  }
}
