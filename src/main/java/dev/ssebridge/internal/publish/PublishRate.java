package dev.ssebridge.internal.publish;

import dev.ssebridge.internal.config.Rate;
import dev.ssebridge.internal.http.Rates;
import dev.ssebridge.internal.http.TokenBuckets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How often one request may publish; what is configured of it may change meanwhile. Any thread.
 *
 * @param rates null for as often as it likes
 * @param remote who has sent it
 * @param address on the event bus
 */
record PublishRate(@Nullable Rates rates, String remote, String address) {
  /** As often as it likes. */
  static final PublishRate NONE = new PublishRate(null, "", "");

  /**
   * What is over a limit.
   *
   * @param nanos until it is worth another try
   */
  record Over(String reason, long nanos) {}

  /** Counts one message; null if it may be published, and it is not counted if not. */
  @Nullable Over take() {
    if (rates == null) {
      return null;
    }
    long nanos = rates.publishByRemote().take(remote);
    if (nanos > 0) {
      return over("perRemote", rates.publishByRemote(), "from your address", nanos);
    }
    nanos = rates.publishByAddress().take(address);
    if (nanos > 0) {
      rates.publishByRemote().giveBack(remote);
      return over("perAddress", rates.publishByAddress(), "on this address", nanos);
    }
    return null;
  }

  private static Over over(String name, TokenBuckets buckets, String whose, long nanos) {
    Rate rate = buckets.rate();
    String text = rate == null ? "no" : rate.text();
    return new Over(
        "limits.publishRate." + name + ": " + text + " messages are permitted " + whose, nanos);
  }

  /** Counts messages that were published. */
  void charge(long messages) {
    if (rates != null) {
      rates.publishByRemote().charge(remote, messages);
      rates.publishByAddress().charge(address, messages);
    }
  }

  /** For how many milliseconds nothing more may be published, 0 if it may be at once. */
  long waitMillis() {
    if (rates == null) {
      return 0;
    }
    long nanos =
        Math.max(
            rates.publishByRemote().waitFor(remote), rates.publishByAddress().waitFor(address));
    return nanos == 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(nanos) + 1;
  }

  /** Whether so few messages are permitted at once that a piece of a body may hold more. */
  boolean isTight() {
    return rates != null
        && (isTight(rates.publishByRemote().rate()) || isTight(rates.publishByAddress().rate()));
  }

  private static boolean isTight(@Nullable Rate rate) {
    return rate != null && rate.burst() / rate.interval() < Reading.PIECE;
  }
}
