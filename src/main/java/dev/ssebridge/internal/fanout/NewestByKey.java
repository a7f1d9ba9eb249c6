package dev.ssebridge.internal.fanout;

import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Which events of a log are the newest of their key, kept as events are appended: so that a
 * conflated subscriber reads those, and looks at no others. An event without a key always is.
 *
 * <p>The log's writer writes; any number of readers read without a lock. What is superseded is
 * marked after the newer event is in the log, so whatever a reader leaves out has a newer one
 * there. A reader that is overtaken by the log may read marks of later events: it has to look at
 * the log's floor afterwards.
 */
final class NewestByKey {
  private static final int MIN_WORDS = 16;

  /** What a key costs beside its characters and addresses, in bytes. */
  private static final int KEY_BYTES = 200;

  /** A table for this number of keys, or fewer, is too small to be counted. */
  private static final int FEW_KEYS = 16;

  /** What the table takes for a key, at the most: it is twice as large as it needs to be. */
  private static final long TABLE_BYTES = 24;

  private static final long SOURCE_BYTES = 16;

  // set at construction
  private final Newest ends = new Newest("");

  // written by the writer, read by anyone
  private volatile ConcurrentMap<String, Newest> keys = new ConcurrentHashMap<>();

  /** A bit for each event, 64 to a word, a ring: set where a newer one of its key follows. */
  private volatile AtomicLongArray superseded = new AtomicLongArray(MIN_WORDS);

  // only the writer
  private int maxKeys;
  private long keyBytes;

  /** The most keys that the map has had: its table is as large as these need, and never shrinks. */
  private int mostKeys;

  /**
   * @param maxKeys how many keys are told apart; events of further keys count as having none
   */
  NewestByKey(int maxKeys) {
    this.maxKeys = maxKeys;
  }

  /**
   * From now on {@code most} keys are told apart; those that are told apart already stay so. Writer
   * only.
   */
  void limit(int most) {
    maxKeys = most;
  }

  /**
   * An event was appended, the log's newest. Writer only.
   *
   * @param source which of the channel's addresses
   * @param floor the oldest event that can be read
   */
  void onAppended(long sequence, int source, @Nullable String key, long floor) {
    forgetBelow(floor);
    if (key != null) {
      Newest newest = keys.get(key);
      if (newest == null && keys.size() < maxKeys) {
        newest = new Newest(key);
        keys.put(key, newest);
        mostKeys = Math.max(mostKeys, keys.size());
        keyBytes += newest.bytes();
      }
      if (newest != null) {
        supersede(newest, sequence, source, floor);
      }
    }
    if (wordOf(sequence + 1) != wordOf(sequence)) {
      beginWord(sequence + 1, Math.min(floor, sequence));
    }
  }

  /**
   * The events after {@code from} and up to {@code to} were lost. Writer only.
   *
   * @param floor the oldest event that can be read
   */
  void onLost(long from, long to, long floor) {
    forgetBelow(floor);
    long word = Math.max(wordOf(from + 1) + 1, wordOf(floor));
    for (; word <= wordOf(to + 1); word++) {
      beginWord(word << 6, Math.min(floor, word << 6));
    }
  }

  /** Forgets keys whose newest event can no longer be read. Writer only. */
  void forgetBelow(long floor) {
    for (Newest oldest = ends.after; oldest != ends && oldest.sequence < floor; ) {
      keys.remove(oldest.key);
      keyBytes -= oldest.bytes();
      oldest.unlink();
      oldest = ends.after;
    }
    if (mostKeys > FEW_KEYS && keys.size() < mostKeys / 8) {
      keys = new ConcurrentHashMap<>(keys);
      mostKeys = keys.size();
    }
  }

  /** The log is empty. Writer only. */
  void clear() {
    forgetBelow(Long.MAX_VALUE);
    if (superseded.length() > MIN_WORDS) {
      superseded = new AtomicLongArray(MIN_WORDS);
    }
  }

  /** What it holds beside the log, beyond what an empty one does, in bytes. Writer only. */
  long bytes() {
    long table = mostKeys > FEW_KEYS ? TABLE_BYTES * mostKeys : 0;
    return keyBytes + table + 8L * (superseded.length() - MIN_WORDS);
  }

