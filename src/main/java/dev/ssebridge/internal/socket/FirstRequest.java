package dev.ssebridge.internal.socket;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.util.concurrent.TimeUnit;

/** A request that a server sends to itself. */
final class FirstRequest {
  private static final int MILLIS = 1000;
  private static final String LOCAL = "PROXY UNKNOWN\r\n";
  private static final String OPTIONS =
      "OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

  private FirstRequest() {}

  /**
   * Sends it, and waits for the answer for a while.
   *
   * @param ssl whether over TLS
   * @param proxied whether behind a header of the PROXY protocol
   */
  static Future<?> send(Vertx vertx, SocketAddress server, boolean ssl, boolean proxied) {
    // The client of Vert.x takes no IPv6 address for a server that is named beside the host.
    boolean isIpv6 = server.isInetSocket() && server.host().contains(":");
    return proxied || isIpv6
        ? sendPlainly(vertx, server, ssl, proxied ? LOCAL : "")
        : send(vertx, server, ssl);
  }

  private static Future<?> send(Vertx vertx, SocketAddress server, boolean ssl) {
    HttpClient client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setSsl(ssl)
                .setTrustAll(true) // nothing is told
                .setVerifyHost(false)
                .setConnectTimeout(MILLIS));
    return client
        .request(
            new RequestOptions()
                .setMethod(HttpMethod.OPTIONS)
                .setServer(server)
                .setHost("localhost")
                .setPort(Math.max(0, server.port()))
                .setURI("*")
                .setTimeout(MILLIS))
        .compose(HttpClientRequest::send)
        .eventually(client::close);
  }

  /** Without a client of HTTP, behind these bytes. */
  private static Future<?> sendPlainly(
      Vertx vertx, SocketAddress server, boolean ssl, String first) {
    NetClient client = vertx.createNetClient(new NetClientOptions().setConnectTimeout(MILLIS));
    return client
        .connect(server)
        .compose(
            socket -> {
              Promise<Void> closed = Promise.promise();
              socket.closeHandler(end -> closed.complete());
              socket.handler(answer -> {});
              return socket
                  .write(first)
                  .compose(written -> ssl ? encrypt(socket) : Future.succeededFuture())
                  .compose(ready -> socket.write(Buffer.buffer(OPTIONS)))
                  .compose(sent -> closed.future());
            })
        .timeout(MILLIS, TimeUnit.MILLISECONDS)
        .eventually(client::close);
  }

  private static Future<Void> encrypt(NetSocket socket) {
    return socket.upgradeToSsl(
        new ClientSSLOptions().setTrustAll(true).setHostnameVerificationAlgorithm(""));
  }
}
