package dev.ssebridge.spi;

import java.util.List;
import java.util.Objects;

/**
 * What was read of a channel: events one after the other, without a hole.
 *
 * @param first the sequence of the first of them; where there is none, the one that would be next
 * @param events in order
 */
public record StoredStretch(long first, List<StoredEvent> events) {

  /** Copies the list. */
  public StoredStretch {
    events = List.copyOf(Objects.requireNonNull(events, "events"));
  }
}
