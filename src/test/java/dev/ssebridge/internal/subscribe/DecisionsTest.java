package dev.ssebridge.internal.subscribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ssebridge.StreamInfo;
import dev.ssebridge.SubscribeRequest;
import dev.ssebridge.spi.CloseReason;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What subscribe handlers of an application decide. */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_PUBLIC})
@Tag("slow")
class DecisionsTest {
  private static final String TOPICS =
      "'t':{'path':'/t/:topic','address':'t.{topic}'},"
          + "'m':{'path':'/m','addresses':['a','b','c']}";
  private static final String CONFIG =
      "{'control':{'sources':'commands'},'routes':{" + TOPICS + "}}";

  private static Vertx vertx;

  private final Queue<SubscribeRequest> seen = new ConcurrentLinkedQueue<>();
  private final Queue<StreamInfo> opened = new ConcurrentLinkedQueue<>();

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  @SafeVarargs
  private BridgeFixture deciding(String config, Handler<SubscribeRequest>... handlers) {
    return BridgeFixture.withHandlers(
        vertx,
        config,
        1,
        bridge -> {
          bridge.openHandler(opened::add);
          for (Handler<SubscribeRequest> handler : handlers) {
            bridge.subscribeHandler(handler);
          }
        });
  }

  private SubscribeRequest awaitSeen(int count) {
    Deadline.await(() -> seen.size() >= count, () -> count + " requests, there are " + seen.size());
    return List.copyOf(seen).get(count - 1);
  }

  private static void onForeignThread(Runnable task) {
    new Thread(task, "foreign").start();
  }

  @Test
  void veryManyWhoWaitAreBoundedAndThoseWhoLeaveFreeTheirPlaces() {
    int places = 300;
    String config =
        "{'limits':{'decision':'1h'},'routes':{'t':{'path':'/t/:topic','address':'t.{topic}',"
            + "'limits':{'subscribers':"
            + places
            + "}}}}";
    try (BridgeFixture bridge = deciding(config, seen::add)) {
      List<SseProbe> waiting = new ArrayList<>();
      for (int number = 0; number < places; number++) {
        waiting.add(bridge.get("/t/" + number));
      }
      awaitSeen(places);
      for (int number = 0; number < 1000; number++) {
        assertThat(bridge.get("/t/x" + number).awaitEnd().body()).contains(": refused");
      }
      assertThat(seen).hasSize(places);
      assertThat(bridge.bridge().openStreams()).isEqualTo(places);
      assertThat(bridge.hub().consumedAddresses()).as("no channel before a decision").isZero();

      waiting.forEach(SseProbe::close);
      Deadline.await(() -> bridge.bridge().openStreams() == 0, () -> "all have left");
      assertThat(seen).as("too late").allSatisfy(late -> assertThat(late.accept()).isFalse());
      bridge.get("/t/again");
      awaitSeen(places + 1).accept();
      Deadline.await(() -> opened.size() == 1, () -> "one stream");
    }
  }

