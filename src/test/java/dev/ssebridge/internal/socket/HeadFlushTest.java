package dev.ssebridge.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Http2Answers;
import dev.ssebridge.testing.Http2Fields;
import dev.ssebridge.testing.Wire;
import dev.ssebridge.testing.Wires;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A closed window keeps bodies back, and not the heads before them: RFC 9113, section 5.2. */
@ExtendWith(VertxExtension.class)
@Wires({Wire.H2C, Wire.TLS_HTTP_2, Wire.TLS_HTTP_2_OF_JDK})
class HeadFlushTest {
  private static final String CONFIG =
      "{'http':{'http2':{'maxConcurrentStreams':1000}},"
          + "'routes':{'t':{'path':'/t/:x','address':'t.{x}'}},"
          + "'publish':{'t':{'path':'/t/:x','address':'t.{x}'}}}";

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
