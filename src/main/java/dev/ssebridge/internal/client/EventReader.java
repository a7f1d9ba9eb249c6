package dev.ssebridge.internal.client;

import dev.ssebridge.client.EventSourceException;
import dev.ssebridge.format.ServerSentEvent;
import org.jspecify.annotations.Nullable;

/**
 * Reads a source for itself and says how much it wants. Called on the context of the source, one at
 * a time.
 */
public interface EventReader {

  /** The source that is read, for a reader; from any thread. */
  interface Feed {
    /** Wants {@code amount} more events. */
    void fetch(long amount);

    /** Wants nothing more: closes the source. */
    void close();

    /** Whether the caller's thread is the one that the source needs to go on. */
    boolean isHeldByCaller();
  }

  /** The source is this reader's from now on, and paused. */
  void begin();

  /** An event; never more of them than were wanted. */
  void event(ServerSentEvent event);

  /** Nothing follows; the failure is null where nothing went wrong. */
  void end(@Nullable EventSourceException failure);
}
