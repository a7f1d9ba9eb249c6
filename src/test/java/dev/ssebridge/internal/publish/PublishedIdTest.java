package dev.ssebridge.internal.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A publisher that asks for the id of its last message. */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_AUTO})
@Tag("slow")
class PublishedIdTest {
  private static final String WISH = "Prefer: return=representation";
  private static final String NDJSON = "application/x-ndjson";
  private static final int ROUNDS = 100;
  private static final String CONFIG =
      "{'limits':{'channelsPerRemote':9},"
          + "'routes':{'t':{'path':'/topics/:topic','address':'topics.{topic}','linger':0,"
          + "'limits':{'channels':2}},"
          + "'one':{'path':'/one','address':'one'},"
          + "'a':{'path':'/a','address':'two'},'b':{'path':'/b','address':'two'}},"
          + "'publish':{'t':{'path':'/topics/:topic','address':'topics.{topic}'},"
          + "'one':{'path':'/one','address':'one'},'two':{'path':'/two','address':'two'},"
          + "'none':{'path':'/none','address':'none'}}}";

  private static Vertx vertx;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  @ParameterizedTest
  @CsvSource({
    "/topics/a, text/plain, x, 1",
    "/topics/a, application/json, 5, 1",
    "/topics/a, application/x-ndjson, '1\n2\n\n3', 3",
    "/topics/a, text/event-stream, 'data: 1\n\nevent: t\nretry: 900\ndata: 2\n\n', 2",
    "/one, text/plain, '', 1",
    "/one, application/x-ndjson, '7', 1"
  })
  void aPublisherThatAsksIsToldTheIdOfItsLastMessage(
      String path, String type, String body, int published) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe events = bridge.open(path);
      post(bridge, path, "text/plain", "0");
      events.awaitEvents(1);

