package dev.ssebridge.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * One thread that reads any number of sockets. Other threads may close the sockets at any moment.
 * What goes wrong in here fails whoever {@linkplain #check checks}: a test must not wait in vain
 * for what nobody reads.
 */
final class ReadingThread {
  private final Selector selector;
  private final Thread thread;
  private final Runnable onFailure;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private volatile @Nullable Throwable failure;
  private volatile boolean closed;

  /** Takes what has come over a socket. */
  interface Reader {
    /** There is something to read, or the end. On the reading thread. */
    void onReadable(SocketChannel from, ByteBuffer buffer);
  }

  /**
   * Starts the thread.
   *
   * @param onFailure told of the first failure, on the reading thread
   */
  ReadingThread(String name, Runnable onFailure) {
    this.onFailure = onFailure;
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Fails if reading did. Any thread. */
  void check() {
    Throwable cause = failure;
    if (cause != null) {
      throw new AssertionError("reading failed: " + cause, cause);
    }
  }

  /** Runs a task on the reading thread. Any thread. */
  void execute(Runnable task) {
    tasks.add(task);
    selector.wakeup();
  }

  /** Reads a socket from now on. On the reading thread. */
  void register(SocketChannel channel, Reader reader) {
    try {
      channel.register(selector, SelectionKey.OP_READ, reader);
    } catch (ClosedChannelException closedMeanwhile) {
      // Nothing will be read of it.
    }
  }

  /** Whether a socket is read. On the reading thread. */
  void interest(@Nullable SocketChannel channel, int operations) {
    SelectionKey key = channel == null ? null : channel.keyFor(selector);
    try {
      if (key != null) {
        key.interestOps(operations);
      }
    } catch (CancelledKeyException closedMeanwhile) {
      // Nothing more will be read of it.
    }
  }

  /** Closes all sockets that are read, and ends. Any thread. */
  void close() {
    closed = true;
    selector.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
    try (Selector open = selector) {
      while (!closed) {
        open.select();
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
          guarded(task);
        }
        for (SelectionKey key : open.selectedKeys()) {
          guarded(() -> read(key, buffer));
        }
        open.selectedKeys().clear();
      }
      for (SelectionKey key : new ArrayList<>(open.keys())) {
        key.channel().close();
      }
    } catch (IOException | RuntimeException | Error e) {
      fail(e);
    }
  }

  /** Reads what a key stands for, unless another thread closes it at this very moment. */
  static void read(SelectionKey key, ByteBuffer buffer) {
    boolean readable;
    try {
      readable = key.isReadable();
    } catch (CancelledKeyException closedMeanwhile) {
      return; // by another thread, even just after it was asked whether the key is valid
    }
    if (readable) {
      try {
        ((Reader) key.attachment()).onReadable((SocketChannel) key.channel(), buffer);
      } catch (RuntimeException | Error e) {
        key.cancel();
        throw e;
      }
    }
  }

  /** What is wrong with one socket is no reason not to read the others. */
  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  private void fail(Throwable e) {
    if (failure == null) {
      failure = e;
      onFailure.run();
    }
  }
}
