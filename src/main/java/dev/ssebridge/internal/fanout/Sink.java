package dev.ssebridge.internal.fanout;

import org.jspecify.annotations.Nullable;

/**
 * Where the bytes of one subscriber go: an HTTP response, or a test's recorder. Every method is
 * called on the subscriber's loop; none blocks and none throws.
 *
 * <p>The owner of a sink calls {@link Subscriber#writable} when a full sink has room again, and
 * {@link Subscriber#gone} once the peer is no longer there; both may come from within a call, and
 * from any thread.
 */
public interface Sink {

  /** Whether to write nothing more until {@link Subscriber#writable} is called. */
  boolean isFull();

  /** Takes whole frames. Never called while full. */
  void write(Batch batch);

  /** Takes bytes that are not of the log: whole comments or events. Never called while full. */
  void write(byte[] block);

  /**
   * Ends the stream after all that was written and this last block. Nothing is written after it.
   */
  void end(byte @Nullable [] last);

  /** Drops the connection at once, whatever it still holds. */
  void abort();

  /** Bytes that were written and that the socket has not taken yet; an estimate, 0 if none. */
  long pendingBytes();

  /** A number that changes whenever the socket takes bytes. */
  long progress();
}
