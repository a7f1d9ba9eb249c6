package dev.ssebridge.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.bridge.Channels;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.LogRecorder;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whoever opens a bridge to everybody is told so, unless that is what he has said. */
@ExtendWith(VertxExtension.class)
class OpenToOthersTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "0.0.0.0   | |                                                                   true",
        "[::]      | |                                                                   true",
        "0.0.0.0   | 'auth':'none', |                                                    false",
        "0.0.0.0   | 'auth':{'tokens':{'t':{'token':'token-token-token-token'}}}, |      false",
        "127.0.0.1 | |                                                                   false",
        "127.0.0.2 | |                                                                   false",
        "localhost | |                                                                   false"
      })
  void theLogSaysOfAnAddressThatOthersReachThatEverybodyMayReadAndPublish(
      String host, String auth, boolean isWarnedOf, Vertx vertx) {
    try (LogRecorder log = LogRecorder.of(Channels.class)) {
      String config =
          "{'http':{'host':'"
              + host
              + "'},"
              + (auth == null ? "" : auth)
              + "'routes':{'news':{'path':'/news','address':'news'}}}";
      BridgeFixture.deploy(vertx, config, 2).close();
      List<String> warnings =
          log.messages().stream().filter(each -> each.contains("/http/host")).toList();
      if (isWarnedOf) {
        assertThat(warnings).as("told once, however many instances").hasSize(1);
        assertThat(warnings.get(0))
            .contains(host, "everybody", "may read and publish", "\"auth\": \"none\"");
      } else {
        assertThat(warnings).isEmpty();
      }
    }
  }
}