  /**
   * The first event after this one that is the newest of its key, {@code head + 1} if none is up to
   * the head. Any thread, with a head that it has read from the log before.
   */
  long next(long sequence, long head) {
    AtomicLongArray words = superseded;
    long next = sequence + 1;
    while (next <= head) {
      long live = ~words.getAcquire(slot(next, words)) & (-1L << next);
      if (live != 0) {
        return Math.min(head + 1, (next & -64L) + Long.numberOfTrailingZeros(live));
      }
      next = (next & -64L) + 64;
    }
    return head + 1;
  }

  /**
   * Whether a newer event of the key follows that the filter accepts as well; events of one key are
   * of one label. Any thread.
   */
  boolean isSuperseded(long sequence, @Nullable String key, EventFilter filter) {
    Newest newest = key == null ? null : keys.get(key);
    return newest != null && newest.sources.hasNewer(sequence, filter);
  }

  private void supersede(Newest newest, long sequence, int source, long floor) {
    long before = newest.sequence;
    newest.sequence = sequence;
    keyBytes -= newest.bytes();
    newest.sources = newest.sources.with(source, sequence);
    keyBytes += newest.bytes();
    newest.unlink();
    newest.linkBefore(ends);
    if (before >= floor) {
      AtomicLongArray words = superseded;
      int slot = slot(before, words);
      words.setRelease(slot, words.getPlain(slot) | 1L << before);
    }
  }

  /** Before the first event of a word is appended, whatever the ring had there is gone. */
  private void beginWord(long first, long floor) {
    AtomicLongArray words = superseded;
    long needed = wordOf(first) - wordOf(floor) + 1;
    if (needed > words.length()) {
      AtomicLongArray more = new AtomicLongArray(words.length() * 2);
      for (long word = wordOf(floor); word < wordOf(first); word++) {
        more.setPlain(slot(word << 6, more), words.getPlain(slot(word << 6, words)));
      }
      words = more;
      superseded = more;
    } else if (needed < words.length() / 8 && words.length() > MIN_WORDS) {
      AtomicLongArray less = new AtomicLongArray(words.length() / 2);
      for (long word = wordOf(floor); word < wordOf(first); word++) {
        less.setPlain(slot(word << 6, less), words.getPlain(slot(word << 6, words)));
      }
      words = less;
      superseded = less;
    }
    words.setRelease(slot(first, words), 0);
  }

  private static long wordOf(long sequence) {
    return sequence >> 6;
  }

  private static int slot(long sequence, AtomicLongArray words) {
    return (int) wordOf(sequence) & (words.length() - 1);
  }

  /** The newest event of a key, a link of a ring of them in the order of these. */
  private static final class Newest {
    private final String key;
    private long sequence;
    private Newest before = this;
    private Newest after = this;
    private volatile Sources sources = Sources.NONE;

    Newest(String key) {
      this.key = key;
    }

    long bytes() {
      return KEY_BYTES + 2L * key.length() + SOURCE_BYTES * sources.ids.length;
    }

    void unlink() {
      before.after = after;
      after.before = before;
    }

    void linkBefore(Newest other) {
      before = other.before;
      after = other;
      before.after = this;
      other.before = this;
    }
  }

  /** The newest event of a key from each address that it came from. */
  private static final class Sources {
    static final Sources NONE = new Sources(new int[0], new AtomicLongArray(0));

    /** Which of the channel's addresses, and the sequences of these. */
    private final int[] ids;

    private final AtomicLongArray newest;

    Sources(int[] ids, AtomicLongArray newest) {
      this.ids = ids;
      this.newest = newest;
    }

    Sources with(int source, long sequence) {
      for (int i = 0; i < ids.length; i++) {
        if (ids[i] == source) {
          newest.setRelease(i, sequence);
          return this;
        }
      }
      int[] more = Arrays.copyOf(ids, ids.length + 1);
      more[ids.length] = source;
      AtomicLongArray all = new AtomicLongArray(more.length);
      for (int i = 0; i < ids.length; i++) {
        all.setPlain(i, newest.getPlain(i));
      }
      all.setPlain(ids.length, sequence);
      return new Sources(more, all);
    }

    boolean hasNewer(long sequence, EventFilter filter) {
      for (int i = 0; i < ids.length; i++) {
        if (newest.getAcquire(i) > sequence && filter.acceptsSource(ids[i])) {
          return true;
        }
      }
      return false;
    }
  }
}
