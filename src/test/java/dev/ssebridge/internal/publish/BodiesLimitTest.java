package dev.ssebridge.internal.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.bus.BodyBytes;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What bodies hold that are on their way is bounded together. */
@ExtendWith(VertxExtension.class)
class BodiesLimitTest {
  private static final int PART = 60_000;
  private static final String LARGE = "x".repeat(PART);
  private static final String CONFIG =
      "{'limits':{'bodies':'256KiB'},'routes':{'n':{'path':'/n','address':'n'}},"
          + "'publish':{'n':{'path':'/n','address':'n'}}}";

  @ParameterizedTest
  @CsvSource({"text/plain,x", "application/x-ndjson,x", "text/event-stream,data:"})
  void bodiesThatNeverEndLeaveNoRoomForOthersUntilTheyAreGone(
      String type, String begin, Vertx vertx) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe stream = bridge.open("/n");
      BodyBytes bodies = bridge.hub().bodies();
      List<SseProbe> slow = new ArrayList<>();
      while (bodies.held() + PART <= bodies.limit()) {
        long before = bodies.held();
        slow.add(head(bridge, type, PART + 10).send(begin + LARGE.substring(begin.length())));
        Deadline.await(() -> bodies.held() >= before + PART, () -> "more than " + bodies.held());
      }
      assertThat(slow).hasSize(4);

      SseProbe refused = head(bridge, type, PART + 10).send(begin + LARGE).awaitEnd();
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.header("retry-after")).isEqualTo("1");
      assertThat(refused.header("connection")).isEqualTo("close");
      assertThat(refused.body()).contains("limits.bodies");
      bridge.publish("n", "goes on");
      stream.awaitData("goes on");

      slow.forEach(SseProbe::close);
      Deadline.await(() -> bodies.held() == 0, () -> "nothing held, got " + bodies.held());
      assertThat(head(bridge, "text/plain", PART).send(LARGE).awaitEnd().status()).isEqualTo(202);
      stream.awaitEvents(2);
      Deadline.await(() -> bodies.held() == 0, () -> "nothing held, got " + bodies.held());
    }
  }

  @Test
  void streamsOfOneHttp2ConnectionAreCountedEach(Vertx vertx) {
    HttpClient client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false),
            new PoolOptions().setHttp2MaxSize(1));
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe stream = bridge.open("/n");
      BodyBytes bodies = bridge.hub().bodies();
      List<HttpClientRequest> slow = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        long before = bodies.held();
        HttpClientRequest request =
            BridgeFixture.get(client.request(HttpMethod.POST, bridge.port(), "127.0.0.1", "/n"));
        request.setChunked(true).write(LARGE);
        slow.add(request);
        Deadline.await(() -> bodies.held() >= before + PART, () -> "more than " + bodies.held());
      }
      SseProbe refused = head(bridge, "text/plain", PART + 10).send(LARGE).awaitEnd();
      assertThat(refused.status()).isEqualTo(503);

      slow.get(0).end("the end");
      assertThat(BridgeFixture.get(slow.get(0).response()).statusCode()).isEqualTo(202);
      stream.awaitEvents(1);
      slow.forEach(HttpClientRequest::reset);
      Deadline.await(() -> bodies.held() == 0, () -> "nothing held, got " + bodies.held());
      assertThat(head(bridge, "text/plain", PART).send(LARGE).awaitEnd().status()).isEqualTo(202);
    } finally {
      BridgeFixture.get(client.close());
    }
  }

  @Test
  void aBodyThatIsLateGivesItsRoomBack(Vertx vertx) {
    String late = CONFIG.replace("'address':'n'}}}", "'address':'n','bodyTimeout':'200ms'}}}");
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, late)) {
      SseProbe stalled = head(bridge, "text/plain", PART + 10).send(LARGE).awaitEnd();
      assertThat(stalled.status()).isEqualTo(408);
      Deadline.await(() -> bridge.hub().bodies().held() == 0, () -> "nothing held");
    }
  }

  private static SseProbe head(BridgeFixture bridge, String type, int length) {
    return bridge.request("POST", "/n", "Content-Type: " + type, "Content-Length: " + length);
  }
}
