package dev.ssebridge.testing;

import java.util.Collection;
import java.util.concurrent.CompletableFuture;

/** Thousands of streams, read by one thread, of which only accounts are kept. */
public final class StreamReaders implements AutoCloseable {
  private final Exchanges exchanges;
  private final int receiveBuffer;

  /**
   * Over the wire that the test runs over.
   *
   * @param receiveBuffer of each socket, about so many bytes, or the window of each stream where
   *     some share a connection; 0 for what the system gives
   */
  public StreamReaders(int receiveBuffer) {
    this.receiveBuffer = receiveBuffer;
    this.exchanges = Exchanges.over(Wire.current(), "stream-readers", () -> {});
  }

  /** A client that is not connected yet. */
  public StreamReader reader(int port, String target, RunningAccount account) {
    return new StreamReader(this, port, target, account);
  }

  /** Drops the connections of all of these at once. */
  public void cut(Collection<StreamReader> all) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    exchanges.execute(
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
    exchanges.check();
  }

  /** Drops all connections. */
  @Override
  public void close() {
    exchanges.close();
  }

  int receiveBuffer() {
    return receiveBuffer;
  }

  /** What they ask with. */
  Exchanges exchanges() {
    return exchanges;
  }
}
