package dev.ssebridge.internal.config;

import dev.ssebridge.client.DeliveryMode;
import dev.ssebridge.client.SourceOptions;
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
 * @param local whether to consumers of this node of a cluster alone
 */
public record SourceDelivery(
    DeliveryMode mode,
    int window,
    int attempts,
    Duration replyTimeout,
    Duration drain,
    @Nullable String deadLetter,
    boolean local) {
  private static final int ATTEMPTS_WITH_DEAD_LETTERS = 5;

  static SourceDelivery of(SourceOptions options, Place at) {
    Integer attempts = options.getAttempts();
    String deadLetter = options.getDeadLetter();
    if (attempts != null && attempts > 0 && deadLetter == null) {
      at.problem(
          "attempts",
          "expected \"deadLetter\" beside it, an address for the events that are given up; without"
              + " one leave \"attempts\" out, so that none is lost");
    }
    return new SourceDelivery(
        options.getDeliver(),
        options.getWindow(),
        attempts != null ? attempts : deadLetter == null ? 0 : ATTEMPTS_WITH_DEAD_LETTERS,
        options.getReplyTimeout(),
        options.getDrain(),
        deadLetter,
        false);
  }

  /** The same to consumers of this node alone. */
  SourceDelivery onThisNode() {
    return new SourceDelivery(mode, window, attempts, replyTimeout, drain, deadLetter, true);
  }
}
