package dev.ssebridge;

import dev.ssebridge.internal.config.HttpConfig;
import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.SocketConfig;
import dev.ssebridge.internal.config.TextForms;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
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
   * @throws ConfigException if anything in it is wrong; it names every problem
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

  private static final Key<String> UNIX_SOCKET =
      OPTIONS
          .optional(
              "unixSocket",
              ValueType.checked(SocketConfig::requireSocketPath).formed(TextForms.SOCKET))
          .says(
              "Path of a Unix domain socket to listen on instead of `host` and `port`. One "
                  + "that an earlier process left behind is replaced, any other file is not; it is "
                  + "removed at the end")
          .forWhom(Key.Audience.MANY)
          .needsRestart();

  /**
   * Path of a Unix domain socket to listen on instead of {@code host} and {@code port}. One that an
   * earlier process left behind is replaced, any other file is not; it is removed at the end.
   */
  public @Nullable String getUnixSocket() {
    return values.optional(UNIX_SOCKET);
  }

  /** Sets {@link #getUnixSocket}. */
  public HttpOptions setUnixSocket(@Nullable String unixSocket) {
    values.setOptional(UNIX_SOCKET, unixSocket);
    return this;
  }

  private static final Key<String> UNIX_SOCKET_MODE =
      OPTIONS
          .optional(
              "unixSocketMode", ValueType.checked(SocketConfig::requireMode).formed(TextForms.MODE))
          .says(
              "Who may connect to the Unix domain socket, as octal digits like those of "
                  + "`chmod`: `0660`. None: what the umask of the process leaves")
          .needsRestart();

  /**
   * Who may connect to the Unix domain socket, as octal digits like those of {@code chmod}: {@code
   * 0660}. None: what the umask of the process leaves.
   */
  public @Nullable String getUnixSocketMode() {
    return values.optional(UNIX_SOCKET_MODE);
  }

  /** Sets {@link #getUnixSocketMode}. */
  public HttpOptions setUnixSocketMode(@Nullable String unixSocketMode) {
    values.setOptional(UNIX_SOCKET_MODE, unixSocketMode);
    return this;
  }

  private static final Key<Integer> BACKLOG =
      OPTIONS
          .optional("backlog", ValueType.integer(1, 65535))
          .says(
              "How many connections may wait to be accepted; the kernel takes the smaller of "
                  + "this and a limit of its own (`net.core.somaxconn`). None: that limit")
          .needsRestart();

  /**
   * How many connections may wait to be accepted; the kernel takes the smaller of this and a limit
   * of its own ({@code net.core.somaxconn}). None: that limit.
   */
  public @Nullable Integer getBacklog() {
    return values.optional(BACKLOG);
  }

  /** Sets {@link #getBacklog}. */
  public HttpOptions setBacklog(@Nullable Integer backlog) {
    values.setOptional(BACKLOG, backlog);
    return this;
  }

  private static final Key<Boolean> REUSE_PORT =
      OPTIONS
          .key("reusePort", ValueType.flag(), false)
          .says(
              "Whether several processes of one user may listen on the same port, among "
                  + "which the kernel spreads the connections. Needs a native transport. It takes "
                  + "no part in what they serve: their histories are their own")
          .needsRestart();

  /**
   * Whether several processes of one user may listen on the same port, among which the kernel
   * spreads the connections. Needs a native transport. It takes no part in what they serve: their
   * histories are their own.
   */
  public boolean isReusePort() {
    return values.get(REUSE_PORT);
  }

  /** Sets {@link #isReusePort}. */
  public HttpOptions setReusePort(boolean reusePort) {
    values.set(REUSE_PORT, reusePort);
    return this;
  }

  private static final Key<Long> MAX_INITIAL_LINE_LENGTH =
      OPTIONS
          .key("maxInitialLineLength", ValueType.size(1024), "16KiB")
          .says(
              "Bytes of the line that a request begins with: method, target, version. A "
                  + "longer one gets 414. At most 1MiB")
          .needsRestart();

  /**
   * Bytes of the line that a request begins with: method, target, version. A longer one gets 414.
   * At most 1MiB.
   */
  public long getMaxInitialLineLength() {
    return values.get(MAX_INITIAL_LINE_LENGTH);
  }

  /** Sets {@link #getMaxInitialLineLength}. */
  public HttpOptions setMaxInitialLineLength(long maxInitialLineLength) {
    values.set(MAX_INITIAL_LINE_LENGTH, maxInitialLineLength);
    return this;
  }

  private static final Key<Long> MAX_HEADER_SIZE =
      OPTIONS
          .key("maxHeaderSize", ValueType.size(1024), "16KiB")
          .says("Bytes of all headers of a request. More get 431. At most 1MiB")
          .needsRestart();

  /** Bytes of all headers of a request. More get 431. At most 1MiB. */
  public long getMaxHeaderSize() {
    return values.get(MAX_HEADER_SIZE);
  }

  /** Sets {@link #getMaxHeaderSize}. */
  public HttpOptions setMaxHeaderSize(long maxHeaderSize) {
    values.set(MAX_HEADER_SIZE, maxHeaderSize);
    return this;
  }

  private static final Key<Http2Options> HTTP2 = OPTIONS.block("http2", Http2Options.OPTIONS);

  /** HTTP/2, and its limits. */
  public Http2Options getHttp2() {
    return values.get(HTTP2);
  }

  /** Sets {@link #getHttp2}. */
  public HttpOptions setHttp2(Http2Options http2) {
    values.set(HTTP2, http2);
    return this;
  }

  private static final Key<Boolean> ALPN =
      OPTIONS
          .key("alpn", ValueType.flag(), true)
          .says(
              "Whether a TLS handshake agrees on the version of HTTP (RFC 7301). `false` "
                  + "leaves HTTP/1.1 alone over TLS")
          .needsRestart();

  /**
   * Whether a TLS handshake agrees on the version of HTTP (RFC 7301). {@code false} leaves HTTP/1.1
   * alone over TLS.
   */
  public boolean isAlpn() {
    return values.get(ALPN);
  }

  /** Sets {@link #isAlpn}. */
  public HttpOptions setAlpn(boolean alpn) {
    values.set(ALPN, alpn);
    return this;
  }

  private static final Key<Boolean> PROXY_PROTOCOL =
      OPTIONS
          .key("proxyProtocol", ValueType.flag(), false)
          .says(
              "Whether each connection begins with a header of the PROXY protocol, version 1 "
                  + "or 2, as HAProxy and load balancers of TCP send it: the address that it tells "
                  + "is the remote. Only those in `trustedProxies` may send it, and others are "
                  + "turned away; a connection without it is closed")
          .forWhom(Key.Audience.MANY)
          .needsRestart();

  /**
   * Whether each connection begins with a header of the PROXY protocol, version 1 or 2, as HAProxy
   * and load balancers of TCP send it: the address that it tells is the remote. Only those in
   * {@code trustedProxies} may send it, and others are turned away; a connection without it is
   * closed.
   */
  public boolean isProxyProtocol() {
    return values.get(PROXY_PROTOCOL);
  }

  /** Sets {@link #isProxyProtocol}. */
  public HttpOptions setProxyProtocol(boolean proxyProtocol) {
    values.set(PROXY_PROTOCOL, proxyProtocol);
    return this;
  }

  private static final Key<Duration> DRAIN =
      OPTIONS
          .key("drain", ValueType.duration(Duration.ZERO), "5s")
          .says(
              "Over how long a shutdown spreads the ends of the streams. Nothing new is "
                  + "accepted meanwhile, and a slow reader may catch up until then")
          .onChange(Key.Change.AT_ONCE);

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

  private static final Key<Duration> DRAIN_DELAY =
      OPTIONS
          .key("drainDelay", ValueType.duration(Duration.ZERO), "0ms")
          .says(
              "How long the program, told to stop, goes on serving before the first stream ends: "
                  + "`/ready` of the admin port says no meanwhile, so that a load balancer sends "
                  + "nobody more")
          .onChange(Key.Change.AT_ONCE);

  /**
   * How long the program, told to stop, goes on serving before the first stream ends: {@code
   * /ready} of the admin port says no meanwhile, so that a load balancer sends nobody more.
   */
  public Duration getDrainDelay() {
    return values.get(DRAIN_DELAY);
  }

  /** Sets {@link #getDrainDelay}. */
  public HttpOptions setDrainDelay(Duration drainDelay) {
    values.set(DRAIN_DELAY, drainDelay);
    return this;
  }

  private static final Key<Duration> DRAIN_RETRY =
      OPTIONS
          .optional("drainRetry", ValueType.duration(Duration.ZERO))
          .says("Reconnection time sent, with jitter, before a stream ends by a shutdown")
          .onChange(Key.Change.AT_ONCE);

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
                  + "goes on sending frames, or has an open stream, is not closed: as many "
                  + "answers wait for it as `http2.maxConcurrentStreams` says")
          .onChange(Key.Change.NEW_CONNECTIONS);

  /**
   * A connection on which answers wait, and which takes no byte of them for this long, is closed; 0
   * for never. Meanwhile nothing more is read from it. For an open stream the {@code stalled} of
   * its route counts instead. Over HTTP/2 a client that goes on sending frames, or has an open
   * stream, is not closed: as many answers wait for it as {@code http2.maxConcurrentStreams} says.
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
          .list(
              "trustedProxies",
              ValueType.checked(HttpConfig::requireProxy).formed(TextForms.NETWORK),
              1000)
          .says(
              "Networks (`10.0.0.0/8`, `2001:db8::/32`) or addresses of proxies, a list: for a "
                  + "request that comes from one, `X-Forwarded-For` or `Forwarded` says who its "
                  + "remote is, the rightmost there that is not trusted. If both are there, they must "
                  + "agree; what cannot be understood counts as the address of the proxy. `unix:` stands "
                  + "for all clients of the Unix domain socket")
          .onChange(Key.Change.NEW_REQUESTS);

  /**
   * Networks ({@code 10.0.0.0/8}, {@code 2001:db8::/32}) or addresses of proxies, a list: for a
   * request that comes from one, {@code X-Forwarded-For} or {@code Forwarded} says who its remote
   * is, the rightmost there that is not trusted. If both are there, they must agree; what cannot be
   * understood counts as the address of the proxy. {@code unix:} stands for all clients of the Unix
   * domain socket.
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
          .list("hosts", ValueType.checked(HostNames::parse).formed(TextForms.SERVER_NAME), 1000)
          .says(
              "Names of this server that requests may be for, a list without ports, `*` for "
                  + "any; requests for others get 421. None: on a loopback address the names of the "
                  + "machine itself (`localhost`, `*.localhost`, `127.0.0.0/8`, `[::1]`), on other "
                  + "addresses any name")
          .forWhom(Key.Audience.MANY)
          .onChange(Key.Change.NEW_REQUESTS);

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

  private static final Key<CorsOptions> CORS =
      OPTIONS.block("cors", CorsOptions.OPTIONS).onChange(Key.Change.NEW_REQUESTS);

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
              "`auto` writes straight to the socket where the connection permits it, and flushes "
                  + "the streams of an HTTP/2 connection together; `public` writes everything "
                  + "through the public API of Vert.x")
          .forWhom(Key.Audience.MANY)
          .onChange(Key.Change.NEW_STREAMS);

  /**
   * {@code auto} writes straight to the socket where the connection permits it, and flushes the
   * streams of an HTTP/2 connection together; {@code public} writes everything through the public
   * API of Vert.x.
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
