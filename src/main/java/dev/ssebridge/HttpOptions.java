package dev.ssebridge;

import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import dev.ssebridge.internal.url.Cidr;
import dev.ssebridge.internal.url.HostNames;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP server. A bridge on the server of an application uses only {@code cors}, {@code hosts},
 * {@code drain}, {@code drainRetry}, {@code stalled}, {@code trustedProxies} and {@code writer}.
 */
@DataObject
public final class HttpOptions {
  static final Keys<HttpOptions> OPTIONS =
      Keys.of(HttpOptions.class, HttpOptions::new, options -> options.values)
          .removed("warmUp", "compilerNice");

  private final Values values;

  /** All defaults. */
  public HttpOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public HttpOptions(HttpOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong, with all that is
   */
  public HttpOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private HttpOptions(Values values) {
    this.values = values;
  }

  private static final Key<String> HOST =
      OPTIONS
          .key("host", ValueType.text(), "127.0.0.1")
          .says("Address to listen on; `0.0.0.0` for all addresses of the machine")
          .forWhom(Key.Audience.EVERYBODY)
          .needsRestart();

  /** Address to listen on; {@code 0.0.0.0} for all addresses of the machine. */
  public String getHost() {
    return values.get(HOST);
  }

  /** Sets {@link #getHost}. */
  public HttpOptions setHost(String host) {
    values.set(HOST, host);
    return this;
  }

  private static final Key<Integer> PORT =
      OPTIONS
          .key("port", ValueType.integer(0, 65535), 8080)
          .says(
              "Port to listen on; 0 takes a free one, which the log of the program and "
                  + "`actualPort()` of the verticle tell")
          .forWhom(Key.Audience.EVERYBODY)
          .needsRestart();

  /**
   * Port to listen on; 0 takes a free one, which the log of the program and {@code actualPort()} of
   * the verticle tell.
   */
  public int getPort() {
    return values.get(PORT);
  }

  /** Sets {@link #getPort}. */
  public HttpOptions setPort(int port) {
    values.set(PORT, port);
    return this;
  }

  private static final Key<Duration> DRAIN =
      OPTIONS
          .key("drain", ValueType.duration(Duration.ZERO), "5s")
          .says(
              "Over how long a shutdown spreads the ends of the streams. Nothing new is "
                  + "accepted meanwhile, and a slow reader may catch up until then");

  /**
   * Over how long a shutdown spreads the ends of the streams. Nothing new is accepted meanwhile,
   * and a slow reader may catch up until then.
   */
  public Duration getDrain() {
    return values.get(DRAIN);
  }

  /** Sets {@link #getDrain}. */
  public HttpOptions setDrain(Duration drain) {
    values.set(DRAIN, drain);
    return this;
  }

  private static final Key<Duration> DRAIN_RETRY =
      OPTIONS
          .optional("drainRetry", ValueType.duration(Duration.ZERO))
          .says("Reconnection time sent, with jitter, before a stream ends by a shutdown");

  /** Reconnection time sent, with jitter, before a stream ends by a shutdown. */
  public @Nullable Duration getDrainRetry() {
    return values.optional(DRAIN_RETRY);
  }

  /** Sets {@link #getDrainRetry}. */
  public HttpOptions setDrainRetry(@Nullable Duration drainRetry) {
    values.setOptional(DRAIN_RETRY, drainRetry);
    return this;
  }

  private static final Key<Duration> REQUEST_TIMEOUT =
      OPTIONS
          .key("requestTimeout", ValueType.duration(Duration.ZERO), "60s")
          .says(
              "A connection on which no request is served is closed when no complete head of a "
                  + "request has come for this long, at the latest a quarter of it later. A TLS "
                  + "handshake may take as long, at most 10 s. 0 for no limit")
          .needsRestart();

  /**
   * A connection on which no request is served is closed when no complete head of a request has
   * come for this long, at the latest a quarter of it later. A TLS handshake may take as long, at
   * most 10 s. 0 for no limit.
   */
  public Duration getRequestTimeout() {
    return values.get(REQUEST_TIMEOUT);
  }

  /** Sets {@link #getRequestTimeout}. */
  public HttpOptions setRequestTimeout(Duration requestTimeout) {
    values.set(REQUEST_TIMEOUT, requestTimeout);
    return this;
  }

  private static final Key<Duration> STALLED =
      OPTIONS
          .key("stalled", ValueType.duration(Duration.ZERO), "30s")
          .says(
              "A connection on which answers wait, and which takes no byte of them for this "
                  + "long, is closed; 0 for never. Meanwhile nothing more is read from it. For an "
                  + "open stream the `stalled` of its route counts instead. Over HTTP/2 a client that "
                  + "goes on sending frames, or has an open stream, is not closed: at most 100 "
                  + "answers wait for it")
          .needsRestart();

  /**
   * A connection on which answers wait, and which takes no byte of them for this long, is closed; 0
   * for never. Meanwhile nothing more is read from it. For an open stream the {@code stalled} of
   * its route counts instead. Over HTTP/2 a client that goes on sending frames, or has an open
   * stream, is not closed: at most 100 answers wait for it.
   */
  public Duration getStalled() {
    return values.get(STALLED);
  }

  /** Sets {@link #getStalled}. */
  public HttpOptions setStalled(Duration stalled) {
    values.set(STALLED, stalled);
    return this;
  }

  private static final Key<List<String>> TRUSTED_PROXIES =
      OPTIONS
          .list("trustedProxies", ValueType.checked(Cidr::parse), 1000)
          .says(
              "Networks (`10.0.0.0/8`, `2001:db8::/32`) or addresses of proxies, a list: for a "
                  + "request that comes from one, `X-Forwarded-For` or `Forwarded` says who its "
                  + "remote is, the rightmost there that is not trusted. If both are there, they must "
                  + "agree; what cannot be understood counts as the address of the proxy");

  /**
   * Networks ({@code 10.0.0.0/8}, {@code 2001:db8::/32}) or addresses of proxies, a list: for a
   * request that comes from one, {@code X-Forwarded-For} or {@code Forwarded} says who its remote
   * is, the rightmost there that is not trusted. If both are there, they must agree; what cannot be
   * understood counts as the address of the proxy.
   */
  public List<String> getTrustedProxies() {
    return values.get(TRUSTED_PROXIES);
  }

  /** Sets {@link #getTrustedProxies}. */
  public HttpOptions setTrustedProxies(List<String> trustedProxies) {
    values.set(TRUSTED_PROXIES, trustedProxies);
    return this;
  }

  private static final Key<List<String>> HOSTS =
      OPTIONS
          .list("hosts", ValueType.checked(HostNames::parse), 1000)
          .says(
              "Names of this server that requests may be for, a list without ports, `*` for "
                  + "any; requests for others get 421. None: on a loopback address the names of the "
                  + "machine itself (`localhost`, `*.localhost`, `127.0.0.0/8`, `[::1]`), on other "
                  + "addresses any name")
          .forWhom(Key.Audience.MANY);

  /**
   * Names of this server that requests may be for, a list without ports, {@code *} for any;
   * requests for others get 421. None: on a loopback address the names of the machine itself
   * ({@code localhost}, {@code *.localhost}, {@code 127.0.0.0/8}, {@code [::1]}), on other
   * addresses any name.
   */
  public List<String> getHosts() {
    return values.get(HOSTS);
  }

  /** Sets {@link #getHosts}. */
  public HttpOptions setHosts(List<String> hosts) {
    values.set(HOSTS, hosts);
    return this;
  }

  private static final Key<CorsOptions> CORS = OPTIONS.block("cors", CorsOptions.OPTIONS);

  /** What pages of other origins may do. */
  public CorsOptions getCors() {
    return values.get(CORS);
  }

  /** Sets {@link #getCors}. */
  public HttpOptions setCors(CorsOptions cors) {
    values.set(CORS, cors);
    return this;
  }

  private static final Key<TlsOptions> TLS = OPTIONS.optionalBlock("tls", TlsOptions.OPTIONS);

  /** What the server proves its name with; null for plain HTTP. */
  public @Nullable TlsOptions getTls() {
    return values.optional(TLS);
  }

  /** Sets {@link #getTls}. */
  public HttpOptions setTls(@Nullable TlsOptions tls) {
    values.setOptional(TLS, tls);
    return this;
  }

  private static final Key<WriterMode> WRITER =
      OPTIONS
          .key("writer", ValueType.oneOf(WriterMode.class), "auto")
          .says(
              "`auto` writes straight to the socket where the connection permits it; `public` "
                  + "writes everything through the public API of Vert.x")
          .forWhom(Key.Audience.MANY)
          .needsRestart();

  /**
   * {@code auto} writes straight to the socket where the connection permits it; {@code public}
   * writes everything through the public API of Vert.x.
   */
  public WriterMode getWriter() {
    return values.get(WRITER);
  }

  /** Sets {@link #getWriter}. */
  public HttpOptions setWriter(WriterMode writer) {
    values.set(WRITER, writer);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof HttpOptions that && values.equals(that.values);
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
