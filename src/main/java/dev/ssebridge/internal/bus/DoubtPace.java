package dev.ssebridge.internal.bus;

/**
 * How soon it is told that something may have been missed: at once, and then the less often the
 * longer it goes on. Not thread-safe.
 */
final class DoubtPace {
  /** Between the first two, in milliseconds. */
  static final long LEAST_MILLIS = 2000;

  /** Between two of many, in milliseconds. */
  static final long MOST_MILLIS = 60_000;

  /** After how long without any it begins anew, in milliseconds. */
  static final long CALM_MILLIS = 2 * MOST_MILLIS;

  private boolean hasTold;
  private long toldAt;
  private long pause;

  /** In how many milliseconds a doubt that comes now is to be told. */
  long delay(long now) {
    return hasTold && now - toldAt < CALM_MILLIS ? Math.max(0, toldAt + pause - now) : 0;
  }

  /** It is told now. */
  void told(long now) {
    boolean goesOn = hasTold && now - toldAt < CALM_MILLIS;
    pause = goesOn ? Math.min(MOST_MILLIS, 2 * pause) : LEAST_MILLIS;
    hasTold = true;
    toldAt = now;
  }
}
