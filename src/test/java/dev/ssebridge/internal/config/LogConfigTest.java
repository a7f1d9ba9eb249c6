package dev.ssebridge.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.LogFormat;
import dev.ssebridge.LogOptions;
import dev.ssebridge.SseBridgeOptions;
import io.vertx.core.json.JsonObject;
import java.lang.System.Logger.Level;
import org.junit.jupiter.api.Test;

class LogConfigTest {

  @Test
  void anApplicationMayHaveTheAccessLogAndSetsUpTheRestItself() {
    SseBridgeOptions options = new SseBridgeOptions().setLog(new LogOptions().setAccess(true));
    assertThat(BridgeConfig.ofBridge(options).log().access()).isTrue();
    assertThat(BridgeConfig.ofServer(options).log().access()).isTrue();
    assertThatThrownBy(() -> BridgeConfig.ofClient(options))
        .hasMessageContaining("/log/access: not used by SseClientVerticle");

    options.getLog().setFormat(LogFormat.JSON).setLevel(Level.DEBUG);
    assertThatThrownBy(() -> BridgeConfig.ofBridge(options))
        .hasMessageContaining("/log/format: has no effect here, an application sets up its log")
        .hasMessageContaining("/log/level: has no effect here")
        .hasMessageNotContaining("/log/access");
    assertThat(BridgeConfig.of(options).log())
        .isEqualTo(new LogConfig(LogFormat.JSON, Level.DEBUG, true));
  }

  @Test
  void levelsAndFormatsThatThereAreNotAreSaidWhereTheyStand() {
    assertThatThrownBy(
            () ->
                BridgeConfig.read(
                    new JsonObject("{\"log\": {\"format\": \"xml\", \"level\": \"loud\"}}")))
        .hasMessageContaining("/log/format: expected \"text\" or \"json\", got \"xml\"")
        .hasMessageContaining("/log/level: expected \"all\" or \"trace\" or \"debug\"");
  }
}