  @Test
  void eachHandlerIsAskedInTurnAndTheFirstRefusalDecides() {
    Queue<String> asked = new ConcurrentLinkedQueue<>();
    try (BridgeFixture bridge =
        BridgeFixture.withHandlers(
            vertx,
            CONFIG,
            1,
            one ->
                one.subscribeHandler(
                        "t",
                        request -> {
                          asked.add("t");
                          request.attribute("by", "t").accept();
                        })
                    .subscribeHandler(
                        request -> {
                          asked.add("all");
                          if (request.parameters().containsValue("secret")) {
                            request.refuse(403, "not for you");
                          } else {
                            request.accept();
                          }
                        })
                    .subscribeHandler(
                        "m",
                        request -> {
                          asked.add("m");
                          request.accept();
                        }))) {
      SseProbe refused = bridge.get("/t/secret").awaitEnd();
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.header("content-type")).isEqualTo("application/problem+json");
      assertThat(new JsonObject(refused.body()).getString("detail")).isEqualTo("not for you");
      assertThat(asked).containsExactly("t", "all");
      assertThat(bridge.hub().consumedAddresses()).as("nothing was made for it").isEqualTo(3);

      bridge.open("/m");
      assertThat(asked).containsExactly("t", "all", "all", "m");
    }
  }

  @Test
  void aSoftRefusalTellsAnEventSourceToComeBackAndOthersToTryLater() {
    try (BridgeFixture bridge = deciding(CONFIG, request -> request.refuse("line\nbreak"))) {
      SseProbe source = bridge.get("/t/a").awaitEnd();
      assertThat(source.status()).isEqualTo(200);
      assertThat(source.retry()).isPositive();
      assertThat(source.awaitJson("sse.refused").getString("reason")).isEqualTo("line\nbreak");
      SseProbe other = bridge.request("GET", "/t/a").awaitEnd();
      assertThat(other.status()).isEqualTo(503);
      assertThat(other.header("retry-after")).isNotEmpty();
      bridge.awaitStreams(0);
    }
  }

  @Test
  void aClientCanBeToldToStopForGoodAndToGoElsewhere() {
    try (BridgeFixture bridge =
        deciding(
            CONFIG,
            request -> {
              if (request.parameters().containsValue("gone")) {
                request.refuse(204, "gone");
              } else {
                request.request().response().putHeader("location", "/elsewhere");
                request.refuse(307, "moved");
              }
            })) {
      assertThat(bridge.get("/t/gone").awaitEnd().status()).isEqualTo(204);
      SseProbe moved = bridge.get("/t/a").awaitEnd();
      assertThat(moved.status()).isEqualTo(307);
      assertThat(moved.header("location")).isEqualTo("/elsewhere");
    }
  }

  @Test
  void aHandlerThatFailsIsAnsweredWith500AndLogged() {
    try (LogRecorder log = LogRecorder.of(Decision.class);
        BridgeFixture bridge =
            deciding(
                CONFIG,
                request -> {
                  if (request.parameters().containsValue("later")) {
                    onForeignThread(() -> request.fail(new IllegalStateException("no database")));
                  } else {
                    throw new IllegalStateException("broken");
                  }
                })) {
      for (String path : List.of("/t/now", "/t/later")) {
        SseProbe failed = bridge.get(path).awaitEnd();
        assertThat(failed.status()).isEqualTo(500);
        assertThat(failed.header("content-type")).isEqualTo("application/problem+json");
        assertThat(failed.body()).doesNotContain("broken", "database");
      }
      Deadline.await(() -> log.messages().size() == 2, () -> "two lines");
      assertThat(log.messages()).allMatch(line -> line.contains("the subscribe handler"));
      bridge.awaitStreams(0);
    }
  }

  @Test
  void oneThatNeverDecidesIsNamedAndItsClientComesBackLater() {
    try (LogRecorder log = LogRecorder.of(Decision.class);
        BridgeFixture bridge =
            deciding(
                "{'limits':{'decision':'100ms'},'routes':{" + TOPICS + "}}",
                SubscribeRequest::accept,
                new Forgetful())) {
      assertThat(bridge.request("GET", "/t/a").awaitEnd().status()).isEqualTo(503);
      assertThat(bridge.get("/t/a").awaitEnd().retry()).isPositive();
      assertThat(log.messages())
          .hasSize(2)
          .allMatch(line -> line.contains("Forgetful") && line.contains("limits.decision"));
      bridge.awaitStreams(0);
      SubscribeRequest late = awaitSeen(2);
      assertThat(late.accept()).isFalse();
      assertThat(late.refuse("too late")).isFalse();
      assertThat(catchThrowable(() -> late.address("x"))).isInstanceOf(IllegalStateException.class);
    }
  }

  private final class Forgetful implements Handler<SubscribeRequest> {
    @Override
    public void handle(SubscribeRequest request) {
      seen.add(request);
    }
  }

  @Test
  void onlyTheFirstDecisionOfAHandlerCountsWhicheverThreadItIsOn() {
    Queue<Boolean> counted = new ConcurrentLinkedQueue<>();
    try (BridgeFixture bridge =
        deciding(
            CONFIG,
            request -> {
              seen.add(request);
              onForeignThread(
                  () -> {
                    counted.add(request.accept());
                    counted.add(request.accept());
                    counted.add(request.refuse(403, "too late"));
                  });
            },
            request -> {
              // What the first handler says again is not this one's word.
              Deadline.await(() -> counted.size() == 3, () -> "three decisions");
              onForeignThread(
                  () -> {
                    counted.add(awaitSeen(1).refuse(403, "still too late"));
                    counted.add(request.accept());
                  });
            })) {
      SseProbe probe = bridge.open("/t/a");
      bridge.publish("t.a", "one");
      probe.awaitData("one");
      assertThat(counted).containsExactly(true, false, false, false, true);
    }
  }

  @Test
  void theClientThatLeavesFreesEverything() {
    try (BridgeFixture bridge = deciding(CONFIG, seen::add)) {
      SseProbe leaves = bridge.get("/t/a");
      SubscribeRequest request = awaitSeen(1);
      bridge.awaitStreams(1);
      leaves.close();
      bridge.awaitStreams(0);
      assertThat(request.accept()).isFalse();
      assertThat(opened).isEmpty();
    }
  }

  @Test
  void requestsThatWaitCountAgainstTheLimits() {
    try (BridgeFixture bridge =
        deciding(
            "{'limits':{'subscribers':3,'subscribersPerRemote':3},'routes':{" + TOPICS + "}}",
            seen::add)) {
      List<SseProbe> waiting = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        waiting.add(bridge.get("/t/" + i));
      }
      awaitSeen(3);
      assertThat(bridge.get("/t/x").awaitEnd().comments().get(0)).contains("limits.subscribers");
      assertThat(seen).hasSize(3);
      awaitSeen(1).accept();
      waiting.get(0).awaitOpen();
      List.copyOf(seen).get(1).refuse(403, "no");
      bridge.awaitStreams(2);
    }
  }

  @Test
  void theLimitOfAChannelHoldsForWhatHandlersMakeOfARequest() {
    String limited =
        "{'routes':{'n':{'path':'/n/:user','address':'n.{user}','limits':"
            + "{'channels':2,'subscribersPerChannel':1}}}}";
    try (BridgeFixture bridge =
        deciding(
            limited,
            request -> request.address("user." + request.parameters().get("user")).accept())) {
      bridge.open("/n/1");
      assertThat(bridge.get("/n/1").awaitEnd().comments().get(0))
          .contains("limits.subscribersPerChannel");
      bridge.awaitStreams(1);
      assertThat(bridge.get("/n/2").awaitEnd().comments().get(0)).contains("channels");
    }
  }

  @Test
  void aStreamOfAnAddressThatTookThePlaceResumesThere() {
    try (BridgeFixture bridge =
        deciding(
            CONFIG,
            request -> {
              seen.add(request);
              request.address("user.7").attribute("sub", "7").accept();
            })) {
      SseProbe probe = bridge.open("/t/a");
      bridge.publish("t.a", "not this");
      bridge.publish("user.7", "this");
      probe.awaitData("this");
      assertThat(probe.data()).containsExactly("this");
      probe.close();
      StreamInfo info = opened.element();
      assertThat(info.channel()).containsExactly("user.7");
      assertThat(info.parameters()).containsEntry("topic", "a");
      assertThat(info.attributes()).containsEntry("sub", "7");

      bridge.publish("user.7", "missed");
      String last = probe.lastEventId();
      SseProbe again = bridge.get("/t/a", "Last-Event-ID: " + last);
      assertThat(again.awaitEvents(1).get(0).data()).isEqualTo("missed");
      assertThat(again.header("sse-resume")).isEqualTo("complete");
      assertThat(awaitSeen(1).lastEventId()).isNull();
      assertThat(awaitSeen(2).lastEventId()).isEqualTo(last);
    }
  }

  @Test
  void noStreamIsOfAnAddressThatIsNone() {
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    List<String> none =
        List.of("", "x".repeat(1025), "a\nb", "a\u0085b", "__vertx.reply.1", "commands");
    try (BridgeFixture bridge =
        deciding(
            CONFIG,
            request -> {
              none.forEach(a -> failures.add(catchThrowable(() -> request.address(a))));
              failures.add(catchThrowable(() -> request.addresses(List.of())));
              failures.add(catchThrowable(() -> request.addresses(List.of("a", "a"))));
              failures.add(catchThrowable(() -> request.refuse(200, "not a refusal")));
              request.accept();
            })) {
      bridge.open("/t/a");
      assertThat(failures)
          .hasSize(none.size() + 3)
          .allMatch(IllegalArgumentException.class::isInstance);
      assertThat(opened.element().channel()).containsExactly("t.a");
    }
  }

  @Test
  void whatTheQueryChoseIsSeenAndMayBeRestricted() {
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    try (BridgeFixture bridge =
        deciding(
            CONFIG,
            request -> {
              seen.add(request);
              failures.add(catchThrowable(() -> request.only(List.of("b"))));
              failures.add(catchThrowable(() -> request.only(List.of())));
              request.only(List.of("c")).accept();
            })) {
      SseProbe probe = bridge.open("/m?address=c&address=a");
      SubscribeRequest request = awaitSeen(1);
      assertThat(request.offered()).containsExactly("a", "b", "c");
      assertThat(request.addresses()).containsExactly("c");
      assertThat(failures).allMatch(IllegalArgumentException.class::isInstance);
      bridge.publish("a", "of a");
      bridge.publish("b", "of b");
      bridge.publish("c", "of c");
      probe.awaitData("of c");
      assertThat(probe.data()).containsExactly("of c");
      assertThat(opened.element().addresses()).containsExactly("c");
      assertThat(opened.element().channel()).containsExactly("a", "b", "c");
    }
  }

  @Test
  void aStreamEndsWhenItsTimeIsOverAndItsClientResumes() {
    Queue<Duration> left = new ConcurrentLinkedQueue<>();
    try (BridgeFixture bridge =
        deciding(
            CONFIG,
            request -> {
              Duration time = left.poll();
              request.endAt(Instant.MAX);
              if (time != null) {
                Instant end = Instant.now().plus(time);
                request.endAt(end).endAt(end.plusSeconds(60));
              }
              request.accept();
            })) {
      left.add(Duration.ofMillis(300));
      SseProbe probe = bridge.open("/t/a");
      probe.awaitEnd();
      assertThat(bridge.awaitEnds(1)).containsExactly(CloseReason.EXPIRED);

      left.add(Duration.ofDays(-1));
      SseProbe late = bridge.get("/t/a").awaitEnd();
      assertThat(late.status()).isEqualTo(200);
      assertThat(late.retry()).isPositive();
      assertThat(bridge.awaitEnds(2)).containsOnly(CloseReason.EXPIRED);

      SseProbe again = bridge.get("/t/a", "Last-Event-ID: " + probe.lastEventId());
      again.awaitOpen();
      bridge.publish("t.a", "two");
      again.awaitData("two");
      assertThat(again.header("sse-resume")).isEqualTo("complete");
      assertThat(again.data()).containsExactly("two");
    }
  }

  @Test
  void headRequestsAreDecidedAsWell() {
    try (BridgeFixture bridge =
        deciding(
            CONFIG,
            request -> {
              seen.add(request);
              if (request.parameters().containsValue("a")) {
                request.address("other").accept();
              } else {
                request.refuse(403, "no");
              }
            })) {
      assertThat(bridge.request("HEAD", "/t/b").awaitEnd().status()).isEqualTo(403);
      SseProbe head = bridge.request("HEAD", "/t/a").awaitEnd();
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.header("sse-position")).isNotEmpty();
      assertThat(seen).allMatch(request -> request.request().method().name().equals("HEAD"));
      assertThat(opened).isEmpty();
      bridge.awaitStreams(0);
    }
  }

  @Test
  void anApplicationThatAnswersItselfHasDecided() {
    try (BridgeFixture bridge =
        deciding(
            CONFIG,
            request -> {
              seen.add(request);
              request.request().response().setStatusCode(418).end("teapot");
            })) {
      assertThat(bridge.get("/t/a").awaitEnd().status()).isEqualTo(418);
      bridge.awaitStreams(0);
      assertThat(awaitSeen(1).accept()).isFalse();
    }
  }

  @Test
  void theParametersOfARequestCannotBeChanged() {
    try (BridgeFixture bridge =
        deciding(
            CONFIG,
            request -> {
              assertThat(catchThrowable(() -> request.parameters().put("topic", "other")))
                  .isInstanceOf(UnsupportedOperationException.class);
              request.accept();
            })) {
      bridge.open("/t/a");
      Deadline.await(() -> opened.size() == 1, () -> "one stream");
      assertThat(opened.remove().parameters()).containsOnly(Map.entry("topic", "a"));
    }
  }

  @Test
  void thoseWhoWaitWhenTheirRouteIsRemovedAreToldSoAndOnlyAnEventSourceToComeBack() {
    try (BridgeFixture bridge = deciding(CONFIG, seen::add)) {
      SseProbe waits = bridge.get("/t/a");
      SseProbe other = bridge.request("GET", "/t/a");
      SubscribeRequest request = awaitSeen(2);
      BridgeFixture.get(bridge.bridge().removeRoute("t"));
      assertThat(waits.awaitEnd().body()).contains("{\"reason\":\"the route was removed\"}");
      assertThat(waits.retry()).isPositive();
      assertThat(other.awaitEnd().status()).isEqualTo(404);
      assertThat(other.body()).contains("\"the route was removed\"");
      assertThat(other.header("retry-after")).isEmpty();
      assertThat(request.accept()).isFalse();
      bridge.awaitStreams(0);
    }
  }

  @Test
  void thoseWhoWaitWhenTheirRouteIsChangedAreToldToComeBack() {
    try (BridgeFixture bridge = deciding(CONFIG, seen::add)) {
      SseProbe waits = bridge.get("/t/a");
      SseProbe other = bridge.request("GET", "/t/a");
      awaitSeen(2);
      bridge.reload(CONFIG.replace("{'path':", "{'retry':'7s','path':"));
      assertThat(waits.awaitEnd().body()).contains("{\"reason\":\"the route was changed\"}");
      assertThat(waits.retry()).isPositive();
      assertThat(other.awaitEnd().status()).isEqualTo(503);
      assertThat(other.body()).contains("the route was changed; try again later");
      assertThat(other.header("retry-after")).isNotEmpty();
    }
  }

  @Test
  void aParameterOfAnotherNameIsAChangeOfTheRouteAndNotItsEnd() {
    try (BridgeFixture bridge = deciding(CONFIG, seen::add)) {
      SseProbe waits = bridge.get("/t/a");
      SseProbe other = bridge.request("GET", "/t/a");
      awaitSeen(2);
      bridge.reload(CONFIG.replace("/t/:topic", "/t/:x").replace("t.{topic}", "t.{x}"));
      assertThat(waits.awaitEnd().body()).contains("{\"reason\":\"the route was changed\"}");
      assertThat(other.awaitEnd().status()).isEqualTo(503);
      assertThat(other.header("retry-after")).isNotEmpty();
    }
  }

  @Test
  void thoseWhoWaitWhenTheBridgeIsClosedAreToldToComeBack() {
    try (BridgeFixture bridge = deciding(CONFIG, seen::add)) {
      SseProbe waits = bridge.get("/t/a");
      SubscribeRequest request = awaitSeen(1);
      var undeployed = bridge.undeploy();
      assertThat(waits.awaitEnd().body()).contains("the server is shutting down");
      assertThat(waits.retry()).isPositive();
      assertThat(request.accept()).isFalse();
      BridgeFixture.get(undeployed);
    }
  }
}
