package dev.ssebridge.client;

import dev.ssebridge.format.EventDecoderOptions;
import dev.ssebridge.internal.text.PrintableText;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where an {@link EventSource} connects to, with which request, how patiently it reads, and when it
 * {@linkplain #setReconnect reconnects}. Not thread-safe; a source takes a copy.
 *
 * <p>What is no plain value is given to the {@linkplain EventSource#builder builder}: suppliers,
 * clients, and the Vert.x {@link HttpClientOptions} with TLS, proxies, HTTP versions and the like.
 */
public final class EventSourceOptions {
  /** GET. */
  public static final HttpMethod DEFAULT_METHOD = HttpMethod.GET;

  /** Ten seconds. */
  public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** 60 seconds. */
  public static final Duration DEFAULT_RESPONSE_TIMEOUT = Duration.ofSeconds(60);

  /** None. */
  public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ZERO;

  /** 20. */
  public static final int DEFAULT_MAX_REDIRECTS = 20;

  private static final int LARGE = 64 * 1024;

  private @Nullable String url;
  private HttpMethod method = DEFAULT_METHOD;
  private Map<String, String> headers = Map.of();
  private @Nullable String requestBody;
  private boolean cookies;
  private String lastEventId = "";
  private int maxRedirects = DEFAULT_MAX_REDIRECTS;
  private Set<String> headersAcrossOrigins = Set.of();
  private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;
  private Duration responseTimeout = DEFAULT_RESPONSE_TIMEOUT;
  private Duration idleTimeout = DEFAULT_IDLE_TIMEOUT;
  private EventDecoderOptions decoder = new EventDecoderOptions();
  private ReconnectPolicy reconnect = new ReconnectPolicy();

  /** Everything at its default; the URL is yet to be set. */
  public EventSourceOptions() {}

  /**
   * Everything at its default, for a GET of this URL.
   *
   * @throws IllegalArgumentException as {@link #setUrl} does
   */
  public EventSourceOptions(String url) {
    setUrl(url);
  }

  /** A copy. */
  public EventSourceOptions(EventSourceOptions other) {
    url = other.url;
    method = other.method;
    headers = other.headers;
    requestBody = other.requestBody;
    cookies = other.cookies;
    lastEventId = other.lastEventId;
    maxRedirects = other.maxRedirects;
    headersAcrossOrigins = other.headersAcrossOrigins;
    connectTimeout = other.connectTimeout;
    responseTimeout = other.responseTimeout;
    idleTimeout = other.idleTimeout;
    decoder = new EventDecoderOptions(other.decoder);
    reconnect = new ReconnectPolicy(other.reconnect);
  }

  /**
   * The options of an HTTP client to start from: as Vert.x has them, but for larger chunks and
   * headers. A source that is given none uses these.
   */
  public static HttpClientOptions defaultHttpClient() {
    return new HttpClientOptions()
        .setMaxChunkSize(LARGE)
        .setMaxHeaderSize(LARGE)
        .setMaxInitialLineLength(LARGE);
  }

  /** The URL, as it was set, or null. */
  public @Nullable String getUrl() {
    return url;
  }

  /**
   * Sets the URL of the stream, absolute, http or https. What a URL cannot hold is percent-encoded
   * as UTF-8, and a host beyond ASCII is sent in its ASCII form.
   *
   * @throws IllegalArgumentException if it is not one, or holds user information
   */
  public EventSourceOptions setUrl(String value) {
    EventSourceRequest.get(value);
    url = value;
    return this;
  }

  /** The method. */
  public HttpMethod getMethod() {
    return method;
  }

  /**
   * Sets the method; see {@link ReconnectPolicy#setRepeatUnsafe} for those that are not safe.
   * Default GET.
   */
  public EventSourceOptions setMethod(HttpMethod value) {
    method = Objects.requireNonNull(value, "method");
    return this;
  }

  /** The headers, by name, without regard to case; cannot be changed. */
  public Map<String, String> getHeaders() {
    return headers;
  }

  /**
   * Sets all headers beside those that every request has.
   *
   * @throws IllegalArgumentException as {@link #addHeader} does
   */
  public EventSourceOptions setHeaders(Map<String, String> value) {
    value.forEach(EventSourceRequest::requireHeader);
    Map<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    copy.putAll(value);
    headers = Collections.unmodifiableMap(copy);
    return this;
  }

  /**
   * Adds a header, or replaces the one of this name.
   *
   * @throws IllegalArgumentException if the name is not a header name or is one that the source
   *     sets by itself, or if the value holds control characters
   */
  public EventSourceOptions addHeader(String name, String value) {
    Map<String, String> more = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    more.putAll(headers);
    more.put(name, value);
    return setHeaders(more);
  }

  /** The body, or null for none. */
  public @Nullable String getRequestBody() {
    return requestBody;
  }

  /**
   * Sets the body, which is sent as UTF-8; null for none. A body that is no text comes from a
   * {@linkplain EventSourceBuilder#withRequestSupplier supplier}.
   */
  public EventSourceOptions setRequestBody(@Nullable String value) {
    requestBody = value;
    return this;
  }

  /** Whether cookies are sent back. */
  public boolean isCookies() {
    return cookies;
  }

  /**
   * Sends the cookies of a server back to it (RFC 6265), so that a load balancer leads every
   * connection to the same one: those of an origin to that origin alone, in memory, at most 50 of
   * at most 4 KiB. Off by default.
   */
  public EventSourceOptions setCookies(boolean value) {
    cookies = value;
    return this;
  }

  /** The last event id to begin with; {@code ""} for none. */
  public String getLastEventId() {
    return lastEventId;
  }

  /**
   * Sets the last event id to begin with; {@code ""} for none.
   *
   * @throws IllegalArgumentException if it holds CR, LF or NUL
   */
  public EventSourceOptions setLastEventId(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\r' || c == '\n' || c == 0) {
        throw new IllegalArgumentException(
            "lastEventId: expected no CR, LF and NUL, got one at index " + i);
      }
    }
    lastEventId = value;
    return this;
  }

  /** Redirects followed for one connection. */
  public int getMaxRedirects() {
    return maxRedirects;
  }

  /** Sets the number of redirects followed for one connection; default 20. */
  public EventSourceOptions setMaxRedirects(int value) {
    maxRedirects = Bounds.notNegative("maxRedirects", value);
    return this;
  }

  /** The headers that a redirect takes to another origin, in lower case; cannot be changed. */
  public Set<String> getHeadersAcrossOrigins() {
    return headersAcrossOrigins;
  }

  /**
   * Sets the headers that a redirect takes to another origin. By default it takes none that was set
   * here or by a supplier: a server may redirect to anyone, and any header may be a secret.
   */
  public EventSourceOptions setHeadersAcrossOrigins(Set<String> names) {
    Set<String> lower = new TreeSet<>();
    names.forEach(name -> lower.add(name.toLowerCase(Locale.ROOT)));
    headersAcrossOrigins = Collections.unmodifiableSet(lower);
    return this;
  }

  /** The limit until a connection is there; zero for none. */
  public Duration getConnectTimeout() {
    return connectTimeout;
  }

  /**
   * Limits the time until a connection is there, TLS and proxy included; default 10 seconds, zero
   * for no limit. Timeouts that the {@link HttpClientOptions} of the builder set to something else
   * than Vert.x' defaults hold as well.
   */
  public EventSourceOptions setConnectTimeout(Duration value) {
    connectTimeout = Bounds.notNegative("connectTimeout", value);
    return this;
  }

  /** The limit from there until the head of the response; zero for none. */
  public Duration getResponseTimeout() {
    return responseTimeout;
  }

  /** Limits the time from there until the head of the response; default 60 seconds. */
  public EventSourceOptions setResponseTimeout(Duration value) {
    responseTimeout = Bounds.notNegative("responseTimeout", value);
    return this;
  }

  /** The limit for silence on an open stream; zero for none. */
  public Duration getIdleTimeout() {
    return idleTimeout;
  }

  /**
   * Limits the silence on an open stream; any byte ends it, heartbeats included, and it does not
   * run while paused. Off by default; set it to more than two heartbeats of the server.
   */
  public EventSourceOptions setIdleTimeout(Duration value) {
    idleTimeout = Bounds.notNegative("idleTimeout", value);
    return this;
  }

  /** The largest event, in bytes; 0 for no limit. */
  public long getMaxEventBytes() {
    return decoder.getMaxEventBytes();
  }

  /** Sets the largest event; see {@link EventDecoderOptions#setMaxEventBytes}. */
  public EventSourceOptions setMaxEventBytes(long bytes) {
    decoder.setMaxEventBytes(bytes);
    return this;
  }

  /** What happens to a larger event. */
  public EventDecoderOptions.Oversized getOversized() {
    return decoder.getOversized();
  }

  /**
   * Sets what happens to a larger event: the connection fails, and the next one asks for it again
   * (the default), or the event is skipped.
   */
  public EventSourceOptions setOversized(EventDecoderOptions.Oversized treatment) {
    decoder.setOversized(treatment);
    return this;
  }

  /** Whether fields beside the standard ones are read. */
  public EventDecoderOptions.OwnFields getOwnFields() {
    return decoder.getOwnFields();
  }

  /** Sets whether fields beside the standard ones are read; by default they are not. */
  public EventSourceOptions setOwnFields(EventDecoderOptions.OwnFields treatment) {
    decoder.setOwnFields(treatment);
    return this;
  }

  /** The longest comment, in bytes. */
  public int getMaxCommentBytes() {
    return decoder.getMaxCommentBytes();
  }

  /** Sets the longest comment; see {@link EventDecoderOptions#setMaxCommentBytes}. */
  public EventSourceOptions setMaxCommentBytes(int bytes) {
    decoder.setMaxCommentBytes(bytes);
    return this;
  }

  /** When it reconnects; may be changed in place. */
  public ReconnectPolicy getReconnect() {
    return reconnect;
  }

  /** Sets when it reconnects. Of no meaning for what is asked for once. */
  public EventSourceOptions setReconnect(ReconnectPolicy value) {
    reconnect = Objects.requireNonNull(value, "reconnect");
    return this;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EventSourceOptions that && values().equals(that.values());
  }

  @Override
  public int hashCode() {
    return values().hashCode();
  }

  /** Method and URL without its query; never headers and body, since they hold credentials. */
  @Override
  public String toString() {
    return method + " " + (url == null ? "nowhere" : PrintableText.ofUrl(url));
  }

  private List<@Nullable Object> values() {
    return Arrays.asList(
        url,
        method,
        headers,
        requestBody,
        cookies,
        lastEventId,
        maxRedirects,
        headersAcrossOrigins,
        connectTimeout,
        responseTimeout,
        idleTimeout,
        decoder,
        reconnect);
  }
}
