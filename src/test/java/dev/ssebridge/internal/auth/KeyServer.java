package dev.ssebridge.internal.auth;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.TestKey;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server of somebody else's, which is asked for keys or about requests. */
final class KeyServer implements AutoCloseable {
  private final HttpServer server;
  private final List<HttpServerRequest> requests = new CopyOnWriteArrayList<>();
  private volatile Handler<HttpServerRequest> answer;

  private KeyServer(Vertx vertx, HttpServerOptions options, Handler<HttpServerRequest> answer) {
    this.answer = answer;
    this.server =
        BridgeFixture.get(
            vertx
                .createHttpServer(options)
                .requestHandler(
                    request -> {
                      requests.add(request);
                      this.answer.handle(request);
                    })
                .listen(options.getPort(), "127.0.0.1"));
  }

  static KeyServer start(Vertx vertx, Handler<HttpServerRequest> answer) {
    return new KeyServer(vertx, new HttpServerOptions().setPort(0), answer);
  }

  static KeyServer start(
      Vertx vertx, HttpServerOptions options, Handler<HttpServerRequest> answer) {
    return new KeyServer(vertx, options, answer);
  }

  static Handler<HttpServerRequest> keys(TestKey... keys) {
    return body(TestKey.set(keys));
  }

  static Handler<HttpServerRequest> body(JsonObject json) {
    return request -> request.response().end(json.encode());
  }

  static Handler<HttpServerRequest> status(int status) {
    return request -> request.response().setStatusCode(status).end("secret of the server");
  }

  int port() {
    return server.actualPort();
  }

  String url() {
    return "http://127.0.0.1:" + port() + "/keys?token=hidden";
  }

  /** Answers like this from now on. */
  void answer(Handler<HttpServerRequest> next) {
    answer = next;
  }

  /** Those so far. */
  List<HttpServerRequest> requests() {
    return requests;
  }

  void await(int count) {
    Deadline.await(
        () -> requests.size() >= count, () -> count + " requests, got " + requests.size());
  }

  @Override
  public void close() {
    BridgeFixture.get(server.close());
  }
}
