package dev.ssebridge.internal.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the events of a source are handed over to the event bus.
 *
 * @param mode to all consumers, to one, or to one that replies
 * @param window how many requests may be without their reply at a time
 * @param attempts how often a request is made before its event is given up; 0 for as long as it
 *     takes
 * @param replyTimeout how long a reply may take
 * @param deadLetter the address that gets what could not be handed over, or null
 */
public record SourceDelivery(
    Mode mode, int window, int attempts, Duration replyTimeout, @Nullable String deadLetter) {
  private static final int LARGEST_WINDOW = 10_000;
  private static final int MOST_ATTEMPTS = 1_000_000;

  /** How. */
  public enum Mode {
    /** To all consumers of the address. */
    PUBLISH,
    /** To one consumer of the address, in turn. */
    SEND,
    /** To one consumer in turn, which must reply before the next event follows. */
    REQUEST
  }

  static SourceDelivery read(ConfigObject in) {
    return new SourceDelivery(
        in.get("deliver", ValueType.oneOf(Mode.class), "publish"),
        in.get("window", ValueType.integer(1, LARGEST_WINDOW), 1),
        in.get("attempts", ValueType.integer(0, MOST_ATTEMPTS), 5),
        in.get("replyTimeout", ValueType.duration(Duration.ofMillis(1)), "30s"),
        in.optional("deadLetter", ValueType.text()));
  }
}
