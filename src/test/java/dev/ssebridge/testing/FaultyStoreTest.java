package dev.ssebridge.testing;

import static dev.ssebridge.testing.ChannelProbe.event;
import static dev.ssebridge.testing.ChannelProbe.texts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.store.MemoryStore;
import dev.ssebridge.spi.HistoryStore;
import dev.ssebridge.spi.HistoryStoreContract;
import dev.ssebridge.spi.StoreReceipt;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Without a fault it is as good as any store; each fault is what it is said to be. */
@Tag("slow")
class FaultyStoreTest extends HistoryStoreContract {
  @SuppressWarnings("NullAway.Init") // with the first store
  private MemoryStore histories;

  @Override
  protected HistoryStore newStore() {
    histories = new MemoryStore(System::currentTimeMillis);
    return new FaultyStore(histories);
  }

  @Override
  protected HistoryStore sameStoreAgain() {
    return new FaultyStore(new MemoryStore(histories));
  }

  @Override
  protected Optional<HistoryStore> storeBeside() {
    return Optional.of(new FaultyStore(new MemoryStore(histories)));
  }

  @SuppressWarnings("NullAway.Init")
  private FaultyStore faulty;

  @SuppressWarnings("NullAway.Init")
  private ChannelProbe news;

  @SuppressWarnings("NullAway.Init")
  private FaultyChannel faults;

  @BeforeEach
  void openOne() {
    faulty = new FaultyStore(new MemoryStore(System::currentTimeMillis));
    BridgeFixture.get(faulty.start());
    news = ChannelProbe.open(vertx, faulty, "news");
    faults = faulty.channel("news");
  }

  @Test
  void appendsAreHeldBeforeTheyComeIn() {
    faults.holdAppends();
    Future<StoreReceipt> append = news.appending(List.of(event("a")));
    Deadline.await(() -> faults.held() == 1, () -> "the append to be held");
    assertThat(news.told()).isEmpty();

    faults.releaseAppends();

    assertThat(BridgeFixture.get(append).places().get(0).sequence()).isEqualTo(1);
    assertThat(news.faults()).isEmpty();
  }

  @Test
  void answersAreHeldAfterTheyCameIn() {
    faults.holdAnswers();
    Future<StoreReceipt> append = news.appending(List.of(event("a")));
    Deadline.await(() -> faults.held() == 1, () -> "the answer to be held");
    assertThat(news.toldTexts()).containsExactly("a");
    assertThat(append.isComplete()).isFalse();

    faults.releaseAppends();

    assertThat(BridgeFixture.get(append).places().get(0).sequence()).isEqualTo(1);
  }

  @Test
  void appendsFailAndLeaveNothing() {
    faults.failNextAppends(2);

    for (int i = 0; i < 2; i++) {
      Future<StoreReceipt> append = news.appending(List.of(event("a")));
      Deadline.await(append::failed, () -> "a failure");
    }

    assertThat(news.append("b")).isEqualTo(1);
    assertThat(news.toldTexts()).containsExactly("b");
  }

  @Test
  void whileItIsDownNothingGoes() {
    faulty.down("the disk is full");

    Future<StoreReceipt> append = news.appending(List.of(event("a")));
    Deadline.await(append::failed, () -> "a failure");
    assertThat(faulty.health().problem()).isEqualTo("the disk is full");
    faulty.up();

    assertThat(faulty.health().isUp()).isTrue();
    assertThat(news.append("b")).isEqualTo(1);
  }

  @Test
  void itRestartsWithAnotherEpochAndSomeOfItsEvents() {
    news.append("a");
    news.append("b");
    news.append("c");
    String before = news.channel().epoch();

    BridgeFixture.get(faults.restart(2));

    assertThat(news.notes()).containsExactly("restarted");
    assertThat(news.channel().epoch()).isNotEqualTo(before);
    assertThat(texts(news.read(1).events())).containsExactly("a", "b");
    assertThat(news.append("d")).isEqualTo(3);
    BridgeFixture.get(faults.restart(0));
    assertThat(news.append("e")).isEqualTo(1);
    assertThat(news.faults()).isEmpty();
  }

  @Test
  void itTellsLateAndLetsGoOfWhatItHasNotTold() {
    faults.holdTelling();
    Future<StoreReceipt> append = news.appending(List.of(event("a"), event("b")));
    BridgeFixture.get(faults.releaseTelling());
    BridgeFixture.get(append);
    assertThat(news.toldTexts()).containsExactly("a", "b");

    faults.holdTelling();
    Future<StoreReceipt> next = news.appending(List.of(event("c"), event("d")));
    Deadline.await(() -> faults.untold() == 2, () -> "two events that are not told");
    BridgeFixture.get(faults.evictUntold());

    assertThat(BridgeFixture.get(next).places().get(1).sequence()).isEqualTo(4);
    assertThat(news.notes()).containsExactly("evicted up to 4");
    assertThat(news.channel().oldest()).isEqualTo(5);
    assertThat(news.read(1).events()).isEmpty();
    assertThat(news.append("e")).isEqualTo(5);
    assertThat(texts(news.read(1).events())).containsExactly("e");
    assertThat(news.faults()).isEmpty();
  }
}
