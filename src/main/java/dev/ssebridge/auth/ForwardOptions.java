package dev.ssebridge.auth;

import dev.ssebridge.ConfigException;
import dev.ssebridge.internal.config.AuthText;
import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.SourceConfig;
import dev.ssebridge.internal.config.TextForms;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An HTTP endpoint that is asked about each request, as `auth_request` of nginx does. */
@DataObject
public final class ForwardOptions {
  static final Keys<ForwardOptions> OPTIONS =
      Keys.of(ForwardOptions.class, ForwardOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public ForwardOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public ForwardOptions(ForwardOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public ForwardOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private ForwardOptions(Values values) {
    this.values = values;
  }

  private static final Key<String> URL =
      OPTIONS
          .required(
              "url",
              ValueType.hidden(SourceConfig.URL, SourceConfig::parseUrl).formed(TextForms.URL),
              "http://localhost/")
          .says(
              "Where the request is asked about, an `http` or `https` URL; it is told "
                  + "`x-original-method`, `x-original-uri` (the path that is served, in one form) and "
                  + "`x-forwarded-for`");

  /**
   * Where the request is asked about, an {@code http} or {@code https} URL; it is told {@code
   * x-original-method}, {@code x-original-uri} (the path that is served, in one form) and {@code
   * x-forwarded-for}.
   */
  public String getUrl() {
    return values.get(URL);
  }

  /** Sets {@link #getUrl}. */
  public ForwardOptions setUrl(String url) {
    values.set(URL, url);
    return this;
  }

  private static final Key<List<String>> HEADERS =
      OPTIONS
          .list("headers", ValueType.lowerCase(), 100)
          .says("Headers of the request that are passed on; none: `authorization` and `cookie`");

  /** Headers of the request that are passed on; none: {@code authorization} and {@code cookie}. */
  public List<String> getHeaders() {
    return values.get(HEADERS);
  }

  /** Sets {@link #getHeaders}. */
  public ForwardOptions setHeaders(List<String> headers) {
    values.set(HEADERS, headers);
    return this;
  }

  private static final Key<Map<String, String>> CLAIMS =
      OPTIONS
          .texts("claims", AuthText::requireClaim)
          .says(
              "Which header of an answer 2xx becomes which claim, `{\"x-user\": \"sub\"}`; "
                  + "`sse` and `permissions` are read as JSON");

  /**
   * Which header of an answer 2xx becomes which claim, {@code {"x-user": "sub"}}; {@code sse} and
   * {@code permissions} are read as JSON.
   */
  public Map<String, String> getClaims() {
    return values.get(CLAIMS);
  }

  /** Sets {@link #getClaims}. */
  public ForwardOptions setClaims(Map<String, String> claims) {
    values.set(CLAIMS, claims);
    return this;
  }

  private static final Key<Duration> CACHE =
      OPTIONS
          .key("cache", ValueType.duration(Duration.ZERO), "10s")
          .says("How long an answer counts for the same headers and path; `0` for one request");

  /** How long an answer counts for the same headers and path; {@code 0} for one request. */
  public Duration getCache() {
    return values.get(CACHE);
  }

  /** Sets {@link #getCache}. */
  public ForwardOptions setCache(Duration cache) {
    values.set(CACHE, cache);
    return this;
  }

  private static final Key<Duration> TIMEOUT =
      OPTIONS
          .key("timeout", ValueType.duration(Duration.ofMillis(1)), "5s")
          .says("How long an answer may take; who gets none is refused");

  /** How long an answer may take; who gets none is refused. */
  public Duration getTimeout() {
    return values.get(TIMEOUT);
  }

  /** Sets {@link #getTimeout}. */
  public ForwardOptions setTimeout(Duration timeout) {
    values.set(TIMEOUT, timeout);
    return this;
  }

  private static final Key<Integer> PENDING =
      OPTIONS
          .key("pending", ValueType.integer(1, 100_000), 1000)
          .says("Requests that may wait for an answer; further ones are refused for now");

  /** Requests that may wait for an answer; further ones are refused for now. */
  public int getPending() {
    return values.get(PENDING);
  }

  /** Sets {@link #getPending}. */
  public ForwardOptions setPending(int pending) {
    values.set(PENDING, pending);
    return this;
  }

  private static final Key<List<String>> AUTHORITIES =
      OPTIONS
          .list("authorities", ValueType.text(), 100)
          .says("Authorities that all its users have; rules may require them");

  /** Authorities that all its users have; rules may require them. */
  public List<String> getAuthorities() {
    return values.get(AUTHORITIES);
  }

  /** Sets {@link #getAuthorities}. */
  public ForwardOptions setAuthorities(List<String> authorities) {
    values.set(AUTHORITIES, authorities);
    return this;
  }

  private static final Key<String> CA =
      OPTIONS
          .optional("ca", ValueType.text())
          .says("Certificates that the server is trusted by, a PEM file; none: those of the JVM");

  /** Certificates that the server is trusted by, a PEM file; none: those of the JVM. */
  public @Nullable String getCa() {
    return values.optional(CA);
  }

  /** Sets {@link #getCa}. */
  public ForwardOptions setCa(@Nullable String ca) {
    values.setOptional(CA, ca);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ForwardOptions that && values.equals(that.values);
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
