package dev.ssebridge.internal.log;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The pages of a log, found from a sequence in constant time. Where events were lost there may be
 * no page. One thread writes, any thread reads.
 */
final class PageRing {
  private static final @Nullable Page[] EMPTY = new @Nullable Page[1];
  private static final int SMALLEST = 4;

  /** Up to this number, slots are part of what a channel costs that holds nothing. */
  private static final int FREE = SMALLEST;

  private static final int SLOT = 8;
  private static final int MOST_ENTRIES = 64;
  private static final int LEAST_ENTRIES = 8;
  private static final int ENTRIES_WITHOUT_HISTORY = 16;

  private final int shift;
  private volatile @Nullable Page[] slots = EMPTY;

  /** Only the writer. */
  private long held;

  /**
   * @param retained how many events are retained: pages of few events are small, so that what is
   *     held beside them is
   */
  PageRing(int retained) {
    int entries = Math.max(LEAST_ENTRIES, Math.min(MOST_ENTRIES, retained / 4));
    this.shift =
        31 - Integer.numberOfLeadingZeros(retained == 0 ? ENTRIES_WITHOUT_HISTORY : entries);
  }

  /** How many events a page has. */
  int entries() {
    return 1 << shift;
  }

  /** The first sequence of the page that this one is in. */
  long firstOf(long sequence) {
    return ((sequence - 1) & -(1L << shift)) + 1;
  }

  /** The page of this sequence, or {@code null} where there is none. Any thread. */
  @Nullable Page at(long sequence) {
    @Nullable Page[] ring = slots;
    Page page = ring[slot(sequence, ring)];
    return page != null && page.first == firstOf(sequence) ? page : null;
  }

  /** The memory of the pages and what refers to them, in bytes. Writer only. */
  long held() {
    return held + (long) Math.max(0, slots.length - FREE) * SLOT;
  }

  /** What was counted for a page is no longer what it holds. Writer only. */
  void onChange(long bytes) {
    held += bytes;
  }

  /**
   * Adds the newest page. Writer only.
   *
   * @param floor the oldest sequence that must still be found
   */
  void add(Page page, long floor) {
    long live = ((page.first - firstOf(Math.min(floor, page.first))) >> shift) + 1;
    if (live > slots.length || slots == EMPTY) {
      grow(live);
    }
    @Nullable Page[] ring = slots;
    ring[slot(page.first, ring)] = page;
    held += page.held();
  }

  private void grow(long live) {
    @Nullable Page[] small = slots;
    int length = Math.max(SMALLEST, small.length);
    while (length < live) {
      length *= 2;
    }
    @Nullable Page[] large = new @Nullable Page[length];
    for (Page page : small) {
      if (page != null) {
        large[slot(page.first, large)] = page;
      }
    }
    slots = large;
  }

  /** Lets go of entries that lie before others. Writer only. */
  void drop(long from, long first) {
    @Nullable Page[] ring = slots;
    // After a loss there may be more pages missing than there are slots.
    long begin = Math.max(firstOf(from), firstOf(first) - ((long) ring.length << shift));
    for (long next = begin; next < first; next += 1L << shift) {
      int slot = slot(next, ring);
      Page page = ring[slot];
      if (page == null || page.first >= first) {
        continue;
      }
      held -= page.held();
      if (page.first + entries() <= first) {
        ring[slot] = null;
      } else {
        page.drop((int) Math.max(0, from - page.first), (int) (first - page.first));
        held += page.held();
      }
    }
  }

  /** Lets go of everything. Writer only. */
  void clear() {
    if (slots != EMPTY) {
      if (slots.length <= FREE) {
        Arrays.fill(slots, null);
      } else {
        slots = EMPTY;
      }
    }
    held = 0;
  }

  private int slot(long sequence, @Nullable Page[] ring) {
    return (int) ((sequence - 1) >> shift) & (ring.length - 1);
  }
}
