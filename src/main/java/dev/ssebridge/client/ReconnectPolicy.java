package dev.ssebridge.client;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When an {@link EventSource} makes another connection after one is over, how long it waits before,
 * and when it has had enough. Not thread-safe; a source takes a copy.
 *
 * <p>The first wait is {@link #setRetry retry}, or what the server says in a {@code retry:}. It
 * doubles with each further failure in a row, up to {@link #setMaxRetry maxRetry}.
 */
public final class ReconnectPolicy {
  /** One second. */
  public static final Duration DEFAULT_RETRY = Duration.ofSeconds(1);

  /** 30 seconds. */
  public static final Duration DEFAULT_MAX_RETRY = Duration.ofSeconds(30);

  /** 10 ms. */
  public static final Duration DEFAULT_MIN_SERVER_RETRY = Duration.ofMillis(10);

  /** A day. */
  public static final Duration DEFAULT_MAX_SERVER_RETRY = Duration.ofDays(1);

  /** One half. */
  public static final double DEFAULT_JITTER = 0.5;

  /** Never. */
  public static final int DEFAULT_MAX_ATTEMPTS = 0;

  /** Never. */
  public static final Duration DEFAULT_MAX_ELAPSED = Duration.ZERO;

  /** Not. */
  public static final boolean DEFAULT_FAIL_FAST = false;

  /** Not. */
  public static final boolean DEFAULT_STRICT = false;

  /** A wrong URL is found, a server that is repaired as well. */
  public static final Refused DEFAULT_REFUSED = Refused.RETRY_ONCE_OPENED;

  /** Five minutes. */
  public static final Duration DEFAULT_MAX_REFUSED_RETRY = Duration.ofMinutes(5);

  /** Not. */
  public static final boolean DEFAULT_REPEAT_UNSAFE = false;

  private Duration retry = DEFAULT_RETRY;
  private Duration maxRetry = DEFAULT_MAX_RETRY;
  private Duration minServerRetry = DEFAULT_MIN_SERVER_RETRY;
  private Duration maxServerRetry = DEFAULT_MAX_SERVER_RETRY;
  private double jitter = DEFAULT_JITTER;
  private int maxAttempts = DEFAULT_MAX_ATTEMPTS;
  private Duration maxElapsed = DEFAULT_MAX_ELAPSED;
  private boolean failFast = DEFAULT_FAIL_FAST;
  private boolean strict = DEFAULT_STRICT;
  private Refused refused = DEFAULT_REFUSED;
  private Duration maxRefusedRetry = DEFAULT_MAX_REFUSED_RETRY;
  private boolean repeatUnsafe = DEFAULT_REPEAT_UNSAFE;

  /**
   * What becomes of a source whose server refuses: with a 4xx other than 408, 425 and 429 (and 401
   * where a supplier may make a better request, once), with another content type or coding, with a
   * status that is neither a stream nor an error. Every 5xx is tried again whatever is set here.
   */
  public enum Refused {
    /**
     * Before there was a stream it stops for good, so that a wrong URL is found; afterwards it is
     * tried again, slowly. The default.
     */
    RETRY_ONCE_OPENED,
    /** It is tried again, slowly: each wait twice as long as the one before, up to a maximum. */
    RETRY,
    /** It stops for good. */
    STOP
  }

  /** Everything at its default. */
  public ReconnectPolicy() {}

  /** A copy. */
  public ReconnectPolicy(ReconnectPolicy other) {
    retry = other.retry;
    maxRetry = other.maxRetry;
    minServerRetry = other.minServerRetry;
    maxServerRetry = other.maxServerRetry;
    jitter = other.jitter;
    maxAttempts = other.maxAttempts;
    maxElapsed = other.maxElapsed;
    failFast = other.failFast;
    strict = other.strict;
    refused = other.refused;
    maxRefusedRetry = other.maxRefusedRetry;
    repeatUnsafe = other.repeatUnsafe;
  }

  /** The reconnection time while the server gives none. */
  public Duration getRetry() {
    return retry;
  }

  /** Sets the reconnection time while the server gives none; default one second. */
  public ReconnectPolicy setRetry(Duration value) {
    retry = Bounds.notNegative("retry", value);
    return this;
  }

  /** What the wait grows to while connections fail in a row. */
  public Duration getMaxRetry() {
    return maxRetry;
  }

  /** Sets what the wait grows to while connections fail in a row; default 30 seconds. */
  public ReconnectPolicy setMaxRetry(Duration value) {
    maxRetry = Bounds.notNegative("maxRetry", value);
    return this;
  }

  /** The least reconnection time that the server may set. */
  public Duration getMinServerRetry() {
    return minServerRetry;
  }

  /**
   * Sets the least reconnection time that the server may set; default 10 ms, which it is never
   * below: a server that says 0 would be called in a hot loop. It must not be longer than the
   * longest, or no source is made.
   */
  public ReconnectPolicy setMinServerRetry(Duration value) {
    minServerRetry = Bounds.notNegative("minServerRetry", value);
    return this;
  }

  /** The longest reconnection time that the server may set. */
  public Duration getMaxServerRetry() {
    return maxServerRetry;
  }

  /**
   * Sets the longest reconnection time that the server may set; default a day, which it is never
   * above: a server that says a year would never be called again.
   */
  public ReconnectPolicy setMaxServerRetry(Duration value) {
    maxServerRetry = Bounds.notNegative("maxServerRetry", value);
    return this;
  }

  /** The part of a wait that chance may add, 0 to 1. */
  public double getJitter() {
    return jitter;
  }

  /** Sets the part of a wait that chance may add, 0 to 1; default one half. */
  public ReconnectPolicy setJitter(double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("jitter: expected 0..1, got " + value);
    }
    jitter = value;
    return this;
  }

  /** Failures in a row after which the source stops for good; 0 for never. */
  public int getMaxAttempts() {
    return maxAttempts;
  }

  /** Stops for good after so many failures in a row; default 0, never. */
  public ReconnectPolicy setMaxAttempts(int value) {
    maxAttempts = Bounds.notNegative("maxAttempts", value);
    return this;
  }

  /** Time without a good stream after which the source stops for good; zero for never. */
  public Duration getMaxElapsed() {
    return maxElapsed;
  }

  /** Stops for good after so long without a good stream; default zero, never. */
  public ReconnectPolicy setMaxElapsed(Duration value) {
    maxElapsed = Bounds.notNegative("maxElapsed", value);
    return this;
  }

  /** Whether the source stops for good if its first attempt brings no stream. */
  public boolean isFailFast() {
    return failFast;
  }

  /**
   * Stops for good, with what went wrong, if the first attempt brings no stream: {@link
   * EventSource#connect} then fails instead of waiting for a server that is down. Later failures
   * are followed by other attempts as usual. Off by default.
   */
  public ReconnectPolicy setFailFast(boolean value) {
    failFast = value;
    return this;
  }

  /** Whether the statuses are taken as a browser takes them. */
  public boolean isStrict() {
    return strict;
  }

  /** Takes statuses as a browser does: 200 or, redirects aside, stop for good. Off by default. */
  public ReconnectPolicy setStrict(boolean value) {
    strict = value;
    return this;
  }

  /** What becomes of a source whose server refuses. */
  public Refused getRefused() {
    return refused;
  }

  /** Sets what becomes of a source whose server refuses; nothing to say when strict. */
  public ReconnectPolicy setRefused(Refused value) {
    refused = Objects.requireNonNull(value, "refused");
    return this;
  }

  /** What the wait grows to while the server refuses. */
  public Duration getMaxRefusedRetry() {
    return maxRefusedRetry;
  }

  /** Sets what the wait grows to while the server refuses; default five minutes. */
  public ReconnectPolicy setMaxRefusedRetry(Duration value) {
    maxRefusedRetry = Bounds.notNegative("maxRefusedRetry", value);
    return this;
  }

  /** Whether a POST and the like is sent again after it was answered. */
  public boolean isRepeatUnsafe() {
    return repeatUnsafe;
  }

  /**
   * Sends a request that is not safe (RFC 9110, section 9.2.1: POST, PUT, PATCH, DELETE and what is
   * unknown) again after it was answered with a success. By default it is not: the source ends with
   * the response.
   */
  public ReconnectPolicy setRepeatUnsafe(boolean value) {
    repeatUnsafe = value;
    return this;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ReconnectPolicy that && values().equals(that.values());
  }

  @Override
  public int hashCode() {
    return values().hashCode();
  }

  @Override
  public String toString() {
    return "ReconnectPolicy" + values();
  }

  private List<Object> values() {
    return List.of(
        retry,
        maxRetry,
        minServerRetry,
        maxServerRetry,
        jitter,
        maxAttempts,
        maxElapsed,
        failFast,
        strict,
        refused,
        maxRefusedRetry,
        repeatUnsafe);
  }
}
