package dev.ssebridge.internal.store;

import dev.ssebridge.spi.HistoryStore;
import dev.ssebridge.spi.StoreReceipt;
import dev.ssebridge.spi.StoreReceipt.Place;
import dev.ssebridge.spi.StoredEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * What an append comes to: those of its events that are new, and where all of them are.
 *
 * @param first the sequence of the first that is new
 * @param fresh those that are new
 * @param head the sequence of the last one, {@code first - 1} where none is new
 */
public record Arrivals(long first, List<StoredEvent> fresh, long head, StoreReceipt receipt) {

  /** Gives sequences to events that come after a head; what is remembered stays as it is. */
  public static Arrivals after(long head, String epoch, List<StoredEvent> events, RecentIds ids) {
    List<StoredEvent> fresh = new ArrayList<>(events.size());
    List<Place> places = new ArrayList<>(events.size());
    Known known = new Known(ids);
    long last = head;
    for (StoredEvent event : events) {
      String id = event.messageId();
      long there = id == null ? 0 : known.place(id);
      if (there > 0) {
        places.add(new Place(there, true));
        continue;
      }
      last += event.span();
      if (id != null) {
        known.add(id, last);
      }
      fresh.add(event);
      places.add(new Place(last, false));
    }
    return new Arrivals(head + 1, fresh, last, new StoreReceipt(epoch, places));
  }

  /** The ids of those that are new are remembered. */
  public void remember(RecentIds ids) {
    long sequence = first - 1;
    for (StoredEvent event : fresh) {
      sequence += event.span();
      String id = event.messageId();
      if (id != null) {
        ids.add(id, sequence);
      }
    }
  }

  /** What will be remembered while an append goes on. */
  private static final class Known {
    private final RecentIds before;
    private final Iterator<Long> oldest;
    private final Map<String, Long> own = new HashMap<>();
    private long forgotten;

    Known(RecentIds before) {
      this.before = before;
      oldest = before.oldestFirst();
    }

    long place(String id) {
      Long place = own.get(id);
      if (place == null) {
        place = before.place(id);
        return place == null || place <= forgotten ? 0 : place;
      }
      return place;
    }

    void add(String id, long sequence) {
      own.put(id, sequence);
      if (before.size() + own.size() > HistoryStore.REMEMBERED_IDS && oldest.hasNext()) {
        forgotten = oldest.next();
      }
    }
  }
}
