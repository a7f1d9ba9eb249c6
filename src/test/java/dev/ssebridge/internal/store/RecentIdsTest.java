package dev.ssebridge.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which message ids a store remembers. */
class RecentIdsTest {
  private static final int IDS = 1024;

  private final RecentIds.Together together = new RecentIds.Together();

  private static String id(int number) {
    return number + "x".repeat(200);
  }

  private static void fill(RecentIds ids, int from, int count) {
    for (int i = from; i < from + count; i++) {
      ids.add(id(i), i);
    }
  }

  @Test
  void aChannelRemembersItsNewest() {
    RecentIds ids = new RecentIds(together);
    fill(ids, 1, 2 * IDS);
    assertThat(ids.size()).isEqualTo(IDS);
    assertThat(ids.place(id(IDS))).isNull();
    assertThat(ids.place(id(IDS + 1))).isEqualTo(IDS + 1);
  }

  @Test
  void whatNeverWasIsForgotten() {
    RecentIds ids = new RecentIds(together);
    fill(ids, 1, 10);
    ids.forgetAfter(7);
    assertThat(ids.place(id(7))).isEqualTo(7);
    assertThat(ids.place(id(8))).isNull();
  }

  @Test
  void anIdThatComesOnceMoreIsAtItsNewPlaceAndCountsOnce() {
    RecentIds ids = new RecentIds(together);
    for (int i = 1; i <= 1_000_000; i++) {
      ids.add("same", i);
    }
    assertThat(ids.place("same")).isEqualTo(1_000_000);
    assertThat(ids.size()).isEqualTo(1);
  }

  @Test
  void tenThousandChannelsTogetherRememberNoMoreThanTheyMay() {
    List<RecentIds> all = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      RecentIds ids = new RecentIds(together);
      fill(ids, 1, 50);
      all.add(ids);
    }
    long remembered = all.stream().mapToLong(RecentIds::size).sum();
    assertThat(remembered * 200).isLessThan(RecentIds.Together.MOST_BYTES);
    assertThat(remembered).isGreaterThan(30_000);
    assertThat(all.get(0).size()).isZero();
    assertThat(all.get(9_999).size()).isEqualTo(50);
  }

  @Test
  void theChannelThatHadNewOnesLastKeepsItsOwn() {
    RecentIds busy = new RecentIds(together);
    fill(busy, 1, IDS);
    for (int i = 0; i < 200; i++) {
      fill(new RecentIds(together), 1, IDS);
      fill(busy, IDS + 1 + i, 1);
    }
    assertThat(busy.size()).isEqualTo(IDS);
  }
}
