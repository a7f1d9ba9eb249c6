package dev.ssebridge.client;

import dev.ssebridge.format.EventDecoderOptions;
import dev.ssebridge.format.ServerSentEvent;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How an {@link EventSource} connects, reconnects and reads. Immutable; made by a {@link Builder}.
 *
 * <p>TLS, proxies, HTTP versions, ALPN, native transports and the like are those of the Vert.x
 * {@link HttpClientOptions} given to {@link Builder#httpClient}. Its idle timeouts are better left
 * alone: they run while the source is paused, too; {@link Builder#idleTimeout} does not.
 */
public final class EventSourceOptions {
  private static final int LARGE = 64 * 1024;

  private final EventSourceRequest request;
  private final @Nullable EventSourceRequestSupplier requestSupplier;
  private final String lastEventId;
  private final Duration reconnectDelay;
  private final Duration maxReconnectDelay;
  private final Duration minServerRetry;
  private final Duration maxServerRetry;
  private final double jitter;
  private final int maxAttempts;
  private final Duration maxElapsed;
  private final boolean failFast;
  private final boolean strict;
  private final Refused refused;
  private final Duration maxRefusedDelay;
  private final boolean repeatingUnsafe;
  private final Predicate<ServerSentEvent> until;
  private final boolean keepingCookies;
  private final Set<String> headersAcrossOrigins;
  private final int maxRedirects;
  private final Duration connectTimeout;
  private final Duration responseTimeout;
  private final Duration idleTimeout;
  private final EventDecoderOptions decoder;
  private final HttpClientOptions httpClient;
  private final PoolOptions pool;
  private final @Nullable HttpClient sharedClient;

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

  private EventSourceOptions(Builder builder) {
    this.request = builder.request;
    this.requestSupplier = builder.requestSupplier;
    this.lastEventId = builder.lastEventId;
    this.reconnectDelay = builder.reconnectDelay;
    this.maxReconnectDelay = builder.maxReconnectDelay;
    this.minServerRetry = builder.minServerRetry;
    this.maxServerRetry = builder.maxServerRetry;
    this.jitter = builder.jitter;
    this.maxAttempts = builder.maxAttempts;
    this.maxElapsed = builder.maxElapsed;
    this.failFast = builder.failFast;
    this.strict = builder.strict;
    this.refused = builder.refused;
    this.maxRefusedDelay = builder.maxRefusedDelay;
    this.repeatingUnsafe = builder.repeatingUnsafe;
    this.until = builder.until;
    this.keepingCookies = builder.keepingCookies;
    this.headersAcrossOrigins = Set.copyOf(builder.headersAcrossOrigins);
    this.maxRedirects = builder.maxRedirects;
    this.connectTimeout = builder.connectTimeout;
    this.responseTimeout = builder.responseTimeout;
    this.idleTimeout = builder.idleTimeout;
    this.decoder = builder.decoder;
    this.httpClient = new HttpClientOptions(builder.httpClient);
    this.pool = new PoolOptions(builder.pool);
    this.sharedClient = builder.sharedClient;
  }

  /** The options to start from: as Vert.x has them, but for larger chunks and headers. */
  public static HttpClientOptions defaultHttpClient() {
    return new HttpClientOptions()
        .setMaxChunkSize(LARGE)
        .setMaxHeaderSize(LARGE)
        .setMaxInitialLineLength(LARGE);
  }

  /** Everything at its default, for a GET of this URL. */
  public static EventSourceOptions of(String url) {
    return builder(url).build();
  }

  /**
   * A builder with everything at its default.
   *
   * @throws IllegalArgumentException if the URL is not an absolute http or https one
   */
  public static Builder builder(String url) {
    return new Builder(EventSourceRequest.get(url));
  }

  /** The request of every connection, unless there is a supplier. */
  public EventSourceRequest request() {
    return request;
  }

  /** Makes the request of every connection, or null. */
  public @Nullable EventSourceRequestSupplier requestSupplier() {
    return requestSupplier;
  }

  /** The last event id to begin with; {@code ""} for none. */
  public String lastEventId() {
    return lastEventId;
  }

  /** The reconnection time while the server gives none. */
  public Duration reconnectDelay() {
    return reconnectDelay;
  }

  /** What the delay grows to while connections fail in a row. */
  public Duration maxReconnectDelay() {
    return maxReconnectDelay;
  }

  /** The least reconnection time that the server may set. */
  public Duration minServerRetry() {
    return minServerRetry;
  }

  /** The longest reconnection time that the server may set. */
  public Duration maxServerRetry() {
    return maxServerRetry;
  }

  /** The part of a delay that chance may add, 0 to 1. */
  public double jitter() {
    return jitter;
  }

  /** Failures in a row after which the source stops for good; 0 for never. */
  public int maxAttempts() {
    return maxAttempts;
  }

  /** Time without a good stream after which the source stops for good; zero for never. */
  public Duration maxElapsed() {
    return maxElapsed;
  }

  /** Whether the source stops for good if its first attempt brings no stream. */
  public boolean isFailFast() {
    return failFast;
  }

  /** Whether the statuses are taken as a browser takes them. */
  public boolean isStrict() {
    return strict;
  }

  /** What becomes of a source whose server refuses. */
  public Refused refused() {
    return refused;
  }

  /** What the delay grows to while the server refuses. */
  public Duration maxRefusedDelay() {
    return maxRefusedDelay;
  }

  /** Whether a POST and the like is sent again after it was answered. */
  public boolean isRepeatingUnsafe() {
    return repeatingUnsafe;
  }

  /** Says which event is the mark that ends the source. */
  public Predicate<ServerSentEvent> until() {
    return until;
  }

  /** Whether cookies are sent back. */
  public boolean isKeepingCookies() {
    return keepingCookies;
  }

  /** The headers that a redirect takes to another origin, in lower case. */
  public Set<String> headersAcrossOrigins() {
    return headersAcrossOrigins;
  }

  /** Redirects followed for one connection. */
  public int maxRedirects() {
    return maxRedirects;
  }

  /** The limit until a connection is there; zero for none. */
  public Duration connectTimeout() {
    return connectTimeout;
  }

  /** The limit from there until the head of the response; zero for none. */
  public Duration responseTimeout() {
    return responseTimeout;
  }

  /** The limit for silence on an open stream; zero for none. */
  public Duration idleTimeout() {
    return idleTimeout;
  }

  /** How the stream is decoded, size limits included. */
  public EventDecoderOptions decoder() {
    return decoder;
  }

  /** A copy of the options of the HTTP client. */
  public HttpClientOptions httpClient() {
    return new HttpClientOptions(httpClient);
  }

  /** A copy of the options of the connection pool, which is the source's own. */
  public PoolOptions pool() {
    return new PoolOptions(pool);
  }

  /** The client that is used instead of one of the source's own, or null. */
  public @Nullable HttpClient sharedClient() {
    return sharedClient;
  }

  /** Builds {@link EventSourceOptions}. Not thread-safe. */
  public static final class Builder {
    private EventSourceRequest request;
    private @Nullable EventSourceRequestSupplier requestSupplier;
    private String lastEventId = "";
    private Duration reconnectDelay = Duration.ofSeconds(1);
    private Duration maxReconnectDelay = Duration.ofSeconds(30);
    private Duration minServerRetry = Duration.ofMillis(10);
    private Duration maxServerRetry = Duration.ofDays(1);
    private double jitter = 0.5;
    private int maxAttempts;
    private Duration maxElapsed = Duration.ZERO;
    private boolean failFast;
    private boolean strict;
    private Refused refused = Refused.RETRY_ONCE_OPENED;
    private Duration maxRefusedDelay = Duration.ofMinutes(5);
    private boolean repeatingUnsafe;
    private Predicate<ServerSentEvent> until = event -> false;
    private boolean keepingCookies;
    private Set<String> headersAcrossOrigins = Set.of();
    private int maxRedirects = 20;
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration responseTimeout = Duration.ofSeconds(60);
    private Duration idleTimeout = Duration.ZERO;
    private EventDecoderOptions decoder = EventDecoderOptions.defaults();
    private HttpClientOptions httpClient = defaultHttpClient();
    private PoolOptions pool = new PoolOptions();
    private @Nullable HttpClient sharedClient;

    private Builder(EventSourceRequest request) {
      this.request = request;
    }

    /** Sets the whole request. */
    public Builder request(EventSourceRequest value) {
      request = value;
      return this;
    }

    /** Sets the method; see {@link #repeatUnsafe} for those that are not safe. */
    public Builder method(HttpMethod value) {
      request = request.withMethod(value);
      return this;
    }

    /** Adds a header; see {@link EventSourceRequest#withHeader}. */
    public Builder header(String name, String value) {
      request = request.withHeader(name, value);
      return this;
    }

    /** Sets the body. */
    public Builder body(@Nullable Buffer value) {
      request = request.withBody(value);
      return this;
    }

    /** Has the request of every connection made by the application. */
    public Builder requestSupplier(@Nullable EventSourceRequestSupplier value) {
      requestSupplier = value;
      return this;
    }

    /**
     * Sets the last event id to begin with; {@code ""} for none.
     *
     * @throws IllegalArgumentException if it holds CR, LF or NUL
     */
    public Builder lastEventId(String value) {
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

    /** Sets the reconnection time while the server gives none; default one second. */
    public Builder reconnectDelay(Duration value) {
      reconnectDelay = requireNotNegative("reconnectDelay", value);
      return this;
    }

    /** Sets what the delay grows to while connections fail in a row; default 30 seconds. */
    public Builder maxReconnectDelay(Duration value) {
      maxReconnectDelay = requireNotNegative("maxReconnectDelay", value);
      return this;
    }

    /**
     * Sets what a server's {@code retry:} is kept within; default 10 ms to a day, which it is never
     * outside of. A server that says 0 would be called in a hot loop, and one that says a year
     * never again.
     *
     * @throws IllegalArgumentException if the least is longer than the longest
     */
    public Builder serverRetry(Duration least, Duration longest) {
      requireNotNegative("serverRetry", least);
      if (least.compareTo(longest) > 0) {
        throw new IllegalArgumentException(
            "serverRetry: expected the least to be at most the longest, got "
                + least
                + " and "
                + longest);
      }
      minServerRetry = least;
      maxServerRetry = longest;
      return this;
    }

    /** Sets the part of a delay that chance may add, 0 to 1; default one half. */
    public Builder jitter(double value) {
      if (!(value >= 0 && value <= 1)) {
        throw new IllegalArgumentException("jitter: expected 0..1, got " + value);
      }
      jitter = value;
      return this;
    }

    /** Stops for good after so many failures in a row; default 0, never. */
    public Builder maxAttempts(int value) {
      maxAttempts = requireNotNegative("maxAttempts", value);
      return this;
    }

    /** Stops for good after so long without a good stream; default zero, never. */
    public Builder maxElapsed(Duration value) {
      maxElapsed = requireNotNegative("maxElapsed", value);
      return this;
    }

    /**
     * Stops for good, with what went wrong, if the first attempt brings no stream: {@link
     * EventSource#connect} then fails instead of waiting for a server that is down. Later failures
     * are followed by other attempts as usual. Off by default.
     */
    public Builder failFast() {
      failFast = true;
      return this;
    }

    /** Takes statuses as a browser does: 200 or, redirects aside, stop for good. */
    public Builder strict() {
      strict = true;
      return this;
    }

    /** Sets what becomes of a source whose server refuses; nothing to say when strict. */
    public Builder refused(Refused value) {
      refused = value;
      return this;
    }

    /** Sets what the delay grows to while the server refuses; default five minutes. */
    public Builder maxRefusedDelay(Duration value) {
      maxRefusedDelay = requireNotNegative("maxRefusedDelay", value);
      return this;
    }

    /**
     * Sends a request that is not safe (RFC 9110, section 9.2.1: POST, PUT, PATCH, DELETE and what
     * is unknown) again after it was answered with a success. By default it is not: the source ends
     * with the response.
     */
    public Builder repeatUnsafe() {
      repeatingUnsafe = true;
      return this;
    }

    /**
     * Says which event is the mark that ends the source for good, as {@code [DONE]} does in many
     * APIs. The mark itself is not delivered, nor is what follows it.
     */
    public Builder until(Predicate<ServerSentEvent> value) {
      until = value;
      return this;
    }

    /**
     * Sends the cookies of a server back to it (RFC 6265), so that a load balancer leads every
     * connection to the same one: those of an origin to that origin alone, in memory, at most 50 of
     * at most 4 KiB. Off by default.
     */
    public Builder keepCookies() {
      keepingCookies = true;
      return this;
    }

    /**
     * Sets the headers that a redirect takes to another origin. By default it takes none that was
     * set here or by a supplier: a server may redirect to anyone, and any header may be a secret.
     */
    public Builder headersAcrossOrigins(String... names) {
      Set<String> lower = new HashSet<>();
      for (String name : names) {
        lower.add(name.toLowerCase(Locale.ROOT));
      }
      headersAcrossOrigins = lower;
      return this;
    }

    /** Sets the number of redirects followed for one connection; default 20. */
    public Builder maxRedirects(int value) {
      maxRedirects = requireNotNegative("maxRedirects", value);
      return this;
    }

    /**
     * Limits the time until a connection is there, TLS and proxy included; default 10 seconds, zero
     * for no limit. Timeouts that {@link #httpClient} sets to something else than Vert.x' defaults
     * hold as well.
     */
    public Builder connectTimeout(Duration value) {
      connectTimeout = requireNotNegative("connectTimeout", value);
      return this;
    }

    /** Limits the time from there until the head of the response; default 60 seconds. */
    public Builder responseTimeout(Duration value) {
      responseTimeout = requireNotNegative("responseTimeout", value);
      return this;
    }

    /**
     * Limits the silence on an open stream; any byte ends it, heartbeats included, and it does not
     * run while paused. Off by default; set it to more than two heartbeats of the server.
     */
    public Builder idleTimeout(Duration value) {
      idleTimeout = requireNotNegative("idleTimeout", value);
      return this;
    }

    /** Sets how the stream is decoded, size limits included. */
    public Builder decoder(EventDecoderOptions value) {
      decoder = value;
      return this;
    }

    /** Sets TLS, proxy, protocol version and whatever else Vert.x offers. */
    public Builder httpClient(HttpClientOptions value) {
      httpClient = new HttpClientOptions(value);
      return this;
    }

    /** Sets the options of the source's own connection pool. */
    public Builder pool(PoolOptions value) {
      pool = new PoolOptions(value);
      return this;
    }

    /**
     * Uses this client instead of one of the source's own, so that sources share its HTTP/2
     * connections. {@link #httpClient} and {@link #pool} are without effect then, its own timeouts
     * hold besides those of the source, and it stays open when the source is closed: who made it
     * closes it. Mind that an HTTP/1 stream keeps a connection of its pool, which has five for a
     * host by default ({@link PoolOptions#setHttp1MaxSize}).
     */
    public Builder sharedClient(@Nullable HttpClient value) {
      sharedClient = value;
      return this;
    }

    /** The options. */
    public EventSourceOptions build() {
      return new EventSourceOptions(this);
    }

    private static Duration requireNotNegative(String what, Duration value) {
      if (value.isNegative()) {
        throw new IllegalArgumentException(what + ": expected zero or more, got " + value);
      }
      return value;
    }

    private static int requireNotNegative(String what, int value) {
      if (value < 0) {
        throw new IllegalArgumentException(what + ": expected 0 or more, got " + value);
      }
      return value;
    }
  }
}
