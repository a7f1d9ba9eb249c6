package dev.ssebridge.internal.bus;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.fanout.EntryWay;
import dev.ssebridge.spi.StoredEvent;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a node that stands by leaves to itself when it takes over. */
class StandByTest {
  private static final int MANY = 20_000;
  private static final byte[] FRAME = "data: x\n\n".getBytes(US_ASCII);

  private final StandBy standBy = new StandBy();

  private static StoredEvent event(long time, String id) {
    return StoredEvent.of(time, FRAME, 0, null, null, id);
  }

  private static List<StoredEvent> events(long time) {
    return IntStream.range(0, MANY).mapToObj(i -> event(time, "old" + i)).toList();
  }

  private StandBy.Legacy takeOverAfter(long since) {
    standBy.leaseOf(2000);
    standBy.standing(true);
    standBy.told("e", 1, events(100), Set.of(), since, 0);
    standBy.keep(new Unstored.Item(event(200, "new"), EntryWay.BUS, "news", null, 1, 1), 1);
    return standBy.takeOver();
  }

  @Test
  void aLongHistoryThatIsOldLeavesNoDoubtAboutWhatCameSince() {
    StandBy.Legacy legacy = takeOverAfter(100);

    assertThat(legacy.items()).hasSize(1);
    assertThat(legacy.doubtful()).isEmpty();
    assertThat(legacy.unknown()).isFalse();
  }

  @Test
  void moreThanCanBeRememberedOfWhatMayStillComeIsDoubt() {
    StandBy.Legacy legacy = takeOverAfter(99);

    assertThat(legacy.items()).isEmpty();
    assertThat(legacy.doubtful()).hasSize(1);
    assertThat(legacy.unknown()).isTrue();
  }
}
