package dev.ssebridge.internal.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.nio.channels.NotYetConnectedException;
import org.jspecify.annotations.Nullable;

/**
 * The socket under a channel of the epoll transport. While the channel's queue is empty, bytes may
 * go to the socket without becoming an entry of it first. Only the channel's loop.
 *
 * <p>Paid for by the workload w1s of the fan-out benchmark.
 */
final class NativeSocket {
  /** Of the transports whose sockets never block; those of io_uring might. */
  private static final String EPOLL = "io.netty.channel.epoll.";

  private final Channel.Unsafe channel;
  private final Socket socket;

  private NativeSocket(Channel.Unsafe channel, Socket socket) {
    this.channel = channel;
    this.socket = socket;
  }

  /** The socket, or {@code null} where the transport is another. */
  static @Nullable NativeSocket under(Channel channel) {
    return channel.getClass().getName().startsWith(EPOLL)
            && channel instanceof UnixChannel unix
            && unix.fd() instanceof Socket socket
        ? new NativeSocket(channel.unsafe(), socket)
        : null;
  }

  /**
   * Sends what the socket takes at once; nothing where earlier bytes still wait in the queue.
   *
   * @return how many bytes it took
   */
  int send(ByteBuf bytes) {
    ChannelOutboundBuffer queue = channel.outboundBuffer();
    if (queue == null || queue.totalPendingWriteBytes() != 0 || !bytes.hasMemoryAddress()) {
      return 0;
    }
    try {
      return socket.sendAddress(bytes.memoryAddress(), bytes.readerIndex(), bytes.writerIndex());
    } catch (IOException | NotYetConnectedException broken) {
      return 0; // the channel will meet the same failure, and close
    }
  }
}
