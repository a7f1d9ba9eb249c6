package dev.ssebridge.internal.store;

import dev.ssebridge.spi.HistoryStore;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the newest events are that had a message id: {@value HistoryStore#REMEMBERED_IDS} of them.
 * Not thread-safe.
 */
public final class RecentIds {
  private final Map<String, Long> places = new HashMap<>();
  private final TreeMap<Long, String> inOrder = new TreeMap<>();

  /** Where the event with this id is, null where none of the newest had it. */
  public @Nullable Long place(String messageId) {
    return places.get(messageId);
  }

  /** This event had one. They may come in any order: those of the newest events stay. */
  public void add(String messageId, long sequence) {
    Long before = places.put(messageId, sequence);
    if (before != null) {
      inOrder.remove(before);
    }
    inOrder.put(sequence, messageId);
    if (inOrder.size() > HistoryStore.REMEMBERED_IDS) {
      places.remove(inOrder.pollFirstEntry().getValue());
    }
  }

  /** Those of events after this one never were. */
  public void forgetAfter(long sequence) {
    Map<Long, String> later = inOrder.tailMap(sequence, false);
    later.values().forEach(places::remove);
    later.clear();
  }

  int size() {
    return inOrder.size();
  }

  /** The places, the oldest first. */
  Iterator<Long> oldestFirst() {
    return inOrder.keySet().iterator();
  }
}
