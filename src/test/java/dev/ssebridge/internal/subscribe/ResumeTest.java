package dev.ssebridge.internal.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.spi.GapReason;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Ways;
import dev.ssebridge.testing.Wires;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.handler.CorsHandler;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Where a stream begins, and what a client is told that cannot have what it asks for. */
@ExtendWith(VertxExtension.class)
@Ways
@Wires
@Tag("slow")
class ResumeTest {
  private static Vertx vertx;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  @Test
  void idsAreDenseAndShortAndFreeOfWhatWouldNeedAPreflight() {
    try (BridgeFixture bridge = route("")) {
      SseProbe probe = bridge.open("/n");
      bridge.publishNumbers("news", 1, 50);

      List<ServerSentEvent> events = probe.awaitEvents(50);
      String epoch = epochOf(events.get(0).id());
      for (int i = 0; i < 50; i++) {
        assertThat(events.get(i).id()).isEqualTo(epoch + "-" + (i + 1));
      }
      assertThat(epoch).matches("[a-z0-9]{6,20}");
    }
  }

  @Test
  void everySpellingOfTheLastEventIdResumesExactly() {
    try (BridgeFixture bridge = route("")) {
      String epoch = publish(bridge, 10);
      for (SseProbe probe :
          List.of(
              bridge.get("/n", "Last-Event-ID: " + epoch + "-7"),
              bridge.get("/n", "last-event-id: " + epoch + "-7"),
              bridge.get("/n?lastEventId=" + epoch + "-7"),
              bridge.get("/n?last_event_id=" + epoch + "-7"))) {
        probe.awaitEvents(3);
        assertThat(probe.data()).containsExactly("m8", "m9", "m10");
        assertThat(probe.header("sse-resume")).isEqualTo("complete");
        assertThat(probe.awaitOpen()).isEqualTo(epoch + "-7");
      }
    }
  }

  @Test
  void theHeaderWinsOverEveryQuery() {
    try (BridgeFixture bridge = route("")) {
      String epoch = publish(bridge, 10);
      SseProbe probe =
          bridge.get(
              "/n?lastEventId=" + epoch + "-2&from=earliest", "Last-Event-ID: " + epoch + "-9");
      probe.awaitEvents(1);
      assertThat(probe.data()).containsExactly("m10");

      SseProbe query = bridge.get("/n?last_event_id=" + epoch + "-8&last=5", "Last-Event-ID:");
      query.awaitEvents(2);
      assertThat(query.data()).containsExactly("m9", "m10");
    }
  }

  @Test
  void theIdOfTheOpeningBlockResumesFromWhereTheClientCameIn() {
    try (BridgeFixture bridge = route("")) {
      publish(bridge, 3);
      SseProbe first = bridge.open("/n");
      String id = first.awaitOpen();
      first.reset();
      bridge.publishNumbers("news", 4, 5);

      SseProbe again = bridge.get("/n", "Last-Event-ID: " + id);
      again.awaitEvents(2);
      assertThat(again.data()).containsExactly("m4", "m5");
    }
  }

  @Test
  void anEmptyChannelIsResumedFromItsBeginning() {
    try (BridgeFixture bridge = route("")) {
      String id = bridge.open("/n").awaitOpen();
      assertThat(id).endsWith("-0");
      bridge.publishNumbers("news", 1, 2);
      SseProbe again = bridge.get("/n", "Last-Event-ID: " + id);
      again.awaitEvents(2);
      assertThat(again.header("sse-resume")).isEqualTo("complete");
    }
  }

