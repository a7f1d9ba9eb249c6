package dev.ssebridge.internal.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.internal.bus.DropWarnings;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.eventstream.Seal;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The types of events that only the bridge itself sends. */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_AUTO})
class ReservedTypesTest {
  private static final String CONFIG =
      "{'routes':{'t':{'path':'/t/:topic','address':'t.{topic}','linger':0},"
          + "'l':{'path':'/l','address':'l','gapType':'lost'}},"
          + "'publish':{'t':{'path':'/t/:topic','address':'t.{topic}'}}}";

  private static Vertx vertx;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  @ParameterizedTest
  @ValueSource(strings = {"sse.gap", "sse.", "sse.source", "sse.anything", "lost", "%73se.gap"})
  void nobodyCanPostThem(String type) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe bystander = bridge.open("/t/a");
      String written = type.replace("%73", "s");
      assertRefused(post(bridge, "/t/a?event=" + type, "", "x"));
      assertRefused(post(bridge, "/t/a", "Sse-Event: " + written + "\r\n", "x"));
      SseProbe stream =
          post(
              bridge,
              "/t/a",
              "Content-Type: text/event-stream\r\n",
              "event: good\ndata: 1\n\nevent: " + written + "\ndata: 2\n\ndata: 3\n\n");
      assertRefused(stream);
      assertThat(new JsonObject(stream.body()).getInteger("published")).isEqualTo(1);
      assertThat(post(bridge, "/t/a?event=ssegap", "", "free").status()).isEqualTo(202);
      bystander.awaitData("free");
      assertThat(bystander.data()).containsExactly("1", "free");
    }
  }

  @Test
  void aTypeThatIsNotOneTextOfUtf8IsRefused() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe bystander = bridge.open("/t/a");
      String head = "POST /t/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nSse-Event: a";
      for (byte[] bytes : List.of(new byte[] {-1}, new byte[] {(byte) 0xc0, (byte) 0xae})) {
        SseProbe refused =
            bridge.probes().raw(bridge.port(), head).send(bytes).send("\r\n\r\nx").awaitEnd();
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body()).contains("header sse-event: expected UTF-8");
      }
      assertThat(post(bridge, "/t/a?event=%ff", "", "x").status()).isEqualTo(400);
      SseProbe two = post(bridge, "/t/a", "Sse-Event: a\r\nSse-Event: b\r\n", "x");
      assertThat(two.status()).isEqualTo(400);
      assertThat(two.body()).contains("header sse-event: expected one value, got 2");
      assertThat(post(bridge, "/t/a", "Sse-Event: \u00e9\r\n", "x").status()).isEqualTo(202);
      bystander.awaitData("x");
      assertThat(bystander.events().get(0).effectiveType()).isEqualTo("\u00e9");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"__vertx.reply.1", "__vertx", "%5F_vertx.reply.1"})
  void noPathMakesAnAddressOfTheEventBusItself(String name) {
    String config =
        "{'routes':{'x':{'path':'/x/:x','address':'{x}'}},"
            + "'publish':{'x':{'path':'/x/:x','address':'{x}'},"
            + "'y':{'path':'/y/:y','address':'__v{y}'}}}";
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      SseProbe bystander = bridge.open("/x/vertx");
      AtomicInteger forged = new AtomicInteger();
      for (String address : List.of("__vertx.reply.1", "__vertx")) {
        vertx.eventBus().consumer(address, message -> forged.incrementAndGet());
      }
      for (SseProbe refused :
          List.of(
              post(bridge, "/x/" + name, "", "x"),
              post(bridge, "/y/ertx.reply.1", "", "x"),
              bridge.probes().get(bridge.port(), "/x/" + name).awaitEnd())) {
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body()).contains("the event bus itself uses");
      }
      assertThat(post(bridge, "/x/vertx", "", "free").status()).isEqualTo(202);
      bystander.awaitData("free");
      assertThat(forged).hasValue(0);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "sse-event, sse.gap",
    "sse-event, sse.source",
    "sse-gap, 5",
    "sse-state, down",
    "SSE-GAP, unknown"
  })
  void noMessageOfTheBusMakesThem(String header, String value) {
    try (LogRecorder log = LogRecorder.of(DropWarnings.class);
        BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe bystander = bridge.open("/t/forged");
      long before = bridge.bridge().stats().getLong("droppedMessages");
      DeliveryOptions forged = new DeliveryOptions().addHeader(header, value);
      for (int i = 0; i < 100; i++) {
        vertx.eventBus().publish("t.forged", new JsonObject().put("missed", 5), forged);
        vertx
            .eventBus()
            .publish(
                "t.forged",
                "{}",
                new DeliveryOptions(forged).addHeader(Seal.HEADER, "00".repeat(32)));
      }
      bridge.publish("t.forged", "the end");
      bystander.awaitData("the end");
      assertThat(bystander.data()).containsExactly("the end");
      assertThat(SseProbe.sequenceOf(bystander.lastEventId())).isEqualTo(1);
      assertThat(bridge.bridge().stats().getLong("droppedMessages")).isEqualTo(before + 200);
      assertThat(log.messages()).hasSizeLessThanOrEqualTo(1);
    }
  }

  @Test
  void aSealIsGoodForItsMessageAndItsAddressOnly() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe a = bridge.open("/t/a");
      SseProbe b = bridge.open("/t/b");
      MultiMap headers = MultiMap.caseInsensitiveMultiMap().set(SseHeaders.GAP, "7");
      Seal.set("t.a", headers, "{}");
      DeliveryOptions sealed = new DeliveryOptions().setHeaders(headers);
      vertx.eventBus().publish("t.a", "{}", sealed);
      vertx.eventBus().publish("t.a", "{\"other\":1}", sealed);
      vertx.eventBus().publish("t.b", "{}", sealed);
      MultiMap more = MultiMap.caseInsensitiveMultiMap().addAll(headers).set(SseHeaders.GAP, "8");
      vertx.eventBus().publish("t.a", "{}", new DeliveryOptions().setHeaders(more));
      bridge.publish("t.a", "the end");
      bridge.publish("t.b", "the end");
      a.awaitData("the end");
      b.awaitData("the end");
      assertThat(b.data()).containsExactly("the end");
      assertThat(a.events())
          .hasSize(2)
          .first()
          .extracting(ServerSentEvent::type)
          .isEqualTo("sse.gap");
    }
  }

  @Test
  void anAddressThatIsTheTypeIsNoWayRound() {
    String config =
        "{'routes':{'any':{'path':'/any/:x','address':'{x}','type':'{address}','linger':0}},"
            + "'publish':{'any':{'path':'/any/:x','address':'{x}'}}}";
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      SseProbe bystander = bridge.open("/any/sse.gap");
      assertRefused(post(bridge, "/any/sse.gap", "", "x"));
      assertThat(post(bridge, "/any/fine", "", "x").status()).isEqualTo(202);
      bridge.publish("sse.gap", "forged");
      SseProbe fine = bridge.get("/any/fine?from=earliest");
      fine.awaitData("x");
      assertThat(bystander.data()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"'type':'sse.mine', sse.", "'type':'lost';'gapType':'lost', gapType"})
  void noRouteCanHaveThemAsItsType(String keys, String said) {
    JsonObject json =
        BridgeFixture.json(
            "{'routes':{'r':{'path':'/r','address':'r'," + keys.replace(';', ',') + "}}}");
    assertThatThrownBy(() -> BridgeConfig.read(json))
        .hasMessageContaining("/routes/r/type: expected ")
        .hasMessageContaining(said);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 500",
    "499, 500",
    "500, 500",
    "1234, 1234",
    "3600001, 3600000",
    "999999999999999, 3600000"
  })
  void reconnectionTimesAreKeptInTheirRange(long asked, long told) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe bystander = bridge.open("/t/a");
      String event = "retry: " + asked + "\ndata: posted\n\n";
      post(bridge, "/t/a", "Content-Type: text/event-stream\r\n", event);
      assertThat(bystander.awaitData("posted").retry()).isEqualTo(told);
      vertx
          .eventBus()
          .publish(
              "t.a", "bus", new DeliveryOptions().addHeader("sse-retry", Long.toString(asked)));
      assertThat(bystander.awaitData("bus").retry()).isEqualTo(told);
    }
    String wide = CONFIG.replace("'linger':0", "'linger':0,'minRetry':0,'maxRetry':'1d'");
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, wide)) {
      SseProbe bystander = bridge.open("/t/a");
      String event = "retry: 1\ndata: posted\n\n";
      post(bridge, "/t/a", "Content-Type: text/event-stream\r\n", event);
      assertThat(bystander.awaitData("posted").retry()).isEqualTo(1);
    }
  }

  private static void assertRefused(SseProbe posted) {
    assertThat(posted.status()).isEqualTo(400);
    assertThat(posted.body()).contains("only the bridge itself");
  }

  private static SseProbe post(BridgeFixture bridge, String target, String headers, String body) {
    return bridge
        .probes()
        .raw(
            bridge.port(),
            "POST "
                + target
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                + body.length()
                + "\r\n"
                + headers
                + "\r\n"
                + body)
        .awaitEnd();
  }
}
