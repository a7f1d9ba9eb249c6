package dev.ssebridge.client;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Lets a contract-test harness drive {@link EventSource}s over HTTP: {@code POST /} creates a
 * stream, commands and DELETE go to its Location, what it sees is posted to the call-back URL.
 */
public final class ContractService {
  private static final List<String> CAPABILITIES =
      List.of(
          "bom",
          "comments",
          "headers",
          "last-event-id",
          "post",
          "read-timeout",
          "report",
          "restart",
          "server-directed-shutdown-request",
          "x-pause",
          "x-max-event-size",
          "x-auth-refresh",
          "x-proxy",
          "x-tls",
          "x-connect-timeout",
          "x-backoff",
          "x-retry-5xx",
          "x-retry-after",
          "x-closed");

  private final Vertx vertx;
  private final HttpClient callbacks;
  private final Runnable exit;
  private final Map<String, ContractStream> streams = new ConcurrentHashMap<>();
  private final AtomicInteger created = new AtomicInteger();

  private ContractService(Vertx vertx, Runnable exit) {
    this.vertx = vertx;
    this.exit = exit;
    this.callbacks =
        vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(100).setMaxWaitQueueSize(-1));
  }

  /** Runs the service on the port that is the one argument, until {@code DELETE /}. */
  public static void main(String[] args) {
    if (args.length != 1 || !args[0].matches("[0-9]{1,5}")) {
      System.err.println("expected one argument, the port, got " + String.join(" ", args));
      System.exit(2);
    }
    Vertx vertx = Vertx.vertx();
    start(vertx, Integer.parseInt(args[0]), () -> System.exit(0))
        .onSuccess(server -> System.out.println("contract service on port " + server.actualPort()))
        .onFailure(
            failure -> {
              System.err.println("contract service: " + failure.getMessage());
              System.exit(1);
            });
  }

  /** Starts the service; {@code exit} is run when a client asks it to stop. */
  static Future<HttpServer> start(Vertx vertx, int port, Runnable exit) {
    ContractService service = new ContractService(vertx, exit);
    return vertx
        .createHttpServer(new HttpServerOptions().setHost("0.0.0.0").setPort(port))
        .requestHandler(service::handle)
        .listen();
  }

  private void handle(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body -> {
              try {
                answer(request, body);
              } catch (RuntimeException e) {
                request.response().setStatusCode(400).end(String.valueOf(e.getMessage()));
              }
            });
  }

  private void answer(HttpServerRequest request, Buffer body) {
    boolean root = request.path().equals("/");
    if (root && request.method().equals(HttpMethod.GET)) {
      describe(request);
    } else if (root && request.method().equals(HttpMethod.POST)) {
      create(request, body.toJsonObject());
    } else if (root && request.method().equals(HttpMethod.DELETE)) {
      request.response().setStatusCode(204).end().onComplete(sent -> exit.run());
    } else if (root) {
      request.response().setStatusCode(405).end();
    } else {
      answerFor(streams.get(request.path()), request, body);
    }
  }

  private void answerFor(@Nullable ContractStream stream, HttpServerRequest request, Buffer body) {
    if (stream == null) {
      request.response().setStatusCode(404).end();
    } else if (request.method().equals(HttpMethod.POST)) {
      command(stream, request, body.toJsonObject());
    } else if (request.method().equals(HttpMethod.DELETE)) {
      streams.remove(request.path());
      stream.close().onComplete(closed -> request.response().setStatusCode(204).end());
    } else {
      request.response().setStatusCode(405).end();
    }
  }

  private static void describe(HttpServerRequest request) {
    request
        .response()
        .putHeader("content-type", "application/json")
        .end(
            new JsonObject()
                .put("name", "vertx-sse-bridge")
                .put("capabilities", new JsonArray(CAPABILITIES))
                .encode());
  }

  private void create(HttpServerRequest request, JsonObject parameters) {
    // A null is as good as nothing.
    parameters.getMap().values().removeIf(Objects::isNull);
    String callbackUrl = parameters.getString("callbackUrl");
    if (callbackUrl == null || parameters.getString("streamUrl") == null) {
      throw new IllegalArgumentException("streamUrl and callbackUrl are required");
    }
    if (!callbackUrl.matches("https?://[^/].*")) {
      throw new IllegalArgumentException("callbackUrl: expected a URL, got " + callbackUrl);
    }
    EventSourceBuilder source = ContractOptions.of(vertx, parameters);
    String location = "/streams/" + created.incrementAndGet();
    ContractStream stream = new ContractStream(vertx, callbacks, callbackUrl, source);
    streams.put(location, stream);
    request.response().setStatusCode(201).putHeader("location", location).end();
    stream.start();
  }

  private static void command(
      ContractStream stream, HttpServerRequest request, JsonObject command) {
    Future<Void> done = Future.succeededFuture();
    switch (String.valueOf(command.getString("command"))) {
      case "restart" -> stream.restart();
      case "pause" -> done = stream.pause();
      case "resume" -> stream.resume();
      case "listen" -> {
        // Every type is passed on unasked.
      }
      default ->
          throw new IllegalArgumentException(
              "expected restart, listen, pause or resume, got " + command.encode());
    }
    done.onComplete(carriedOut -> request.response().setStatusCode(202).end());
  }
}
