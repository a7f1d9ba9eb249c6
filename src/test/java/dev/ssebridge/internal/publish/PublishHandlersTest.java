package dev.ssebridge.internal.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ssebridge.PublishRequest;
import dev.ssebridge.SseBridge;
import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handlers of the application that decide about messages from outside. */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_AUTO})
@Tag("slow")
class PublishHandlersTest {
  private static final String CONFIG =
      "{'limits':{'decision':'%s'},'routes':{'t':{'path':'/t/:topic','address':'t.{topic}'}},"
          + "'publish':{'rule':{'path':'/t/:topic','address':'t.{topic}'},"
          + "'bytes':{'path':'/bytes','address':'t.a','body':'buffer'},"
          + "'other':{'path':'/other','address':'t.other'}}}";
  private static final String NDJSON = "application/x-ndjson";
  private static final String EVENTS = "text/event-stream";

  private static Vertx vertx;

  private final List<Message<Object>> messages = new CopyOnWriteArrayList<>();
  private MessageConsumer<Object> consumer;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  @BeforeEach
  void listen() {
    consumer = vertx.eventBus().consumer("t.a", messages::add);
  }

  @AfterEach
  void nothingIsHeld() {
    BridgeFixture.get(consumer.unregister());
    Deadline.await(() -> Hub.of(vertx).bodies().held() == 0, () -> "no body is held");
  }

  private static BridgeFixture deploy(Handler<SseBridge> handlers) {
    return deploy("10s", handlers);
  }

  private static BridgeFixture deploy(String limit, Handler<SseBridge> handlers) {
    return BridgeFixture.withHandlers(vertx, CONFIG.formatted(limit), handlers);
  }

  private static BridgeFixture deciding(Handler<PublishRequest> handler) {
    return deploy(bridge -> bridge.publishHandler("rule", handler));
  }

  @Test
  void aHandlerSeesWhatComesAndWhoSentIt() {
    List<String> seen = new CopyOnWriteArrayList<>();
    Handler<PublishRequest> handler =
        request -> {
          seen.add(
              request.rule()
                  + request.parameters()
                  + request.address()
                  + request.number()
                  + request.type()
                  + request.id()
                  + request.body()
                  + request.request().method()
                  + (request.routingContext() != null)
                  + request.user());
          assertThat(request.accept()).isTrue();
          assertThat(request.accept()).isFalse();
          assertThat(request.refuse(403, "too late")).isFalse();
          assertThatThrownBy(() -> request.setType("x")).isInstanceOf(IllegalStateException.class);
          assertThatThrownBy(() -> request.setBody("x")).isInstanceOf(IllegalStateException.class);
        };
    try (BridgeFixture bridge = deciding(handler)) {
      assertThat(post(bridge, "/t/a?event=q", NDJSON, "{\"a\":1}\n2\n").status()).isEqualTo(202);
      assertThat(post(bridge, "/t/a", EVENTS, "id: 7\nevent: e\ndata: x\n\n").status())
          .isEqualTo(202);
      assertThat(post(bridge, "/other", "text/plain", "x").status()).isEqualTo(202);
      String routed = "POST" + Way.current().isRouted() + "null";
      assertThat(seen)
          .containsExactly(
              "rule{topic=a}t.a1qnull{\"a\":1}" + routed,
              "rule{topic=a}t.a2qnull2" + routed,
              "rule{topic=a}t.a1e7x" + routed);
    }
  }

  @Test
  void whatIsAcceptedKeepsItsText() {
    try (BridgeFixture bridge =
        deciding(
            request -> {
              request.body();
              request.accept();
            })) {
      SseProbe probe = bridge.open("/t/a");
      post(bridge, "/t/a", "application/json", "{\"a\": 1.0}");
      post(bridge, "/t/a", NDJSON, "\"\\u0041\"\nnull\n");
      probe.awaitEvents(3);
      assertThat(probe.data()).containsExactly("{\"a\": 1.0}", "\"\\u0041\"", "null");
    }
  }

