package dev.ssebridge.internal.bridge;

import static dev.ssebridge.testing.BridgeFixture.numbers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.internal.fanout.DropCause;
import dev.ssebridge.internal.log.EventLog;
import dev.ssebridge.internal.store.MemoryStore;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.FaultyChannel;
import dev.ssebridge.testing.FaultyStore;
import dev.ssebridge.testing.HttpCalls;
import dev.ssebridge.testing.Opened;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a route promises whose history is in a store. */
class StoredRoutesTest {
  private static final String CONFIG =
      "{'routes':{'n':{'path':'/n','address':'news',"
          + "'history':{'store':'kept','heap':'8KiB','events':100000}}},"
          + "'publish':{'p':{'path':'/p','address':'news'}}}";

  /** The only channel of the route in the store. */
  private static final String CHANNEL = "n news";

  private final MemoryStore kept = new MemoryStore(System::currentTimeMillis);
  private final Opened open = new Opened();

  private FaultyStore storeA = new FaultyStore(kept);
  private BridgeFixture a;

  @BeforeEach
  void begin() {
    a = node(storeA, CONFIG);
  }

  @AfterEach
  void end() {
    open.close();
  }

  private BridgeFixture node(FaultyStore store, String config) {
    return open.add(
        BridgeFixture.withStores(open.add(Vertx.vertx()), config, Map.of("kept", store)));
  }

  /** Another process with the same histories. */
  private FaultyStore other() {
    return new FaultyStore(new MemoryStore(kept));
  }

  @Test
  void anEventIsInTheStoreBeforeABrowserHasIt() {
    SseProbe probe = a.open("/n");
    FaultyChannel channel = storeA.channel(CHANNEL);
    channel.holdAppends();
    a.publish("news", "one");
    Deadline.await(() -> channel.held() == 1, () -> "an append, there are " + channel.held());
    assertThat(probe.events()).isEmpty();
    channel.releaseAppends();
    ServerSentEvent got = probe.awaitEvents(1).get(0);
    assertThat(got.data()).isEqualTo("one");
    assertThat(got.id()).isEqualTo(channel.epoch() + "-1");
  }

  @Test
  void aBrowserComesBackAfterARestartAndMissesNothing() {
    a.publishNumbers("news", 1, 10);
    a.awaitHead("n", 10);
    String id = a.get("/n?from=earliest").awaitEvents(4).get(3).id();
    end();
    storeA = other();
    a = node(storeA, CONFIG);
    SseProbe back = a.get("/n", "Last-Event-ID: " + id);
    a.awaitHead("n", 10);
    a.publishNumbers("news", 11, 12);
    back.awaitData("m12");
    assertThat(back.header("sse-resume")).isEqualTo("complete");
    assertThat(back.data()).isEqualTo(numbers(5, 12));
  }

  @Test
  void whatIsPublishedOnOneNodeIsTheSameEventOnAllOthers() {
    BridgeFixture b = node(other(), CONFIG);
    SseProbe onA = a.open("/n");
    SseProbe onB = b.open("/n");
    a.publishNumbers("news", 1, 50);
    onB.awaitData("m50");
    b.publishNumbers("news", 51, 100);
    onA.awaitData("m100");
    onB.awaitData("m100");
    assertThat(onA.data()).isEqualTo(numbers(1, 100));
    assertThat(ids(onB)).isEqualTo(ids(onA));
  }

  @Test
  void whoeverKnowsMoreThanThisNodeWaitsUntilItKnowsThat() {
    FaultyStore storeB = other();
    BridgeFixture b = node(storeB, CONFIG);
    a.publishNumbers("news", 1, 5);
    b.awaitHead("n", 5);
    FaultyChannel late = storeB.channel(CHANNEL);
    late.holdTelling();
    a.publishNumbers("news", 6, 9);
    String id = a.get("/n?from=earliest").awaitEvents(9).get(8).id();
    SseProbe back = b.get("/n", "Last-Event-ID: " + id);
    a.publish("news", "m10");
    a.awaitHead("n", 10);
    BridgeFixture.get(late.releaseTelling());
    back.awaitData("m10");
    assertThat(back.header("sse-resume")).isEqualTo("complete");
    assertThat(back.data()).containsExactly("m10");
  }

