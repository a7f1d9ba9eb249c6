package dev.ssebridge.internal.bus;

import dev.ssebridge.internal.text.PrintableText;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Counts what had to be dropped, and says so at most once in {@value #INTERVAL_MILLIS} ms for each
 * subject; with how many it were since. Any thread.
 */
public final class DropWarnings {
  static final long INTERVAL_MILLIS = 10_000;
  static final int MAX_SUBJECTS = 1000;

  private static final System.Logger LOG = System.getLogger(DropWarnings.class.getName());

  private final LongSupplier clock;
  private final LongAdder total = new LongAdder();
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

  /** Counts so many drops at once. */
  public void dropped(String subject, long count) {
    drop(subject, count, "");
  }

  /**
   * The same with an exception, whose text is not part of the subject: it may be another each time.
   */
  public void dropped(String subject, RuntimeException cause) {
    drop(subject, 1, ": " + cause);
  }

  private void drop(String subject, long count, String detail) {
    total.add(count);
    long since = due(subject, count);
    if (since > 0) {
      String times = since == 1 ? "" : " (" + since + " times)";
      LOG.log(Level.WARNING, PrintableText.of(subject + times + detail));
    }
  }

  /** How many were dropped. */
  public long total() {
    return total.sum();
  }

  /** How many to report now, 0 where the last report was not long ago. */
  synchronized long due(String subject, long count) {
    Subject known = subjects.computeIfAbsent(subject, s -> new Subject());
    known.since += count;
    long now = clock.getAsLong();
    if (known.reportedAt != 0 && now - known.reportedAt < INTERVAL_MILLIS) {
      return 0;
    }
    long since = known.since;
    known.since = 0;
    known.reportedAt = Math.max(1, now);
    return since;
  }

  private static final class Subject {
    private long since;
    private long reportedAt;
  }
}
