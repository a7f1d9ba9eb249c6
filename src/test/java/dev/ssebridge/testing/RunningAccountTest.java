package dev.ssebridge.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.format.EventDecoder;
import org.junit.jupiter.api.Test;

/** Whoever judges what others were told must be right himself. */
class RunningAccountTest {
  private static final String ONE_MERGED =
      "event: sse.gap\ndata: {\"missed\":1,\"policy\":\"conflate\"}\n\n";

  private final RunningAccount account = new RunningAccount(sequence -> sequence % 2 == 0);

  @Test
  void aBlockWithoutDataMovesOnOverWhatIsNotWanted() {
    read(id(1), event(2), id(3));
    assertThat(account.check()).isEqualTo(new StreamAccount(1, 3, 1, 0, 0));
  }

  @Test
  void aBlockWithoutDataMovesOnOverWhatWasToldToBeMerged() {
    read(id(1), ONE_MERGED, id(3));
    account.reconnect();
    read(id(3), event(4));
    assertThat(account.check()).isEqualTo(new StreamAccount(1, 4, 1, 0, 1));
  }

  @Test
  void aBlockWithoutDataIsWrongBehindAnEventThatNothingWasToldOf() {
    read(id(1), ONE_MERGED, id(4));
    assertThatThrownBy(account::check).hasMessageContaining("skips event 4");
  }

  @Test
  void whatWasMergedAndNotSkippedIsToldAgainAfterACut() {
    read(id(1), ONE_MERGED);
    account.reconnect();
    read(id(1), ONE_MERGED, event(4));
    assertThat(account.check()).isEqualTo(new StreamAccount(1, 4, 1, 0, 1));
  }

  private static String id(long sequence) {
    return "id: e-" + sequence + "\n\n";
  }

  private static String event(long sequence) {
    return "data: {\"n\":" + sequence + ",}\n" + id(sequence);
  }

  private void read(String... blocks) {
    byte[] bytes = String.join("", blocks).getBytes(US_ASCII);
    EventDecoder.create(account).lastEventId(account.lastEventId()).decode(bytes, 0, bytes.length);
  }
}
