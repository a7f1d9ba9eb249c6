package dev.ssebridge.client;

import dev.ssebridge.internal.text.PrintableText;
import dev.ssebridge.internal.url.HttpUrl;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The request that opens a stream: where to, how, and with which headers and body. Immutable.
 *
 * <p>{@code Accept: text/event-stream} and {@code Cache-Control: no-cache} are sent with every
 * request unless a header of that name is set here; {@code Last-Event-ID} is sent by the source.
 */
public final class EventSourceRequest {
  private static final Set<String> NOT_FOR_USERS =
      Set.of("last-event-id", "content-length", "transfer-encoding", "connection");

  private final URI uri;
  private final HttpMethod method;
  private final Map<String, String> headers;
  private final @Nullable Buffer body;

  private EventSourceRequest(
      URI uri, HttpMethod method, Map<String, String> headers, @Nullable Buffer body) {
    this.uri = uri;
    this.method = method;
    this.headers = headers;
    this.body = body;
  }

  /**
   * A GET request without further headers.
   *
   * @param url an absolute http or https URL; what a URL cannot hold is percent-encoded as UTF-8,
   *     and a host beyond ASCII is sent in its ASCII form
   * @throws IllegalArgumentException if it is not one, or holds user information
   */
  public static EventSourceRequest get(String url) {
    return new EventSourceRequest(parsed(url), HttpMethod.GET, Map.of(), null);
  }

  /**
   * The request as options have it; for tests of a supplier.
   *
   * @throws IllegalArgumentException if they have no URL
   */
  public static EventSourceRequest of(EventSourceOptions options) {
    String url = Objects.requireNonNull(options, "options").getUrl();
    if (url == null) {
      throw new IllegalArgumentException("url: expected an absolute http or https URL, got none");
    }
    String body = options.getRequestBody();
    return new EventSourceRequest(
        HttpUrl.parse(url),
        options.getMethod(),
        options.getHeaders(),
        body == null ? null : Buffer.buffer(body));
  }

  /** The absolute URL, encoded, without a fragment. */
  public URI uri() {
    return uri;
  }

  /** The method. */
  public HttpMethod method() {
    return method;
  }

  /** The headers beside the ones that every request has; names are compared without case. */
  public Map<String, String> headers() {
    return headers;
  }

  /** The body, or null for none. */
  public @Nullable Buffer body() {
    return body == null ? null : body.copy();
  }

  /** The same request to another URL; see {@link #get}. */
  public EventSourceRequest withUrl(String url) {
    return new EventSourceRequest(parsed(url), method, headers, body);
  }

  /** The same request with another method. */
  public EventSourceRequest withMethod(HttpMethod method) {
    Objects.requireNonNull(method, "method");
    return new EventSourceRequest(uri, method, headers, body);
  }

  /** The same request with this body, or none. */
  public EventSourceRequest withBody(@Nullable Buffer newBody) {
    return new EventSourceRequest(uri, method, headers, newBody == null ? null : newBody.copy());
  }

  /**
   * The same request with this header, which replaces one of the same name.
   *
   * @throws IllegalArgumentException if the name is not a header name or is one that the source
   *     sets by itself, or if the value holds control characters
   */
  public EventSourceRequest withHeader(String name, String value) {
    requireHeader(name, value);
    Map<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    copy.putAll(headers);
    copy.put(name, value);
    return new EventSourceRequest(uri, method, Collections.unmodifiableMap(copy), body);
  }

  /** The same request without the header of this name. */
  public EventSourceRequest withoutHeader(String name) {
    Map<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    copy.putAll(headers);
    copy.remove(Objects.requireNonNull(name, "name"));
    return new EventSourceRequest(uri, method, Collections.unmodifiableMap(copy), body);
  }

  /** Method and URL without its query; never headers, since they hold credentials. */
  @Override
  public String toString() {
    return method + " " + PrintableText.ofUrl(uri.toString());
  }

  private static URI parsed(String url) {
    return HttpUrl.parse(Objects.requireNonNull(url, "url"));
  }

  static void requireHeader(String name, String value) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(value, "value");
    if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
      throw new IllegalArgumentException("header: expected a header name, got \"" + name + "\"");
    }
    if (NOT_FOR_USERS.contains(name.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "header "
              + name
              + ": is set by the source itself; for Last-Event-ID use setLastEventId()");
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7F) {
        throw new IllegalArgumentException(
            "header " + name + ": expected no control characters, got one at index " + i);
      }
    }
  }
}
