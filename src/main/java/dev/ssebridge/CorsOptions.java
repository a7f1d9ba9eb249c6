package dev.ssebridge;

import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.TextForms;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import dev.ssebridge.internal.url.OriginPattern;
import dev.ssebridge.internal.url.WebOrigin;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What pages of other origins may do. */
@DataObject
public final class CorsOptions {
  static final Keys<CorsOptions> OPTIONS =
      Keys.of(CorsOptions.class, CorsOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public CorsOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public CorsOptions(CorsOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public CorsOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private CorsOptions(Values values) {
    this.values = values;
  }

  private static final Key<List<String>> ORIGINS =
      OPTIONS
          .list("origins", ValueType.checked(OriginPattern::parse), 1000)
          .says(
              "Other origins whose pages may read streams and answers (CORS), a list: an origin, "
                  + "`https://shop.example`; all below a name, `https://*.shop.example`; all ports, "
                  + "`http://localhost:*`; or `*` for any. Pages of other origins get 403. None: no page of "
                  + "another origin can read anything; a bridge on the router of an application then "
                  + "leaves CORS to that")
          .forWhom(Key.Audience.MANY);

  /**
   * Other origins whose pages may read streams and answers (CORS), a list: an origin, {@code
   * https://shop.example}; all below a name, {@code https://*.shop.example}; all ports, {@code
   * http://localhost:*}; or {@code *} for any. Pages of other origins get 403. None: no page of
   * another origin can read anything; a bridge on the router of an application then leaves CORS to
   * that.
   */
  public List<String> getOrigins() {
    return values.get(ORIGINS);
  }

  /** Sets {@link #getOrigins}. */
  public CorsOptions setOrigins(List<String> origins) {
    values.set(ORIGINS, origins);
    return this;
  }

  private static final Key<List<String>> PUBLISH_ORIGINS =
      OPTIONS
          .list(
              "publishOrigins", ValueType.checked(WebOrigin::parse).formed(TextForms.ORIGIN), 1000)
          .says(
              "Other origins whose pages may publish, a list of exact origins: "
                  + "`https://shop.example`")
          .forWhom(Key.Audience.MANY);

  /**
   * Other origins whose pages may publish, a list of exact origins: {@code https://shop.example}.
   */
  public List<String> getPublishOrigins() {
    return values.get(PUBLISH_ORIGINS);
  }

  /** Sets {@link #getPublishOrigins}. */
  public CorsOptions setPublishOrigins(List<String> publishOrigins) {
    values.set(PUBLISH_ORIGINS, publishOrigins);
    return this;
  }

  private static final Key<Boolean> CREDENTIALS =
      OPTIONS
          .key("credentials", ValueType.flag(), false)
          .says(
              "Whether pages of these origins may send cookies and other credentials of their "
                  + "user (`withCredentials`); never with the origin `*`")
          .forWhom(Key.Audience.MANY);

  /**
   * Whether pages of these origins may send cookies and other credentials of their user ({@code
   * withCredentials}); never with the origin {@code *}.
   */
  public boolean isCredentials() {
    return values.get(CREDENTIALS);
  }

  /** Sets {@link #isCredentials}. */
  public CorsOptions setCredentials(boolean credentials) {
    values.set(CREDENTIALS, credentials);
    return this;
  }

  private static final Key<Duration> MAX_AGE =
      OPTIONS
          .key("maxAge", ValueType.duration(Duration.ZERO), "1h")
          .says(
              "How long a browser may remember what it was told before a request (preflight); "
                  + "whole seconds, and browsers have limits of their own. 0: it asks each time");

  /**
   * How long a browser may remember what it was told before a request (preflight); whole seconds,
   * and browsers have limits of their own. 0: it asks each time.
   */
  public Duration getMaxAge() {
    return values.get(MAX_AGE);
  }

  /** Sets {@link #getMaxAge}. */
  public CorsOptions setMaxAge(Duration maxAge) {
    values.set(MAX_AGE, maxAge);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CorsOptions that && values.equals(that.values);
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
