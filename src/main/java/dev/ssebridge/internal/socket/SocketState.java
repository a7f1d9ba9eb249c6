package dev.ssebridge.internal.socket;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.lang.System.Logger.Level;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What can be seen of the socket below an HTTP/1 response: how far the kernel has come with the
 * bytes of the present write, and a way to drop it at once. Vert.x has no public API for either.
 */
public final class SocketState {
  private static final System.Logger LOG = System.getLogger(SocketState.class.getName());
  private static final SocketState UNKNOWN = new SocketState(null);

  private final @Nullable Channel channel;

  private SocketState(@Nullable Channel channel) {
    this.channel = channel;
  }

  /** The socket of a connection, or one about which nothing is known. */
  static SocketState of(HttpConnection connection, HttpVersion version) {
    boolean ownSocket = version == HttpVersion.HTTP_1_1 || version == HttpVersion.HTTP_1_0;
    Channel channel = ownSocket ? channelUnder(connection) : null;
    return channel == null ? UNKNOWN : new SocketState(channel);
  }

  /** The channel of a connection of any version, or {@code null} where it cannot be had. */
  static @Nullable Channel channelUnder(HttpConnection connection) {
    try {
      if (connection instanceof ConnectionBase base) {
        return base.channelHandlerContext().channel();
      }
    } catch (LinkageError moved) {
      LOG.log(Level.DEBUG, "another Vert.x than expected: sockets cannot be looked at", moved);
    }
    return null;
  }

  /** What speaks HTTP/2 on a channel, or {@code null} where nothing does. */
  static @Nullable Http2ConnectionHandler http2On(@Nullable Channel channel) {
    return channel == null ? null : channel.pipeline().get(Http2ConnectionHandler.class);
  }

  /** Whether this is a Vert.x whose channels can be had at all. */
  static boolean canSeeChannels() {
    try {
      return !ConnectionBase.class.isInterface();
    } catch (LinkageError moved) {
      return false;
    }
  }

  /** Whether anything can be seen. */
  boolean isKnown() {
    return channel != null;
  }

  /** Bytes of the present write that the kernel has taken; on the connection's loop. */
  long progressOfWrite() {
    ChannelOutboundBuffer buffer = channel == null ? null : channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.currentProgress();
  }

  /** Runs the task when the loop is done with what it is doing now; where anything can be seen. */
  void later(Runnable task) {
    if (channel != null) {
      channel.eventLoop().execute(task);
    }
  }

  /**
   * What Netty has yet to give to the kernel of what was written: 0 for nothing, and otherwise
   * another number with every byte that the kernel takes. On the channel's loop.
   */
  static long unsent(Channel channel) {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    if (buffer == null || buffer.isEmpty()) {
      return 0;
    }
    long left = buffer.totalPendingWriteBytes() - buffer.currentProgress();
    return left == 0 ? -1 : left; // a part of a file counts for nothing before it is given
  }

  /**
   * What has yet to be taken of what was written, wherever it waits: 0 for nothing, and otherwise
   * another number when some of it is taken. On the channel's loop.
   *
   * @param received bytes that came in; without any, a closed window of HTTP/2 stays closed
   */
  static long untaken(Channel channel, long received) {
    long left = unsent(channel);
    Http2ConnectionHandler http2 = left == 0 ? http2On(channel) : null;
    return http2 == null || !waitsForWindow(http2.connection()) ? left : -2 - received;
  }

  /** Whether there is such a stream among those that are open, of either side. */
  static boolean hasStream(Http2Connection connection, Predicate<Http2Stream> wanted) {
    try {
      return connection.forEachActiveStream(stream -> !wanted.test(stream)) != null;
    } catch (Http2Exception e) {
      throw new IllegalStateException("a visitor that throws", e);
    }
  }

  private static boolean waitsForWindow(Http2Connection connection) {
    return hasStream(connection, stream -> waitsForWindow(connection, stream));
  }

  /** Whether an answer was begun that the client's window does not let go on. */
  static boolean waitsForWindow(Http2Connection connection, Http2Stream stream) {
    Http2RemoteFlowController controller = connection.remote().flowController();
    return stream.isHeadersSent()
        && stream.state().localSideOpen()
        && !controller.isWritable(stream);
  }

  /** Drops the connection with all that is queued. False where that cannot be done from here. */
  boolean drop() {
    if (channel == null) {
      return false;
    }
    drop(channel);
    return true;
  }

  /** Not where it is closed, or has become a WebSocket. */
  static boolean speaksHttp(Channel channel) {
    ChannelPipeline pipeline = channel.pipeline();
    return channel.isActive()
        && (pipeline.get(HttpRequestDecoder.class) != null || http2On(channel) != null);
  }

  /** Drops a connection with all that is queued, on its loop. */
  static void drop(Channel channel) {
    channel.config().setOption(ChannelOption.SO_LINGER, 0);
    channel.unsafe().close(channel.voidPromise());
  }
}
