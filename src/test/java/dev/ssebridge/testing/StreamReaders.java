package dev.ssebridge.testing;

import java.util.Collection;
import java.util.concurrent.CompletableFuture;

/** Thousands of streams, read by one thread, of which only accounts are kept. */
public final class StreamReaders implements AutoCloseable {
  private final ReadingThread thread = new ReadingThread("stream-readers", () -> {});
  private final int receiveBuffer;

  /**
   * @param receiveBuffer of each socket, about so many bytes; 0 for what the system gives
   */
  public StreamReaders(int receiveBuffer) {
    this.receiveBuffer = receiveBuffer;
  }

  /** A client that is not connected yet. */
  public StreamReader reader(int port, String target, RunningAccount account) {
    return new StreamReader(this, port, target, account);
  }

  /** Drops the connections of all of these at once. */
  public void cut(Collection<StreamReader> all) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    thread.execute(
        () -> {
          all.forEach(StreamReader::cutNow);
          done.complete(null);
        });
    Deadline.await(
        () -> {
          check();
          return done.isDone();
        },
        () -> "the connections cut");
  }

  /** Fails if reading did. */
  public void check() {
    thread.check();
  }

  /** Drops all connections. */
  @Override
  public void close() {
    thread.close();
  }

  int receiveBuffer() {
    return receiveBuffer;
  }

  /** The thread that reads them all. */
  ReadingThread thread() {
    return thread;
  }
}
