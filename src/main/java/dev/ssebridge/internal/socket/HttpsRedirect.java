package dev.ssebridge.internal.socket;

import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.http.Problem;
import dev.ssebridge.internal.url.HostNames;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A port without TLS that leads to the server which speaks it: requests to read get 308 (RFC 9110,
 * section 15.4.9) with the same host and target, others are refused, as what they bring has gone
 * over the network in clear text. It has the limits of that server, and its rule for hosts.
 */
public final class HttpsRedirect {
  private static final int HTTPS = 443;

  private final Vertx vertx;
  private final IntSupplier port;
  private final HttpServerOptions options;
  private final Connections connections;
  private final HttpServer server;

  /**
   * One that does not listen yet.
   *
   * @param config of the server that it leads to
   * @param port of https, asked for each request
   */
  public HttpsRedirect(Vertx vertx, BridgeConfig config, IntSupplier port) {
    this.vertx = vertx;
    this.port = port;
    this.options = ServerOptions.inClearText(config.http());
    this.connections = new Connections(vertx, config, options, this::serve);
    this.server = connections.server();
  }

  /** Listens on an address, on the loop of the caller. */
  public Future<Void> listen(SocketAddress address) {
    return server
        .listen(address)
        .compose(
            listening ->
                Connections.begin(
                    vertx,
                    SocketAddress.inetSocketAddress(listening.actualPort(), address.host()),
                    options));
  }

  /** The port that it listens on; 0 before it does. */
  public int actualPort() {
    return Math.max(0, server.actualPort());
  }

  /** From now on these limits hold for connections and requests. Any thread. */
  public void change(BridgeConfig config) {
    connections.change(config);
  }

  /** Closes the port and its connections. */
  public Future<Void> close() {
    return server.close();
  }

  private void serve(HttpServerRequest request) {
    HostAndPort asked = request.authority();
    String host = asked == null ? null : HostNames.written(asked.host());
    Problem problem = problemOf(request, host);
    if (problem != null) {
      Rejection.send(vertx, new BridgeRequest.Direct(request, List.of()), problem);
      return;
    }
    request
        .response()
        .setStatusCode(308)
        .putHeader(HttpHeaders.LOCATION, "https://" + host + portText() + request.uri())
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .end();
  }

  private @Nullable Problem problemOf(HttpServerRequest request, @Nullable String host) {
    HttpMethod method = request.method();
    if (host == null) {
      return new Problem(
          400, "host: expected the name of this server, got none that can be one; use https");
    }
    return HttpMethod.GET.equals(method) || HttpMethod.HEAD.equals(method)
        ? null
        : new Problem(
            403,
            "method: expected GET or HEAD, as this port only leads to https://"
                + host
                + portText()
                + ", got another; send it there, and take what was sent here as read by others");
  }

  private String portText() {
    int number = port.getAsInt();
    return number == HTTPS ? "" : ":" + number;
  }
}
