package dev.ssebridge.internal.doctor;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * After how long a silence the usual proxies cut a stream, unless they are set otherwise, as their
 * own documentation says. HAProxy has no limit of its own, but its packages set one; the Apache of
 * Debian waits for 300 s.
 */
final class IdleLimits {
  private static final List<Limit> ALL =
      List.of(
          new Limit("Azure Front Door and CloudFront", 30),
          new Limit("HAProxy as Debian sets it", 50),
          new Limit("Heroku", 55),
          new Limit("nginx, Apache and AWS load balancers", 60),
          new Limit("Cloudflare", 100),
          new Limit("Azure App Service", 230),
          new Limit("Azure Load Balancer", 240),
          new Limit("Envoy", 300));

  /** Below this even the shortest one has room for a heartbeat that comes late. */
  private static final long SAFE = 25;

  /** From here on those cut it that most streams go through. */
  private static final long USUAL = 50;

  private static final double TOLERANCE = 1.5;
  private static final double SECOND = 1e9;

  private IdleLimits() {}

  private record Limit(String who, long seconds) {
    @Override
    public String toString() {
      return who + " " + seconds + " s";
    }
  }

  /** Whether nobody minds a silence of this length. */
  static boolean isSafe(long nanos) {
    return nanos < TimeUnit.SECONDS.toNanos(SAFE);
  }

  /** Whether many cut a stream that is silent for this long. */
  static boolean isOver(long nanos) {
    return nanos >= TimeUnit.SECONDS.toNanos(USUAL);
  }

  /** Those that cut it, in a sentence, or "". */
  static String thatCut(long nanos) {
    return words(ALL.stream().filter(limit -> limit.seconds() <= nanos / SECOND).toList());
  }

  /** The shortest ones. */
  static String shortest() {
    return words(ALL.subList(0, 4));
  }

  /** Whose limit is about as long as this silence, or "". */
  static String near(long nanos) {
    return words(
        ALL.stream()
            .filter(limit -> Math.abs(limit.seconds() - nanos / SECOND) <= TOLERANCE)
            .toList());
  }

  private static String words(List<Limit> limits) {
    return String.join(", ", limits.stream().map(Limit::toString).toList());
  }
}
