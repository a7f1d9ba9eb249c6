package dev.ssebridge.internal.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class EventLogTest {
  private static final long FOREVER = Long.MAX_VALUE / 4;

  private final EntryView view = new EntryView();

  @Test
  void anEmptyLogIsAtSequenceZero() {
    EventLog log = log(10, 1000, FOREVER);

    assertThat(log.head()).isZero();
    assertThat(log.oldest()).isEqualTo(1);
    assertThat(log.isEmpty()).isTrue();
    assertThat(log.read(0, view)).isFalse();
    assertThat(log.read(1, view)).isFalse();
    assertThat(log.positionOf(0)).hasToString("e-0");
  }

  @Test
  void sequencesAreDenseFromOne() {
    EventLog log = log(10, 1000, FOREVER);
    append(log, 5, "a");
    append(log, 6, "b");

    assertThat(log.head()).isEqualTo(2);
    assertThat(text(log, 1)).isEqualTo("a");
    assertThat(text(log, 2)).isEqualTo("b");
    assertThat(log.timeOf(2)).isEqualTo(6);
    assertThat(log.bytesUpTo(1)).isEqualTo(1);
    assertThat(log.bytesUpTo(2)).isEqualTo(2);
  }

  @Test
  void keepsNoMoreEventsThanTheRetentionSays() {
    EventLog log = log(3, 1000, FOREVER);
    for (int i = 1; i <= 5; i++) {
      append(log, 0, "x" + i);
    }

    assertThat(log.oldest()).isEqualTo(3);
    assertThat(text(log, 3)).isEqualTo("x3");
  }

  @Test
  void keepsNoHistoryWhenTheRetentionIsZeroEvents() {
    EventLog log = log(0, 1000, FOREVER);
    append(log, 0, "x");

    assertThat(log.isEmpty()).isTrue();
    assertThat(log.oldest()).isEqualTo(2);
    assertThat(text(log, 1)).as("whoever is reading still gets it").isEqualTo("x");
  }

  @Test
  void keepsNoMoreBytesThanTheRetentionSaysButTheNewestEventAlways() {
    EventLog log = log(100, 3 * (10 + EventLog.ENTRY_OVERHEAD), FOREVER);
    for (int i = 0; i < 7; i++) {
      append(log, 0, "0123456789");
    }
    assertThat(log.oldest()).isEqualTo(5);

    append(log, 0, "x".repeat(5000));
    assertThat(log.oldest()).isEqualTo(8);
  }

  @Test
  void evictsWhatIsTooOldOnAppendAndOnExpiry() {
    EventLog log = log(100, 10_000, 50);
    append(log, 0, "a");
    append(log, 40, "b");
    append(log, 51, "c");
    assertThat(log.oldest()).isEqualTo(2);

    log.expire(91);
    assertThat(log.oldest()).isEqualTo(3);
    log.expire(1000);
    assertThat(log.isEmpty()).isTrue();
  }

  @Test
  void theSlackIsGoneAfterTheSecondExpiry() {
    EventLog log = log(1, 10_000, FOREVER);
    append(log, 0, "a");
    append(log, 0, "b");
    assertThat(log.floor()).isEqualTo(1);

    log.expire(0);
    assertThat(log.floor()).isEqualTo(1);
    log.expire(0);
    assertThat(log.floor()).isEqualTo(2);
  }

  @Test
  void theSlackIsBoundedInEventsAndBytes() {
    EventLog log = log(1, 10_000, FOREVER);
    for (int i = 0; i < EventLog.SLACK_EVENTS + 500; i++) {
      append(log, 0, "a");
    }
    assertThat(log.oldest() - log.floor()).isEqualTo(EventLog.SLACK_EVENTS);

    String large = "x".repeat(100_000);
    for (int i = 0; i < 50; i++) {
      append(log, 0, large);
    }
    assertThat(log.bytes()).isLessThan(EventLog.SLACK_BYTES + 200_000);
  }

  @Test
  void aClearedLogGoesOnWithTheNextSequence() {
    EventLog log = log(1000, 1 << 20, FOREVER);
    for (int i = 0; i < 700; i++) {
      append(log, 0, "a");
    }
    log.clear();
    assertThat(log.isEmpty()).isTrue();
    assertThat(log.bytes()).isZero();
    assertThat(log.floor()).isEqualTo(701);

    append(log, 0, "b");
    assertThat(log.oldest()).isEqualTo(701);
    assertThat(text(log, 701)).isEqualTo("b");
  }

  @Test
  void aShortHistoryOfSmallEventsHoldsLittleMore() {
    EventLog log = log(10, 16 << 20, FOREVER);
    for (int i = 0; i < 100_000; i++) {
      append(log, i, "x".repeat(100));
      if (i % 100 == 0) {
        log.expire(i);
      }
    }
    log.expire(0);
    log.expire(0);
    assertThat(log.head() - log.oldest()).isEqualTo(9);
    assertThat(log.bytes()).isLessThan(5000);
  }

  @Test
  void largeEventsGoOneByOne() {
    EventLog log = log(3, 16 << 20, FOREVER);
    for (int i = 0; i < 20; i++) {
      append(log, 0, "x".repeat(1 << 20));
      log.expire(0);
      log.expire(0);
      assertThat(log.bytes()).isLessThan((3L << 20) + 10_000);
    }
  }

  @Test
  void anEmptyLogHoldsNothingHoweverLargeItWas() {
    EventLog log = log(100_000, 16 << 20, 1000);
    for (int i = 0; i < 50_000; i++) {
      append(log, i % 7 == 0 ? 1 : 0, "x".repeat(i % 200 + 1));
    }
    assertThat(log.bytes()).isGreaterThan(50_000 * 100L);
    log.expire(2000);
    log.expire(2000);
    log.expire(2000);
    assertThat(log.bytes()).isZero();
  }

  @Test
  void lostEventsHaveTheirPlaceInTheOrderAndNoMemory() {
    EventLog log = log(1000, 1 << 20, FOREVER);
    append(log, 10, "a");
    long before = log.bytes();
    log.lose(20, 500);
    assertThat(log.bytes()).isEqualTo(before);
    append(log, 30, "b");

    assertThat(log.head()).isEqualTo(502);
    assertThat(log.oldest()).isEqualTo(1);
    assertThat(text(log, 1)).isEqualTo("a");
    assertThat(text(log, 2)).isNull();
    assertThat(text(log, 502)).isEqualTo("b");
    assertThat(log.lostUpTo(1)).isZero();
    assertThat(log.lostUpTo(2)).isEqualTo(501);
    assertThat(log.lostUpTo(300)).isEqualTo(501);
    assertThat(log.lostUpTo(502)).isEqualTo(501);
    assertThat(log.unbrokenUpTo(0, 502)).isEqualTo(1);
    assertThat(log.unbrokenUpTo(501, 502)).isEqualTo(502);
    assertThat(log.firstSince(25)).isBetween(65L, 502L);
    assertThat(log.bytesUpTo(502)).isEqualTo(2);
    assertThat(log.bytesBefore(300)).isEqualTo(1);
  }

  @Test
  void aLossThatIsLongerThanTheHistoryIsKnownBehindTheFloor() {
    EventLog log = log(10, 1 << 20, FOREVER);
    append(log, 0, "a");
    log.lose(0, 1_000_000_000L);
    append(log, 0, "b");

    assertThat(log.head()).isEqualTo(1_000_000_002L);
    assertThat(log.oldest()).isEqualTo(1_000_000_002L - 9);
    assertThat(log.lostUpTo(2)).isEqualTo(1_000_000_001L);
    assertThat(text(log, log.head())).isEqualTo("b");
  }

  @Test
  void aClockThatGoesBackDoesNotDisturbTheOrderOfTimes() {
    EventLog log = log(1000, 1 << 20, FOREVER);
    append(log, 100, "a");
    append(log, 50, "b");
    append(log, 120, "c");

    assertThat(log.timeOf(2)).isEqualTo(100);
    assertThat(log.firstSince(101)).isEqualTo(3);
    assertThat(log.firstSince(100)).isEqualTo(1);
    assertThat(log.firstSince(0)).isEqualTo(1);
    assertThat(log.firstSince(121)).isEqualTo(4);
  }

  @Test
  void remembersAddressAndKey() {
    EventLog log = new EventLog("e", new Retention(10, 1000, FOREVER), new LogShape(3, true));
    byte[] frame = "x".getBytes(UTF_8);
    log.append(0, 2, "k", frame, 0, 1);
    log.append(0, 1, null, frame, 0, 1);

    assertThat(log.read(1, view)).isTrue();
    assertThat(view.source()).isEqualTo(2);
    assertThat(view.key()).isEqualTo("k");
    assertThat(log.read(2, view)).isTrue();
    assertThat(view.source()).isEqualTo(1);
    assertThat(view.key()).isNull();
  }

  @Test
  void timesAreExactForAsLongAsAnyRetention() {
    EventLog log = log(10, 1000, FOREVER);
    append(log, 0, "a");
    long tenYears = 3650L * 24 * 3600 * 1000;
    append(log, tenYears, "b");

    assertThat(log.timeOf(2)).isEqualTo(tenYears);
    assertThat(log.firstSince(tenYears - 1)).isEqualTo(2);
  }

  @Test
  void keysCountAmongTheBytes() {
    EventLog log = new EventLog("e", new Retention(10, 5000, FOREVER), new LogShape(1, true));
    byte[] frame = "x".getBytes(UTF_8);
    log.append(0, 0, null, frame, 0, 1);
    long before = log.bytes();
    log.append(0, 0, "k".repeat(1000), frame, 0, 1);
    assertThat(log.bytes() - before).isEqualTo(EventLog.KEY_OVERHEAD + 2000);
    log.append(0, 0, "k".repeat(1000), frame, 0, 1);
    log.append(0, 0, null, frame, 0, 1);
    assertThat(log.oldest()).isEqualTo(1);
    log.append(0, 0, "k".repeat(1000), frame, 0, 1);
    assertThat(log.oldest()).isEqualTo(3);

    log.clear();
    assertThat(log.bytes()).isZero();
  }

  @Test
  void millionsOfEventsAreEvictedWithoutHoldingTheLoop() {
    assertThat(microsToEvict(log -> log.expire(FOREVER + 1))).isLessThan(5000);
    assertThat(microsToEvict(log -> append(log, FOREVER + 1, "b"))).isLessThan(5000);
    assertThat(microsToEvict(EventLog::clear)).isLessThan(5000);
    assertThat(microsToEvict(log -> log.shed(Long.MAX_VALUE / 2, Long.MAX_VALUE))).isLessThan(5000);
  }

  /** The time of this thread's own work, whatever else the machine does. */
  private static long microsToEvict(Consumer<EventLog> eviction) {
    int many = 2_000_000;
    EventLog log = log(many, 1L << 40, FOREVER / 2);
    byte[] frame = "x".getBytes(UTF_8);
    for (int i = 0; i < many; i++) {
      log.append(0, 0, null, frame, 0, 1);
    }
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    eviction.accept(log);
    long nanos = threads.getCurrentThreadCpuTime() - before;
    assertThat(log.oldest()).isGreaterThan(many);
    return nanos / 1000;
  }

  @RepeatedTest(20)
  void behavesLikeAListWithItsHeadCutOff(RepetitionInfo repetition) {
    long seed = System.nanoTime() + repetition.getCurrentRepetition();
    Random random = new Random(seed);
    int maxEvents = random.nextInt(300);
    long maxBytes = random.nextLong(1, 20_001);
    long maxAge = random.nextLong(1, 201);
    EventLog log = log(maxEvents, maxBytes, maxAge);
    Model model = new Model(maxEvents, maxBytes, maxAge);
    long now = 0;
    for (int step = 0; step < 3000; step++) {
      now += random.nextInt(3);
      int dice = random.nextInt(100);
      if (dice < 90) {
        String text = step + "x".repeat(random.nextInt(dice == 0 ? 5000 : 100));
        append(log, now, text);
        model.append(now, text);
      } else if (dice < 97) {
        log.expire(now);
        model.evict(now);
      } else if (dice < 98) {
        int lost = random.nextInt(1, 200);
        log.lose(now, lost);
        model.lose(now, lost);
      } else if (dice < 99) {
        log.shed(random.nextInt(3000), Long.MAX_VALUE);
        model.oldest = Math.max(model.oldest, log.oldest()); // whole pages
      } else {
        log.clear();
        model.clear();
      }
      assertThat(log.head()).as("seed %d step %d", seed, step).isEqualTo(model.texts.size());
      // What was lost may be retained a little longer: it is as old as what came next.
      assertThat(log.oldest())
          .as("seed %d step %d", seed, step)
          .isBetween(model.oldestButForLost(), model.oldest);
      assertThat(log.floor()).as("seed %d step %d", seed, step).isLessThanOrEqualTo(log.oldest());
      long any = random.nextLong(1, model.texts.size() + 2L);
      boolean readable = any >= log.floor() && any <= log.head();
      assertThat(text(log, any))
          .as("seed %d step %d sequence %d", seed, step, any)
          .isEqualTo(readable ? model.texts.get((int) any - 1) : null);
    }
  }

  @Test
  void readersOnOtherThreadsSeeWholeEntriesOrNone() throws Exception {
    EventLog log = log(100, 1 << 20, FOREVER);
    AtomicBoolean done = new AtomicBoolean();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Thread reader = new Thread(() -> readUntil(done, log, failure));
    reader.start();
    for (int i = 1; i <= 200_000; i++) {
      append(log, i, "event " + i + " " + "x".repeat(i % 50));
      if (i % 1000 == 0) {
        log.expire(i);
        log.expire(i);
      }
    }
    done.set(true);
    reader.join();
    assertThat(failure.get()).isNull();
  }

  private static void readUntil(
      AtomicBoolean done, EventLog log, AtomicReference<@Nullable Throwable> failure) {
    EntryView mine = new EntryView();
    try {
      while (!done.get()) {
        for (long s = log.floor(); s <= log.head(); s++) {
          if (log.read(s, mine)) {
            String text = new String(mine.bytes(), mine.offset(), mine.length(), UTF_8);
            assertThat(text).isEqualTo("event " + s + " " + "x".repeat((int) (s % 50)));
          }
        }
      }
    } catch (Throwable e) {
      failure.set(e);
    }
  }

  private static EventLog log(int events, long bytes, long age) {
    return new EventLog("e", new Retention(events, bytes, age), LogShape.PLAIN);
  }

  private static void append(EventLog log, long time, String text) {
    byte[] frame = text.getBytes(UTF_8);
    log.append(time, 0, null, frame, 0, frame.length);
  }

  private @Nullable String text(EventLog log, long sequence) {
    return log.read(sequence, view)
        ? new String(view.bytes(), view.offset(), view.length(), UTF_8)
        : null;
  }

  /** Everything that was ever appended, and where what is retained begins. */
  private static final class Model {
    private final int maxEvents;
    private final long maxBytes;
    private final long maxAge;
    private final List<@Nullable String> texts = new ArrayList<>();
    private final List<Long> times = new ArrayList<>();
    private long oldest = 1;

    Model(int maxEvents, long maxBytes, long maxAge) {
      this.maxEvents = maxEvents;
      this.maxBytes = maxBytes;
      this.maxAge = maxAge;
    }

    void append(long time, String text) {
      texts.add(text);
      times.add(time);
      evict(time);
    }

    void lose(long time, int count) {
      for (int i = 0; i < count; i++) {
        texts.add(null);
        times.add(time);
      }
      evict(time);
    }

    long oldestButForLost() {
      long first = oldest;
      while (first > 1 && texts.get((int) first - 2) == null) {
        first--;
      }
      return first;
    }

    void clear() {
      oldest = texts.size() + 1L;
    }

    void evict(long now) {
      while (oldest <= texts.size()
          && (texts.size() - oldest >= maxEvents
              || (retained() > maxBytes && oldest < texts.size())
              || now - times.get((int) oldest - 1) > maxAge)) {
        oldest++;
      }
    }

    private long retained() {
      long sum = 0;
      for (int i = (int) oldest - 1; i < texts.size(); i++) {
        String text = texts.get(i);
        sum += text == null ? 0 : text.length() + EventLog.ENTRY_OVERHEAD;
      }
      return sum;
    }
  }
}
