package dev.ssebridge.internal.store;

import dev.ssebridge.spi.HistoryStore;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the newest events are that had a message id: {@value HistoryStore#REMEMBERED_IDS} of them.
 * Not thread-safe.
 */
public final class RecentIds {
  private final Map<String, Long> places = new LinkedHashMap<>();

  /** Where the event with this id is, null where none of the newest had it. */
  public @Nullable Long place(String messageId) {
    return places.get(messageId);
  }

  /** This event had one. */
  public void add(String messageId, long sequence) {
    places.remove(messageId);
    places.put(messageId, sequence);
    if (places.size() > HistoryStore.REMEMBERED_IDS) {
      var oldest = places.entrySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /** None had one. */
  public void clear() {
    places.clear();
  }
}
