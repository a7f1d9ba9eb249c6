package dev.ssebridge.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.SseBridge;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Http2Answers;
import dev.ssebridge.testing.Http2Fields;
import dev.ssebridge.testing.Wire;
import dev.ssebridge.testing.Wires;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A closed window keeps bodies back, and not the heads before them: RFC 9113, section 5.2. */
@ExtendWith(VertxExtension.class)
@Wires({Wire.H2C, Wire.TLS_HTTP_2, Wire.TLS_HTTP_2_OF_JDK})
class OutgoingFramesTest {
  private static final String PATHS =
      "'routes':{'t':{'path':'/t/:x','address':'t.{x}'}},"
          + "'publish':{'t':{'path':'/t/:x','address':'t.{x}'}}}";
  private static final String CONFIG = "{'http':{'http2':{'maxConcurrentStreams':1000}}," + PATHS;

  private static Http2Fields post(String type) {
    return Http2Fields.of("POST", "/t/a").add("content-type", type);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/x-ndjson", "text/event-stream", "text/plain", "image/png"})
  void theHeadOfAnAnswerComesAlthoughItsBodyHasToWait(String type, Vertx vertx) throws IOException {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG);
        Http2Answers answers = Http2Answers.connectForHeads(Wire.current(), bridge.port())) {
      String body = type.equals("text/event-stream") ? "data: 1\n\n" : "1\n";
      int expected = type.startsWith("image") ? 415 : 202;
      assertThat(answers.statusOf(post(type), body)).isEqualTo(expected);
    }
  }

  /** The gate of the bridge is on connections of an application's own server as well. */
  @Test
  void theHeadComesFromTheServerOfAnApplicationToo(Vertx vertx) throws IOException {
    Router router = Router.router(vertx);
    SseBridge.create(vertx, SseBridgeOptions.read(new JsonObject(("{" + PATHS).replace('\'', '"'))))
        .mount(router);
    HttpServer server =
        vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1").await();
    try (Http2Answers answers = Http2Answers.connectForHeads(Wire.H2C, server.actualPort())) {
      assertThat(answers.statusOf(post("application/x-ndjson"), "1\n")).isEqualTo(202);
      assertThat(answers.statusOf(post("text/event-stream"), "data: 1\n\n")).isEqualTo(202);
    }
  }

  @Test
  void manyAnswersWhoseBodiesWaitDoNotKeepTheNextFromBeingRead(Vertx vertx) throws IOException {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG);
        Http2Answers answers = Http2Answers.connectForHeads(Wire.current(), bridge.port())) {
      for (int i = 0; i < 900; i++) {
        answers.begin(post("application/x-ndjson"), "1\n");
      }
      assertThat(answers.statusOf(post("application/x-ndjson"), "1\n")).isEqualTo(202);
    }
  }
}
