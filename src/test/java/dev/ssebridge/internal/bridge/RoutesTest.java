package dev.ssebridge.internal.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses feed which stream. */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_PUBLIC})
@Tag("slow")
class RoutesTest {
  private static Vertx vertx;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  @Test
  void aRouteStreamsItsAddressAndNoOther() {
    try (BridgeFixture bridge = routes("'a':{'path':'/a','address':'one'}")) {
      SseProbe probe = bridge.open("/a");
      bridge.publish("two", "other");
      bridge.publish("one", "mine");

      assertThat(probe.awaitEvents(1)).extracting(ServerSentEvent::data).containsExactly("mine");
    }
  }

  @Test
  void theHeadIsThatOfAnEventStreamAndComesBeforeAnyEvent() {
    try (BridgeFixture bridge = routes("'a':{'path':'/a','address':'one'}")) {
      SseProbe probe = bridge.get("/a");

      assertThat(probe.status()).isEqualTo(200);
      assertThat(probe.header("content-type")).isEqualTo("text/event-stream");
      assertThat(probe.header("cache-control")).isEqualTo("no-store, no-transform");
      assertThat(probe.header("x-accel-buffering")).isEqualTo("no");
      assertThat(probe.header("transfer-encoding")).isEqualTo("chunked");
      assertThat(probe.header("sse-resume")).isEqualTo("fresh");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a?lastEventId=%zz", "/a?x=1&from=%", "/a?%zz"})
  void aMalformedQueryIsABadRequest(String target) {
    for (Handler<Router> before : List.<Handler<Router>>of(r -> {}, r -> r.get("/other"))) {
      try (BridgeFixture bridge =
          BridgeFixture.withRouter(
              vertx, "{'routes':{'a':{'path':'/a','address':'one'}}}", before)) {
        SseProbe probe = bridge.get(target);

        assertThat(probe.status()).isEqualTo(400);
        assertThat(probe.awaitEnd().body()).contains("query: expected percent-encoded UTF-8");
        bridge.awaitStreams(0);
      }
    }
  }

  @Test
  void aParameterThatIsNotUtf8IsABadRequest() {
    try (BridgeFixture bridge =
        routes("'t':{'path':'/t/:x','address':'t.{x}','linger':0,'history':{'events':1}}")) {
      SseProbe probe = bridge.get("/t/%ff");
      assertThat(probe.status()).isEqualTo(400);
      assertThat(probe.awaitEnd().body()).contains("UTF-8");
      bridge.open("/t/%EF%BF%BD");
    }
  }

  @Test
  void theFirstBytesAreTheRetryWithJitterAndABlockThatOnlyMovesTheCursor() {
    try (BridgeFixture bridge = routes("'a':{'path':'/a','address':'one','retry':'2s'}")) {
      bridge.publishNumbers("one", 1, 3);
      bridge.awaitHead("a", 3);
      SseProbe probe = bridge.get("/a");

      assertThat(probe.awaitOpen()).matches("[a-z0-9]{6,20}-3");
      assertThat(probe.retry()).isBetween(2000L, 2400L);
      assertThat(probe.body()).matches("retry: \\d+\nid: [a-z0-9]+-3\n\n");
      assertThat(probe.events()).isEmpty();
    }
  }

  @Test
  void severalAddressesShareOneOrderAndOneStream() {
    try (BridgeFixture bridge =
        routes("'m':{'path':'/m','addresses':['x','y'],'type':'{address}'}")) {
      SseProbe probe = bridge.open("/m");
      for (int i = 1; i <= 20; i++) {
        bridge.publish(i % 2 == 0 ? "x" : "y", "m" + i);
        probe.awaitEvents(i);
      }

      List<ServerSentEvent> events = probe.events();
      for (int i = 1; i <= 20; i++) {
        ServerSentEvent event = events.get(i - 1);
        assertThat(event.data()).isEqualTo("m" + i);
        assertThat(event.type()).isEqualTo(i % 2 == 0 ? "x" : "y");
        assertThat(SseProbe.sequenceOf(String.valueOf(event.id()))).isEqualTo(i);
      }
      assertThat(bridge.hub().consumedAddresses()).isEqualTo(2);
    }
  }

  @Test
  void aSubscriberMayPickAmongTheAddressesOfItsRoute() {
    try (BridgeFixture bridge =
        routes("'m':{'path':'/m','addresses':['a','b','c'],'type':'{address}'}")) {
      SseProbe two = bridge.open("/m?address=a&address=c");
      SseProbe one = bridge.open("/m?address=b");
      SseProbe all = bridge.open("/m?address=c&address=b&address=a&address=a");
      for (int i = 0; i < 9; i++) {
        bridge.publish(List.of("a", "b", "c").get(i % 3), "m" + i);
      }

      assertThat(two.awaitEvents(6)).extracting(ServerSentEvent::type).containsOnly("a", "c");
      assertThat(one.awaitEvents(3)).extracting(ServerSentEvent::type).containsOnly("b");
      assertThat(all.awaitEvents(9)).hasSize(9);
      assertThat(two.events()).hasSize(6);
      assertThat(one.events()).hasSize(3);
    }
  }

  @Test
  void anAddressThatTheRouteDoesNotPermitIsForbiddenByName() {
    try (BridgeFixture bridge =
        routes(
            "'m':{'path':'/m','addresses':['a','b']},"
                + "'t':{'path':'/t/:x','address':'t.{x}','linger':0}")) {
      bridge.publish("secret", "hidden");
      SseProbe refused = bridge.get("/m?address=a&address=secret");

      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.header("content-type")).isEqualTo("application/problem+json");
      assertThat(refused.awaitEnd().body()).contains("secret");
      assertThat(bridge.get("/t/one?address=t.two").status()).isEqualTo(403);
      assertThat(bridge.get("/t/one?address=t.one").status()).isEqualTo(200);
      assertThat(bridge.get("/m?address=").status()).isEqualTo(403);
      assertThat(bridge.hub().consumedAddresses()).isEqualTo(3);
    }
  }

  @Test
  void aPathParameterChoosesTheChannel() {
    try (BridgeFixture bridge = topics("")) {
      SseProbe cats = bridge.open("/topics/cats");
      SseProbe dogs = bridge.open("/topics/dogs");
      bridge.publish("topics.cats", "meow");
      bridge.publish("topics.dogs", "woof");

      cats.awaitEvents(1);
      dogs.awaitEvents(1);
      assertThat(cats.data()).containsExactly("meow");
      assertThat(dogs.data()).containsExactly("woof");
      assertThat(cats.awaitOpen()).isNotEqualTo(dogs.awaitOpen());
    }
  }

  @Test
  void aPathParameterIsPercentDecodedAndNothingElse() {
    try (BridgeFixture bridge = topics("")) {
      SseProbe probe = bridge.open("/topics/a%20b%2Fc%C3%A9+d");
      bridge.publish("topics.a b/c\u00e9+d", "found");

      assertThat(probe.awaitData("found")).isNotNull();
      assertThat(bridge.get("/topics/").status()).isEqualTo(400);
      assertThat(bridge.get("/topics/a/b").status()).isEqualTo(404);
      assertThat(bridge.get("/topics/%zz").status()).isEqualTo(400);
      assertThat(bridge.get("/topicsX/a").status()).isEqualTo(404);
    }
  }

  @Test
  void severalParametersMayStandAnywhere() {
    try (BridgeFixture bridge =
        routes("'r':{'path':'/:a/x/:b','addresses':['{b}.{a}','all.{a}'],'linger':0}")) {
      SseProbe probe = bridge.open("/1/x/2");
      bridge.publish("2.1", "first");
      probe.awaitEvents(1);
      bridge.publish("all.1", "second");

      probe.awaitEvents(2);
      assertThat(probe.data()).containsExactly("first", "second");
    }
  }

  @Test
  void aChannelOnDemandIsSharedAndGoneAfterTheLinger() {
    try (BridgeFixture bridge = topics(",'linger':'10ms','history':{'events':0}")) {
      assertThat(bridge.hub().consumedAddresses()).isZero();
      SseProbe one = bridge.open("/topics/a");
      SseProbe two = bridge.open("/topics/a");
      bridge.open("/topics/b");
      assertThat(bridge.hub().consumedAddresses()).isEqualTo(2);
      assertThat(bridge.route("t").channels().all()).hasSize(2);

      one.close();
      two.reset();

      Deadline.await(() -> bridge.hub().consumedAddresses() == 1, () -> "the end of the channel a");
      Deadline.await(() -> bridge.route("t").channels().all().size() == 1, () -> "one channel");
    }
  }

  @Test
  void aChannelThatRetainsSomethingStaysAndIsResumed() {
    try (BridgeFixture bridge = topics(",'linger':0")) {
      SseProbe first = bridge.open("/topics/a");
      bridge.publish("topics.a", "m1");
      String id = String.valueOf(first.awaitEvents(1).get(0).id());
      first.close();
      bridge.awaitStreams(0);
      bridge.publish("topics.a", "m2");
      bridge.awaitHead("t", 2);

      SseProbe again = bridge.get("/topics/a", "Last-Event-ID: " + id);
      again.awaitEvents(1);
      assertThat(again.data()).containsExactly("m2");
      assertThat(again.header("sse-resume")).isEqualTo("complete");
    }
  }

  @Test
  void thereAreNoMoreChannelsThanTheLimitAndTheLongestIdleOneGivesWay() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx,
            "{'limits':{'channelsPerRemote':2},'routes':{'t':{'path':'/topics/:topic',"
                + "'address':'topics.{topic}','limits':{'channels':2}}}}")) {
      SseProbe a = bridge.open("/topics/a");
      SseProbe b = bridge.open("/topics/b");
      bridge.publish("topics.a", "kept");
      a.awaitEvents(1);

      SseProbe refused = bridge.get("/topics/c");
      assertThat(refused.awaitEnd().status()).isEqualTo(200);
      assertThat(refused.awaitComment("limits.channels")).contains("2");
      assertThat(refused.retry()).isPositive();
      SseProbe other = bridge.request("GET", "/topics/c");
      assertThat(other.status()).isEqualTo(503);
      assertThat(Integer.parseInt(other.header("retry-after"))).isPositive();
      assertThat(other.awaitEnd().body()).contains("\"status\":503").contains("limits.channels");

      b.close();
      bridge.awaitStreams(1);
      bridge.open("/topics/c");
      assertThat(bridge.route("t").channels().all()).hasSize(2);
    }
  }

  @Test
  void aChannelOnDemandMissesNothingThatIsPublishedOnceTheStreamIsOpen() {
    try (BridgeFixture bridge = topics(",'linger':0")) {
      for (int i = 0; i < 30; i++) {
        SseProbe probe = bridge.open("/topics/n" + i);
        bridge.publish("topics.n" + i, "at once");
        probe.awaitEvents(1);
      }
    }
  }

  @Test
  void headAndOptionsAreAnsweredWithoutAStream() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx,
            "{'routes':{'t':{'path':'/t/:x','address':'t.{x}'},'gone':{'path':'/old','address':'o','gone':true}},"
                + "'publish':{'t':{'path':'/t/:x','address':'t.{x}'}}}")) {
      SseProbe head = bridge.request("HEAD", "/t/a");
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.header("content-type")).isEqualTo("text/event-stream");
      SseProbe options = bridge.request("OPTIONS", "/t/a");
      assertThat(options.status()).isEqualTo(204);
      assertThat(options.header("allow").split(", ")).contains("GET", "HEAD", "POST", "OPTIONS");
      assertThat(bridge.request("HEAD", "/t/").status()).isEqualTo(400);
      assertThat(bridge.request("HEAD", "/old").status()).isEqualTo(204);
      assertThat(bridge.request("DELETE", "/t/a").status()).isEqualTo(405);
      assertThat(bridge.channels().openStreams()).isZero();
      assertThat(bridge.hub().consumedAddresses())
          .as("the channel that HEAD has asked for")
          .isOne();
    }
  }

  @Test
  void aRouteThatIsGoneTellsClientsToStopForGood() {
    try (BridgeFixture bridge = routes("'g':{'path':'/g/:x','address':'g.{x}','gone':true}")) {
      assertThat(bridge.get("/g/1", "Last-Event-ID: abc-1").status()).isEqualTo(204);
      assertThat(bridge.get("/g/1?from=nonsense").status()).isEqualTo(204);
    }
  }

  private static BridgeFixture routes(String routes) {
    return BridgeFixture.deploy(vertx, "{'routes':{" + routes + "}}");
  }

  private static BridgeFixture topics(String more) {
    return routes("'t':{'path':'/topics/:topic','address':'topics.{topic}'" + more + "}");
  }
}
