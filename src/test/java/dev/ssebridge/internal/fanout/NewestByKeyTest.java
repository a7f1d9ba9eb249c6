package dev.ssebridge.internal.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.log.EventLog;
import dev.ssebridge.internal.log.LogShape;
import dev.ssebridge.internal.log.Retention;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NewestByKeyTest {
  @Test
  void aKeyIsForgottenWithItsNewestEventAndItsPlaceIsFree() {
    NewestByKey newest = new NewestByKey(2);
    long empty = newest.bytes();
    newest.onAppended(1, 0, "a", 1);
    newest.onAppended(2, 0, "b", 1);
    newest.onAppended(3, 0, "c", 1);
    newest.onAppended(4, 0, "c", 1);
    assertThat(newest.next(0, 4)).isEqualTo(1);
    assertThat(newest.next(2, 4)).as("c has no place").isEqualTo(3);
    newest.onAppended(5, 0, "c", 3);
    newest.onAppended(6, 0, "c", 3);
    assertThat(newest.next(4, 6)).as("c has the place of a or b").isEqualTo(6);
    newest.forgetBelow(7);
    assertThat(newest.bytes()).isEqualTo(empty);
  }

  @Test
  void theTableOfVeryManyKeysIsCountedAndGoesWithThem() {
    NewestByKey newest = new NewestByKey(10_000);
    for (long s = 1; s <= 10_000; s++) {
      newest.onAppended(s, 0, "k" + s, 1);
    }
    long full = newest.bytes();
    assertThat(full).isGreaterThan(10_000 * 200 + 10_000 * 8);
    newest.forgetBelow(9_900);
    assertThat(newest.bytes()).as("with a table for the few that are left").isLessThan(60_000);
    assertThat(newest.isSuperseded(9_950, "k9950", EventFilter.ALL)).isFalse();
    newest.onAppended(10_001, 0, "k9950", 9_900);
    assertThat(newest.isSuperseded(9_950, "k9950", EventFilter.ALL)).isTrue();
    newest.clear();
    assertThat(newest.bytes()).isZero();
  }

  @Test
  void itFollowsALogThatGrowsAndShrinks() {
    NewestByKey newest = new NewestByKey(10);
    long small = newest.bytes();
    for (long s = 1; s <= 100_000; s++) {
      newest.onAppended(s, 0, s == 500 ? "rare" : "often", 1);
    }
    assertThat(newest.next(0, 100_000)).isEqualTo(500);
    assertThat(newest.next(500, 100_000)).isEqualTo(100_000);
    assertThat(newest.next(100_000, 100_000)).isEqualTo(100_001);
    assertThat(newest.bytes()).isBetween(100_000L / 8, 60_000L);
    for (long s = 100_001; s <= 102_000; s++) {
      newest.onAppended(s, 0, null, s - 10);
    }
    assertThat(newest.next(101_995, 102_000)).isEqualTo(101_996);
    newest.forgetBelow(102_001);
    assertThat(newest.bytes()).isEqualTo(small);
  }

  /** Also where the log overtakes the reader again and again. */
  @ParameterizedTest
  @ValueSource(ints = {100, 1_000_000})
  void aReaderBesideTheWriterLeavesOutOnlyWhatANewerOneFollows(int retained)
      throws InterruptedException {
    int events = 300_000;
    int keys = 97;
    long seed = System.nanoTime();
    EventLog log =
        new EventLog("e", new Retention(retained, 1 << 30, 3_600_000), new LogShape(1, true));
    NewestByKey newest = new NewestByKey(keys);
    int[] keyOf = new int[events + 1];
    Random random = new Random(seed);
    for (int i = 1; i <= events; i++) {
      keyOf[i] = random.nextInt(keys);
    }
    AtomicBoolean written = new AtomicBoolean();
    Thread writer =
        new Thread(
            () -> {
              for (int i = 1; i <= events; i++) {
                String key = "k" + keyOf[i];
                log.append(i, 0, key, ByteBuffer.allocate(8).putLong(i).array(), 0, 8);
                newest.onAppended(i, 0, key, log.floor());
              }
              written.set(true);
            });
    writer.start();

    Map<Integer, Long> seen = new HashMap<>();
    Gather gather = new Gather();
    long cursor = 0;
    long gapEnd = 0;
    while (!written.get() || cursor < log.head()) {
      Batch batch =
          cursor < log.head()
              ? gather.conflated(log, newest, cursor, EventFilter.ALL, Long.MAX_VALUE)
              : null;
      if (batch == null) {
        if (cursor + 1 < log.floor()) {
          cursor = log.oldest() - 1;
          gapEnd = cursor;
        }
        continue;
      }
      for (int i = 0; i < batch.length(); i += 8) {
        long sequence = batch.bytes().getLong(i);
        assertThat(sequence).as("order").isGreaterThan(cursor).isLessThanOrEqualTo(batch.to());
        seen.put(keyOf[(int) sequence], sequence);
      }
      assertThat(batch.merged()).isEqualTo(batch.to() - cursor - batch.events());
      cursor = batch.to();
      batch.release();
    }
    writer.join();
    Map<Integer, Long> last = new HashMap<>();
    for (int i = (int) gapEnd + 1; i <= events; i++) {
      last.put(keyOf[i], (long) i);
    }
    assertThat(seen).as("-Dseed=%d", seed).containsAllEntriesOf(last);
  }
}
