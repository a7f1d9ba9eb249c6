package dev.ssebridge.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** Plain HTTP/1.1, each request on a connection of its own. */
final class SocketExchanges implements Exchanges {
  private final ReadingThread thread;

  SocketExchanges(String name, Runnable onFailure) {
    thread = new ReadingThread(name, onFailure);
  }

  @Override
  public Exchange ask(int port, int receiveBuffer, String request, Exchange.Listener listener) {
    try {
      SocketChannel channel = SocketChannel.open();
      if (receiveBuffer > 0) {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
      }
      channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      channel.write(ByteBuffer.wrap(request.getBytes(UTF_8)));
      channel.configureBlocking(false);
      OfSocket exchange = new OfSocket(channel, listener);
      thread.execute(() -> thread.register(channel, exchange));
      return exchange;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean isHttp2() {
    return false;
  }

  @Override
  public void execute(Runnable task) {
    thread.execute(task);
  }

  @Override
  public void check() {
    thread.check();
  }

  @Override
  public void close() {
    thread.close();
  }

  private final class OfSocket implements Exchange, ReadingThread.Reader {
    private final SocketChannel channel;
    private final Listener listener;

    OfSocket(SocketChannel channel, Listener listener) {
      this.channel = channel;
      this.listener = listener;
    }

    @Override
    public void send(byte[] bytes) {
      ByteBuffer left = ByteBuffer.wrap(bytes);
      Deadline deadline = Deadline.start();
      try {
        while (left.hasRemaining() && !deadline.isOver()) {
          if (channel.write(left) == 0) {
            Thread.onSpinWait();
          }
        }
      } catch (IOException gone) {
        return;
      }
    }

    @Override
    public void sendChunk(byte[] bytes) {
      ByteArrayOutputStream chunk = new ByteArrayOutputStream();
      chunk.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(US_ASCII));
      chunk.writeBytes(bytes);
      chunk.writeBytes("\r\n".getBytes(US_ASCII));
      send(chunk.toByteArray());
    }

    @Override
    public void reading(boolean on) {
      thread.execute(() -> thread.interest(channel, on ? SelectionKey.OP_READ : 0));
    }

    @Override
    public void finish() {
      try {
        channel.shutdownOutput();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      thread.execute(() -> {}); // lets the selector deregister it, which is what closes it
    }

    @Override
    public void reset() {
      try {
        if (channel.isOpen()) {
          channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      close();
    }

    @Override
    public void onReadable(SocketChannel from, ByteBuffer buffer) {
      byte[] bytes;
      try {
        int count = from.read(buffer.clear());
        if (count < 0) {
          onDisconnect();
          return;
        }
        bytes = new byte[count];
        buffer.flip().get(bytes);
      } catch (IOException reset) {
        onDisconnect();
        return;
      }
      listener.onBytes(bytes, bytes.length);
    }

    private void onDisconnect() {
      thread.interest(channel, 0);
      listener.onDisconnect();
    }
  }
}
