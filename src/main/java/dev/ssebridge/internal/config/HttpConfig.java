package dev.ssebridge.internal.config;

import dev.ssebridge.HttpOptions;
import dev.ssebridge.WriterMode;
import dev.ssebridge.internal.url.Cidr;
import dev.ssebridge.internal.url.HostNames;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP server.
 *
 * @param host the address to listen on
 * @param port the port to listen on, 0 for a free one
 * @param drainDelay how long the program goes on before that
 * @param drain over how long a shutdown spreads the ends of the streams
 * @param drainRetry the reconnection time sent, with jitter, before a stream ends by a shutdown
 * @param requestTimeout how long a connection may be without a request, 0 for as long as it likes
 * @param stalled how long a connection may take nothing of its answers, 0 for as long as it likes
 * @param trustedProxies whose word about the remote of a request is believed
 * @param trustsSocket whether the clients of the Unix domain socket are trusted as proxies, too
 * @param hosts the names that requests may be for, or null for what the address asks for
 * @param cors what pages of other origins may do
 * @param tls certificate and key, or null for plain HTTP
 * @param writer how events are written to connections
 * @param socket how the server listens, and what it reads
 */
public record HttpConfig(
    String host,
    int port,
    Duration drainDelay,
    Duration drain,
    @Nullable Duration drainRetry,
    Duration requestTimeout,
    Duration stalled,
    List<Cidr> trustedProxies,
    boolean trustsSocket,
    @Nullable HostNames hosts,
    CorsConfig cors,
    @Nullable TlsConfig tls,
    WriterMode writer,
    SocketConfig socket) {

  static HttpConfig of(HttpOptions options, Place at) {
    List<String> hosts = options.getHosts();
    Effects.require(options, at);
    return new HttpConfig(
        options.getHost(),
        options.getPort(),
        options.getDrainDelay(),
        options.getDrain(),
        options.getDrainRetry(),
        options.getRequestTimeout(),
        options.getStalled(),
        options.getTrustedProxies().stream()
            .filter(each -> !each.equals(SocketConfig.UNIX))
            .map(Cidr::parse)
            .toList(),
        options.getTrustedProxies().contains(SocketConfig.UNIX),
        hosts.isEmpty() ? null : HostNames.of(hosts.stream().map(HostNames::parse).toList()),
        CorsConfig.of(options.getCors(), at.at("cors")),
        TlsConfig.of(options, at.at("tls")),
        options.getWriter(),
        SocketConfig.of(options, at));
  }

  /**
   * Whether others than programs of the machine itself can connect. A name that is not known to be
   * the machine's own is not looked up, and counts as an address of the network.
   */
  public boolean isOpenToOthers() {
    return socket.unixSocket() == null && !HostNames.isLoopback(host);
  }

  /** Refuses what cannot stand for a proxy. */
  public static void requireProxy(String text) {
    if (!text.equals(SocketConfig.UNIX)) {
      Cidr.parse(text);
    }
  }

  /** The same on this address, for the admin port. */
  HttpConfig onAdminPort(String adminHost, int adminPort) {
    return with(adminHost, adminPort, false, null, CorsConfig.NONE, null, socket.onAdminPort());
  }

  /** The same on this address. */
  public HttpConfig at(String otherHost, int otherPort) {
    return with(otherHost, otherPort, trustsSocket, hosts, cors, tls, socket);
  }

  private HttpConfig with(
      String otherHost,
      int otherPort,
      boolean otherTrust,
      @Nullable HostNames otherHosts,
      CorsConfig otherCors,
      @Nullable TlsConfig otherTls,
      SocketConfig otherSocket) {
    return new HttpConfig(
        otherHost,
        otherPort,
        drainDelay,
        drain,
        drainRetry,
        requestTimeout,
        stalled,
        trustedProxies,
        otherTrust,
        otherHosts,
        otherCors,
        otherTls,
        writer,
        otherSocket);
  }
}
