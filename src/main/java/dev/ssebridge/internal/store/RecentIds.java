package dev.ssebridge.internal.store;

import dev.ssebridge.spi.HistoryStore;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the newest events that had a message id are: {@value HistoryStore#REMEMBERED_IDS} of them,
 * or fewer where many channels have some. Not thread-safe.
 */
public final class RecentIds {
  /** What an id takes of memory beside its characters. */
  private static final int BYTES = 200;

  private final Map<String, Long> places = new HashMap<>();
  private final TreeMap<Long, String> inOrder = new TreeMap<>();
  private final Together together;
  private long bytes;

  /** Those of one channel, beside no others. */
  public RecentIds() {
    this(new Together());
  }

  /**
   * Those of one channel.
   *
   * @param together with those of others
   */
  public RecentIds(Together together) {
    this.together = together;
  }

  /**
   * The ids of all channels of a store, up to a limit: above it those go first which belong to the
   * channel that has had no new one for the longest. Not thread-safe.
   */
  public static final class Together {
    /** About how many bytes they hold at most. */
    public static final long MOST_BYTES = 16 << 20;

    private final Map<RecentIds, Boolean> byUse = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    private void changed(RecentIds ids, long by) {
      bytes += by;
      byUse.put(ids, true);
      Iterator<RecentIds> idlest = byUse.keySet().iterator();
      while (bytes > MOST_BYTES) {
        RecentIds next = idlest.next();
        if (next == ids) {
          return; // one channel alone never has too many
        }
        idlest.remove();
        bytes -= next.bytes;
        next.clear();
      }
    }
  }

  private void clear() {
    places.clear();
    inOrder.clear();
    bytes = 0;
  }

  private static long bytesOf(String id) {
    return BYTES + (long) id.length();
  }

  /** Where the event with this id is, null where none of the newest had it. */
  public @Nullable Long place(String messageId) {
    return places.get(messageId);
  }

  /** This event had one. They may come in any order: those of the newest events stay. */
  public void add(String messageId, long sequence) {
    Long before = places.put(messageId, sequence);
    long more = bytesOf(messageId);
    if (before != null) {
      inOrder.remove(before);
      more = 0;
    }
    inOrder.put(sequence, messageId);
    if (inOrder.size() > HistoryStore.REMEMBERED_IDS) {
      String oldest = inOrder.pollFirstEntry().getValue();
      places.remove(oldest);
      more -= bytesOf(oldest);
    }
    count(more);
  }

  private void count(long more) {
    bytes += more;
    together.changed(this, more);
  }

  /** Those of events after this one never were. */
  public void forgetAfter(long sequence) {
    Map<Long, String> later = inOrder.tailMap(sequence, false);
    long less = later.values().stream().mapToLong(RecentIds::bytesOf).sum();
    later.values().forEach(places::remove);
    later.clear();
    count(-less);
  }

  int size() {
    return inOrder.size();
  }

  /** The places, the oldest first. */
  Iterator<Long> oldestFirst() {
    return inOrder.keySet().iterator();
  }
}
