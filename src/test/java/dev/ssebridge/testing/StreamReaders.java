package dev.ssebridge.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Thousands of streams, read by one thread, of which only accounts are kept. */
public final class StreamReaders implements AutoCloseable {
  private final Selector selector;
  private final Thread thread = new Thread(this::run, "stream-readers");
  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final int receiveBuffer;
  private volatile boolean closed;

  /**
   * @param receiveBuffer of each socket, about so many bytes; 0 for what the system gives
   */
  public StreamReaders(int receiveBuffer) {
    this.receiveBuffer = receiveBuffer;
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread.setDaemon(true);
    thread.start();
  }

  /** A client that is not connected yet. */
  public StreamReader reader(int port, String target, RunningAccount account) {
    return new StreamReader(this, port, target, account);
  }

  /** Drops the connections of all of these at once. */
  public void cut(Collection<StreamReader> all) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    execute(
        () -> {
          all.forEach(StreamReader::cutNow);
          done.complete(null);
        });
    done.join();
  }

  /** Fails if reading did. */
  public void check() {
    if (!failures.isEmpty()) {
      throw new AssertionError(failures.size() + " failures while reading", failures.get(0));
    }
  }

  /** Drops all connections. */
  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  int receiveBuffer() {
    return receiveBuffer;
  }

  /** Runs a task on the reading thread. */
  void execute(Runnable task) {
    tasks.add(task);
    selector.wakeup();
  }

  /** On the reading thread. */
  void interest(@Nullable SocketChannel channel, int operations) {
    SelectionKey key = channel == null ? null : channel.keyFor(selector);
    if (key != null && key.isValid()) {
      key.interestOps(operations);
    }
  }

  /** On the reading thread. */
  void register(SocketChannel channel, StreamReader reader) {
    try {
      if (channel.isOpen()) {
        channel.register(selector, SelectionKey.OP_READ, reader);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run() {
    ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
    try (Selector open = selector) {
      while (!closed) {
        open.select();
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
          task.run();
        }
        for (SelectionKey key : open.selectedKeys()) {
          if (key.isValid() && key.isReadable()) {
            read(key, buffer);
          }
        }
        open.selectedKeys().clear();
      }
      for (SelectionKey key : new ArrayList<>(open.keys())) {
        key.channel().close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(SelectionKey key, ByteBuffer buffer) {
    try {
      ((StreamReader) key.attachment()).onReadable((SocketChannel) key.channel(), buffer);
    } catch (RuntimeException | AssertionError e) {
      failures.add(e);
      key.cancel();
    }
  }
}
