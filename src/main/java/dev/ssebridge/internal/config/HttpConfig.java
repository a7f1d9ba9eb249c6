package dev.ssebridge.internal.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP server.
 *
 * @param host the address to listen on
 * @param port the port to listen on, 0 for a free one
 * @param drain over how long a shutdown spreads the ends of the streams
 * @param drainRetry the reconnection time sent, with jitter, before a stream ends by a shutdown
 * @param requestTimeout how long a connection may be without a request, 0 for as long as it likes
 * @param stalled how long a connection may take nothing of its answers, 0 for as long as it likes
 * @param trustedProxies whose word about the remote of a request is believed
 * @param hosts the names that requests may be for, or null for what the address asks for
 * @param cors what pages of other origins may do
 * @param tls certificate and key, or null for plain HTTP
 * @param writer how events are written to connections
 */
public record HttpConfig(
    String host,
    int port,
    Duration drain,
    @Nullable Duration drainRetry,
    Duration requestTimeout,
    Duration stalled,
    List<Cidr> trustedProxies,
    @Nullable HostNames hosts,
    CorsConfig cors,
    @Nullable TlsConfig tls,
    WriterMode writer) {

  private static final int MOST_PROXIES = 1000;
  private static final int MOST_HOSTS = 1000;

  static HttpConfig read(ConfigObject in) {
    List<Cidr> proxies =
        in.optionalList("trustedProxies", ValueType.parsed(Cidr::parse), MOST_PROXIES);
    HttpConfig config =
        new HttpConfig(
            in.get("host", ValueType.text(), "127.0.0.1"),
            in.get("port", ValueType.integer(0, 65535), 8080),
            in.get("drain", ValueType.duration(Duration.ZERO), "5s"),
            in.optional("drainRetry", ValueType.duration(Duration.ZERO)),
            in.get("requestTimeout", ValueType.duration(Duration.ZERO), "60s"),
            in.get("stalled", ValueType.duration(Duration.ZERO), "30s"),
            proxies == null ? List.of() : List.copyOf(proxies),
            readHosts(in),
            in.block("cors", CorsConfig::read),
            in.optionalBlock("tls", TlsConfig::read),
            in.get("writer", ValueType.oneOf(WriterMode.class), "auto"));
    in.removed("warmUp", "compilerNice");
    in.end();
    return config;
  }

  private static @Nullable HostNames readHosts(ConfigObject in) {
    List<String> names = in.optionalList("hosts", ValueType.parsed(HostNames::parse), MOST_HOSTS);
    return names == null ? null : HostNames.of(names);
  }
}
