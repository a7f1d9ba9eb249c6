package dev.ssebridge.internal.store;

import dev.ssebridge.spi.GapReason;
import dev.ssebridge.spi.StoredEvent;

/** Runs of lost events, of which a reader wants but a part. */
public final class Runs {
  private Runs() {}

  /** What is left of an event without so many of the sequences that it takes. */
  public static StoredEvent from(StoredEvent event, long without) {
    GapReason reason = event.reason();
    return without == 0 || reason == null
        ? event
        : StoredEvent.lost(event.time(), event.lost() - without, reason);
  }
}
