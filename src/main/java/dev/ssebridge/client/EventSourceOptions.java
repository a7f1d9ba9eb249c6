package dev.ssebridge.client;

import dev.ssebridge.ConfigException;
import dev.ssebridge.format.EventDecoderOptions;
import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.SourceConfig;
import dev.ssebridge.internal.config.SourceRequest;
import dev.ssebridge.internal.config.TextForms;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where an {@link EventSource} connects to, with which request, how patiently it reads, and when it
 * {@linkplain #getReconnect reconnects}.
 *
 * <p>What is no plain value is given to the {@linkplain EventSource#builder builder}: suppliers,
 * clients, and the Vert.x {@link HttpClientOptions} with TLS, proxies, HTTP versions and the like.
 * Not thread-safe; a source takes a copy.
 */
@DataObject
public final class EventSourceOptions {
  static final Keys<EventSourceOptions> OPTIONS =
      Keys.of(EventSourceOptions.class, EventSourceOptions::new, options -> options.values);

  private static final int LARGE = 64 * 1024;

  private final Values values;

  /** All defaults. */
  public EventSourceOptions() {
    this(OPTIONS.defaults());
  }

  /**
   * Everything at its default, for a GET of this URL.
   *
   * @throws IllegalArgumentException if it is not valid
   */
  public EventSourceOptions(String url) {
    this();
    setUrl(url);
  }

  /** A copy that shares nothing with the other. */
  public EventSourceOptions(EventSourceOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public EventSourceOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private EventSourceOptions(Values values) {
    this.values = values;
  }

  private static final Key<String> URL =
      OPTIONS
          .optional("url", ValueType.hidden(SourceConfig.URL, SourceConfig::parseUrl))
          .says("The stream, an absolute http or https URL without user information")
          .forWhom(Key.Audience.EVERYBODY)
          .secret();

  /**
   * The stream, an absolute http or https URL without user information. What a URL cannot hold is
   * percent-encoded as UTF-8, and a host beyond ASCII is sent in its ASCII form.
   */
  public @Nullable String getUrl() {
    return values.optional(URL);
  }

  /** Sets {@link #getUrl}. */
  public EventSourceOptions setUrl(@Nullable String url) {
    values.setOptional(URL, url);
    return this;
  }

  private static final Key<HttpMethod> METHOD =
      OPTIONS
          .key(
              "method",
              ValueType.parsed(SourceRequest::parseMethod).formed(TextForms.METHOD),
              HttpMethod.GET.name())
          .says("Method of the request")
          .forWhom(Key.Audience.MANY);

  /**
   * Method of the request. See {@link ReconnectPolicy#isRepeatUnsafe} for those that are not safe.
   */
  public HttpMethod getMethod() {
    return values.get(METHOD);
  }

  /** Sets {@link #getMethod}. */
  public EventSourceOptions setMethod(HttpMethod method) {
    values.set(METHOD, method);
    return this;
  }

  private static final Key<Map<String, String>> HEADERS =
      OPTIONS
          .texts("headers", SourceRequest::requireHeader)
          .says("Further request headers, an object")
          .forWhom(Key.Audience.MANY)
          .secret();

  /**
   * Further request headers, an object. By names without regard to case. Those that the source sets
   * by itself are refused.
   */
  public Map<String, String> getHeaders() {
    return values.get(HEADERS);
  }

  /** Sets all of {@link #getHeaders}. */
  public EventSourceOptions setHeaders(Map<String, String> headers) {
    values.set(HEADERS, headers);
    return this;
  }

  /** Adds one to {@link #getHeaders}, or takes the place of the one of this name. */
  public EventSourceOptions addHeader(String name, String value) {
    Map<String, String> more =
        new TreeMap<>(Comparator.nullsFirst(String.CASE_INSENSITIVE_ORDER)); // null is refused
    more.putAll(getHeaders());
    more.put(name, value);
    return setHeaders(more);
  }

  private static final Key<String> REQUEST_BODY =
      OPTIONS
          .optional("requestBody", ValueType.anyText())
          .says("Text that is sent with the request (`body` is about what comes back)")
          .forWhom(Key.Audience.MANY)
          .secret();

  /**
   * Text that is sent with the request ({@code body} is about what comes back). It is sent as
   * UTF-8. A body that is no text comes from a {@linkplain EventSourceBuilder#withRequestSupplier
   * supplier}.
   */
  public @Nullable String getRequestBody() {
    return values.optional(REQUEST_BODY);
  }

  /** Sets {@link #getRequestBody}. */
  public EventSourceOptions setRequestBody(@Nullable String requestBody) {
    values.setOptional(REQUEST_BODY, requestBody);
    return this;
  }

  private static final Key<Boolean> COOKIES =
      OPTIONS
          .key("cookies", ValueType.flag(), false)
          .says(
              "`true` sends cookies back to the origin that set them (`AWSALB`, `SERVERID`), so "
                  + "that a load balancer leads to the same server again")
          .forWhom(Key.Audience.MANY);

  /**
   * {@code true} sends cookies back to the origin that set them ({@code AWSALB}, {@code SERVERID}),
   * so that a load balancer leads to the same server again. Those of an origin to that origin alone
   * (RFC 6265), in memory, at most 50 of at most 4 KiB.
   */
  public boolean isCookies() {
    return values.get(COOKIES);
  }

  /** Sets {@link #isCookies}. */
  public EventSourceOptions setCookies(boolean cookies) {
    values.set(COOKIES, cookies);
    return this;
  }

  private static final Key<String> LAST_EVENT_ID =
      OPTIONS
          .key("lastEventId", ValueType.anyText(SourceRequest::requireEventId), "")
          .says("Last event id to begin with; empty for none");

  /** Last event id to begin with; empty for none. */
  public String getLastEventId() {
    return values.get(LAST_EVENT_ID);
  }

  /** Sets {@link #getLastEventId}. */
  public EventSourceOptions setLastEventId(String lastEventId) {
    values.set(LAST_EVENT_ID, lastEventId);
    return this;
  }

  private static final Key<Integer> MAX_REDIRECTS =
      OPTIONS
          .key("maxRedirects", ValueType.integer(0, 1000), 20)
          .says("Redirects followed for one connection");

  /** Redirects followed for one connection. */
  public int getMaxRedirects() {
    return values.get(MAX_REDIRECTS);
  }

  /** Sets {@link #getMaxRedirects}. */
  public EventSourceOptions setMaxRedirects(int maxRedirects) {
    values.set(MAX_REDIRECTS, maxRedirects);
    return this;
  }

  private static final Key<List<String>> HEADERS_ACROSS_ORIGINS =
      OPTIONS
          .list("headersAcrossOrigins", ValueType.lowerCase(), 1000)
          .says(
              "Headers that a redirect takes to another origin, a list; none: those of every "
                  + "request only, for a server may redirect to anyone, and any header may be a "
                  + "secret");

  /**
   * Headers that a redirect takes to another origin, a list; none: those of every request only, for
   * a server may redirect to anyone, and any header may be a secret. In lower case.
   */
  public Set<String> getHeadersAcrossOrigins() {
    return Collections.unmodifiableSet(new LinkedHashSet<>(values.get(HEADERS_ACROSS_ORIGINS)));
  }

  /** Sets {@link #getHeadersAcrossOrigins}. */
  public EventSourceOptions setHeadersAcrossOrigins(Set<String> headersAcrossOrigins) {
    values.setSorted(HEADERS_ACROSS_ORIGINS, headersAcrossOrigins);
    return this;
  }

  private static final Key<Duration> CONNECT_TIMEOUT =
      OPTIONS
          .key("connectTimeout", ValueType.duration(Duration.ZERO), "10s")
          .says("Limit until there is a connection, TLS included; 0 for none");

  /**
   * Limit until there is a connection, TLS included; 0 for none. Timeouts that the {@link
   * HttpClientOptions} of the builder set to something else than the defaults of Vert.x hold as
   * well.
   */
  public Duration getConnectTimeout() {
    return values.get(CONNECT_TIMEOUT);
  }

  /** Sets {@link #getConnectTimeout}. */
  public EventSourceOptions setConnectTimeout(Duration connectTimeout) {
    values.set(CONNECT_TIMEOUT, connectTimeout);
    return this;
  }

  private static final Key<Duration> RESPONSE_TIMEOUT =
      OPTIONS
          .key("responseTimeout", ValueType.duration(Duration.ZERO), "60s")
          .says("Limit from there until the head of the response; 0 for none");

  /** Limit from there until the head of the response; 0 for none. */
  public Duration getResponseTimeout() {
    return values.get(RESPONSE_TIMEOUT);
  }

  /** Sets {@link #getResponseTimeout}. */
  public EventSourceOptions setResponseTimeout(Duration responseTimeout) {
    values.set(RESPONSE_TIMEOUT, responseTimeout);
    return this;
  }

  private static final Key<Duration> IDLE_TIMEOUT =
      OPTIONS
          .key("idleTimeout", ValueType.duration(Duration.ZERO), "0s")
          .says(
              "Reconnect after this long without a byte; 0 for never. Set it to more than two "
                  + "heartbeats of the server")
          .forWhom(Key.Audience.MANY);

  /**
   * Reconnect after this long without a byte; 0 for never. Set it to more than two heartbeats of
   * the server. Any byte counts, heartbeats included, and the time does not run while the source is
   * paused.
   */
  public Duration getIdleTimeout() {
    return values.get(IDLE_TIMEOUT);
  }

  /** Sets {@link #getIdleTimeout}. */
  public EventSourceOptions setIdleTimeout(Duration idleTimeout) {
    values.set(IDLE_TIMEOUT, idleTimeout);
    return this;
  }

  private static final Key<EventDecoderOptions> DECODER =
      OPTIONS.include(Keys.declaredBy(EventDecoderOptions.class));

  /** How large what is read may be, and what becomes of what the standard leaves open. */
  public EventDecoderOptions getDecoder() {
    return values.get(DECODER);
  }

  /** Sets {@link #getDecoder}. */
  public EventSourceOptions setDecoder(EventDecoderOptions decoder) {
    values.set(DECODER, decoder);
    return this;
  }

  /** As {@link EventDecoderOptions#getMaxEventBytes}. */
  public long getMaxEventBytes() {
    return getDecoder().getMaxEventBytes();
  }

  /** Sets {@link #getMaxEventBytes}. */
  public EventSourceOptions setMaxEventBytes(long maxEventBytes) {
    getDecoder().setMaxEventBytes(maxEventBytes);
    return this;
  }

  /**
   * As {@link EventDecoderOptions#getOversized}; what fails gives up the connection, and another
   * one follows.
   */
  public EventDecoderOptions.Oversized getOversized() {
    return getDecoder().getOversized();
  }

  /** Sets {@link #getOversized}. */
  public EventSourceOptions setOversized(EventDecoderOptions.Oversized oversized) {
    getDecoder().setOversized(oversized);
    return this;
  }

  /** As {@link EventDecoderOptions#getMaxCommentBytes}. */
  public int getMaxCommentBytes() {
    return getDecoder().getMaxCommentBytes();
  }

  /** Sets {@link #getMaxCommentBytes}. */
  public EventSourceOptions setMaxCommentBytes(int maxCommentBytes) {
    getDecoder().setMaxCommentBytes(maxCommentBytes);
    return this;
  }

  /** As {@link EventDecoderOptions#getOwnFields}. */
  public EventDecoderOptions.OwnFields getOwnFields() {
    return getDecoder().getOwnFields();
  }

  /** Sets {@link #getOwnFields}. */
  public EventSourceOptions setOwnFields(EventDecoderOptions.OwnFields ownFields) {
    getDecoder().setOwnFields(ownFields);
    return this;
  }

  private static final Key<ResolverOptions> RESOLVER =
      OPTIONS.block("resolver", ResolverOptions.OPTIONS);

  /** Who tells the address of its host. */
  public ResolverOptions getResolver() {
    return values.get(RESOLVER);
  }

  /** Sets {@link #getResolver}. */
  public EventSourceOptions setResolver(ResolverOptions resolver) {
    values.set(RESOLVER, resolver);
    return this;
  }

  private static final Key<ReconnectPolicy> RECONNECT = OPTIONS.include(ReconnectPolicy.OPTIONS);

  /** When it reconnects. Of no meaning for what is asked for once. */
  public ReconnectPolicy getReconnect() {
    return values.get(RECONNECT);
  }

  /** Sets {@link #getReconnect}. */
  public EventSourceOptions setReconnect(ReconnectPolicy reconnect) {
    values.set(RECONNECT, reconnect);
    return this;
  }

  /**
   * The options of an HTTP client to start from: as Vert.x has them, except for larger chunks and
   * headers. A source that is given none uses these.
   */
  public static HttpClientOptions defaultHttpClient() {
    return new HttpClientOptions()
        .setMaxChunkSize(LARGE)
        .setMaxHeaderSize(LARGE)
        .setMaxInitialLineLength(LARGE);
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EventSourceOptions that && values.equals(that.values);
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