  @Test
  void aFirstConnectionMayAskForHistory() {
    try (BridgeFixture bridge = route("")) {
      publish(bridge, 10);
      String hourAgo = Instant.now().minus(Duration.ofHours(1)).toString();
      String inAnHour = Instant.now().plus(Duration.ofHours(1)).toString();

      for (String all :
          List.of(
              "from=earliest",
              "last=10",
              "last=99",
              "since=PT5M",
              "since=5m",
              "since=" + hourAgo,
              "since=999999999999d",
              "since=300s",
              "since=2020-01-01T00:00:00%2B02:00",
              "since=2020-01-01T00:00:00+02:00")) {
        SseProbe probe = bridge.get("/n?" + all);
        probe.awaitEvents(10);
        assertThat(probe.data()).as(all).startsWith("m1").endsWith("m10");
        assertThat(probe.header("sse-resume")).isEqualTo("fresh");
      }
      SseProbe three = bridge.get("/n?last=3");
      three.awaitEvents(3);
      assertThat(three.data()).containsExactly("m8", "m9", "m10");
      for (String none : List.of("last=0", "from=latest", "since=0s", "since=" + inAnHour)) {
        SseProbe probe = bridge.get("/n?" + none);
        assertThat(SseProbe.sequenceOf(probe.awaitOpen())).as(none).isEqualTo(10);
      }
    }
  }

  @Test
  void aWishThatIsNoneIsRefusedWithWhatWasExpected() {
    try (BridgeFixture bridge = route("")) {
      for (String bad :
          List.of(
              "from=yesterday",
              "last=-1",
              "last=x",
              "last=",
              "since=soon",
              "since=-5m",
              "since=-PT5M",
              "since=",
              "since=2020-13-01T00:00:00Z",
              "last=1&from=earliest",
              "last=1&last=2",
              "from=earliest&from=earliest",
              "since=P999999999999999D")) {
        SseProbe probe = bridge.get("/n?" + bad);
        assertThat(probe.status()).as(bad).isEqualTo(400);
        assertThat(probe.awaitEnd().body()).as(bad).contains("expected");
      }
    }
  }

  @Test
  void whatWasEvictedIsAGapOfExactlySoManyEventsAndIsToldOnce() {
    try (BridgeFixture bridge = route(",'history':{'events':4}")) {
      String epoch = publish(bridge, 10);
      SseProbe probe = bridge.get("/n", "Last-Event-ID: " + epoch + "-2");

      JsonObject gap = probe.awaitJson("sse.gap");
      assertThat(gap)
          .isEqualTo(
              new JsonObject()
                  .put("from", epoch + "-2")
                  .put("to", epoch + "-6")
                  .put("missed", 4)
                  .put("reason", "evicted"));
      List<ServerSentEvent> events = probe.awaitEvents(5);
      assertThat(events.get(0).id()).isEqualTo(epoch + "-6");
      assertThat(probe.data().subList(1, 5)).containsExactly("m7", "m8", "m9", "m10");
      assertThat(probe.header("sse-resume")).isEqualTo("gap");
      assertThat(probe.header("sse-missed")).isEqualTo("4");
      assertThat(probe.header("access-control-expose-headers"))
          .contains("sse-resume", "sse-missed");
      assertThat(bridge.route("n").counters().missed(GapReason.EVICTED)).isEqualTo(4);

      SseProbe again = bridge.get("/n", "Last-Event-ID: " + epoch + "-6");
      again.awaitEvents(4);
      assertThat(again.data()).containsExactly("m7", "m8", "m9", "m10");
      assertThat(again.header("sse-missed")).isEmpty();
    }
  }

  @Test
  void anIdJustBeforeTheOldestEventIsNoGap() {
    try (BridgeFixture bridge = route(",'history':{'events':4}")) {
      String epoch = publish(bridge, 10);
      SseProbe exact = bridge.get("/n", "Last-Event-ID: " + epoch + "-6");
      exact.awaitEvents(4);
      assertThat(exact.header("sse-resume")).isEqualTo("complete");
      assertThat(bridge.get("/n", "Last-Event-ID: " + epoch + "-10").header("sse-resume"))
          .isEqualTo("complete");
    }
  }

  @Test
  void withoutHistoryEverythingMissedIsAGap() {
    try (BridgeFixture bridge = route(",'history':{'events':0}")) {
      String epoch = publish(bridge, 5);
      SseProbe probe = bridge.get("/n", "Last-Event-ID: " + epoch + "-1");
      assertThat(probe.awaitJson("sse.gap").getInteger("missed")).isEqualTo(4);
      assertThat(probe.lastEventId()).isEqualTo(epoch + "-5");
    }
  }