  @Test
  void aHandlerChangesBodyTypeAndHeaders() {
    try (BridgeFixture bridge =
        deciding(
            request -> {
              request.headers().set("by", "me").set("sse-seal", "x").set("SSE-Gap", "7");
              switch ((int) request.number()) {
                case 1 -> ((JsonObject) requireNonNull(request.body())).put("by", "me");
                case 2 -> request.setBody(new JsonObject().put("new", true)).setType("t2");
                default -> request.setBody(null).setType(null);
              }
              assertThatThrownBy(() -> request.setType("sse.gap"))
                  .isInstanceOf(IllegalArgumentException.class);
              assertThatThrownBy(() -> request.refuse(200, "x"))
                  .isInstanceOf(IllegalArgumentException.class);
              request.accept();
            })) {
      SseProbe probe = bridge.open("/t/a");
      assertThat(post(bridge, "/t/a?event=t1", NDJSON, "{\"a\": 1.0}\n2\n3\n").status())
          .isEqualTo(202);
      probe.awaitEvents(3);
      assertThat(probe.data()).containsExactly("{\"a\":1.0,\"by\":\"me\"}", "{\"new\":true}", "");
      assertThat(probe.events().get(0).type()).isEqualTo("t1");
      assertThat(probe.events().get(1).type()).isEqualTo("t2");
      assertThat(probe.events().get(2).type()).isNull();
      Deadline.await(() -> messages.size() == 3, () -> "3 messages");
      assertThat(messages)
          .allSatisfy(
              message -> {
                assertThat(message.headers().get("by")).isEqualTo("me");
                assertThat(message.headers().contains("sse-gap")).isFalse();
                assertThat(message.headers().contains("sse-seal")).isFalse();
              });
    }
  }

