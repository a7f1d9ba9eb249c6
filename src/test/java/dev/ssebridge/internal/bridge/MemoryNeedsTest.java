package dev.ssebridge.internal.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.LogRecorder;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
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
  void whatIsMissingIsToldBeforeTheStartInTheSameWords() {
    assertThat(needs("64MiB", 10_000).shortage(256 * MIB)).isNull();
    try (LogRecorder log = LogRecorder.of(MemoryNeeds.class)) {
      needs("256MiB", 10_000).retainedIn(256 * MIB);
      assertThat(log.messages()).containsExactly(needs("256MiB", 10_000).shortage(256 * MIB));
    }
    MemoryNeeds impossible = needs("64MiB", 100_000);
    assertThatThrownBy(() -> impossible.retainedIn(256 * MIB))
        .hasMessage("limits: " + impossible.shortage(256 * MIB));
  }

  @Test
  void ofASmallHeapBodiesGetAnEighthAtMost() {
    MemoryNeeds needs = needs("8MiB", 100);
    assertThat(needs.bodiesIn(512 * MIB)).isEqualTo(32 * MIB);
    assertThat(needs.bodiesIn(96 * MIB)).isEqualTo(12 * MIB);
    assertThat(needs.retainedIn(96 * MIB)).isEqualTo(8 * MIB);
  }

  @Test
  void severalBridgesOfOneVertxShareTheHeap() {
    Vertx vertx = Vertx.vertx();
    try {
      long heap = Runtime.getRuntime().maxMemory();
      Channels first = channels(vertx, "a", heap / 2);
      Channels second = channels(vertx, "b", heap / 2);
      assertThat(first.retainedLimit()).isEqualTo(heap / 2);
      assertThat(second.retainedLimit()).isLessThan(heap / 2);
      first.close();
      second.close();
      assertThat(channels(vertx, "b", heap / 2).retainedLimit()).isEqualTo(heap / 2);
    } finally {
      BridgeFixture.get(vertx.close());
    }
  }

  private static Channels channels(Vertx vertx, String name, long retained) {
    JsonObject config =
        BridgeFixture.json(
            "{'limits':{'retained':%d},'routes':{'%s':{'path':'/%s','address':'%s'}}}"
                .formatted(retained, name, name, name));
    return new Channels(vertx, BridgeConfig.read(config), Extensions.NONE, Hub.of(vertx));
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
    return new MemoryNeeds(config.limits(), config.routes().values(), 0);
  }
}
