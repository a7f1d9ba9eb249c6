package dev.ssebridge.internal.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a posted body becomes for ordinary consumers, and what of it reaches a stream. */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_AUTO})
class BodyFormsTest {
  private static final String JSON = "application/json";
  private static final String NDJSON = "application/x-ndjson";

  private static Vertx vertx;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  private static String config(String body) {
    return "{'routes':{'n':{'path':'/n','address':'n'}},"
        + "'publish':{'n':{'path':'/n','address':'n','body':'"
        + body
        + "'}}}";
  }

  static Stream<Arguments> values() {
    return Stream.of(
        Arguments.of("{\"b\":1.0, \"a\" : [1e2]}", new JsonObject("{\"b\":1.0,\"a\":[1e2]}")),
        Arguments.of(
            " [ 1.00,\n12345678901234567890 ] ", new JsonArray("[1.0,12345678901234567890]")),
        Arguments.of("{\"x\":1e400}", new JsonObject().put("x", Double.POSITIVE_INFINITY)),
        Arguments.of("{\"a\":1,\"a\":2}", new JsonObject().put("a", 2)),
        Arguments.of("{\"x\":[-0]}", new JsonObject().put("x", new JsonArray().add(0))),
        Arguments.of("{}", new JsonObject()),
        Arguments.of("\"caf\\u00e9\"", "caf\u00e9"),
        Arguments.of("\"\"", ""),
        Arguments.of("42", 42),
        Arguments.of("-0", -0.0),
        Arguments.of("1.00", 1.0),
        Arguments.of("1.5", 1.5),
        Arguments.of("1e400", Double.POSITIVE_INFINITY),
        Arguments.of("9007199254740993", 9007199254740993L),
        Arguments.of("12345678901234567890", new BigInteger("12345678901234567890")),
        Arguments.of("true", true),
        Arguments.of("null", null));
  }

