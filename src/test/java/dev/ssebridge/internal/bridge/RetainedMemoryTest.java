package dev.ssebridge.internal.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is counted as retained is what is held, in the heap, after a collection. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class RetainedMemoryTest {
  private static final long MIB = 1 << 20;

  /** Buffers, messages on their way, what the test itself remembers. */
  private static final long CONSTANT = 12 * MIB;

  @Test
  void theHeapHoldsNoMoreHistoryThanIsCounted(Vertx vertx) {
    RetainedLoad.Result result = RetainedLoad.run(vertx, 400, 4 * MIB, 200, 0);

    assertThat(result.events()).isGreaterThan(400 * 199);
    assertThat(result.counted()).as("%s", result).isLessThanOrEqualTo(4 * MIB + MIB / 4);
    assertThat(result.held()).as("%s", result).isLessThan(4 * MIB + CONSTANT);
    assertThat(result.empty()).as("%s", result).isLessThan(MemoryNeeds.CHANNEL_BYTES);
  }

  @Tag("heavy")
  @ParameterizedTest
  @ValueSource(ints = {1, 1000, 50_000})
  void manyChannelsAtFullSpeedInASmallHeap(int channels) throws Exception {
    String result = fork("-Xmx256m", channels, 32 * MIB, 20, 60_000);

    assertThat(result).startsWith("Result[");
    long held = number(result, "held");
    assertThat(number(result, "counted")).as(result).isLessThanOrEqualTo(33 * MIB);
    assertThat(held).as(result).isLessThan(32 * MIB + CONSTANT);
    if (channels > 1) {
      assertThat(number(result, "empty")).as(result).isLessThan(MemoryNeeds.CHANNEL_BYTES);
    }
  }

  private static long number(String result, String name) {
    int at = result.indexOf(name + "=") + name.length() + 1;
    int end = at;
    while (Character.isDigit(result.charAt(end))) {
      end++;
    }
    return Long.parseLong(result.substring(at, end));
  }

  private static String fork(String heap, int channels, long limit, int events, long millis)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    heap,
                    "-XX:+ExitOnOutOfMemoryError",
                    "-cp",
                    System.getProperty("java.class.path"),
                    RetainedLoad.class.getName(),
                    Integer.toString(channels),
                    Long.toString(limit),
                    Integer.toString(events),
                    Long.toString(millis)))
            .redirectErrorStream(true)
            .start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(output).isZero();
      return output.substring(Math.max(0, output.indexOf("Result[")));
    } finally {
      process.destroyForcibly();
    }
  }
}