  @Test
  void anIdOfAnEpochThatIsNoMoreIsAResetOfUnknownLength() {
    try (BridgeFixture bridge = route("")) {
      publish(bridge, 3);
      SseProbe probe = bridge.get("/n", "Last-Event-ID: zzzzz12345678-17");

      JsonObject gap = probe.awaitJson("sse.gap");
      assertThat(gap.getString("reason")).isEqualTo("epoch");
      assertThat(gap.getString("from")).isEqualTo("zzzzz12345678-17");
      assertThat(gap.containsKey("missed")).isTrue();
      assertThat(gap.getValue("missed")).isNull();
      assertThat(probe.header("sse-resume")).isEqualTo("reset");
      assertThat(probe.header("sse-missed")).isEmpty();
      probe.awaitEvents(4);
      assertThat(probe.data().subList(1, 4)).containsExactly("m1", "m2", "m3");
    }
  }

  @Test
  void anIdOfAnotherChannelFromTheFutureOrNotOfOurFormIsUnknown() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx,
            "{'routes':{'n':{'path':'/n','address':'news'},'o':{'path':'/o','address':'other'}}}")) {
      String epoch = publish(bridge, 3);
      String other = bridge.open("/o").awaitOpen();
      for (String id :
          List.of(
              other,
              epoch + "-4",
              epoch + "-999999999999999999",
              "42",
              "\u00fcn\u00efc\u00f6de",
              "a-b-c",
              epoch + "-",
              epoch + "-01",
              epoch + "-9999999999999999999999",
              "-",
              "x".repeat(3000))) {
        SseProbe probe = bridge.get("/n", "Last-Event-ID: " + id);
        JsonObject gap = probe.awaitJson("sse.gap");
        assertThat(gap.getString("reason")).as(id).isEqualTo("unknown");
        assertThat(id)
            .as("from")
            .startsWith(gap.getString("from").substring(0, Math.min(id.length(), 200)));
        assertThat(probe.status()).isEqualTo(200);
        assertThat(probe.header("sse-resume")).isEqualTo("reset");
        assertThat(probe.lastEventId()).startsWith(epoch);
      }
    }
  }

  @Test
  void anIdWithMoreDigitsThanALogEverHasIsFromTheFuture() {
    try (BridgeFixture bridge = route("")) {
      String epoch = publish(bridge, 3);
      for (String digits : List.of("1000000000000000000", "9".repeat(19), "1" + "0".repeat(200))) {
        SseProbe probe = bridge.get("/n", "Last-Event-ID: " + epoch + "-" + digits);
        JsonObject gap = probe.awaitJson("sse.gap");
        assertThat(gap.getString("reason")).isEqualTo("unknown");
        assertThat(gap.getInteger("missed")).as(digits).isZero();
        assertThat(gap.getString("to")).isEqualTo(epoch + "-3");
      }
    }
  }

  @Test
  void ofTwoIdsThatDifferNoneIsTaken() {
    try (BridgeFixture bridge = route("")) {
      String epoch = publish(bridge, 3);
      String one = epoch + "-1";
      String two = epoch + "-2";
      for (SseProbe probe :
          List.of(
              bridge.get("/n", "Last-Event-ID: " + two, "Last-Event-ID: " + one),
              bridge.get("/n?lastEventId=" + two + "&lastEventId=" + one),
              bridge.get("/n?lastEventId=" + two + "&last_event_id=" + one))) {
        JsonObject gap = probe.awaitJson("sse.gap");
        assertThat(gap.getString("reason")).isEqualTo("unknown");
        assertThat(gap.getString("from")).isEqualTo(two + ", " + one);
        assertThat(gap.getValue("missed")).isNull();
        probe.awaitData("m3");
      }
      for (SseProbe probe :
          List.of(
              bridge.get("/n", "Last-Event-ID: " + two, "Last-Event-ID: " + two),
              bridge.get("/n?lastEventId=&last_event_id=" + two))) {
        probe.awaitData("m3");
        assertThat(probe.header("sse-resume")).isEqualTo("complete");
      }
    }
  }

  @Test
  void anIdThatIsTooLongIsNeverTakenForAShorterOne() {
    try (BridgeFixture bridge = route(",'limits':{'id':16}")) {
      String epoch = publish(bridge, 20);
      int cut = 16 - epoch.length() - 1;
      assertThat(cut).as("digits that are left").isBetween(1, 3);
      String id = epoch + "-" + "1".repeat(cut + 1);
      SseProbe probe = bridge.get("/n", "Last-Event-ID: " + id);
      assertThat(probe.awaitJson("sse.gap").getString("reason")).isEqualTo("unknown");
    }
  }

  @Test
  void aRouteMayNameTheGapEventOrKeepSilentButCountsAllTheSame() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx,
            "{'routes':{'n':{'path':'/n','address':'news','history':{'events':2},'gapType':'lost'},"
                + "'s':{'path':'/s','address':'news','history':{'events':2},'gap':'silent'}}}")) {
      publish(bridge, 9);
      bridge.awaitHead("s", 9);
      String named = epochOf(bridge.open("/n").awaitOpen());
      String silent = epochOf(bridge.open("/s").awaitOpen());
      SseProbe told = bridge.get("/n", "Last-Event-ID: " + named + "-1");
      assertThat(told.awaitJson("lost").getInteger("missed")).isEqualTo(6);

      SseProbe untold = bridge.get("/s", "Last-Event-ID: " + silent + "-1");
      untold.awaitEvents(2);
      assertThat(untold.data()).containsExactly("m8", "m9");
      assertThat(untold.header("sse-missed")).isEqualTo("6");
      assertThat(untold.awaitOpen()).isEqualTo(silent + "-7");
      assertThat(bridge.route("s").counters().missed(GapReason.EVICTED)).isEqualTo(6);
    }
  }

  @Test
  void aReplayJoinsTheLiveStreamWithNothingMissingOrDoubled() {
    try (BridgeFixture bridge = route(",'history':{'events':100000}")) {
      publish(bridge, 20_000);
      SseProbe probe = bridge.get("/n?from=earliest");
      bridge.publishNumbers("news", 20_001, 25_000);

      probe.awaitEvents(25_000);
      assertThat(probe.data())
          .isEqualTo(IntStream.rangeClosed(1, 25_000).mapToObj(i -> "m" + i).toList());
    }
  }

  @Test
  void aSubsetIsResumedAcrossEventsThatItDidNotWant() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(vertx, "{'routes':{'m':{'path':'/m','addresses':['a','b']}}}")) {
      SseProbe probe = bridge.open("/m?address=a");
      bridge.publish("a", "a1");
      String id = String.valueOf(probe.awaitEvents(1).get(0).id());
      bridge.publish("b", "b1");
      bridge.awaitHead("m", 2);
      bridge.publish("a", "a2");
      probe.awaitData("a2");
      SseProbe again = bridge.get("/m?address=a", "Last-Event-ID: " + id);
      again.awaitEvents(1);
      assertThat(again.data()).containsExactly("a2");
      assertThat(again.header("sse-resume")).isEqualTo("complete");
    }
  }

  @Test
  void theBridgeAddsToTheExposedHeadersOfTheApplication() {
    try (BridgeFixture bridge =
        BridgeFixture.withRouter(
            vertx,
            "{'routes':{'n':{'path':'/n','address':'news'}}}",
            router ->
                router
                    .route()
                    .handler(
                        CorsHandler.create().addOrigin("http://page").exposedHeader("x-mine")))) {
      SseProbe probe = bridge.get("/n", "Origin: http://page");
      assertThat(probe.header("access-control-allow-origin")).isEqualTo("http://page");
      assertThat(probe.header("access-control-expose-headers"))
          .contains("x-mine", "sse-resume", "sse-missed");
    }
  }

  private static String publish(BridgeFixture bridge, int count) {
    bridge.publishNumbers("news", 1, count);
    bridge.awaitHead("n", count);
    return epochOf(bridge.open("/n").awaitOpen());
  }

  private static String epochOf(@org.jspecify.annotations.Nullable String id) {
    String text = String.valueOf(id);
    return text.substring(0, text.lastIndexOf('-'));
  }

  private static BridgeFixture route(String more) {
    return BridgeFixture.deploy(
        vertx, "{'routes':{'n':{'path':'/n','address':'news'" + more + "}}}");
  }
}
