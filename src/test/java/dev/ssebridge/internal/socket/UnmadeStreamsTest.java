package dev.ssebridge.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Http2Answers;
import dev.ssebridge.testing.Http2Fields;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.Wire;
import dev.ssebridge.testing.Wires;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A request that Netty refuses by its head alone is an error of its stream (RFC 9113, section
 * 8.1.1), although its body is on the way already. A proxy sends requests of many over one
 * connection: the others on it go on.
 */
@ExtendWith(VertxExtension.class)
@Wires({Wire.H2C, Wire.TLS_HTTP_2, Wire.TLS_HTTP_2_OF_JDK})
class UnmadeStreamsTest {
  private static final String CONFIG =
      "{'routes':{'t':{'path':'/t/:x','address':'t.{x}'}},"
          + "'publish':{'t':{'path':'/t/:x','address':'t.{x}'}}}";

  private static Http2Fields post() {
    return Http2Fields.of("POST", "/t/a");
  }

  private static Stream<Http2Fields> malformed() {
    return Stream.of(
        post().add("x", "\u001b[31m"),
        post().add("X", "y"),
        post().add("x y", "z"),
        post().add("connection", "close"),
        post().add("te", "gzip"),
        post().add(":unknown", "x"),
        Http2Fields.of("POST", ""));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void theBodyOfARequestThatIsRefusedEndsNoOtherStream(Http2Fields fields, Vertx vertx)
      throws IOException {
    othersGoOnBehind(fields, null, vertx);
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void theTrailersOfARequestThatIsRefusedEndNoOtherStream(Http2Fields fields, Vertx vertx)
      throws IOException {
    othersGoOnBehind(fields, new Http2Fields().add("x-sum", "1"), vertx);
  }

  @Test
  void theBodyOfARequestThatIsOneTooManyEndsNoOtherStream(Vertx vertx) throws IOException {
    String one =
        CONFIG
            .replace("'}},'publish'", "','maxEvents':1}},'publish'")
            .replaceFirst("^\\{", "{'http':{'http2':{'maxConcurrentStreams':1}},");
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, one);
        Http2Answers answers = Http2Answers.connect(Wire.current(), bridge.port())) {
      answers.begin(Http2Fields.of("GET", "/t/b"));
      for (int i = 0; i < 3; i++) {
        assertThat(answers.ask(post(), "lost", null).refused()).isTrue();
      }
      bridge.publish("t.b", "last");
      bridge.awaitEnds(1);
      assertThat(answers.ask(post(), "m", null).status()).isEqualTo(202);
    }
  }

  private static void othersGoOnBehind(
      Http2Fields fields, @Nullable Http2Fields trailers, Vertx vertx) throws IOException {
    try (LogRecorder log = LogRecorder.of("io.vertx");
        BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG);
        Http2Answers answers = Http2Answers.connect(Wire.current(), bridge.port())) {
      for (int i = 0; i < 3; i++) {
        assertThat(answers.ask(fields, "lost", trailers).refused()).isTrue();
        assertThat(answers.ask(post(), "m", null).status()).isEqualTo(202);
      }
      assertThat(log.messages()).isEmpty();
    }
  }
}
