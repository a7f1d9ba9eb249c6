package dev.ssebridge.internal.config;

import dev.ssebridge.PublishRateOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How often messages may be published over HTTP.
 *
 * @param perRemote by one remote address, or null for as often as it likes
 * @param perSubject by one user, or null for as often as he likes
 * @param perAddress on one address of the event bus, or null for as often as anybody likes
 */
public record PublishRates(
    @Nullable Rate perRemote, @Nullable Rate perSubject, @Nullable Rate perAddress) {
  private static final Duration LONGEST = Duration.ofDays(1);

  static PublishRates of(PublishRateOptions options, Place at) {
    Duration burst = options.getBurst();
    if (burst != null && burst.compareTo(LONGEST) > 0) {
      at.problem("burst", "expected at most 1d, got more");
    }
    Rate perRemote = Rate.of(options.getPerRemote(), burst);
    Rate perSubject = Rate.of(options.getPerSubject(), burst);
    Rate perAddress = Rate.of(options.getPerAddress(), burst);
    if (burst != null && perRemote == null && perSubject == null && perAddress == null) {
      at.problem(
          "burst",
          "has no effect here, expected \"perRemote\", \"perSubject\" or \"perAddress\" beside it; or"
              + " leave it out");
    }
    return new PublishRates(perRemote, perSubject, perAddress);
  }
}
