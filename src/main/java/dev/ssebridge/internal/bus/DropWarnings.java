package dev.ssebridge.internal.bus;

import dev.ssebridge.internal.text.PrintableText;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Counts what had to be dropped, and says so at most once in {@value #INTERVAL_MILLIS} ms for each
 * subject, with how many it were since, and for at most {@value #MOST_LINES} subjects in that time.
 * Any thread.
 */
public final class DropWarnings {
  static final long INTERVAL_MILLIS = 10_000;
  static final int MAX_SUBJECTS = 1000;
  static final int MOST_LINES = 20;

  private static final System.Logger LOG = System.getLogger(DropWarnings.class.getName());

  private final LongSupplier clock;
  private final LongAdder total = new LongAdder();

  // guarded by this
  private long interval;
  private int lines;
  private long untold;
  private final Map<String, Subject> subjects =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Subject> eldest) {
          return size() > MAX_SUBJECTS;
        }
      };

  /**
   * @param clock milliseconds
   */
  public DropWarnings(LongSupplier clock) {
    this.clock = clock;
  }

  /** Counts a drop, and warns if it is time. */
  public void dropped(String subject) {
    drop(subject, 1, "");
  }

  /** Counts {@code count} drops at once. */
  public void dropped(String subject, long count) {
    drop(subject, count, "");
  }

  /**
   * The same with an exception, whose text is not part of the subject: it may be another each time.
   */
  public void dropped(String subject, Throwable cause) {
    drop(subject, 1, ": " + cause);
  }

  /** Warns as seldom; nothing is dropped. */
  void tell(String subject) {
    tell(subject, 1, "");
  }

  /** Warns of something that has failed and is tried again, as seldom; nothing is dropped. */
  void failed(String subject, RuntimeException cause) {
    tell(subject, 1, ": " + cause);
  }

  private void drop(String subject, long count, String detail) {
    total.add(count);
    tell(subject, count, detail);
  }

  private void tell(String subject, long count, String detail) {
    List<String> due = due(subject, count, detail);
    due.forEach(line -> LOG.log(Level.WARNING, PrintableText.of(line)));
  }

  /** How many were dropped. */
  public long total() {
    return total.sum();
  }

  private synchronized List<String> due(String subject, long count, String detail) {
    List<String> due = new ArrayList<>(1);
    long now = clock.getAsLong();
    if (now - interval >= INTERVAL_MILLIS) {
      if (untold > 0) {
        due.add(untold + " more were dropped, of too many kinds to name each");
      }
      interval = now;
      lines = 0;
      untold = 0;
    }
    Subject known = subjects.computeIfAbsent(subject, s -> new Subject());
    known.since += count;
    if (known.isDue(now)) {
      if (lines < MOST_LINES) {
        lines++;
        due.add(subject + (known.since == 1 ? "" : " (" + known.since + " times)") + detail);
      } else {
        untold += known.since;
      }
      known.reportedAt = Math.max(1, now);
      known.since = 0;
    }
    return due;
  }

  private static final class Subject {
    private long since;
    private long reportedAt;

    private boolean isDue(long now) {
      return reportedAt == 0 || now - reportedAt >= INTERVAL_MILLIS;
    }
  }
}
