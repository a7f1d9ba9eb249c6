package dev.ssebridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.spi.CloseReason;
import dev.ssebridge.spi.GapReason;
import io.vertx.ext.auth.User;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is told of a stream, and of a gap in one, is the same if it says the same. */
class StreamInfoTest {
  private static final User ANN = User.fromName("ann");

  private static StreamInfo.Builder builder(String id, String route) {
    return StreamInfo.builder(id, route)
        .addresses(List.of("a", "b"), List.of("a"))
        .parameters(Map.of("x", "1"))
        .remote("192.0.2.1")
        .user(ANN)
        .opened(Instant.ofEpochSecond(7))
        .ids("e-1", "e-2", "e-3")
        .delivered(4)
        .missed(5)
        .reason(CloseReason.CLIENT_GONE)
        .attributes(Map.of("tenant", "t"));
  }

  private static StreamGap gap(StreamInfo stream) {
    return StreamGap.of(stream, "e-1", "e-5", 3L, GapReason.EVICTED);
  }

  static List<UnaryOperator<StreamInfo.Builder>> changes() {
    return List.of(
        builder -> builder("other", "r"),
        builder -> builder("s", "other"),
        builder -> builder.addresses(List.of("a"), List.of("a")),
        builder -> builder.addresses(List.of("a", "b"), List.of("b")),
        builder -> builder.parameters(Map.of("x", "2")),
        builder -> builder.remote("192.0.2.2"),
        builder -> builder.user(null),
        builder -> builder.opened(Instant.ofEpochSecond(8)),
        builder -> builder.ids("e-0", "e-2", "e-3"),
        builder -> builder.ids("e-1", null, "e-3"),
        builder -> builder.ids("e-1", "e-2", "e-4"),
        builder -> builder.delivered(5),
        builder -> builder.missed(4),
        builder -> builder.reason(null),
        builder -> builder.attributes(Map.of()));
  }

  @Test
  void twoThatSayTheSameAreEqualAndSoAreTheirGaps() {
    StreamInfo one = builder("s", "r").build();
    StreamInfo same = builder("s", "r").build();

    assertThat(one).isEqualTo(same).hasSameHashCodeAs(same);
    assertThat(gap(one)).isEqualTo(gap(same)).hasSameHashCodeAs(gap(same));
  }

  @ParameterizedTest
  @MethodSource("changes")
  void eachFactMakesADifference(UnaryOperator<StreamInfo.Builder> change) {
    StreamInfo one = builder("s", "r").build();
    StreamInfo other = change.apply(builder("s", "r")).build();

    assertThat(one).isNotEqualTo(other);
    assertThat(gap(one)).isNotEqualTo(gap(other));
  }
}