  @Test
  void whatTheHeapDoesNotHoldIsReadFromTheStore() {
    a.publishNumbers("news", 1, 20_000);
    a.awaitHead("n", 20_000);
    assertThat(onlyLogOf(a).floor()).isGreaterThan(10_000);
    SseProbe all = a.get("/n?from=earliest");
    all.awaitData("m20000");
    assertThat(all.data()).isEqualTo(numbers(1, 20_000));
    SseProbe some = a.get("/n?last=15000");
    some.awaitData("m20000");
    assertThat(some.data()).isEqualTo(numbers(5_001, 20_000));
    SseProbe back = a.get("/n", "Last-Event-ID: " + all.events().get(776).id());
    back.awaitData("m20000");
    assertThat(back.header("sse-resume")).isEqualTo("complete");
    assertThat(back.data()).isEqualTo(numbers(778, 20_000));
  }

  @Test
  void oneThatReadsSlowlyFromTheStoreGetsAllOfItToo() {
    String filler = "x".repeat(1000);
    for (int i = 1; i <= 8_000; i++) {
      a.publish("news", i + filler);
    }
    a.awaitHead("n", 8_000);
    SseProbe slow = a.get("/n?from=earliest").stopReading();
    a.awaitStreams(1);
    a.publish("news", "last");
    a.awaitHead("n", 8_001);
    slow.goOn();
    slow.awaitData("last");
    List<ServerSentEvent> events = slow.events();
    assertThat(events).hasSize(8_001);
    for (int i = 0; i < events.size(); i++) {
      assertThat(SseProbe.sequenceOf(String.valueOf(events.get(i).id()))).isEqualTo(i + 1);
    }
  }

  @Test
  void sinceATimeThatTheHeapDoesNotReachIsFoundInTheStore() {
    a.publishNumbers("news", 1, 3_000);
    a.awaitHead("n", 3_000);
    SseProbe all = a.get("/n?since=1h");
    all.awaitData("m3000");
    assertThat(all.data()).isEqualTo(numbers(1, 3_000));
  }

  @Test
  void anotherEpochIsToldOnceInTheMiddleOfTheStream() {
    SseProbe probe = a.open("/n");
    a.publishNumbers("news", 1, 5);
    probe.awaitData("m5");
    FaultyChannel channel = storeA.channel(CHANNEL);
    String before = channel.epoch();
    BridgeFixture.get(channel.restart(3));
    a.publish("news", "after");
    probe.awaitData("after");
    assertThat(probe.gaps()).hasSize(1);
    JsonObject gap = probe.gaps().get(0);
    assertThat(gap.getString("reason")).isEqualTo("epoch");
    assertThat(gap.getString("from")).isEqualTo(before + "-5");
    assertThat(gap.getValue("missed")).isNull();
    assertThat(channel.epoch()).isNotEqualTo(before);
    assertThat(probe.lastEventId()).startsWith(channel.epoch() + "-");
  }

  @Test
  void whatWaitedWhileTheStoreWasDownIsThereAfterwards() {
    SseProbe probe = a.open("/n");
    storeA.down("a test says so");
    a.publishNumbers("news", 1, 100);
    Deadline.await(() -> a.waitingFor("kept") == 100, () -> "100 that wait");
    storeA.up();
    probe.awaitData("m100");
    assertThat(probe.data()).isEqualTo(numbers(1, 100));
  }

  @Test
  void whatFallsOutOfTheBufferIsToldAsAGapOnEveryNodeOnce() {
    String small = CONFIG.replace("'publish'", "'limits':{'waiting':{'events':10}},'publish'");
    FaultyStore storeB = other();
    BridgeFixture b = node(storeB, small);
    SseProbe onA = a.open("/n");
    SseProbe onB = b.open("/n");
    storeB.down("a test says so");
    for (int i = 1; i <= 50; i++) {
      b.publish("news", "m" + i);
      long published = i;
      Deadline.await(
          () ->
              b.waitingFor("kept") + b.route("n").counters().dropped(DropCause.STORE) == published,
          () -> published + " that wait or were given up");
    }
    storeB.up();
    onA.awaitData("m50");
    onB.awaitData("m50");
    for (SseProbe probe : List.of(onA, onB)) {
      List<ServerSentEvent> events = probe.events();
      assertThat(events.get(0).type()).isEqualTo("sse.gap");
      JsonObject gap = new JsonObject(String.valueOf(events.get(0).data()));
      assertThat(gap.getString("reason")).isEqualTo("store");
      assertThat(gap.getLong("missed")).isEqualTo(40);
      assertThat(probe.data().subList(1, 11)).isEqualTo(numbers(41, 50));
      assertThat(events).hasSize(11);
    }
  }

