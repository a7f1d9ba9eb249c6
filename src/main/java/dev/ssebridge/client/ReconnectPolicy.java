package dev.ssebridge.client;

import dev.ssebridge.ConfigException;
import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When an {@link EventSource} makes another connection after one is over, how long it waits before,
 * and when it has had enough.
 *
 * <p>The first wait is {@link #getRetry retry}, or what the server says in a {@code retry:}. It
 * doubles with each further failure in a row, up to {@link #getMaxRetry maxRetry}. Not thread-safe;
 * a source takes a copy.
 */
@DataObject
public final class ReconnectPolicy {
  static final Keys<ReconnectPolicy> OPTIONS =
      Keys.of(ReconnectPolicy.class, ReconnectPolicy::new, options -> options.values);

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

  private final Values values;

  /** All defaults. */
  public ReconnectPolicy() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public ReconnectPolicy(ReconnectPolicy other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public ReconnectPolicy(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private ReconnectPolicy(Values values) {
    this.values = values;
  }

  private static final Key<Duration> RETRY =
      OPTIONS
          .key("retry", ValueType.duration(Duration.ZERO), "1s")
          .says("Reconnection time, as long as the server gives none");

  /** Reconnection time, as long as the server gives none. */
  public Duration getRetry() {
    return values.get(RETRY);
  }

  /** Sets {@link #getRetry}. */
  public ReconnectPolicy setRetry(Duration retry) {
    values.set(RETRY, retry);
    return this;
  }

  private static final Key<Duration> MAX_RETRY =
      OPTIONS
          .key("maxRetry", ValueType.duration(Duration.ZERO), "30s")
          .says("What it grows to while connections fail in a row");

  /** What it grows to while connections fail in a row. */
  public Duration getMaxRetry() {
    return values.get(MAX_RETRY);
  }

  /** Sets {@link #getMaxRetry}. */
  public ReconnectPolicy setMaxRetry(Duration maxRetry) {
    values.set(MAX_RETRY, maxRetry);
    return this;
  }

  private static final Key<Double> JITTER =
      OPTIONS
          .key("jitter", ValueType.fraction(), 0.5)
          .says("The part of a wait that chance may add, 0 to 1");

  /** The part of a wait that chance may add, 0 to 1. */
  public double getJitter() {
    return values.get(JITTER);
  }

  /** Sets {@link #getJitter}. */
  public ReconnectPolicy setJitter(double jitter) {
    values.set(JITTER, jitter);
    return this;
  }

  private static final Key<Duration> MIN_SERVER_RETRY =
      OPTIONS
          .key("minServerRetry", ValueType.duration(Duration.ZERO), "10ms")
          .says(
              "Least reconnection time that the server may set (`retry:`); a smaller value "
                  + "becomes this one");

  /**
   * Least reconnection time that the server may set ({@code retry:}); a smaller value becomes this
   * one. It is never below 10 ms: a server that says 0 would be called in a hot loop.
   */
  public Duration getMinServerRetry() {
    return values.get(MIN_SERVER_RETRY);
  }

  /** Sets {@link #getMinServerRetry}. */
  public ReconnectPolicy setMinServerRetry(Duration minServerRetry) {
    values.set(MIN_SERVER_RETRY, minServerRetry);
    return this;
  }

  private static final Key<Duration> MAX_SERVER_RETRY =
      OPTIONS
          .key("maxServerRetry", ValueType.duration(Duration.ZERO), "1d")
          .says("Longest one; a larger value becomes this one");

  /**
   * Longest one; a larger value becomes this one. It is never above a day: a server that says a
   * year would never be called again.
   */
  public Duration getMaxServerRetry() {
    return values.get(MAX_SERVER_RETRY);
  }

  /** Sets {@link #getMaxServerRetry}. */
  public ReconnectPolicy setMaxServerRetry(Duration maxServerRetry) {
    values.set(MAX_SERVER_RETRY, maxServerRetry);
    return this;
  }

  private static final Key<Integer> MAX_ATTEMPTS =
      OPTIONS
          .key("maxAttempts", ValueType.integer(0, 1_000_000), 0)
          .says("Stop for good after this many failures in a row; 0 for never");

  /** Stop for good after this many failures in a row; 0 for never. */
  public int getMaxAttempts() {
    return values.get(MAX_ATTEMPTS);
  }

  /** Sets {@link #getMaxAttempts}. */
  public ReconnectPolicy setMaxAttempts(int maxAttempts) {
    values.set(MAX_ATTEMPTS, maxAttempts);
    return this;
  }

  private static final Key<Duration> MAX_ELAPSED =
      OPTIONS
          .key("maxElapsed", ValueType.duration(Duration.ZERO), "0s")
          .says("Stop for good after this long without a good stream; 0 for never");

  /** Stop for good after this long without a good stream; 0 for never. */
  public Duration getMaxElapsed() {
    return values.get(MAX_ELAPSED);
  }

  /** Sets {@link #getMaxElapsed}. */
  public ReconnectPolicy setMaxElapsed(Duration maxElapsed) {
    values.set(MAX_ELAPSED, maxElapsed);
    return this;
  }

  private static final Key<Boolean> FAIL_FAST =
      OPTIONS
          .key("failFast", ValueType.flag(), false)
          .says(
              "`true` stops for good, with what went wrong, if the first attempt brings no "
                  + "stream");

  /**
   * {@code true} stops for good, with what went wrong, if the first attempt brings no stream.
   * {@link EventSource#connect} then fails instead of waiting for a server that is down.
   */
  public boolean isFailFast() {
    return values.get(FAIL_FAST);
  }

  /** Sets {@link #isFailFast}. */
  public ReconnectPolicy setFailFast(boolean failFast) {
    values.set(FAIL_FAST, failFast);
    return this;
  }

  private static final Key<Boolean> STRICT =
      OPTIONS
          .key("strict", ValueType.flag(), false)
          .says("`true` takes statuses as a browser does: 200, or stop for good");

  /** {@code true} takes statuses as a browser does: 200, or stop for good. */
  public boolean isStrict() {
    return values.get(STRICT);
  }

  /** Sets {@link #isStrict}. */
  public ReconnectPolicy setStrict(boolean strict) {
    values.set(STRICT, strict);
    return this;
  }

  private static final Key<Refused> REFUSED =
      OPTIONS
          .key("refused", ValueType.oneOf(Refused.class), "retry_once_opened")
          .says(
              "What follows when a server refuses (404, 403, no event stream ..): `retry` asks "
                  + "again, slowly; `retry_once_opened` does so only after there was a stream; `stop` "
                  + "does not")
          .forWhom(Key.Audience.MANY);

  /**
   * What follows when a server refuses (404, 403, no event stream ..): {@code retry} asks again,
   * slowly; {@code retry_once_opened} does so only after there was a stream; {@code stop} does not.
   */
  public Refused getRefused() {
    return values.get(REFUSED);
  }

  /** Sets {@link #getRefused}. */
  public ReconnectPolicy setRefused(Refused refused) {
    values.set(REFUSED, refused);
    return this;
  }

  private static final Key<Duration> MAX_REFUSED_RETRY =
      OPTIONS
          .key("maxRefusedRetry", ValueType.duration(Duration.ZERO), "5m")
          .says("What it grows to while the server refuses");

  /** What it grows to while the server refuses. */
  public Duration getMaxRefusedRetry() {
    return values.get(MAX_REFUSED_RETRY);
  }

  /** Sets {@link #getMaxRefusedRetry}. */
  public ReconnectPolicy setMaxRefusedRetry(Duration maxRefusedRetry) {
    values.set(MAX_REFUSED_RETRY, maxRefusedRetry);
    return this;
  }

  private static final Key<Boolean> REPEAT_UNSAFE =
      OPTIONS
          .key("repeatUnsafe", ValueType.flag(), false)
          .says(
              "`true` sends a `POST` and the like again after it was answered; else the source "
                  + "ends with the response");

  /**
   * {@code true} sends a {@code POST} and the like again after it was answered; else the source
   * ends with the response. Unsafe is what RFC 9110, section 9.2.1, does not call safe: POST, PUT,
   * PATCH, DELETE and what is unknown.
   */
  public boolean isRepeatUnsafe() {
    return values.get(REPEAT_UNSAFE);
  }

  /** Sets {@link #isRepeatUnsafe}. */
  public ReconnectPolicy setRepeatUnsafe(boolean repeatUnsafe) {
    values.set(REPEAT_UNSAFE, repeatUnsafe);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ReconnectPolicy that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** As JSON, without secrets. */
  @Override
  public String toString() {
    return values.toString();
  }
}
