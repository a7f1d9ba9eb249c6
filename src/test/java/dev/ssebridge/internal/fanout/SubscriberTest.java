package dev.ssebridge.internal.fanout;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.SlowPolicy;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.log.LogShape;
import dev.ssebridge.internal.log.Retention;
import dev.ssebridge.spi.CloseReason;
import dev.ssebridge.spi.GapReason;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SubscriberTest {
  private static final StreamPolicy PLAIN = FanoutFixture.policy(SlowPolicy.GAP, LagLimits.NONE);

  @Test
  void aFreshSubscriberGetsWhatIsPublishedFromNowOn() {
    FanoutFixture bus = new FanoutFixture(FanoutFixture.LARGE, PLAIN);
    bus.publish("before");
    FanoutFixture.Client client = bus.connect(new Start.Now());
    assertThat(client.sink.lastEventId()).as("where it came in").isEqualTo("epoch0-1");

    bus.publish("after");
    bus.loop.runAll();

    assertThat(client.data()).containsExactly("after");
    assertThat(client.sink.lastEventId()).isEqualTo("epoch0-2");
  }

  @Test
  void allMessagesOfOneWakeUpAreOneWriteSharedByAll() {
    FanoutFixture bus = new FanoutFixture(FanoutFixture.LARGE, PLAIN);
    FanoutFixture.Client one = bus.connect(new Start.Now());
    FanoutFixture.Client two = bus.connect(new Start.Now());
    for (int i = 0; i < 10; i++) {
      bus.publish("m" + i);
    }
    bus.loop.runAll();

    assertThat(one.sink.batches()).hasSize(1);
    assertThat(two.sink.batches()).hasSize(1);
    assertThat(one.sink.batches().get(0)).isSameAs(two.sink.batches().get(0));
    assertThat(one.data()).hasSize(10);
  }

  @Test
  void aWalkThatTakesLongLetsOthersInAndTakesAlongWhatTheyPublish() {
    FanoutFixture bus = new FanoutFixture(FanoutFixture.LARGE, PLAIN);
    List<FanoutFixture.Client> clients = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      FanoutFixture.Client client = bus.connect(new Start.Now());
      client.sink.onBatch(() -> bus.loop.work(20_000));
      clients.add(client);
    }
    bus.publish("first");
    bus.loop.runOne();
    long served = clients.stream().filter(client -> !client.data().isEmpty()).count();
    assertThat(served).as("a quarter of a millisecond").isBetween(13L, 32L);

    bus.publish("second");
    bus.loop.runAll();
    assertThat(clients)
        .allSatisfy(client -> assertThat(client.data()).containsExactly("first", "second"));
    assertThat(clients.stream().filter(client -> client.sink.batches().size() == 1).count())
        .as("they got both in one write")
        .isEqualTo(100 - served);
  }

  /** A walk over two takes so long, and an event is published while it visits the second. */
  private static FanoutFixture.Client firstOfTwo(FanoutFixture bus, long nanos) {
    FanoutFixture.Client first = bus.connect(new Start.Now());
    FanoutFixture.Client second = bus.connect(new Start.Now());
    second.sink.onBatch(
        () -> {
          if (second.data().isEmpty()) {
            bus.loop.work(nanos);
            bus.publish("second");
          }
        });
    bus.publish("first");
    bus.loop.runOne();
    return first;
  }

  @Test
  void whereEventsComeDuringAWalkTheNextBeginsAsMuchLaterAsItTookSoThatMoreGather() {
    FanoutFixture bus = new FanoutFixture(FanoutFixture.LARGE, PLAIN);
    FanoutFixture.Client client = firstOfTwo(bus, 200_000);
    bus.loop.runOne();
    bus.loop.work(199_999);
    bus.publish("third");
    bus.loop.runOne();
    assertThat(client.data()).as("within the pause").containsExactly("first");
    bus.loop.work(1);
    bus.loop.runOne();
    assertThat(client.data()).containsExactly("first", "second", "third");
    assertThat(client.sink.batches()).hasSize(2);

    bus.loop.work(200_000);
    bus.publish("fourth");
    bus.loop.runOne();
    assertThat(client.data()).as("behind the pause").endsWith("fourth");
  }

  @Test
  void anEventThatIsPublishedAfterAWalkWaitsForNothing() {
    FanoutFixture bus = new FanoutFixture(FanoutFixture.LARGE, PLAIN);
    FanoutFixture.Client client = bus.connect(new Start.Now());
    client.sink.onBatch(() -> bus.loop.work(200_000));
    bus.publish("first");
    bus.loop.runOne();
    bus.publish("second");
    bus.loop.runOne();
    assertThat(client.data()).containsExactly("first", "second");
  }

  @Test
  void behindAWalkThatTookLongIsNoPause() {
    FanoutFixture bus = new FanoutFixture(FanoutFixture.LARGE, PLAIN);
    FanoutFixture.Client client = firstOfTwo(bus, 2_000_000);
    bus.loop.runOne();
    assertThat(client.data()).containsExactly("first", "second");
  }

  @Test
  void aReplayGoesAtTheReadersPaceAndJoinsTheLiveStream() {
    FanoutFixture bus = new FanoutFixture(FanoutFixture.LARGE, PLAIN);
    for (int i = 1; i <= 20_000; i++) {
      bus.publish("m" + i);
    }
    FanoutFixture.Client client = bus.connect(new Start.Earliest());
    int rounds = 0;
    while (client.data().size() < 20_100) {
      if (rounds < 100) {
        bus.publish("live" + rounds);
      }
      client.drain(10_000);
      bus.loop.runAll();
      assertThat(++rounds).as("it gets on").isLessThan(10_000);
    }
    List<String> expected =
        new ArrayList<>(IntStream.rangeClosed(1, 20_000).mapToObj(i -> "m" + i).toList());
    IntStream.range(0, 100).forEach(i -> expected.add("live" + i));
    assertThat(client.data()).isEqualTo(expected);
    assertThat(client.subscriber().account().isBalanced()).isTrue();
  }

  @Test
  void aFullSubscriberKeepsNobodyWaiting() {
    FanoutFixture bus = new FanoutFixture(FanoutFixture.LARGE, PLAIN);
    FanoutFixture.Client slow = bus.connect(new Start.Now());
    FanoutFixture.Client quick = bus.connect(new Start.Now());
    slow.sink.takeOnly(0);
    for (int i = 0; i < 50; i++) {
      bus.publish("m" + i);
      bus.loop.runAll();
    }
    assertThat(quick.data()).hasSize(50);
    assertThat(slow.data()).isEmpty();

    slow.drain();
    assertThat(slow.data()).isEqualTo(quick.data());
  }

  @Test
  void aWakeUpThatWasLostIsMadeGoodByTheNextLook() {
    for (StreamPolicy policy :
        List.of(PLAIN, new StreamPolicy(1000, 0, "sse.gap", LagLimits.NONE, SlowPolicy.GAP, 10))) {
      FanoutFixture bus = new FanoutFixture(FanoutFixture.LARGE, policy);
      FanoutFixture.Client client = bus.connect(new Start.Now());
      client.sink.takeOnly(0);
      bus.publish("m1");
      bus.loop.runAll();
      client.sink.takeOnly(Long.MAX_VALUE); // and nobody says so
      bus.publish("m2");
      bus.loop.runAll();
      assertThat(client.data()).isEmpty();

      bus.loop.advance(6000);
      assertThat(client.data()).containsExactly("m1", "m2");
    }
  }

  @Test
  void aStreamThatIsFinishedGetsWhatThereIsAndNothingMore() {
    FanoutFixture bus = new FanoutFixture(FanoutFixture.LARGE, PLAIN);
    FanoutFixture.Client client = bus.connect(new Start.Now());
    FanoutFixture.Client quick = bus.connect(new Start.Now());
    client.sink.takeOnly(0);
    publishAndRun(bus, 1, 3);
    client.subscriber().finish(CloseReason.DRAINED, null);
    quick.subscriber().finish(CloseReason.DRAINED, null);
    assertThat(quick.closed).containsExactly(CloseReason.DRAINED);
    assertThat(client.closed).isEmpty();
    client.drain(1);
    publishAndRun(bus, 4, 5);
    client.drain();

    assertThat(client.data()).containsExactly("m1", "m2", "m3");
    assertThat(client.closed).containsExactly(CloseReason.DRAINED);
    assertThat(client.sink.isEnded()).isTrue();
  }

  @Test
  void slowReaderIsToldExactlyWhatItMissed() {
    FanoutFixture bus = new FanoutFixture(new Retention(10, 1 << 20, 1_000_000), PLAIN);
    FanoutFixture.Client client = bus.connect(new Start.Now());
    client.sink.takeOnly(0);
    for (int i = 1; i <= 10_000; i++) {
      bus.publish("m" + i);
    }
    bus.loop.runAll();
    client.drain();

    ServerSentEvent gap = client.sink.events().get(0);
    assertThat(gap.type()).isEqualTo("sse.gap");
    assertThat(gap.id()).isEqualTo("epoch0-9990");
    assertThat(new JsonObject(String.valueOf(gap.data())))
        .isEqualTo(
            new JsonObject()
                .put("from", "epoch0-0")
                .put("to", "epoch0-9990")
                .put("missed", 9990)
                .put("reason", "slow"));
    assertThat(client.data().subList(1, 11)).startsWith("m9991").endsWith("m10000");
    assertThat(client.subscriber().account()).isEqualTo(new Account(0, 10_000, 10, 0, 0, 9990));
    assertThat(bus.counters.missed(GapReason.SLOW)).isEqualTo(9990);
  }

  @Test
  void aGapThatIsNotToldIsCountedAllTheSame() {
    StreamPolicy silent = new StreamPolicy(0, 0, null, LagLimits.NONE, SlowPolicy.GAP, 10);
    FanoutFixture bus = new FanoutFixture(new Retention(10, 1 << 20, 1_000_000), silent);
    FanoutFixture.Client client = bus.connect(new Start.Now());
    client.sink.takeOnly(0);
    for (int i = 1; i <= 10_000; i++) {
      bus.publish("m" + i);
    }
    bus.loop.runAll();
    client.drain();

    assertThat(client.data()).hasSize(10);
    assertThat(client.subscriber().account().missed()).isEqualTo(9990);
    assertThat(bus.counters.missed(GapReason.SLOW)).isEqualTo(9990);
  }

  @Test
  void anUnknownLossIsToldOnceToWhoeverPassesIt() {
    FanoutFixture bus = new FanoutFixture(FanoutFixture.LARGE, PLAIN);
    FanoutFixture.Client live = bus.connect(new Start.Now());
    publishAndRun(bus, 1, 2);
    bus.channel.lose(1, GapReason.UNKNOWN);
    publishAndRun(bus, 4, 5);
    FanoutFixture.Client back = bus.connect(new Start.After("epoch0-2"));
    FanoutFixture.Client told = bus.connect(new Start.After("epoch0-3"));

    JsonObject gap =
        new JsonObject()
            .put("from", "epoch0-2")
            .put("to", "epoch0-3")
            .putNull("missed")
            .put("reason", "unknown");
    assertThat(live.data()).containsExactly("m1", "m2", gap.encode(), "m4", "m5");
    assertThat(back.data()).containsExactly(gap.encode(), "m4", "m5");
    assertThat(told.data()).containsExactly("m4", "m5");
    ServerSentEvent event = back.sink.events().get(0);
    assertThat(event.type()).isEqualTo("sse.gap");
    assertThat(event.id()).isEqualTo("epoch0-3");
    assertThat(live.subscriber().account()).isEqualTo(new Account(0, 5, 4, 0, 0, 1));
    assertThat(live.subscriber().progress().missed()).isZero();
    assertThat(bus.counters.gaps(GapReason.UNKNOWN)).isEqualTo(2);
    assertThat(bus.counters.missed(GapReason.UNKNOWN)).isZero();
  }

  @Test
  void knownAndUnknownLossesBesideEachOtherAreToldApart() {
    FanoutFixture bus = new FanoutFixture(FanoutFixture.LARGE, PLAIN);
    FanoutFixture.Client client = bus.connect(new Start.Now());
    bus.channel.lose(5, GapReason.DROPPED);
    bus.channel.lose(1, GapReason.UNKNOWN);
    bus.channel.lose(7, GapReason.DROPPED);
    bus.loop.runAll();

    assertThat(client.data().stream().map(JsonObject::new).map(SubscriberTest::numberAndReason))
        .containsExactly("5 dropped", "null unknown", "7 dropped");
  }

  @Test
  void whoIsTooSlowForAnUnknownLossIsToldNoNumber() {
    FanoutFixture bus = new FanoutFixture(new Retention(10, 1 << 20, 1_000_000), PLAIN);
    FanoutFixture.Client client = bus.connect(new Start.Now());
    client.sink.takeOnly(0);
    publishAndRun(bus, 1, 100);
    bus.channel.lose(1, GapReason.UNKNOWN);
    publishAndRun(bus, 1, 20_000);
    client.drain();

    assertThat(numberAndReason(new JsonObject(client.data().get(0)))).isEqualTo("null slow");
    assertThat(client.subscriber().account().isBalanced()).isTrue();
    assertThat(bus.counters.missed(GapReason.SLOW)).isEqualTo(20_101 - 1 - 10);
  }

  @Test
  void whoAsksForOtherAddressesIsToldOfAnUnknownLossAllTheSame() {
    FanoutFixture bus =
        new FanoutFixture(FanoutFixture.LARGE, PLAIN, new LogShape(2, false, false), "epoch0", 1);
    BitSet second = new BitSet();
    second.set(1);
    FanoutFixture.Client client =
        bus.connect(new Start.Now(), EventFilter.of(second), Long.MAX_VALUE, 0);
    bus.publish(0, null, "first");
    bus.channel.lose(1, GapReason.UNKNOWN);
    bus.publish(1, null, "second");
    bus.loop.runAll();

    assertThat(numberAndReason(new JsonObject(client.data().get(0)))).isEqualTo("null unknown");
    assertThat(client.data().subList(1, 2)).containsExactly("second");
  }

  @Test
  void anUnknownLossNeedsNoFurtherPlaceWhereNobodyCanHavePassedTheLastOne() {
    FanoutFixture bus = new FanoutFixture(FanoutFixture.LARGE, PLAIN);
    assertThat(bus.channel.mustTellUnknown()).as("nobody had an id").isFalse();
    assertThat(bus.channel.acquire()).isTrue();
    assertThat(bus.channel.mustTellUnknown()).as("somebody has one").isTrue();
    bus.channel.lose(1, GapReason.UNKNOWN);
    assertThat(bus.channel.mustTellUnknown()).as("he is still there").isTrue();
    bus.channel.lose(1, GapReason.UNKNOWN);
    bus.channel.release();
    assertThat(bus.channel.mustTellUnknown()).as("he has been told, and left").isTrue();
    bus.channel.lose(1, GapReason.UNKNOWN);
    assertThat(bus.channel.mustTellUnknown()).as("nobody came since").isFalse();
    bus.publish("m");
    assertThat(bus.channel.mustTellUnknown()).as("there is something new").isTrue();
  }

  private static String numberAndReason(JsonObject gap) {
    return gap.getLong("missed") + " " + gap.getString("reason");
  }

  @Test
  void belowItsLimitsALaggingSubscriberGetsEverything() {
    LagLimits lag = new LagLimits(100, Long.MAX_VALUE, Long.MAX_VALUE);
    FanoutFixture bus =
        new FanoutFixture(FanoutFixture.LARGE, FanoutFixture.policy(SlowPolicy.GAP, lag));
    FanoutFixture.Client client = bus.connect(new Start.Now());
    client.sink.takeOnly(0);
    publishAndRun(bus, 1, 100);
    client.drain();

    assertThat(client.data()).hasSize(100);
  }

  @Test
  void gapJumpsToTheOldestEventWithinTheLimits() {
    LagLimits lag = new LagLimits(100, Long.MAX_VALUE, Long.MAX_VALUE);
    FanoutFixture bus =
        new FanoutFixture(FanoutFixture.LARGE, FanoutFixture.policy(SlowPolicy.GAP, lag));
    FanoutFixture.Client client = bus.connect(new Start.Now());
    client.sink.takeOnly(0);
    publishAndRun(bus, 1, 150);
    client.drain();

    assertThat(client.sink.events().get(0).id()).isEqualTo("epoch0-50");
    assertThat(client.data().subList(1, 101)).startsWith("m51").endsWith("m150");
    assertThat(client.subscriber().account()).isEqualTo(new Account(0, 150, 100, 0, 0, 50));
  }

  @Test
  void theLimitInBytesCountsTheFramesThatWait() {
    FanoutFixture probe = new FanoutFixture(FanoutFixture.LARGE, PLAIN);
    publishAndRun(probe, 101, 150);
    long bytes = probe.channel.log().bytesUpTo(50) - probe.channel.log().bytesUpTo(40);
    LagLimits lag = new LagLimits(Long.MAX_VALUE, bytes, Long.MAX_VALUE);
    FanoutFixture bus =
        new FanoutFixture(FanoutFixture.LARGE, FanoutFixture.policy(SlowPolicy.GAP, lag));
    FanoutFixture.Client client = bus.connect(new Start.Now());
    client.sink.takeOnly(0);
    publishAndRun(bus, 101, 150);
    client.drain();

    assertThat(client.data().subList(1, 11)).startsWith("m141").endsWith("m150");
  }

  @Test
  void theLimitInAgeSkipsWhatIsOlder() {
    LagLimits lag = new LagLimits(Long.MAX_VALUE, Long.MAX_VALUE, 1000);
    FanoutFixture bus =
        new FanoutFixture(FanoutFixture.LARGE, FanoutFixture.policy(SlowPolicy.GAP, lag));
    FanoutFixture.Client client = bus.connect(new Start.Now());
    client.sink.takeOnly(0);
    publishAndRun(bus, 1, 10);
    bus.loop.advance(1500);
    publishAndRun(bus, 11, 20);
    client.drain();

    assertThat(client.data().subList(1, 11)).startsWith("m11").endsWith("m20");
    assertThat(client.subscriber().account().missed()).isEqualTo(10);
  }

  @Test
  void aLongReplayIsNoLag() {
    LagLimits lag = new LagLimits(10, Long.MAX_VALUE, Long.MAX_VALUE);
    FanoutFixture bus =
        new FanoutFixture(FanoutFixture.LARGE, FanoutFixture.policy(SlowPolicy.DISCONNECT, lag));
    publishAndRun(bus, 1, 5000);
    FanoutFixture.Client client = bus.connect(new Start.Earliest());
    while (client.data().size() < 5000) {
      client.drain(1000);
      bus.loop.runAll();
    }
    assertThat(client.closed).isEmpty();
  }

  @Test
  void latestJumpsToTheNewestEvent() {
    LagLimits lag = new LagLimits(10, Long.MAX_VALUE, Long.MAX_VALUE);
    FanoutFixture bus =
        new FanoutFixture(FanoutFixture.LARGE, FanoutFixture.policy(SlowPolicy.LATEST, lag));
    FanoutFixture.Client client = bus.connect(new Start.Now());
    client.sink.takeOnly(0);
    publishAndRun(bus, 1, 100);
    client.drain();

    assertThat(client.data()).hasSize(2).endsWith("m100");
    assertThat(client.subscriber().account()).isEqualTo(new Account(0, 100, 1, 0, 0, 99));
  }

  @Test
  void disconnectEndsTheResponseOnAnEventBoundary() {
    LagLimits lag = new LagLimits(10, Long.MAX_VALUE, Long.MAX_VALUE);
    FanoutFixture bus =
        new FanoutFixture(FanoutFixture.LARGE, FanoutFixture.policy(SlowPolicy.DISCONNECT, lag));
    FanoutFixture.Client client = bus.connect(new Start.Now());
    bus.publish("m1");
    bus.loop.runAll();
    client.sink.takeOnly(0);
    publishAndRun(bus, 2, 11);
    assertThat(client.closed).isEmpty();
    publishAndRun(bus, 12, 12);

    assertThat(client.closed).containsExactly(CloseReason.SLOW);
    assertThat(client.sink.isEnded()).isTrue();
    assertThat(client.data()).containsExactly("m1");
  }

  @ParameterizedTest
  @EnumSource(SlowPolicy.class)
  void whatIsForOthersPutsNobodyBehind(SlowPolicy policy) {
    LagLimits lag = new LagLimits(10, Long.MAX_VALUE, Long.MAX_VALUE);
    FanoutFixture bus =
        new FanoutFixture(
            new Retention(50, 1 << 30, 3_600_000),
            FanoutFixture.policy(policy, lag),
            new LogShape(1, true, true),
            "epoch0",
            1);
    EventFilter own = EventFilter.ALL.labelled("a");
    FanoutFixture.Client client = bus.connect(new Start.Now(), own, Long.MAX_VALUE, 0);
    bus.publish(0, null, "a", "m1");
    bus.loop.runAll();
    for (int i = 2; i <= 1000; i++) {
      bus.publish(0, null, "b", "m" + i);
      if (i % 5 == 0) {
        bus.loop.runAll();
      }
      client.sink.takeOnly(i == 500 ? 0 : Long.MAX_VALUE);
    }
    client.drain();
    bus.publish(0, null, "a", "m1001");
    bus.loop.runAll();

    assertThat(client.closed).isEmpty();
    assertThat(client.data()).containsExactly("m1", "m1001");
    assertThat(client.subscriber().account()).isEqualTo(new Account(0, 1001, 2, 0, 999, 0));
  }

  @Test
  void howeverManyEventsOfOthersThereAreAtOnceNobodyIsTooSlowForThem() {
    LagLimits lag = new LagLimits(10, Long.MAX_VALUE, Long.MAX_VALUE);
    FanoutFixture bus =
        new FanoutFixture(
            FanoutFixture.LARGE,
            FanoutFixture.policy(SlowPolicy.DISCONNECT, lag),
            new LogShape(1, false, true),
            "epoch0",
            1);
    EventFilter own = EventFilter.ALL.labelled("a");
    FanoutFixture.Client client = bus.connect(new Start.Now(), own, Long.MAX_VALUE, 0);
    client.sink.takeOnly(1);
    bus.publish(0, null, "a", "m1");
    bus.publish(0, null, "a", "m2");
    bus.loop.runAll();
    client.drain();
    client.sink.takeOnly(1);
    bus.publish(0, null, "a", "m3");
    bus.loop.runAll();
    for (int i = 4; i <= 50_003; i++) {
      bus.publish(0, null, "b", "m" + i);
    }
    bus.loop.runAll();
    assertThat(client.closed).isEmpty();
    client.drain();
    bus.publish(0, null, "a", "m50004");
    bus.loop.runAll();

    assertThat(client.data()).containsExactly("m1", "m2", "m3", "m50004");
    assertThat(client.subscriber().account()).isEqualTo(new Account(0, 50_004, 4, 0, 50_000, 0));
  }

  @Test
  void disconnectEndsAtOnceWhoeverIsLeftTooFarBehindByTheLastBurst() {
    LagLimits lag = new LagLimits(10, Long.MAX_VALUE, Long.MAX_VALUE);
    FanoutFixture bus =
        new FanoutFixture(FanoutFixture.LARGE, FanoutFixture.policy(SlowPolicy.DISCONNECT, lag));
    FanoutFixture.Client client = bus.connect(new Start.Now());
    client.sink.takeOnly(1);
    for (int i = 1; i <= 10_000; i++) {
      bus.publish("m" + i);
    }
    bus.loop.runAll();

    assertThat(client.closed).containsExactly(CloseReason.SLOW);
    assertThat(client.data()).isNotEmpty().hasSizeLessThan(9990);
  }

  @Test
  void conflateDeliversTheNewestOfEachKeyInOrderAndTellsHowManyWereMerged() {
    LagLimits lag = new LagLimits(5, Long.MAX_VALUE, Long.MAX_VALUE);
    FanoutFixture bus =
        new FanoutFixture(
            FanoutFixture.LARGE,
            FanoutFixture.policy(SlowPolicy.CONFLATE, lag),
            new LogShape(1, true),
            "epoch0",
            1);
    FanoutFixture.Client client = bus.connect(new Start.Now());
    client.sink.takeOnly(0);
    for (int i = 1; i <= 30; i++) {
      bus.publish(0, i % 10 == 0 ? null : "k" + i % 3, "m" + i);
      bus.loop.runAll();
    }
    client.drain();

    assertThat(client.data().subList(1, 7))
        .as("m10, m20 and m30 have no key")
        .containsExactly("m10", "m20", "m27", "m28", "m29", "m30");
    assertThat(new JsonObject(client.data().get(0)))
        .isEqualTo(
            new JsonObject()
                .put("from", "epoch0-0")
                .put("to", "epoch0-30")
                .put("missed", 24)
                .put("reason", "slow")
                .put("policy", "conflate"));
    assertThat(client.subscriber().account()).isEqualTo(new Account(0, 30, 6, 24, 0, 0));
    bus.publish(0, "k1", "m31");
    bus.publish(0, "k1", "m32");
    bus.loop.runAll();
    assertThat(client.data()).as("at the head nothing is merged").endsWith("m31", "m32");
  }

  @Test
  void howeverFarBehindItIsAConflatingSubscriberMissesNothingThatTheLogHolds() {
    FanoutFixture bus = conflating(1, 100);
    FanoutFixture.Client client = bus.connect(new Start.Now());
    client.sink.takeOnly(0);
    bus.publish(0, null, "without a key");
    bus.publish(0, "rare", "m");
    for (int i = 1; i <= 100_000; i++) {
      bus.publish(0, "k" + i % 10, "m" + i);
    }
    bus.loop.runAll();
    client.drain();

    assertThat(client.data().subList(1, 13)).startsWith("without a key", "m", "m99991");
    assertThat(client.subscriber().account())
        .isEqualTo(new Account(0, 100_002, 12, 100_002 - 12, 0, 0));
    assertThat(bus.counters.missed(GapReason.SLOW)).isZero();
  }

  @Test
  void aConflatedBatchLooksAtWhatItWritesAndAtNothingElse() {
    FanoutFixture bus = conflating(1, 10_000);
    List<FanoutFixture.Client> lagging = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      FanoutFixture.Client client = bus.connect(new Start.Now());
      client.sink.takeOnly(0);
      lagging.add(client);
    }
    FanoutFixture.Client bystander = bus.connect(new Start.Now());
    String pad = "x".repeat(1000);
    for (int i = 1; i <= 16_000; i++) {
      bus.publish(0, "k" + i % 500, i + pad);
      if (i % 1000 == 0) {
        bus.loop.runAll();
      }
    }
    assertThat(bystander.data()).hasSize(16_000);
    long before = bus.fanout.gather().looks();
    lagging.forEach(FanoutFixture.Client::drain);
    bus.loop.runAll();

    long looks = bus.fanout.gather().looks() - before;
    for (FanoutFixture.Client client : lagging) {
      assertThat(client.subscriber().account())
          .isEqualTo(new Account(0, 16_000, 500, 15_500, 0, 0));
    }
    // 500 KB are eight batches of 64 KiB, and each looks at one event that it has no room for.
    assertThat(looks).isBetween(200L * 500, 200L * (500 + 10));
  }

  @Test
  void conflatedSubsetsMergeOnlyWithWhatTheyWant() {
    FanoutFixture bus = conflating(3, 100);
    BitSet two = new BitSet();
    two.set(0, 2);
    FanoutFixture.Client both =
        bus.connect(new Start.Now(), EventFilter.of(two), Long.MAX_VALUE, 0);
    both.sink.takeOnly(0);
    for (int i = 1; i <= 30; i++) {
      bus.publish(i % 3, "k", "m" + i); // sources 1, 2, 0, 1, ...
    }
    bus.loop.runAll();
    both.drain();

    assertThat(both.data().subList(1, both.data().size())).containsExactly("m30");
    assertThat(both.subscriber().account()).isEqualTo(new Account(0, 30, 1, 19, 10, 0));
  }

  private static FanoutFixture conflating(int sources, int keys) {
    LagLimits lag = new LagLimits(5, Long.MAX_VALUE, Long.MAX_VALUE);
    return new FanoutFixture(
        FanoutFixture.LARGE,
        new StreamPolicy(0, 0, "sse.gap", lag, SlowPolicy.CONFLATE, keys),
        new LogShape(sources, true),
        "epoch0",
        1);
  }

  @Test
  void eventsOfMoreKeysThanAreKeptApartAreDeliveredAndNotMerged() {
    LagLimits lag = new LagLimits(5, Long.MAX_VALUE, Long.MAX_VALUE);
    FanoutFixture bus =
        new FanoutFixture(
            FanoutFixture.LARGE,
            new StreamPolicy(0, 0, "sse.gap", lag, SlowPolicy.CONFLATE, 2),
            new LogShape(1, true),
            "epoch0",
            1);
    FanoutFixture.Client client = bus.connect(new Start.Now());
    client.sink.takeOnly(0);
    for (int i = 1; i <= 12; i++) {
      bus.publish(0, "k" + i % 4, "m" + i);
      bus.loop.runAll();
    }
    client.drain();

    assertThat(client.data().subList(1, client.data().size()))
        .as("k1 and k2 are told apart, k3 and k0 are not")
        .containsExactly("m3", "m4", "m7", "m8", "m9", "m10", "m11", "m12");
    assertThat(client.subscriber().account()).isEqualTo(new Account(0, 12, 8, 4, 0, 0));
  }

  @Test
  void millionsOfEventsOfAnotherAddressAreReadInSlices() {
    int many = 2_000_000;
    FanoutFixture bus =
        new FanoutFixture(
            new Retention(many, 1 << 30, 3_600_000), PLAIN, new LogShape(2, false), "epoch0", 1);
    byte[] frame = "data\n\n".getBytes(US_ASCII);
    for (int i = 0; i < many; i++) {
      bus.channel.log().append(i, 0, null, frame, 0, frame.length);
    }
    BitSet wanted = new BitSet();
    wanted.set(1);
    FanoutFixture.Client client =
        bus.connect(new Start.After("epoch0-0"), EventFilter.of(wanted), Long.MAX_VALUE, 0);
    long before = 0;
    long cursor = client.subscriber().cursor();
    while (cursor > before) {
      assertThat(cursor - before).as("in one go").isLessThan(100_000);
      before = cursor;
      bus.loop.runOne();
      cursor = client.subscriber().cursor();
    }
    assertThat(client.subscriber().account()).isEqualTo(new Account(0, many, 0, 0, many, 0));
  }

  @Test
  void anEventAtTheBeginningOfTheLogThatIsWithinTheLimitInBytesIsDelivered() {
    FanoutFixture probe = new FanoutFixture(FanoutFixture.LARGE, PLAIN);
    publishAndRun(probe, 11, 20);
    LagLimits lag =
        new LagLimits(Long.MAX_VALUE, probe.channel.log().bytesUpTo(10) + 20, Long.MAX_VALUE);
    FanoutFixture bus =
        new FanoutFixture(
            new Retention(10, 1 << 20, 3_600_000), FanoutFixture.policy(SlowPolicy.GAP, lag));
    publishAndRun(bus, 1, 10);
    FanoutFixture.Client client = bus.connect(new Start.Now());
    client.sink.takeOnly(0);
    publishAndRun(bus, 11, 20);
    bus.channel.expire();
    bus.channel.expire();
    assertThat(bus.channel.log().floor()).isEqualTo(11);
    client.drain();

    assertThat(client.data()).hasSize(10).startsWith("m11");
  }

  @Test
  void aGapCountsNoEventsOfOtherAddressesThatCanStillBeTold() {
    LagLimits lag = new LagLimits(10, Long.MAX_VALUE, Long.MAX_VALUE);
    FanoutFixture bus =
        new FanoutFixture(
            FanoutFixture.LARGE,
            FanoutFixture.policy(SlowPolicy.GAP, lag),
            new LogShape(2, false),
            "epoch0",
            1);
    BitSet wanted = new BitSet();
    wanted.set(1);
    FanoutFixture.Client client =
        bus.connect(new Start.Now(), EventFilter.of(wanted), Long.MAX_VALUE, 0);
    client.sink.takeOnly(0);
    for (int i = 1; i <= 100; i++) {
      bus.publish(i % 10 == 0 ? 1 : 0, null, "m" + i);
      bus.loop.runAll();
    }
    client.drain();

    assertThat(new JsonObject(client.data().get(0)).getLong("missed")).isEqualTo(9);
    assertThat(client.data()).hasSize(2).endsWith("m100");
    assertThat(client.subscriber().account()).isEqualTo(new Account(0, 100, 1, 0, 90, 9));
    assertThat(bus.counters.missed(GapReason.SLOW)).isEqualTo(9);
  }

  @Test
  void aFullBatchFitsASizeOfTheAllocator() {
    FanoutFixture bus = new FanoutFixture(FanoutFixture.LARGE, PLAIN);
    publishAndRun(bus, 1, 20_000);
    FanoutFixture.Client client = bus.connect(new Start.Earliest());

    assertThat(client.sink.batches())
        .allMatch(b -> Batch.HEADROOM + b.length() + Batch.TAILROOM <= 64 * 1024)
        .anyMatch(b -> b.length() > 63 * 1024);
  }

  @Test
  void aSubscriberOfSomeAddressesGetsNoOthersAndItsCursorMovesOn() {
    FanoutFixture bus =
        new FanoutFixture(
            FanoutFixture.LARGE,
            new StreamPolicy(1000, 0, "sse.gap", LagLimits.NONE, SlowPolicy.GAP, 10),
            new LogShape(3, false),
            "epoch0",
            1);
    BitSet wanted = new BitSet();
    wanted.set(1);
    FanoutFixture.Client client =
        bus.connect(new Start.Now(), EventFilter.of(wanted), Long.MAX_VALUE, 0);
    for (int i = 0; i < 9; i++) {
      bus.publish(i % 3, null, "m" + i);
    }
    bus.loop.runAll();

    assertThat(client.data()).containsExactly("m1", "m4", "m7");
    assertThat(client.subscriber().account()).isEqualTo(new Account(0, 9, 3, 0, 6, 0));
    assertThat(client.sink.lastEventId()).isEqualTo("epoch0-8");
    bus.loop.advance(1500);
    assertThat(client.sink.lastEventId()).as("told instead of a heartbeat").isEqualTo("epoch0-9");
  }

  @Test
  void maxEventsEndsTheStreamAfterExactlySoMany() {
    FanoutFixture bus = new FanoutFixture(FanoutFixture.LARGE, PLAIN);
    FanoutFixture.Client client = bus.connect(new Start.Now(), EventFilter.ALL, 3, 0);
    for (int i = 1; i <= 5; i++) {
      bus.publish("m" + i);
    }
    bus.loop.runAll();

    assertThat(client.data()).containsExactly("m1", "m2", "m3");
    assertThat(client.closed).containsExactly(CloseReason.MAX_EVENTS);
    FanoutFixture.Client again = bus.connect(new Start.After(client.sink.lastEventId()));
    assertThat(again.data()).containsExactly("m4", "m5");
    assertThat(again.start().outcome()).isEqualTo(Start.Outcome.COMPLETE);
  }

  @Test
  void maxAgeEndsTheStream() {
    FanoutFixture bus = new FanoutFixture(FanoutFixture.LARGE, PLAIN);
    FanoutFixture.Client client =
        bus.connect(new Start.Now(), EventFilter.ALL, Long.MAX_VALUE, 5000);
    bus.loop.advance(4900);
    assertThat(client.closed).isEmpty();
    bus.loop.advance(200);
    assertThat(client.closed).containsExactly(CloseReason.MAX_AGE);
    assertThat(bus.loop.timers()).as("no timer for nobody").isZero();
  }

  @Test
  void whoeverTakesNoByteWhileDataWaitsIsDropped() {
    StreamPolicy policy =
        new StreamPolicy(0, 10_000, "sse.gap", LagLimits.NONE, SlowPolicy.GAP, 10);
    FanoutFixture bus = new FanoutFixture(FanoutFixture.LARGE, policy);
    FanoutFixture.Client stalled = bus.connect(new Start.Now());
    FanoutFixture.Client dribbling = bus.connect(new Start.Now());
    for (FanoutFixture.Client client : List.of(stalled, dribbling)) {
      client.sink.takeOnly(0);
      client.sink.hold(1000);
    }
    publishAndRun(bus, 1, 1);
    for (int i = 0; i < 15; i++) {
      bus.loop.advance(1000);
      dribbling.sink.sendSome();
    }
    assertThat(stalled.closed).containsExactly(CloseReason.STALLED);
    assertThat(stalled.sink.isAborted()).isTrue();
    assertThat(dribbling.closed).isEmpty();
  }

  @Test
  void aSinkThatFailsEndsItsOwnStreamOnly() {
    FanoutFixture bus = new FanoutFixture(FanoutFixture.LARGE, PLAIN);
    FanoutFixture.Client broken = bus.connect(new Start.Now());
    FanoutFixture.Client other = bus.connect(new Start.Now());
    broken.sink.failWith(new OutOfMemoryError("direct memory"));
    publishAndRun(bus, 1, 3);

    assertThat(broken.closed).containsExactly(CloseReason.ERROR);
    assertThat(other.data()).containsExactly("m1", "m2", "m3");
  }

  @Test
  void aCloseHandlerThatFailsKeepsNobodyElseFromHisEvents() {
    FanoutFixture bus = new FanoutFixture(FanoutFixture.LARGE, PLAIN);
    List<FanoutFixture.Client> ending = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      ending.add(bus.connect(new Start.Now(), EventFilter.ALL, 1, 0, SubscriberTest::failOnClose));
    }
    FanoutFixture.Client other = bus.connect(new Start.Now());
    publishAndRun(bus, 1, 3);

    assertThat(ending).allMatch(client -> client.sink.isEnded());
    assertThat(other.data()).containsExactly("m1", "m2", "m3");
  }

  @Test
  void aSinkThatFailsAtTheEndOfItsAgeKeepsNobodyElseFromHis() {
    FanoutFixture bus = new FanoutFixture(FanoutFixture.LARGE, PLAIN);
    FanoutFixture.Client broken =
        bus.connect(new Start.Now(), EventFilter.ALL, Long.MAX_VALUE, 1000);
    FanoutFixture.Client other =
        bus.connect(new Start.Now(), EventFilter.ALL, Long.MAX_VALUE, 1000);
    broken.sink.failWith(new StackOverflowError());
    bus.loop.advance(1100);

    assertThat(broken.closed).containsExactly(CloseReason.MAX_AGE);
    assertThat(other.closed).containsExactly(CloseReason.MAX_AGE);
    assertThat(other.sink.isEnded()).isTrue();
  }

  @Test
  void aFullSinkThatFailsWhenItIsDisconnectedDoesNotEndTheWalk() {
    LagLimits lag = new LagLimits(10, Long.MAX_VALUE, Long.MAX_VALUE);
    FanoutFixture bus =
        new FanoutFixture(FanoutFixture.LARGE, FanoutFixture.policy(SlowPolicy.DISCONNECT, lag));
    FanoutFixture.Client broken = bus.connect(new Start.Now());
    FanoutFixture.Client other = bus.connect(new Start.Now());
    broken.sink.takeOnly(0);
    broken.sink.failWith(new AssertionError("a broken sink"));
    publishAndRun(bus, 1, 20);

    assertThat(broken.closed).containsExactly(CloseReason.SLOW);
    assertThat(other.data()).hasSize(20);
  }

  @Test
  void aPeerThatIsGoneIsToldOfExactlyOnce() {
    FanoutFixture bus = new FanoutFixture(FanoutFixture.LARGE, PLAIN);
    FanoutFixture.Client client = bus.connect(new Start.Now());
    client.subscriber().gone();
    client.subscriber().gone();
    client.subscriber().close(CloseReason.DRAINED);
    bus.publish("m");
    bus.loop.runAll();

    assertThat(client.closed).containsExactly(CloseReason.CLIENT_GONE);
    assertThat(client.data()).isEmpty();
  }

  private static void publishAndRun(FanoutFixture bus, int from, int to) {
    for (int i = from; i <= to; i++) {
      bus.publish("m" + i);
      bus.loop.runAll();
    }
  }

  private static void failOnClose(CloseReason reason) {
    throw new AssertionError("a broken handler of " + reason);
  }
}
