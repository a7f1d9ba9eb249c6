package dev.ssebridge.internal.store;

import dev.ssebridge.spi.StoreReceipt;
import dev.ssebridge.spi.StoreReceipt.Place;
import dev.ssebridge.spi.StoredEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * What an append comes to: those of its events that are new, and where all of them are.
 *
 * @param first the sequence of the first that is new
 * @param fresh those that are new
 * @param head the sequence of the last one, {@code first - 1} where none is new
 */
public record Arrivals(long first, List<StoredEvent> fresh, long head, StoreReceipt receipt) {

  /** Gives sequences to events that come after a head, and remembers their message ids. */
  public static Arrivals after(long head, String epoch, List<StoredEvent> events, RecentIds ids) {
    List<StoredEvent> fresh = new ArrayList<>(events.size());
    List<Place> places = new ArrayList<>(events.size());
    long last = head;
    for (StoredEvent event : events) {
      String id = event.messageId();
      Long known = id == null ? null : ids.place(id);
      if (known != null) {
        places.add(new Place(known, true));
        continue;
      }
      last += event.span();
      if (id != null) {
        ids.add(id, last);
      }
      fresh.add(event);
      places.add(new Place(last, false));
    }
    return new Arrivals(head + 1, fresh, last, new StoreReceipt(epoch, places));
  }
}
