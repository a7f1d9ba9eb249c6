package dev.ssebridge.internal.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.http.RouterErrors;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import dev.ssebridge.testing.Wires;
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

/** Asking for the position of a channel, and joining there. */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_AUTO})
@Wires
@Tag("slow")
class HeadTest {
  private static final String CONFIG =
      "{'limits':{'channelsPerRemote':2},'routes':{'t':{'path':'/t/:topic','address':'t.{topic}','linger':'1h',"
          + "'limits':{'channels':2,'subscribers':2}}},"
          + "'publish':{'t':{'path':'/t/:topic','address':'t.{topic}'}}}";

  private static Vertx vertx;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  @ParameterizedTest
  @ValueSource(strings = {"lastEventId", "last_event_id", "Last-Event-ID", "last-event-id"})
  void aPageJoinsExactlyWhereItWasToldTheChannelIs(String name) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe bystander = bridge.open("/t/a");
      bridge.publishNumbers("t.a", 1, 3);
      bystander.awaitData("m3");
      SseProbe head = bridge.request("HEAD", "/t/a").awaitEnd();
      assertThat(head.status()).isEqualTo(200);
      String position = head.header("sse-position");
      assertThat(position).isEqualTo(bystander.lastEventId());

      bridge.publishNumbers("t.a", 4, 5);
      SseProbe page = bridge.get("/t/a?" + name + "=" + position);
      page.awaitEvents(2);
      assertThat(page.data()).containsExactly("m4", "m5");
      assertThat(page.header("sse-resume")).isEqualTo("complete");
    }
  }

  @Test
  void theChannelIsKeptForThoseWhoJoinLater() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      String position = bridge.request("HEAD", "/t/new").awaitEnd().header("sse-position");
      assertThat(position).endsWith("-0");
      bridge.publishNumbers("t.new", 1, 2);
      Deadline.await(
          () ->
              bridge.route("t").channels().all().stream()
                  .anyMatch(bound -> bound.channel().log().head() == 2),
          () -> "two events");
      SseProbe page = bridge.get("/t/new?lastEventId=" + position);
      page.awaitEvents(2);
      assertThat(page.data()).containsExactly("m1", "m2");
      assertThat(bridge.request("HEAD", "/t/new").awaitEnd().header("sse-position"))
          .isEqualTo(page.lastEventId());
    }
  }

  @Test
  void itIsUnderTheLimitsOfAStreamAndNoneOfThem() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      for (int i = 0; i < 20; i++) {
        assertThat(bridge.request("HEAD", "/t/a").awaitEnd().status()).isEqualTo(200);
      }
      assertThat(bridge.channels().openStreams()).isZero();
      bridge.open("/t/a");
      bridge.open("/t/b");
      for (String target : new String[] {"/t/a", "/t/c"}) {
        SseProbe refused = bridge.request("HEAD", target, "Accept: text/event-stream").awaitEnd();
        assertThat(refused.status()).as(target).isEqualTo(503);
        assertThat(refused.header("retry-after")).isNotEmpty();
      }
    }
  }

  @Test
  void answersToPublishersAndErrorsAreNotSniffed() {
    try (LogRecorder log = LogRecorder.of(RouterErrors.class);
        BridgeFixture bridge = BridgeFixture.withRouter(vertx, CONFIG, HeadTest::addOwn)) {
      for (String request :
          new String[] {
            "POST /t/a", "POST /t/a?event=sse.x", "GET /t/a?last=x", "HEAD /t/a.b", "POST /t/%00"
          }) {
        String[] parts = request.split(" ", 2);
        SseProbe answer = bridge.request(parts[0], parts[1], "Content-Length: 0").awaitEnd();
        assertThat(answer.header("x-content-type-options")).as(request).isEqualTo("nosniff");
      }
      checkProblem(bridge, "GET /none", 404);
      checkProblem(bridge, "HEAD /none", 404);
      checkProblem(bridge, "GET /static/none", 404);
      checkProblem(bridge, "GET /fails", 500);
      assertThat(log.messages()).containsExactly("path /fails: the request failed");
      for (String method : List.of("DELETE", "PUT", "BREW", "TRACE")) {
        SseProbe answer = checkProblem(bridge, method + " /t/a", 405);
        assertThat(answer.header("allow")).isEqualTo("GET, HEAD, POST, OPTIONS");
      }
      SseProbe own = bridge.request("GET", "/own").awaitEnd();
      assertThat(own.body()).isEqualTo("of the application");
    }
  }

  @Test
  void ofARouteThatIsClosedNothingIsLeft() {
    String config = CONFIG.substring(0, CONFIG.indexOf(",'publish'")) + "}";
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      checkProblem(bridge, "DELETE /t/a", 405);
      BridgeFixture.get(bridge.bridge().removeRoute("t"));
      checkProblem(bridge, "DELETE /t/a", 404);
      checkProblem(bridge, "HEAD /t/a", 404);
    }
  }

  private static void addOwn(Router router) {
    router.get("/own").handler(context -> context.response().end("of the application"));
    router.get("/static/none").handler(context -> context.fail(404));
    router
        .get("/fails")
        .handler(
            context -> {
              throw new IllegalStateException("on purpose");
            });
  }

  private static SseProbe checkProblem(BridgeFixture bridge, String request, int status) {
    String[] parts = request.split(" ", 2);
    SseProbe answer = bridge.request(parts[0], parts[1], "Content-Length: 0").awaitEnd();
    assertThat(answer.status()).as(request).isEqualTo(status);
    assertThat(answer.header("x-content-type-options")).as(request).isEqualTo("nosniff");
    assertThat(answer.header("content-type")).as(request).isEqualTo("application/problem+json");
    return answer;
  }
}
