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
 * @param drain how long a source that is stopped waits for the replies that are on their way
 * @param deadLetter the address that gets what could not be handed over, or null
 */
public record SourceDelivery(
    Mode mode,
    int window,
    int attempts,
    Duration replyTimeout,
    Duration drain,
    @Nullable String deadLetter) {
  private static final int LARGEST_WINDOW = 10_000;
  private static final int MOST_ATTEMPTS = 1_000_000;
  private static final int ATTEMPTS_WITH_DEAD_LETTERS = 5;

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
    Integer attempts = in.optional("attempts", ValueType.integer(0, MOST_ATTEMPTS));
    String deadLetter = in.optional("deadLetter", ValueType.text());
    if (attempts != null && attempts > 0 && deadLetter == null) {
      in.problem(
          "attempts",
          "expected \"deadLetter\" beside it, an address for the events that are given up; without"
              + " one leave \"attempts\" out, so that none is lost");
    }
    return new SourceDelivery(
        in.get("deliver", ValueType.oneOf(Mode.class), "publish"),
        in.get("window", ValueType.integer(1, LARGEST_WINDOW), 1),
        attempts != null ? attempts : deadLetter == null ? 0 : ATTEMPTS_WITH_DEAD_LETTERS,
        in.get("replyTimeout", ValueType.duration(Duration.ofMillis(1)), "30s"),
        in.get("drain", ValueType.duration(Duration.ZERO), "2s"),
        deadLetter);
  }
}
