package dev.ssebridge.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DuplexChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How long a client is waited for that has not closed yet. */
class LingeringCloseTest {
  private final Duplex channel = new Duplex();

  LingeringCloseTest() {
    channel.freezeTime();
    LingeringClose.of(channel.pipeline());
  }

  @Test
  void aClientIsToldThatNothingMoreComesBeforeTheConnectionIsClosed() {
    ChannelFuture closed = channel.pipeline().close();
    assertThat(channel.isOutputShutdown()).isTrue();
    assertThat(channel.isOpen()).isTrue();
    assertThat(closed.isDone()).isFalse();
    channel.after(999);
    assertThat(channel.isOpen()).isTrue();
    channel.after(1);
    assertThat(channel.isOpen()).isFalse();
    assertThat(closed.isSuccess()).isTrue();
  }

  @Test
  void oneThatStillSendsIsWaitedForForAFewSeconds() {
    var unused = channel.pipeline().close();
    for (int i = 0; i < 9; i++) {
      channel.writeInbound(Unpooled.copyInt(i));
      channel.after(500);
      assertThat(channel.isOpen()).as("%s ms", i * 500).isTrue();
    }
    channel.writeInbound(Unpooled.copyInt(9));
    channel.after(500);
    assertThat(channel.isOpen()).isFalse();
    assertThat(channel.inboundMessages()).as("what it sent").isEmpty();
  }

  @Test
  void oneThatFallsSilentIsWaitedForNoLonger() {
    var unused = channel.pipeline().close();
    channel.after(500);
    channel.writeInbound(Unpooled.copyInt(1));
    channel.after(500);
    assertThat(channel.isOpen()).isTrue();
    channel.after(1000);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void whoClosesAgainMeanwhileWaitsAsWell() {
    ChannelFuture first = channel.pipeline().close();
    ChannelFuture second = channel.pipeline().close();
    assertThat(channel.isOpen()).isTrue();
    channel.after(1000);
    assertThat(first.isSuccess()).isTrue();
    assertThat(second.isSuccess()).isTrue();
  }

  /** A channel that can be closed in one direction. */
  private static final class Duplex extends EmbeddedChannel implements DuplexChannel {
    private boolean outputShutdown;

    /** The client has done nothing more for so long. */
    void after(long millis) {
      advanceTimeBy(millis, TimeUnit.MILLISECONDS);
      runScheduledPendingTasks();
    }

    @Override
    public boolean isOutputShutdown() {
      return outputShutdown;
    }

    @Override
    public ChannelFuture shutdownOutput() {
      return shutdownOutput(newPromise());
    }

    @Override
    public ChannelFuture shutdownOutput(ChannelPromise promise) {
      outputShutdown = true;
      return promise.setSuccess();
    }

    @Override
    public boolean isInputShutdown() {
      return false;
    }

    @Override
    public ChannelFuture shutdownInput() {
      throw new UnsupportedOperationException();
    }

    @Override
    public ChannelFuture shutdownInput(ChannelPromise promise) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public ChannelFuture shutdown() {
      throw new UnsupportedOperationException();
    }

    @Override
    public ChannelFuture shutdown(ChannelPromise promise) {
      throw new UnsupportedOperationException();
    }
  }
}