  @Test
  void aMessageIsPublishedAsItWasWhenItWasAccepted() {
    try (BridgeFixture bridge =
        deploy(
            b ->
                b.publishHandler(
                    request -> {
                      Object body = request.body();
                      if (request.number() == 2) {
                        body = new JsonObject();
                        request.setBody(body);
                      } else if (body instanceof JsonObject json) {
                        json.put("before", 1);
                      }
                      request.headers().set("before", "1");
                      request.accept();
                      request.headers().set("after", "1");
                      if (body instanceof JsonObject json) {
                        json.put("after", 1);
                      } else if (body instanceof Buffer bytes) {
                        bytes.appendString("after");
                      }
                    }))) {
      post(bridge, "/t/a", NDJSON, "{}\n{}\n");
      post(bridge, "/bytes", "text/plain", "x");
      Deadline.await(() -> messages.size() == 3, () -> "3 messages");
      assertThat(messages.stream().map(message -> String.valueOf(message.body())))
          .containsExactly("{\"before\":1}", "{}", "x");
      assertThat(messages)
          .allSatisfy(
              message -> {
                assertThat(message.headers().get("before")).isEqualTo("1");
                assertThat(message.headers().contains("after")).isFalse();
              });
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aBodyThatTheEventBusCannotCarryIsNamedOnce(boolean inPlace) {
    try (LogRecorder log = LogRecorder.of(Review.class);
        LogRecorder failures = LogRecorder.of(Reading.class);
        BridgeFixture bridge =
            deciding(
                request -> {
                  if (request.number() == 2 && inPlace) {
                    ((JsonObject) requireNonNull(request.body())).put("o", new Object());
                  } else if (request.number() == 2) {
                    request.setBody(new Object());
                  }
                  request.accept();
                })) {
      SseProbe answer = post(bridge, "/t/a", NDJSON, "{}\n{}\n{}\n");
      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
      assertThat(json(answer).getString("detail")).startsWith("line 2: ");
      assertThat(json(answer).getInteger("published")).isEqualTo(1);
      assertThat(log.messages())
          .singleElement()
          .asString()
          .contains("publish rule rule", "cannot carry", "java.lang.Object");
      assertThat(failures.messages()).isEmpty();
    }
  }

  @Test
  @SuppressWarnings("NullAway") // an application need not have it
  void aRefusalWithoutAReasonIsAFailureOfTheHandler() {
    AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
    try (BridgeFixture bridge =
        deciding(
            request -> {
              thrown.set(catchThrowable(() -> request.refuse(403, null)));
              request.refuse(403, null);
            })) {
      assertThat(post(bridge, "/t/a", "text/plain", "x").status()).isEqualTo(500);
      assertThat(thrown.get()).isInstanceOf(NullPointerException.class).hasMessage("reason");
    }
  }

  @Test
  void aRefusalSaysWhereTheMessageStands() {
    Handler<PublishRequest> handler =
        request -> {
          if (String.valueOf(request.body()).contains("bad")) {
            request.refuse(403, "no bad words");
          } else {
            request.accept();
          }
        };
    try (BridgeFixture bridge = deciding(handler)) {
      SseProbe single = post(bridge, "/t/a", "text/plain", "bad");
      assertThat(single.status()).isEqualTo(403);
      assertThat(json(single).getString("detail")).isEqualTo("no bad words");

      SseProbe lines = post(bridge, "/t/a", NDJSON, "1\n\n\"bad\"\n2\n");
      assertThat(lines.status()).isEqualTo(403);
      assertThat(json(lines).getString("detail")).isEqualTo("line 3: no bad words");
      assertThat(json(lines).getInteger("published")).isEqualTo(1);

      SseProbe events = post(bridge, "/t/a", EVENTS, "data: x\n\n: c\n\ndata: bad\n\n");
      assertThat(json(events).getString("detail")).isEqualTo("event 2: no bad words");
      assertThat(json(events).getInteger("published")).isEqualTo(1);
      Deadline.await(() -> messages.size() == 2, () -> "2 messages, got " + messages.size());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatStandsBeforeAMistakeIsDecidedFirst(boolean atOnce) {
    List<String> seen = new CopyOnWriteArrayList<>();
    Handler<PublishRequest> handler =
        request -> {
          seen.add(request.number() + ":" + request.body());
          if (atOnce) {
            request.accept();
          } else {
            vertx.executeBlocking(request::accept);
          }
        };
    try (BridgeFixture bridge = deciding(handler)) {
      SseProbe line = post(bridge, "/t/a", NDJSON, "1\n2\n{bad\n3\n");
      assertThat(line.status()).isEqualTo(400);
      assertThat(json(line).getString("detail")).startsWith("line 3: expected JSON");
      assertThat(json(line).getInteger("published")).isEqualTo(2);

      SseProbe last = post(bridge, "/t/a", NDJSON, "1\n{bad");
      assertThat(json(last).getString("detail")).startsWith("line 2: expected JSON");
      assertThat(json(last).getInteger("published")).isEqualTo(1);

      SseProbe event = post(bridge, "/t/a", EVENTS, "data: x\n\nevent: sse.gap\ndata: y\n\n");
      assertThat(event.status()).isEqualTo(400);
      assertThat(json(event).getString("detail")).startsWith("event 2: event type: ");
      assertThat(json(event).getInteger("published")).isEqualTo(1);

      SseProbe open = post(bridge, "/t/a", EVENTS, "data: x\n\ndata: y\n");
      assertThat(open.status()).isEqualTo(400);
      assertThat(json(open).getInteger("published")).isEqualTo(1);

      assertThat(seen).containsExactly("1:1", "2:2", "1:1", "1:x", "1:x");
      Deadline.await(() -> messages.size() == 5, () -> "5 messages, got " + messages.size());
    }
  }

  @Test
  void aRefusalBeforeAMistakeIsTheAnswer() {
    try (BridgeFixture bridge = deciding(request -> request.refuse(409, "not this one"))) {
      SseProbe answer = post(bridge, "/t/a", NDJSON, "1\n{bad\n");
      assertThat(answer.status()).isEqualTo(409);
      assertThat(json(answer).getString("detail")).isEqualTo("line 1: not this one");
      assertThat(messages).isEmpty();
    }
  }

  @Test
  void allHandlersHaveToAcceptInTheirOrder() {
    List<String> seen = new CopyOnWriteArrayList<>();
    try (BridgeFixture bridge =
        deploy(
            b -> {
              b.publishHandler(r -> seen.add("all" + r.setBody(r.body() + "1").accept()));
              b.publishHandler("rule", r -> seen.add("rule" + r.setBody(r.body() + "2").accept()));
              b.publishHandler(
                  r -> {
                    seen.add("last " + r.body());
                    r.refuse(409, "no");
                  });
              assertThatThrownBy(() -> b.publishHandler("none", r -> {}))
                  .isInstanceOf(IllegalArgumentException.class)
                  .hasMessageContaining("rule");
            })) {
      assertThat(post(bridge, "/t/a", "text/plain", "x").status()).isEqualTo(409);
      assertThat(post(bridge, "/other", "text/plain", "x").status()).isEqualTo(409);
      assertThat(seen).containsExactly("alltrue", "ruletrue", "last x12", "alltrue", "last x1");
      assertThat(messages).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void fiftyThousandKeepTheirOrder(int kind) {
    AtomicInteger asked = new AtomicInteger();
    Handler<PublishRequest> handler =
        request -> {
          asked.incrementAndGet();
          if (kind == 0 || (kind == 1 && asked.get() % 100 != 0)) {
            request.accept();
          } else if (asked.get() % 2 == 0) {
            vertx.runOnContext(v -> request.accept());
          } else {
            vertx.executeBlocking(request::accept);
          }
        };
    int count = kind == 2 ? 2000 : 50_000;
    String body = IntStream.range(0, count).mapToObj(i -> i + "\n").collect(Collectors.joining());
    try (BridgeFixture bridge = deciding(handler)) {
      SseProbe answer = post(bridge, "/t/a", NDJSON, body);
      assertThat(answer.status()).isEqualTo(202);
      assertThat(json(answer).getInteger("published")).isEqualTo(count);
      Deadline.await(() -> messages.size() == count, () -> "all, got " + messages.size());
      List<Object> expected = new ArrayList<>();
      IntStream.range(0, count).forEach(expected::add);
      assertThat(messages.stream().map(Message::body).toList()).isEqualTo(expected);
    }
  }

  @Test
  void aHandlerThatThrowsIsAnsweredWith500AndLogged() {
    try (LogRecorder log = LogRecorder.of(Review.class);
        BridgeFixture bridge =
            deciding(
                request -> {
                  if (request.number() == 2) {
                    throw new IllegalStateException("broken");
                  }
                  request.accept();
                })) {
      SseProbe answer = post(bridge, "/t/a", NDJSON, "1\n2\n3\n");
      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
      assertThat(json(answer).getInteger("published")).isEqualTo(1);
      assertThat(json(answer).getString("detail")).startsWith("line 2: ").doesNotContain("broken");
      assertThat(log.messages())
          .singleElement()
          .satisfies(
              line ->
                  assertThat(line)
                      .contains("publish rule rule: the handler ")
                      .contains(PublishHandlersTest.class.getName()));
    }
  }

  @Test
  void aLengthThatAHandlerHasSetIsNotThatOfTheAnswer() {
    Handler<PublishRequest> handler =
        request -> {
          request.request().response().putHeader("Content-Length", "7");
          request.accept();
        };
    try (BridgeFixture bridge = deciding(handler)) {
      SseProbe one = post(bridge, "/t/a", "text/plain", "x");
      assertThat(one.status()).isEqualTo(202);
      assertThat(one.header("content-length")).isEqualTo("0");
      SseProbe lines = post(bridge, "/t/a", NDJSON, "1\n2\n");
      assertThat(lines.status()).isEqualTo(202);
      assertThat(lines.body()).isEqualTo("{\"published\":2}");
      SseProbe id = post(bridge, "/t/a", "text/plain", "x", "Prefer: return=representation");
      assertThat(new JsonObject(id.body()).getInteger("published")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"only", "accepts", "throws", "later", "heads"})
  void aHandlerThatAnswersByItselfHasDecided(String way) {
    List<Throwable> thrown = new CopyOnWriteArrayList<>();
    Handler<PublishRequest> handler =
        request -> {
          Vertx.currentContext().exceptionHandler(thrown::add);
          HttpServerResponse response = request.request().response().setStatusCode(418);
          switch (way) {
            case "later" ->
                Vertx.currentContext()
                    .runOnContext(
                        v -> {
                          response.end("tea");
                          request.accept();
                        });
            case "heads" -> {
              response.setChunked(true).write("t");
              vertx.executeBlocking(request::accept).onComplete(v -> response.end("ea"));
            }
            default -> response.end("tea");
          }
          if (way.equals("accepts")) {
            request.accept();
          } else if (way.equals("throws")) {
            throw new IllegalStateException("after its answer");
          }
        };
    try (LogRecorder log = LogRecorder.of(Review.class);
        BridgeFixture bridge = deploy("1h", b -> b.publishHandler("rule", handler))) {
      assertThat(post(bridge, "/t/a", "text/plain", "x").status()).isEqualTo(418);
      SseProbe lines = post(bridge, "/t/a", NDJSON, "1\n2\n");
      assertThat(lines.status()).isEqualTo(418);
      assertThat(lines.body()).isEqualTo("tea");
      bridge.awaitHead("t", 0);
      Deadline.await(() -> Hub.of(vertx).bodies().held() == 0, () -> "no body is held");
      assertThat(messages).isEmpty();
      assertThat(thrown).isEmpty();
      assertThat(log.messages()).hasSize(way.equals("throws") ? 2 : 0);
    }
  }

  @Test
  void anAnswerOfAHandlerThatIsNotDoneInTimeIsLeftToIt() {
    AtomicReference<@Nullable Runnable> rest = new AtomicReference<>();
    try (LogRecorder log = LogRecorder.of(Review.class);
        BridgeFixture bridge =
            deploy(
                "50ms",
                b ->
                    b.publishHandler(
                        request -> {
                          HttpServerResponse response = request.request().response();
                          response.setStatusCode(418).setChunked(true).write("t");
                          Context loop = Vertx.currentContext();
                          rest.set(() -> loop.runOnContext(v -> response.end("ea")));
                        }))) {
      SseProbe probe = bridge.request("POST", "/t/a", "Content-Length: 1").send("x");
      Deadline.await(() -> rest.get() != null, () -> "an answer has begun");
      Deadline.await(() -> Hub.of(vertx).bodies().held() == 0, () -> "no body is held");
      requireNonNull(rest.get()).run();
      assertThat(probe.awaitEnd().body()).isEqualTo("tea");
      assertThat(log.messages()).isEmpty();
      assertThat(messages).isEmpty();
    }
  }

  @Test
  void theRestOfABodyThatAHandlerHasAnsweredPassesBy() {
    try (BridgeFixture bridge =
        deciding(request -> request.request().response().setStatusCode(418).end("tea"))) {
      SseProbe probe =
          bridge.request("POST", "/t/a", "Content-Length: 6", "Content-Type: " + NDJSON);
      probe.send("1\n2\n");
      assertThat(probe.awaitEnd().status()).isEqualTo(418);
      probe.next();
      probe.send("3\nPOST /t/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx");
      assertThat(probe.awaitEnd().status()).isEqualTo(418);
      assertThat(messages).isEmpty();
    }
  }

  @Test
  void oneThatNeverDecidesIsAnsweredWith503AndNamed() {
    AtomicReference<@Nullable PublishRequest> kept = new AtomicReference<>();
    try (LogRecorder log = LogRecorder.of(Review.class);
        BridgeFixture bridge =
            deploy("50ms", b -> b.publishHandler("rule", request -> kept.set(request)))) {
      SseProbe answer = post(bridge, "/t/a", "text/plain", "x");
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.header("retry-after")).isEqualTo("1");
      assertThat(log.messages())
          .singleElement()
          .satisfies(
              line ->
                  assertThat(line)
                      .contains("publish rule rule: the handler ")
                      .contains("has not decided within 50 ms (limits.decision)"));
      PublishRequest late = kept.get();
      assertThat(late != null && late.accept()).isFalse();

      SseProbe lines = post(bridge, "/t/a", NDJSON, "1\n2\n");
      assertThat(lines.status()).isEqualTo(503);
      assertThat(json(lines).getString("detail")).startsWith("line 1: ");
      assertThat(messages).isEmpty();
    }
  }

  @Test
  void aSenderThatLeavesFreesWhatItHeld() {
    AtomicReference<@Nullable PublishRequest> kept = new AtomicReference<>();
    try (BridgeFixture bridge = deploy("1h", b -> b.publishHandler(request -> kept.set(request)))) {
      SseProbe probe = bridge.request("POST", "/t/a", "Content-Length: 1").send("x");
      Deadline.await(() -> kept.get() != null, () -> "a question");
      probe.close();
      Deadline.await(() -> Hub.of(vertx).bodies().held() == 0, () -> "nothing is held");
      bridge.awaitHead("t", 0);
      PublishRequest late = kept.get();
      if (late != null) {
        late.accept();
      }
      assertThat(messages).isEmpty();
    }
  }

  @Test
  void closingDoesNotWaitForADecision() {
    AtomicReference<@Nullable PublishRequest> kept = new AtomicReference<>();
    try (BridgeFixture bridge = deploy("1h", b -> b.publishHandler(request -> kept.set(request)))) {
      SseProbe probe = bridge.request("POST", "/t/a", "Content-Length: 1").send("x");
      Deadline.await(() -> kept.get() != null, () -> "a question");
      BridgeFixture.get(bridge.bridge().close());
      assertThat(probe.awaitEnd().status()).isEqualTo(503);
    }
    assertThat(messages).isEmpty();
  }

  @Test
  void theIdOfTheLastMessageIsToldOnceItIsAccepted() {
    try (BridgeFixture bridge = deciding(request -> vertx.runOnContext(v -> request.accept()))) {
      SseProbe answer = post(bridge, "/t/a", NDJSON, "1\n2\n", "Prefer: return=representation");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(json(answer).getInteger("published")).isEqualTo(2);
      assertThat(json(answer).getString("id")).endsWith("-2");
    }
  }

  private static JsonObject json(SseProbe answer) {
    return new JsonObject(answer.body());
  }

  private static SseProbe post(
      BridgeFixture bridge, String target, String type, String body, String... more) {
    List<String> headers = new ArrayList<>(List.of(more));
    headers.add("Content-Type: " + type);
    headers.add("Content-Length: " + body.getBytes(UTF_8).length);
    return bridge.request("POST", target, headers.toArray(new String[0])).send(body).awaitEnd();
  }
}
