package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterWatchTest {
  private final List<String> doubts = new ArrayList<>();
  private final ClusterWatch watch = new ClusterWatch(Duration.ofSeconds(10), doubts::add);

  // a clock of each kind
  private long wall = 1_800_000_000_000L;
  private long monotonic = 77;

  private void pass(long millis) {
    passTime(millis);
    watch.look(wall, monotonic);
  }

  private void passTime(long millis) {
    wall += millis;
    monotonic += millis;
  }

  private void passSeconds(int seconds) {
    for (int i = 0; i < seconds; i++) {
      pass(1000);
    }
  }

  @Test
  void aNodeThatGoesOnHasNoDoubt() {
    passSeconds(100);

    assertThat(doubts).isEmpty();
  }

  @Test
  void theFirstLookComparesWithNothing() {
    pass(1_000_000);

    assertThat(doubts).isEmpty();
  }

  @Test
  void aNodeThatStoodStillSaysSoOnce() {
    passSeconds(2);
    pass(45_000);
    passSeconds(5);

    assertThat(doubts).singleElement().asString().contains("this node stood still for 45 s");
  }

  @Test
  void whatOthersHaveKeptForItComesBeforeItSaysSo() {
    passSeconds(2);
    pass(45_000);
    passSeconds(4);
    assertThat(doubts).isEmpty();
    pass(60_000); // again, before it was told
    passSeconds(4);
    assertThat(doubts).isEmpty();
    passSeconds(5);

    assertThat(doubts).singleElement().asString().contains("stood still for 60 s");
  }

  @Test
  void aPauseWithinTheLimitIsNone() {
    passSeconds(2);
    pass(10_000);

    assertThat(doubts).isEmpty();
  }

  @Test
  void aMachineThatSleptIsNoticedByTheTimeOfDay() {
    passSeconds(2);
    wall += 60_000;
    pass(1000);
    passSeconds(5);

    assertThat(doubts).hasSize(1);
  }

  @Test
  void aClockThatIsSetBackWhileItStoodHidesNothing() {
    passSeconds(2);
    wall -= 3_600_000;
    pass(45_000);
    passSeconds(5);

    assertThat(doubts).hasSize(1);
  }

  @Test
  void aNodeThatSaidThatItLeavesLeavesNoDoubt() {
    passSeconds(1);
    watch.onGone("b", monotonic);
    watch.onSaid("b");
    passSeconds(100);

    assertThat(doubts).isEmpty();
  }

  @Test
  void whatItSaidMayBeFoundLate() {
    passSeconds(1);
    watch.onGone("b", monotonic);
    passSeconds(29);
    watch.onSaid("b");
    passSeconds(100);

    assertThat(doubts).isEmpty();
  }

  @Test
  void whereThatIsNotFoundOutItMayHaveSaidNothing() {
    passSeconds(1);
    watch.onGone("b", monotonic);
    passSeconds(31);

    assertThat(doubts).hasSize(1);
  }

  @Test
  void nodesThatAreGoneWithoutAWordAreToldTogetherAndOnce() {
    passSeconds(1);
    watch.onGone("b", monotonic);
    watch.onGone("c", monotonic);
    watch.onUnsaid("b");
    watch.onUnsaid("c");
    passSeconds(100);

    assertThat(doubts)
        .singleElement()
        .asString()
        .startsWith("nodes b, c left without having said so");
  }

  @Test
  void theWordOfOneNodeSaysNothingOfAnother() {
    passSeconds(1);
    watch.onGone("b", monotonic);
    watch.onGone("c", monotonic);
    watch.onUnsaid("c");
    watch.onSaid("b");
    passSeconds(5);

    assertThat(doubts).singleElement().asString().startsWith("node c left");
  }

  @Test
  void aNodeThatComesBackAndIsGoneAgainIsToldAgain() {
    passSeconds(1);
    watch.onGone("b", monotonic);
    watch.onSaid("b");
    passSeconds(5);
    watch.onGone("b", monotonic);
    watch.onUnsaid("b");
    passSeconds(5);

    assertThat(doubts).hasSize(1);
  }

  @Test
  void aNodeThatLeavesItselfHasNoDoubtAnyMore() {
    passSeconds(1);
    watch.onGone("b", monotonic);
    watch.stop();
    watch.onGone("c", monotonic);
    pass(60_000);
    passSeconds(5);

    assertThat(doubts).isEmpty();
  }
}
