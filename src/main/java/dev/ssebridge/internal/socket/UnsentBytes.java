package dev.ssebridge.internal.socket;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.vertx.core.http.HttpConnection;
import java.lang.System.Logger.Level;

/**
 * The limit of what the kernel keeps of a stream before it sends it (TCP_NOTSENT_LOWAT of tcp(7)).
 * Without one it takes up to 4 MiB for each reader that has stopped: memory that nobody counts, and
 * events that can neither be conflated nor skipped any more. What is sent and not acknowledged yet
 * is not part of it, so a connection is no slower for it.
 *
 * <p>The workload {@code w5} of the benchmark shows what it gains.
 */
final class UnsentBytes {
  private static final System.Logger LOG = System.getLogger(UnsentBytes.class.getName());
  private static final long LIMIT = 128 * 1024;

  /** Of the epoll transport; the others do not know it. */
  private static final ChannelOption<Long> OPTION =
      ChannelOption.valueOf("io.netty.channel.epoll.EpollChannelOption#TCP_NOTSENT_LOWAT");

  private UnsentBytes() {}

  /** Sets the limit where there is one to be set. Any thread. */
  static void limit(HttpConnection connection) {
    Channel channel = SocketState.channelUnder(connection);
    try {
      if (channel != null) {
        channel.config().setOption(OPTION, LIMIT);
      }
    } catch (ChannelException impossible) {
      LOG.log(Level.DEBUG, "the kernel keeps what it likes of a stream", impossible);
    }
  }
}
