package dev.ssebridge.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.BridgeServer;
import dev.ssebridge.testing.Http2Answers;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code :path} and {@code :authority} of HTTP/2 may be, in frames written by hand. */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_AUTO})
class Http2TargetsTest {
  private static final String ROUTES =
      "'routes':{'t':{'path':'/topics/:topic','address':'topics.{topic}','linger':0}},"
          + "'publish':{'t':{'path':'/topics/:topic','address':'topics.{topic}'}}}";
  private static final String PROBLEM = "application/problem+json";

  private static Vertx vertx;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '^',
      value = {
        "POST, /topics/\u00c3\u00a9, 400",
        "POST, /topics/\u00e9, 400",
        "POST, /topics/a?event=\u00e9, 400",
        "POST, /topics/a#b, 400",
        "GET, x, 400",
        "GET, *, 400",
        "GET, http://localhost/topics/a, 400",
        "OPTIONS, *, 204",
        "OPTIONS, /topics/a, 204",
        "POST, /topics/%C3%A9, 202",
      })
  void theTargetIsHeldToTheRulesOfHttp1(String method, String path, int status) throws Exception {
    Queue<String> got = consume("topics.\u00c3\u00a9", "topics.\u00e9", "topics.a#b");
    try (LogRecorder log = LogRecorder.of("io.vertx");
        LogRecorder own = LogRecorder.of("dev.ssebridge");
        BridgeFixture bridge = BridgeFixture.deploy(vertx, "{" + ROUTES);
        Http2Answers answers = Http2Answers.connect(bridge.port())) {
      SseProbe bystander = bridge.open("/topics/a");
      check(answers, method, path, status);
      check(answers, "OPTIONS", "/topics/a", 204);
      bridge.publish("topics.a", "the end");
      bystander.awaitData("the end");
      assertThat(log.messages()).isEmpty();
      assertThat(own.messages()).isEmpty();
    }
    assertThat(List.copyOf(got)).isEqualTo(status == 202 ? List.of("topics.\u00e9") : List.of());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '^',
      value = {
        "POST, /topics/\u00c3\u00a9, 400",
        "POST, /topics/a?event=\u00e9, 400",
        "POST, /topics/a#b, 400",
        "POST, /topics/%C3%A9, 202",
      })
  void theSameOnTheRouterOfAnApplication(String method, String path, int status) throws Exception {
    if (!Way.current().isRouted()) {
      return;
    }
    try (LogRecorder log = LogRecorder.of("io.vertx");
        BridgeServer server = BridgeServer.start(vertx, "{" + ROUTES, new HttpServerOptions(), 1);
        Http2Answers answers = Http2Answers.connect(server.port())) {
      check(answers, method, path, status);
      check(answers, "OPTIONS", "/topics/a", 204);
      assertThat(log.messages()).isEmpty();
    }
  }

  @Test
  void withoutAnAuthorityThereIsNoAnswerButThat() throws Exception {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, "{" + ROUTES);
        Http2Answers answers = Http2Answers.connect(bridge.port())) {
      for (String request : List.of("POST /topics/a", "HEAD /topics/a", "GET /none")) {
        String[] parts = request.split(" ", 2);
        Http2Answers.Answer answer = answers.ask(parts[0], parts[1], null);
        assertThat(answer.status()).as(request).isEqualTo(400);
      }
      check(answers, "POST", "/topics/a", 202);
      SseProbe old = bridge.probes().raw(bridge.port(), "HEAD /topics/a HTTP/1.0\r\n\r\n");
      assertThat(old.awaitEnd().status()).isEqualTo(200);
    }
  }

  private static void check(Http2Answers answers, String method, String path, int status)
      throws IOException {
    Http2Answers.Answer answer = answers.ask(method, path, "localhost");
    assertThat(answer.status()).as(method + " " + path).isEqualTo(status);
    assertThat(answer.contentType()).isEqualTo(status == 400 ? PROBLEM : "");
  }

  private static Queue<String> consume(String... addresses) {
    Queue<String> got = new ConcurrentLinkedQueue<>();
    for (String address : addresses) {
      BridgeFixture.get(
          vertx.eventBus().consumer(address, message -> got.add(address)).completion());
    }
    return got;
  }
}
