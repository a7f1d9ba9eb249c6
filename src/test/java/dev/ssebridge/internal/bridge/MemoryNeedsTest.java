package dev.ssebridge.internal.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.LogRecorder;
import org.junit.jupiter.api.Test;

class MemoryNeedsTest {
  private static final long MIB = 1 << 20;

  @Test
  void aHeapThatHoldsBothLimitsKeepsTheHistoryThatIsConfigured() {
    assertThat(needs("64MiB", 10_000).retainedIn(256 * MIB)).isEqualTo(64 * MIB);
  }

  @Test
  void aHeapThatIsTooSmallKeepsLessHistoryAndTheBridgeSaysSo() {
    try (LogRecorder log = LogRecorder.of(MemoryNeeds.class)) {
      long retained = needs("256MiB", 10_000).retainedIn(256 * MIB);
      assertThat(retained).isBetween(120 * MIB, 150 * MIB);
      assertThat(String.join("\n", log.messages()))
          .contains("limits.retained (256 MiB)", "10001 channels", "limits.bodies (32 MiB", "-Xmx");
    }
  }

  @Test
  void channelsThatTheHeapCannotHoldAreRefusedWithTheSizeThatCan() {
    MemoryNeeds needs = needs("64MiB", 100_000);
    assertThatThrownBy(() -> needs.retainedIn(256 * MIB))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("100001 channels")
        .hasMessageContaining("-Xmx420m");
    assertThat(needs.retainedIn(420 * MIB)).isPositive();
  }

  @Test
  void ofASmallHeapBodiesGetAnEighthAtMost() {
    MemoryNeeds needs = needs("8MiB", 100);
    assertThat(needs.bodiesIn(512 * MIB)).isEqualTo(32 * MIB);
    assertThat(needs.bodiesIn(96 * MIB)).isEqualTo(12 * MIB);
    assertThat(needs.retainedIn(96 * MIB)).isEqualTo(8 * MIB);
  }

  private static MemoryNeeds needs(String retained, int channels) {
    BridgeConfig config =
        BridgeConfig.read(
            BridgeFixture.json(
                "{'limits':{'retained':'"
                    + retained
                    + "'},'routes':{'a':{'path':'/a','address':'a'},"
                    + "'t':{'path':'/t/:x','address':'t.{x}','limits':{'channels':"
                    + channels
                    + "}}}}"));
    return new MemoryNeeds(config.limits(), config.routes().values());
  }
}