  @ParameterizedTest
  @MethodSource("values")
  void jsonIsAValueForConsumersAndTheSameTextOnTheStream(String text, @Nullable Object value) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config("auto"));
        Consumers consumers = new Consumers(2)) {
      SseProbe probe = bridge.open("/n");
      assertThat(post(bridge, JSON, text).status()).isEqualTo(202);
      assertThat(post(bridge, NDJSON, text.replace("\n", "") + "\n").status()).isEqualTo(202);

      probe.awaitEvents(2);
      assertThat(probe.data()).containsExactly(text, text.replace("\n", ""));
      consumers.await(4);
      assertThat(consumers.bodies()).containsOnly(value);
      boolean isNull = text.equals("null");
      assertThat(consumers.headers()).allSatisfy(h -> assertThat(h.isEmpty()).isEqualTo(!isNull));
    }
  }

  @Test
  void whatOneConsumerDoesToItsBodyIsSeenByNobodyElse() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config("auto"));
        Consumers consumers = new Consumers(2)) {
      SseProbe probe = bridge.open("/n");
      consumers.onBody(
          body -> {
            if (body instanceof JsonObject json && json.containsKey("in")) {
              json.getJsonObject("in").put("a", "changed");
              json.put("more", true).remove("x");
            } else if (body instanceof JsonArray json) {
              json.add("more").getJsonObject(0).put("a", "changed");
            }
          });
      String object = "{\"in\":{\"a\":1.0},\"x\":1}";
      String array = "[{\"a\":1.0}]";
      post(bridge, JSON, object);
      post(bridge, "application/cloudevents+json; charset=utf-8; profile=\"a;b\"", array);

      consumers.await(4);
      assertThat(consumers.bodies())
          .containsOnly(
              new JsonObject("{\"in\":{\"a\":\"changed\"},\"more\":true}"),
              new JsonArray("[{\"a\":\"changed\"},\"more\"]"));
      probe.awaitEvents(2);
      assertThat(probe.data()).containsExactly(object, array);
      assertThat(bridge.get("/n?from=earliest").awaitEvents(2).get(0).data()).isEqualTo(object);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/json", "Text/JSON; charset=utf-8", "application/problem+json"})
  void everyMediaTypeOfJsonIsOne(String type) {
    for (String body : new String[] {"auto", "json"}) {
      try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config(body));
          Consumers consumers = new Consumers(1)) {
        assertThat(post(bridge, type, "{\"a\":1.0}").status()).isEqualTo(202);
        assertThat(post(bridge, type, "{").status()).isEqualTo(400);

        consumers.await(1);
        assertThat(consumers.bodies()).containsExactly(new JsonObject().put("a", 1.0));
      }
    }
  }

  @Test
  void otherMediaTypesAreText() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config("auto"));
        Consumers consumers = new Consumers(1)) {
      post(bridge, "text/plain", "{\"a\":1}");
      post(bridge, "text/event-stream", "data: {\"a\":1}\n\n");

      consumers.await(2);
      assertThat(consumers.bodies()).containsExactly("{\"a\":1}", "{\"a\":1}");
      assertThat(post(bridge, "application/octet-stream", "x").status()).isEqualTo(415);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {JSON, NDJSON, "text/plain", "text/event-stream"})
  void textIsAlwaysAString(String type) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config("text"));
        Consumers consumers = new Consumers(1)) {
      String body = type.equals("text/event-stream") ? "data: {\"a\":1.0}\n\n" : "{\"a\":1.0}";
      assertThat(post(bridge, type, body).status()).isEqualTo(202);
      consumers.await(1);
      assertThat(consumers.bodies()).containsExactly("{\"a\":1.0}");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {JSON, NDJSON, "text/plain", "text/event-stream", "application/x-any"})
  void aBufferHoldsTheBytes(String type) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config("buffer"));
        Consumers consumers = new Consumers(1)) {
      SseProbe probe = bridge.open("/n");
      String body = type.equals("text/event-stream") ? "data: \"\u00e9\"\n\n" : "\"\u00e9\"";
      assertThat(post(bridge, type, body).status()).isEqualTo(202);
      consumers.await(1);
      assertThat(consumers.bodies()).containsExactly(Buffer.buffer("\"\u00e9\""));
      probe.awaitData("\"\u00e9\"");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "text/event-stream", "application/octet-stream", ""})
  void whereOnlyJsonIsTakenOtherMediaTypesGet415(String type) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config("json"));
        Consumers consumers = new Consumers(1)) {
      SseProbe refused = post(bridge, type, "{}");
      assertThat(refused.status()).isEqualTo(415);
      assertThat(refused.header("content-type")).isEqualTo("application/problem+json");
      assertThat(refused.body()).contains("expected application/json").contains("got");

      assertThat(post(bridge, "application/json", "{}").status()).isEqualTo(202);
      consumers.await(1);
      assertThat(consumers.bodies()).containsExactly(new JsonObject());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "json", "text", "buffer"})
  void whatIsNoJsonIsRefusedWithItsPlace(String form) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config(form));
        Consumers consumers = new Consumers(1)) {
      SseProbe broken = post(bridge, JSON, "{\"a\":\n  1 2}");
      assertThat(broken.status()).isEqualTo(400);
      assertThat(detail(broken))
          .startsWith("body: expected JSON, got ")
          .endsWith("(line 2, column 5)");
      assertThat(detail(post(bridge, JSON, ""))).startsWith("body: expected JSON, got nothing");
      assertThat(detail(post(bridge, JSON, "{}{}"))).contains("something after its end");

      SseProbe line = post(bridge, NDJSON, "{}\n{\"a\":tru}\n{}\n");
      assertThat(line.status()).isEqualTo(400);
      assertThat(detail(line)).startsWith("line 2: expected JSON").endsWith("(column 6)");
      consumers.await(1);
    }
  }

  @Test
  void depthsAndLongNumbersAreRefusedAndNothingIsReadIntoThem() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config("auto"));
        Consumers consumers = new Consumers(1)) {
      SseProbe deep = post(bridge, JSON, "[".repeat(30_000) + "]".repeat(30_000));
      assertThat(deep.status()).isEqualTo(400);
      assertThat(detail(deep)).contains("nesting depth");
      SseProbe number = post(bridge, JSON, "[" + "9".repeat(1001) + "]");
      assertThat(number.status()).isEqualTo(400);
      assertThat(detail(number)).contains("Number value length");

      String most = "[".repeat(1000) + "]".repeat(1000);
      assertThat(post(bridge, JSON, most).status()).isEqualTo(202);
      assertThat(post(bridge, JSON, "1e999999999").status()).isEqualTo(202);
      consumers.await(2);
      assertThat(consumers.bodies())
          .satisfiesExactly(
              body -> assertThat(((JsonArray) body).encode()).isEqualTo(most),
              body -> assertThat(body).isEqualTo(Double.POSITIVE_INFINITY));
    }
  }

  @Test
  void aKeyIsFoundInTheBody() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx,
            "{'routes':{'n':{'path':'/n','address':'n','slow':{'policy':'conflate','key':'/k'}}},"
                + "'publish':{'n':{'path':'/n','address':'n'}}}")) {
      SseProbe probe = bridge.open("/n");
      post(bridge, JSON, "{\"k\":1, \"v\":1.0}");
      probe.awaitData("{\"k\":1, \"v\":1.0}");
    }
  }

  private static String detail(SseProbe answer) {
    return new JsonObject(answer.body()).getString("detail");
  }

  private static SseProbe post(BridgeFixture bridge, String type, String body) {
    List<String> headers = new ArrayList<>();
    if (!type.isEmpty()) {
      headers.add("Content-Type: " + type);
    }
    byte[] bytes = body.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    headers.add("Content-Length: " + bytes.length);
    return bridge.request("POST", "/n", headers.toArray(new String[0])).send(body).awaitEnd();
  }

  /** Ordinary consumers of the address. */
  private static final class Consumers implements AutoCloseable {
    private final List<Message<Object>> messages = new CopyOnWriteArrayList<>();
    private final List<MessageConsumer<Object>> consumers = new ArrayList<>();
    private volatile java.util.function.Consumer<@Nullable Object> onBody = body -> {};

    Consumers(int count) {
      for (int i = 0; i < count; i++) {
        consumers.add(
            vertx
                .eventBus()
                .consumer(
                    "n",
                    message -> {
                      onBody.accept(message.body());
                      messages.add(message);
                    }));
      }
    }

    void onBody(java.util.function.Consumer<@Nullable Object> task) {
      onBody = task;
    }

    void await(int count) {
      Deadline.await(() -> messages.size() == count, () -> count + " messages, got " + messages);
    }

    List<@Nullable Object> bodies() {
      List<@Nullable Object> bodies = new ArrayList<>();
      messages.forEach(message -> bodies.add(message.body()));
      return bodies;
    }

    List<MultiMap> headers() {
      return messages.stream().map(Message::headers).toList();
    }

    @Override
    public void close() {
      consumers.forEach(consumer -> BridgeFixture.get(consumer.unregister()));
    }
  }
}
