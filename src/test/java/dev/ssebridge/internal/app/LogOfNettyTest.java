package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.EncoderException;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.vertx.core.net.impl.VertxEventLoopGroup;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

/** Of what Netty says, what peers cause is left out, and what is wrong in the program is not. */
class LogOfNettyTest {
  private final LogLimit limit = new LogLimit();

  @Test
  void anExceptionOfAListenerIsLoggedUnlessAPeerCausedIt() {
    assertThat(passesFromAListener(new NullPointerException("ours"))).isTrue();
    assertThat(passesFromAListener(new IllegalStateException("ours"))).isTrue();
    assertThat(passesFromAListener(new EncoderException("ours"))).isTrue();
    assertThat(passesFromAListener(new DecoderException(new NullPointerException("ours"))))
        .isTrue();
    assertThat(passesFromAListener(new DecoderException("theirs"))).isFalse();
    assertThat(passesFromAListener(new PrematureChannelClosureException("theirs"))).isFalse();
    assertThat(passesFromAListener(new ClosedChannelException())).isFalse();
    assertThat(passesFromAListener(new SSLHandshakeException("theirs"))).isFalse();
    assertThat(passesFromAListener(new Http2Exception(Http2Error.STREAM_CLOSED))).isFalse();
    assertThat(passesFromAListener(new IllegalStateException(new IOException("reset")))).isFalse();
  }

  private boolean passesFromAListener(Exception thrown) {
    LogRecord entry =
        logged(
            DefaultPromise.class.getName(),
            () ->
                ImmediateEventExecutor.INSTANCE
                    .<Void>newPromise()
                    .addListener(
                        done -> {
                          throw thrown;
                        })
                    .setSuccess(null));
    assertThat(entry.getThrown()).isSameAs(thrown);
    return limit.isLoggable(entry);
  }

  @Test
  void anExceptionOfAHandlerIsLoggedThoughItWasHandlingOneOfAPeer() {
    ChannelInboundHandlerAdapter wrong =
        new ChannelInboundHandlerAdapter() {
          @Override
          @SuppressWarnings("deprecation") // only in a supertype
          public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            throw new NullPointerException("ours");
          }
        };
    LogRecord entry =
        logged(
            "io.netty.channel.AbstractChannelHandlerContext",
            () ->
                new EmbeddedChannel(wrong)
                    .pipeline()
                    .fireExceptionCaught(new ClosedChannelException()));
    assertThat(entry.getThrown()).isInstanceOf(ClosedChannelException.class);
    assertThat(limit.isLoggable(entry)).isTrue();
  }

  @Test
  void aConnectionThatComesBehindTheLastInstanceIsNoLine() {
    VertxEventLoopGroup ended = new VertxEventLoopGroup();
    assertThat(passesOfAccepted(catchThrowable(ended::next))).isFalse();
    assertThat(passesOfAccepted(new IllegalStateException("ours"))).isTrue();
    assertThat(passesOfAccepted(new IOException("epoll_ctl(..) failed"))).isTrue();
  }

  private boolean passesOfAccepted(Throwable thrown) {
    LogRecord entry = new LogRecord(Level.WARNING, "Failed to register an accepted channel: [..]");
    entry.setLoggerName(ServerBootstrap.class.getName());
    entry.setThrown(thrown);
    return limit.isLoggable(entry);
  }

  /** The one entry that this causes. */
  private static LogRecord logged(String name, Runnable cause) {
    List<LogRecord> entries = new ArrayList<>();
    Handler recorder =
        new Handler() {
          @Override
          public void publish(LogRecord entry) {
            entries.add(entry);
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger(name);
    logger.addHandler(recorder);
    logger.setUseParentHandlers(false);
    try {
      cause.run();
    } finally {
      logger.removeHandler(recorder);
      logger.setUseParentHandlers(true);
    }
    assertThat(entries).hasSize(1);
    return entries.get(0);
  }

  @Test
  void noLoggerWithWhichNettyTellsOfOurExceptionsIsTurnedDown() throws IOException {
    Properties levels = new Properties();
    try (InputStream in = ProgramLog.class.getResourceAsStream("logging.properties")) {
      levels.load(in);
    }
    assertThat(levels.stringPropertyNames())
        .filteredOn(name -> name.startsWith("io.netty."))
        .containsExactly("io.netty.handler.ssl.SslHandler.level");
  }

  @Test
  void whatAnotherLoggerSaysOfAPeerPasses() {
    LogRecord entry = new LogRecord(Level.WARNING, "a source");
    entry.setLoggerName("dev.ssebridge.internal.client.Connection");
    entry.setThrown(new ClosedChannelException());
    assertThat(limit.isLoggable(entry)).isTrue();
  }
}
