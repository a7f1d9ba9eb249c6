package dev.ssebridge.internal.door;

import dev.ssebridge.internal.config.HttpConfig;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** What servers listen on. The instances of a deployment share a free port, and no other does. */
final class ListenAddress {
  /** Behind the ids of the free ports of the servers themselves. */
  private static final int REDIRECTS = 1 << 30;

  private ListenAddress() {}

  /** That of a server. */
  static SocketAddress of(HttpConfig http, Context context) {
    String path = http.socket().unixSocket();
    if (path != null) {
      return SocketAddress.domainSocketAddress(path);
    }
    return of(http.host(), http.port(), 1, context.deploymentID());
  }

  /** That of one which leads to a server with TLS. */
  static SocketAddress ofRedirect(String host, int port, Context context) {
    return of(host, port, REDIRECTS, context.deploymentID());
  }

  private static SocketAddress of(String host, int port, int firstId, @Nullable String deployment) {
    if (port != 0 || deployment == null) {
      return SocketAddress.inetSocketAddress(port, host);
    }
    return SocketAddress.sharedRandomPort(
        firstId + (deployment.hashCode() & (Integer.MAX_VALUE >> 1)), host);
  }

  /** Where a server is reached that listens. */
  static SocketAddress reachedAt(HttpConfig http, HttpServer listening) {
    String path = http.socket().unixSocket();
    return path == null
        ? SocketAddress.inetSocketAddress(listening.actualPort(), http.host())
        : SocketAddress.domainSocketAddress(path);
  }
}
