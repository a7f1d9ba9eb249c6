package dev.ssebridge.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which streams of a source with parameters are followed, by the clock of the test. */
class WantedStreamsTest {
  private static final long LINGER = 30_000;

  private final ManualLoop loop = new ManualLoop();
  private final FakeHost host = new FakeHost();
  private WantedStreams streams = new WantedStreams(loop, host, 100, LINGER);

  /** Streams that end when the test says so, or at once. */
  private static final class FakeHost implements WantedStreams.Host {
    final Set<String> listened = new HashSet<>();
    final Set<String> channels = new HashSet<>();
    final List<String> opened = new ArrayList<>();
    final List<String> ended = new ArrayList<>();
    final List<String> tooMany = new ArrayList<>();
    final List<String> unfit = new ArrayList<>();
    final List<String> forgotten = new ArrayList<>();
    final List<String> failed = new ArrayList<>();
    final Map<String, Runnable> over = new HashMap<>();
    final Map<String, Promise<@Nullable String>> ending = new LinkedHashMap<>();
    final AtomicInteger now = new AtomicInteger();
    boolean endsAtOnce = true;
    boolean opensNone;
    int most;

    @Override
    public @Nullable Map<String, String> valuesOf(String address) {
      return address.startsWith("topics.") ? Map.of("topic", address.substring(7)) : null;
    }

    @Override
    public boolean hasStreams(String address) {
      return listened.contains(address);
    }

    @Override
    public boolean hasChannel(String address) {
      return channels.contains(address);
    }

    @Override
    public WantedStreams.Stream open(
        String address, Map<String, String> values, @Nullable String position, Runnable onOver) {
      if (opensNone) {
        throw new IllegalStateException("not now");
      }
      opened.add(address + (position == null ? "" : "@" + position));
      over.put(address, onOver);
      most = Math.max(most, now.incrementAndGet());
      return () -> end(address);
    }

    private Future<@Nullable String> end(String address) {
      Promise<@Nullable String> promise = Promise.promise();
      ended.add(address);
      ending.put(address, promise);
      if (endsAtOnce) {
        finish(address);
      }
      return promise.future();
    }

    void finish(String address) {
      now.decrementAndGet();
      Promise<@Nullable String> promise = ending.remove(address);
      if (promise == null) {
        throw new AssertionError(address + " is not being ended");
      }
      promise.complete("1-7");
    }

    @Override
    public void tooMany(String address) {
      tooMany.add(address);
    }

    @Override
    public void unfit(String address) {
      unfit.add(address);
    }

    @Override
    public void failed(String address, RuntimeException failure) {
      failed.add(address);
    }

    @Override
    public void forget(String address) {
      forgotten.add(address);
    }
  }

  private void come(String address) {
    host.channels.add(address);
    host.listened.add(address);
    streams.look(address);
  }

  private void leave(String address) {
    host.listened.remove(address);
    streams.look(address);
  }

  private void giveUpChannel(String address) {
    host.channels.remove(address);
    streams.look(address);
  }

  @Test
  void oneIsFollowedFromTheFirstWhoListensUntilTheLastHasBeenGoneForAWhile() {
    come("topics.a");
    streams.look("topics.a");
    assertThat(host.opened).containsExactly("topics.a");

    leave("topics.a");
    loop.pass(LINGER - 1);
    assertThat(host.ended).isEmpty();
    loop.pass(1);
    assertThat(host.ended).containsExactly("topics.a");
    assertThat(streams.followed()).isZero();
    assertThat(streams.entries()).isEmpty();
  }

  @Test
  void whoComesBackBeforeThatFindsTheSameStream() {
    come("topics.a");
    leave("topics.a");
    loop.pass(LINGER - 1);
    come("topics.a");
    loop.pass(LINGER * 2);
    assertThat(host.opened).containsExactly("topics.a");
    assertThat(host.ended).isEmpty();
    assertThat(streams.lingering()).isZero();
  }

  @Test
  void whoComesBackLaterGoesOnWhereItWasAsLongAsThereIsTheChannel() {
    come("topics.a");
    leave("topics.a");
    loop.pass(LINGER);
    come("topics.a");
    assertThat(host.opened).containsExactly("topics.a", "topics.a@1-7");
    leave("topics.a");
    loop.pass(LINGER);
    giveUpChannel("topics.a");
    come("topics.a");
    assertThat(host.opened).containsExactly("topics.a", "topics.a@1-7", "topics.a");
  }

  @Test
  void withoutAChannelNobodyIsWaitedFor() {
    come("topics.a");
    leave("topics.a");
    giveUpChannel("topics.a");
    assertThat(host.ended).containsExactly("topics.a");
    assertThat(loop.pending()).as("beside the pace").isLessThanOrEqualTo(1);
  }

  @Test
  void whatIsOfAnotherTemplateIsNotFollowed() {
    come("news");
    assertThat(host.opened).isEmpty();
    assertThat(streams.entries()).isEmpty();
  }

