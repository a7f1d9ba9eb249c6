package dev.ssebridge.internal.app;

import dev.ssebridge.internal.config.HttpConfig;
import dev.ssebridge.internal.config.TlsConfig;
import dev.ssebridge.internal.door.ListeningBridge;
import dev.ssebridge.internal.socket.TlsEngines;
import dev.ssebridge.internal.url.HostNames;
import java.util.logging.Logger;

/** Where the program listens. */
final class ListeningAt {
  private static final Logger LOG = Logger.getLogger(Program.class.getName());

  private ListeningAt() {}

  /** Scheme, host and port, or the path of a Unix domain socket; logs it. */
  static String tell(HttpConfig http, ListeningBridge server) {
    String path = http.socket().unixSocket();
    String scheme = http.tls() == null ? "http://" : "https://";
    String address =
        path != null ? place(http) : scheme + authority(http.host(), server.actualPort());
    LOG.info(() -> "listening on " + address);
    TlsConfig tls = http.tls();
    if (tls != null) {
      LOG.info(() -> "TLS by " + TlsEngines.describe(tls));
    }
    if (server.redirectPort() > 0) {
      LOG.info(() -> "http://" + authority(http.host(), server.redirectPort()) + " leads to it");
    }
    if (path == null && http.hosts() == null && HostNames.isLoopback(http.host())) {
      LOG.info(
          "requests are served for localhost and other loopback names only; list the names of"
              + " whatever proxy is in front in http.hosts");
    }
    return address;
  }

  /** Where it shall listen, as it is configured. */
  static String place(HttpConfig http) {
    String path = http.socket().unixSocket();
    return path != null ? "unix:" + path : authority(http.host(), http.port());
  }

  static String authority(String host, int port) {
    boolean isBare = host.contains(":") && !host.startsWith("[");
    return (isBare ? "[" + host + "]" : host) + ":" + port;
  }
}