  @Test
  void aPublisherIsToldBeforehandThatTheStoreIsDown() {
    HttpCalls calls = new HttpCalls(a.port());
    storeA.down("a test says so");
    var refused = calls.post("/p", "no", "content-type", "text/plain");
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("retry-after")).contains("5");
    storeA.up();
    assertThat(calls.post("/p", "yes", "content-type", "text/plain").statusCode()).isEqualTo(202);
    SseProbe all = a.get("/n?from=earliest");
    all.awaitData("yes");
    assertThat(all.data()).containsExactly("yes");
  }

  @Test
  void aPublisherIsAnsweredWhenTheStoreHasTheMessage() {
    FaultyChannel channel = storeA.channel(CHANNEL);
    channel.holdAppends();
    SseProbe post =
        a.request("POST", "/p", "content-type: text/plain", "content-length: 3").send("one");
    Deadline.await(() -> channel.held() == 1, () -> "an append");
    assertThat(post.body()).isEmpty();
    channel.releaseAppends();
    post.awaitEnd();
    assertThat(post.status()).isEqualTo(202);
  }

  @Test
  void theSameMessageIsStoredOnceHoweverOftenItIsPosted() {
    HttpCalls calls = new HttpCalls(a.port());
    BridgeFixture b = node(other(), CONFIG);
    for (BridgeFixture node : List.of(a, a, b)) {
      var answer =
          new HttpCalls(node.port())
              .post("/p", "once", "content-type", "text/plain", "idempotency-key", "\"k-1\"");
      assertThat(answer.statusCode()).isEqualTo(202);
    }
    DeliveryOptions named = new DeliveryOptions().addHeader(SseHeaders.MESSAGE_ID, "k-1");
    a.bus().publish("news", "once", named);
    assertThat(calls.post("/p", "end", "content-type", "text/plain").statusCode()).isEqualTo(202);
    SseProbe all = a.get("/n?from=earliest");
    all.awaitData("end");
    assertThat(all.data()).containsExactly("once", "end");
  }

  @Test
  void oneWhoPublishesCannotTakeTheKeysOfAnother() {
    BridgeFixture guarded =
        node(
            other(),
            CONFIG.replace(
                "{'routes'",
                "{'auth':{'tokens':{'ada':{'token':'the-token-of-ada','publish':['news']},"
                    + "'bob':{'token':'the-token-of-bob','publish':['news']}}},'routes'"));
    for (String who : List.of("bob", "ada", "ada")) {
      var answer =
          new HttpCalls(guarded.port())
              .post(
                  "/p",
                  "of " + who,
                  "content-type",
                  "text/plain",
                  "authorization",
                  "Bearer the-token-of-" + who,
                  "idempotency-key",
                  "1");
      assertThat(answer.statusCode()).isEqualTo(202);
    }
    a.publish("news", "end");
    SseProbe all = a.get("/n?from=earliest");
    all.awaitData("end");
    assertThat(all.data()).containsExactly("of bob", "of ada", "end");
  }

  @Test
  void whoeverComesBackWhileTheStoreIsDownIsAskedToComeLater() {
    a.publishNumbers("news", 1, 3);
    a.awaitHead("n", 3);
    String id = a.get("/n?from=earliest").awaitEvents(1).get(0).id();
    FaultyStore storeB = other();
    BridgeFixture b = node(storeB, CONFIG);
    b.open("/n").close();
    storeB.down("a test says so");
    SseProbe refused = b.request("GET", "/n", "accept: text/event-stream", "Last-Event-ID: " + id);
    refused.awaitEnd();
    assertThat(refused.status()).isEqualTo(200);
    assertThat(refused.retry()).isPositive();
    assertThat(refused.events().get(0).type()).isEqualTo("sse.refused");
    b.open("/n");
  }

  @Test
  void whoeverKnowsAnotherEpochBeginsWhereTheRouteSays() {
    String newest = CONFIG.replace("'address':'news',", "'address':'news','onReset':'newest',");
    BridgeFixture b = node(other(), newest);
    a.publishNumbers("news", 1, 3);
    b.awaitHead("n", 3);
    SseProbe onA = a.get("/n", "Last-Event-ID: 0abc-7");
    SseProbe onB = b.get("/n", "Last-Event-ID: 0abc-7");
    onB.awaitJson("sse.gap");
    a.publish("news", "m4");
    onA.awaitData("m4");
    onB.awaitData("m4");
    assertThat(onA.data()).hasSize(5);
    assertThat(onB.data()).hasSize(2);
  }

  private static List<String> ids(SseProbe probe) {
    return probe.events().stream().map(ServerSentEvent::id).toList();
  }

  private static EventLog onlyLogOf(BridgeFixture node) {
    return node.route("n").channels().all().iterator().next().channel().log();
  }
}
