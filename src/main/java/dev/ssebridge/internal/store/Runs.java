package dev.ssebridge.internal.store;

import dev.ssebridge.spi.GapReason;
import dev.ssebridge.spi.StoredEvent;

/** Runs of lost events where a reader wants only a part of a run. */
public final class Runs {
  private Runs() {}

  /** What is left of an event without the first {@code without} of the sequences that it takes. */
  public static StoredEvent from(StoredEvent event, long without) {
    GapReason reason = event.reason();
    return without == 0 || reason == null
        ? event
        : StoredEvent.lost(event.time(), event.lost() - without, reason);
  }
}