  @Test
  void noMoreAreFollowedThanMayBeAndTheOthersAreToldOnce() {
    for (int i = 0; i < 10_000; i++) {
      come("topics." + i);
    }
    loop.pass(60_000);
    assertThat(host.opened).hasSize(100);
    assertThat(host.most).isEqualTo(100);
    assertThat(host.tooMany).hasSize(9900).doesNotHaveDuplicates();
    assertThat(streams.waiting()).isEqualTo(9900);
    streams.look("topics.9999");
    assertThat(host.tooMany).hasSize(9900);

    leave("topics.0");
    loop.pass(1);
    assertThat(host.ended).containsExactly("topics.0");
    assertThat(host.opened).hasSize(101).endsWith(host.tooMany.get(0));
    assertThat(host.most).isEqualTo(100);

    for (int i = 1; i < 10_000; i++) {
      leave("topics." + i);
    }
    assertThat(streams.waiting()).isZero();
    loop.pass(LINGER);
    assertThat(streams.followed()).isZero();
    assertThat(streams.entries()).isEmpty();
    int followedLate = host.opened.size() - 100;
    assertThat(host.forgotten).doesNotHaveDuplicates().hasSize(9900 - followedLate);
  }

  @Test
  void manyAreBegunOneAfterAnother() {
    for (int i = 0; i < 100; i++) {
      come("topics." + i);
    }
    assertThat(host.opened).hasSize(WantedStreams.AT_ONCE);
    assertThat(host.tooMany).isEmpty();
    loop.pass(WantedStreams.PACE_MILLIS);
    assertThat(host.opened).hasSize(2 * WantedStreams.AT_ONCE);
    loop.pass(10 * WantedStreams.PACE_MILLIS);
    assertThat(host.opened).hasSize(100);
    assertThat(loop.pending()).isZero();
  }

  @Test
  void oneThatNobodyListensToGivesWayOnceItIsClosed() {
    streams = new WantedStreams(loop, host, 1, LINGER);
    host.endsAtOnce = false;
    come("topics.a");
    leave("topics.a");
    come("topics.b");
    assertThat(host.ended).containsExactly("topics.a");
    assertThat(host.opened).as("while the other is still open").containsExactly("topics.a");
    assertThat(host.tooMany).isEmpty();
    host.finish("topics.a");
    assertThat(host.opened).containsExactly("topics.a", "topics.b");
  }

  @Test
  void oneThatIsWantedAgainWhileItIsEndedIsFollowedAfterwards() {
    host.endsAtOnce = false;
    come("topics.a");
    leave("topics.a");
    loop.pass(LINGER);
    come("topics.a");
    assertThat(host.opened).containsExactly("topics.a");
    host.finish("topics.a");
    assertThat(host.opened).containsExactly("topics.a", "topics.a@1-7");
    leave("topics.a");
    loop.pass(LINGER);
    host.finish("topics.a");
    assertThat(streams.entries()).isEmpty();
  }

  @Test
  void oneThatHasEndedByItselfGivesItsPlaceToOthersAndIsTriedWhenSomebodyComesAnew() {
    streams = new WantedStreams(loop, host, 1, LINGER);
    come("topics.a");
    come("topics.b");
    assertThat(host.opened).containsExactly("topics.a");
    host.over.getOrDefault("topics.a", () -> {}).run();
    assertThat(host.opened).containsExactly("topics.a", "topics.b");
    streams.look("topics.a");
    leave("topics.a");
    come("topics.a");
    leave("topics.b");
    loop.pass(LINGER);
    assertThat(host.opened).as("as somebody came back at once").hasSize(2);
    leave("topics.a");
    loop.pass(LINGER);
    come("topics.a");
    assertThat(host.opened).containsExactly("topics.a", "topics.b", "topics.a");
  }

  @Test
  void whatCannotBeInAUrlIsNotFollowed() {
    for (String value :
        List.of("..", ".", "a/../b", "..\\b", "a\u0000", "x".repeat(2000), "\ud800")) {
      come("topics." + value);
      streams.look("topics." + value);
    }
    assertThat(host.opened).isEmpty();
    assertThat(host.unfit).hasSize(7).doesNotHaveDuplicates();
    host.unfit.forEach(this::leave);
    loop.pass(LINGER);
    assertThat(streams.entries()).isEmpty();
  }

  @Test
  void oneThatCannotBeBegunLeavesItsPlace() {
    streams = new WantedStreams(loop, host, 1, LINGER);
    host.opensNone = true;
    come("topics.a");
    assertThat(host.failed).containsExactly("topics.a");
    host.opensNone = false;
    come("topics.b");
    assertThat(host.opened).containsExactly("topics.b");
  }

  @Test
  void closingEndsAllAndTellsTheirPositions() {
    host.endsAtOnce = false;
    come("topics.a");
    come("topics.b");
    leave("topics.b");
    Future<Map<String, String>> closed = streams.close();
    assertThat(host.ended).containsExactlyInAnyOrder("topics.a", "topics.b");
    host.finish("topics.a");
    assertThat(closed.isComplete()).isFalse();
    host.finish("topics.b");
    assertThat(closed.result()).isEqualTo(Map.of("topics.a", "1-7", "topics.b", "1-7"));
    come("topics.c");
    loop.pass(LINGER * 2);
    assertThat(host.opened).hasSize(2);
    assertThat(loop.pending()).isZero();
  }

  @Test
  void positionsOfBeforeAreTakenWhereSomebodyCanComeBack() {
    host.channels.add("topics.a");
    streams.begin(Map.of("topics.a", "9-1", "topics.gone", "9-2"));
    come("topics.a");
    come("topics.gone");
    assertThat(host.opened).containsExactly("topics.a@9-1", "topics.gone");
  }
}
