package dev.ssebridge.internal.publish;

import dev.ssebridge.internal.auth.Identity;
import dev.ssebridge.internal.config.Rate;
import dev.ssebridge.internal.http.Rates;
import dev.ssebridge.internal.http.TokenBuckets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How often one request may publish; what is configured of it may change meanwhile. Any thread.
 *
 * @param counted what each message of it is counted against
 */
record PublishRate(List<Counted> counted) {
  /** As often as it likes. */
  static final PublishRate NONE = new PublishRate(List.of());

  /**
   * One limit.
   *
   * @param name of it, in {@code limits.publishRate}
   * @param whose messages it counts, for people
   * @param buckets of all that there is of it
   * @param key of the bucket
   */
  record Counted(String name, String whose, TokenBuckets buckets, String key) {
    boolean isTight() {
      Rate rate = buckets.rate();
      return rate != null && rate.burst() / rate.interval() < Reading.PIECE;
    }
  }

  /**
   * That of a request.
   *
   * @param remote who has sent it
   * @param who he is; null for nobody in particular
   * @param address on the event bus
   */
  static PublishRate of(Rates rates, String remote, @Nullable Identity who, String address) {
    List<Counted> counted = new ArrayList<>(3);
    counted.add(new Counted("perRemote", "from your address", rates.publishByRemote(), remote));
    if (who != null) {
      counted.add(new Counted("perSubject", "of one user", rates.publishBySubject(), who.key()));
    }
    counted.add(new Counted("perAddress", "on this address", rates.publishByAddress(), address));
    return new PublishRate(counted);
  }

  /**
   * What is over a limit.
   *
   * @param nanos until it is worth another try
   */
  record Over(String reason, long nanos) {}

  /** Counts one message; null if it may be published, and it is not counted if not. */
  @Nullable Over take() {
    for (int i = 0; i < counted.size(); i++) {
      Counted each = counted.get(i);
      long nanos = each.buckets.take(each.key);
      if (nanos > 0) {
        counted.subList(0, i).forEach(taken -> taken.buckets.giveBack(taken.key));
        return over(each, nanos);
      }
    }
    return null;
  }

  private static Over over(Counted limit, long nanos) {
    Rate rate = limit.buckets.rate();
    String text = rate == null ? "no" : rate.text();
    return new Over(
        "limits.publishRate." + limit.name + ": " + text + " messages are permitted " + limit.whose,
        nanos);
  }

  /** Counts messages that were published. */
  void charge(long messages) {
    counted.forEach(each -> each.buckets.charge(each.key, messages));
  }

  /** For how many milliseconds nothing more may be published, 0 if it may be at once. */
  long waitMillis() {
    long nanos = 0;
    for (Counted each : counted) {
      nanos = Math.max(nanos, each.buckets.waitFor(each.key));
    }
    return nanos == 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(nanos) + 1;
  }

  /** Whether so few messages are permitted at once that a piece of a body may hold more. */
  boolean isTight() {
    return counted.stream().anyMatch(Counted::isTight);
  }
}
