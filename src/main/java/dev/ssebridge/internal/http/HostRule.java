package dev.ssebridge.internal.http;

import dev.ssebridge.internal.config.HttpConfig;
import dev.ssebridge.internal.url.HostNames;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Turns away requests that are meant for another host. Any thread. */
public final class HostRule {

  // written by the first request, which finds the same as every other
  private volatile @Nullable HostNames names;

  private HostRule(@Nullable HostNames names) {
    this.names = names;
  }

  /**
   * For a server of this configuration. Where it names no hosts, a server that listens on a
   * loopback address serves loopback names only: pages of the machine's own browsers are the reason
   * to listen there. No page can reach a Unix domain socket.
   */
  public static HostRule ofServer(HttpConfig http) {
    if (http.hosts() != null) {
      return new HostRule(http.hosts());
    }
    boolean any = http.socket().unixSocket() != null || HostNames.isWildcard(http.host());
    return new HostRule(any ? HostNames.ANY : null);
  }

  /**
   * For a server that is reached by the names of the machine itself, or by any.
   *
   * @param host the address that it listens on
   */
  public static HostRule ofAddress(String host) {
    return new HostRule(HostNames.isLoopback(host) ? HostNames.LOOPBACK : HostNames.ANY);
  }

  /** For a router of an application; {@code null} where the configuration names no hosts. */
  public static @Nullable HostRule ofRouter(HttpConfig http) {
    return http.hosts() == null ? null : new HostRule(http.hosts());
  }

  /** The answer to a request for another host, 421 (RFC 9110, section 15.5.20), or none. */
  public @Nullable Problem problemOf(HttpServerRequest request) {
    HostNames permitted = names(request);
    if (permitted.equals(HostNames.ANY)) {
      return null;
    }
    HostAndPort authority = request.authority();
    String host = authority == null ? request.getHeader(HttpHeaders.HOST) : authority.host();
    // HTTP/1.0 needs none, and no browser speaks it.
    if (host == null ? request.version() == HttpVersion.HTTP_1_0 : permitted.permits(host)) {
      return null;
    }
    return new Problem(
        421, "host: expected one of those that are served here, got " + described(host));
  }

  private static String described(@Nullable String host) {
    if (host == null) {
      return "none";
    }
    return "\""
        + (host.length() <= 255 ? host : host.substring(0, 255) + "...")
        + "\"; list it in http.hosts if it is a name of this server";
  }

  private HostNames names(HttpServerRequest request) {
    HostNames known = names;
    if (known == null) {
      // Not the one that a header of the PROXY protocol tells.
      SocketAddress local = request.connection().localAddress(true);
      String address = local == null ? null : local.hostAddress();
      known = address == null || HostNames.isLoopback(address) ? HostNames.LOOPBACK : HostNames.ANY;
      names = known;
    }
    return known;
  }
}