      SseProbe answer = post(bridge, path, type, body, WISH);
      events.awaitEvents(1 + published);
      String id = events.lastEventId();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(new JsonObject(answer.body()))
          .isEqualTo(new JsonObject().put("id", id).put("published", published));
      assertThat(answer.header("sse-position")).isEqualTo(id);
      assertThat(answer.header("preference-applied")).isEqualTo("return=representation");
      assertThat(answer.header("content-type")).isEqualTo("application/json");
      assertThat(answer.header("x-content-type-options")).isEqualTo("nosniff");
      assertThat(SseProbe.sequenceOf(id)).isEqualTo(1 + published);
      assertThat(bridge.request("HEAD", path).awaitEnd().header("sse-position")).isEqualTo(id);
      awaitNoReceipts(bridge);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = HttpVersion.class,
      names = {"HTTP_1_1", "HTTP_2"})
  void publishersAtOnceAreEachToldTheIdOfTheirOwn(HttpVersion version) {
    HttpClient client =
        vertx.createHttpClient(
            new HttpClientOptions().setProtocolVersion(version).setHttp2ClearTextUpgrade(false));
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG, 2)) {
      SseProbe events = bridge.open("/topics/a");
      Map<String, String> told = new ConcurrentHashMap<>();
      List<Future<Void>> publishers =
          List.of("p", "q", "r").stream()
              .map(name -> publish(client, bridge, name, 0, told))
              .toList();
      BridgeFixture.get(Future.all(publishers));

      events.awaitEvents(3 * ROUNDS * 4);
      Map<String, String> dataOf =
          events.events().stream()
              .collect(
                  Collectors.toMap(
                      event -> String.valueOf(event.id()), event -> String.valueOf(event.data())));
      assertThat(told).hasSize(3 * ROUNDS * 2);
      told.forEach((id, data) -> assertThat(dataOf.get(id)).as(id).isEqualTo(data));
      awaitNoReceipts(bridge);
    } finally {
      BridgeFixture.get(client.close());
    }
  }

  /** A single body and one of two lines, and a message that comes over the bus meanwhile. */
  private static Future<Void> publish(
      HttpClient client, BridgeFixture bridge, String name, int round, Map<String, String> told) {
    if (round == ROUNDS) {
      return Future.succeededFuture();
    }
    String single = "\"" + name + round + "\"";
    String last = "\"" + name + round + "-2\"";
    Future<Void> first = told(client, bridge, "application/json", single, single, told);
    bridge.publish("topics.a", name + round + "-bus");
    Future<Void> second = told(client, bridge, NDJSON, "1\n" + last, last, told);
    return Future.all(first, second).compose(v -> publish(client, bridge, name, round + 1, told));
  }

  private static Future<Void> told(
      HttpClient client,
      BridgeFixture bridge,
      String type,
      String body,
      String last,
      Map<String, String> told) {
    return client
        .request(HttpMethod.POST, bridge.port(), "127.0.0.1", "/topics/a")
        .compose(
            request ->
                request
                    .putHeader("Content-Type", type)
                    .putHeader("Prefer", "return=representation")
                    .send(body)
                    // Here, on the client's thread: from another it may come after the body.
                    .compose(response -> response.body())
                    .map(bytes -> new JsonObject(bytes)))
        .map(
            json -> {
              assertThat(told.put(json.getString("id"), last)).isNull();
              return null;
            });
  }

  @Test
  void whereThereIsNotExactlyOneChannelThePreferenceIsNotApplied() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe first = bridge.open("/topics/a");
      SseProbe second = bridge.open("/topics/b");
      for (String path : List.of("/none", "/two", "/topics/full")) {
        assertPlain(post(bridge, path, "text/plain", "x", WISH), "");
        assertPlain(post(bridge, path, NDJSON, "1\n2\n", WISH), "{\"published\":2}");
      }
      assertPlain(post(bridge, "/one", NDJSON, "\n", WISH), "{\"published\":0}");
      assertPlain(post(bridge, "/one", "text/plain", "x"), "");
      assertPlain(post(bridge, "/one", "text/plain", "x", "Prefer: return=minimal"), "");
      assertThat(first.events()).isEmpty();
      assertThat(second.events()).isEmpty();
      awaitNoReceipts(bridge);
    }
  }

  @Test
  void aCopyOfTheMessageIsNotTakenForIt() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe events = bridge.open("/topics/a");
      SseProbe copies = bridge.open("/topics/b");
      var consumer =
          vertx
              .eventBus()
              .consumer(
                  "topics.a",
                  message ->
                      vertx
                          .eventBus()
                          .publish(
                              "topics.b",
                              message.body(),
                              new DeliveryOptions().setHeaders(message.headers())));
      BridgeFixture.get(consumer.completion());
      for (int i = 1; i <= 20; i++) {
        SseProbe answer = post(bridge, "/topics/a", "text/plain", "x" + i, WISH);
        events.awaitEvents(i);
        copies.awaitEvents(i);
        assertThat(answer.header("sse-position")).isEqualTo(events.lastEventId());
      }
      BridgeFixture.get(consumer.unregister());
    }
  }

  @Test
  void aBodyThatIsRefusedTellsNoId() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe answer = post(bridge, "/one", NDJSON, "1\nx\n", WISH);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.header("preference-applied")).isEmpty();
      awaitNoReceipts(bridge);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "return=representation",
        "Return = \"representation\"",
        "respond-async, return=representation; a=\"x,y\"",
        "wait=10;x=\"return=minimal, \\\" return=minimal\", return=representation, return=minimal",
        ",, return=representation"
      })
  void thePreferenceIsFoundWhereverItStands(String line) {
    assertThat(Preference.isRepresentation(List.of("foo", line, "return=minimal"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "return",
        "return=",
        "return=minimal, return=representation",
        "x=\"return=representation\"",
        "x; return=representation",
        "x=\", return=representation",
        "return=representations"
      })
  void otherPreferencesAreNotTakenForIt(String line) {
    assertThat(Preference.isRepresentation(List.of(line))).isFalse();
  }

  private static void assertPlain(SseProbe answer, String body) {
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.body()).isEqualTo(body);
    assertThat(answer.header("preference-applied")).isEmpty();
    assertThat(answer.header("sse-position")).isEmpty();
  }

  private static void awaitNoReceipts(BridgeFixture bridge) {
    Deadline.await(() -> bridge.hub().receipts().size() == 0, () -> "no receipt is left");
  }

  private static SseProbe post(
      BridgeFixture bridge, String target, String type, String body, String... headers) {
    String[] all = Arrays.copyOf(headers, headers.length + 2);
    all[headers.length] = "Content-Length: " + body.getBytes(UTF_8).length;
    all[headers.length + 1] = "Content-Type: " + type;
    return bridge.request("POST", target, all).send(body).awaitEnd();
  }
}
