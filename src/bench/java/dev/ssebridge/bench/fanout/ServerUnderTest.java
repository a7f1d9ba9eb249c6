package dev.ssebridge.bench.fanout;

import dev.ssebridge.internal.app.Main;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.core.transport.Transport;
import io.vertx.ext.bridge.PermittedOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.sockjs.SockJSBridgeOptions;
import io.vertx.ext.web.handler.sockjs.SockJSHandler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The process of one server: {@code <peer> <port> <JSON, what else a bridge is configured with>}.
 * Collects garbage for every line on its standard input, answers with the bytes in use, and exits
 * when the input ends, so that it never outlives the benchmark.
 */
public final class ServerUnderTest {
  private static final long HOUR_MILLIS = 3_600_000;

  private ServerUnderTest() {}

  /** Runs a server. */
  public static void main(String[] arguments) throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err);
    int port = Integer.parseInt(arguments[1]);
    Peer peer = Peer.valueOf(arguments[0].toUpperCase(Locale.ROOT));
    switch (peer) {
      case AUTO, PUBLIC -> bridge(peer, port, new JsonObject(arguments[2]));
      case SOCKJS -> listen(port, ServerUnderTest::sockJs);
      case NAIVE -> listen(port, ServerUnderTest::naive);
    }
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (commands.readLine() != null) {
      System.gc();
      System.gc();
      answers.println(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    Runtime.getRuntime().halt(0);
  }

  /** The program itself, from a file. */
  private static void bridge(Peer peer, int port, JsonObject more) throws IOException {
    JsonObject route = new JsonObject().put("path", "/bench").put("address", Peer.ADDRESS);
    JsonObject config =
        new JsonObject()
            .put("http", new JsonObject().put("port", port).put("writer", peer.option()))
            .put("routes", new JsonObject().put("bench", route))
            .put("publish", new JsonObject().put("bench", route))
            .mergeIn(more, true);
    Path file = Files.createTempFile("fanout", ".json");
    Files.writeString(file, config.encode());
    Main.main(new String[] {file.toString()});
    Files.delete(file);
  }

  private interface Mount {
    void on(Vertx vertx, Router router);
  }

  private static void listen(int port, Mount mount) {
    Transport best = Transport.nativeTransport();
    Transport transport = best != null && best.available() ? best : Transport.NIO;
    Vertx vertx = Vertx.builder().withTransport(transport).build();
    Router router = Router.router(vertx);
    router.post("/bench").handler(ServerUnderTest::publish);
    mount.on(vertx, router);
    vertx.createHttpServer().requestHandler(router).listen(port, "127.0.0.1");
  }

  private static void publish(RoutingContext context) {
    context
        .request()
        .body()
        .map(Buffer::toString)
        .onSuccess(body -> context.vertx().eventBus().publish(Peer.ADDRESS, body))
        .onSuccess(body -> context.response().setStatusCode(204).end());
  }

  private static void naive(Vertx vertx, Router router) {
    router
        .get("/bench")
        .handler(
            context -> {
              HttpServerResponse response = context.response();
              response.putHeader("content-type", "text/event-stream").setChunked(true);
              MessageConsumer<String> consumer =
                  vertx
                      .eventBus()
                      .consumer(Peer.ADDRESS, (Message<String> m) -> write(response, m.body()));
              context.addEndHandler(ended -> consumer.unregister());
              response.writeHead();
            });
  }

  private static void write(HttpServerResponse response, String body) {
    response.write("data: " + body + "\n\n");
  }

  private static void sockJs(Vertx vertx, Router router) {
    // Without a ping the bridge would close the sockets.
    SockJSBridgeOptions options = new SockJSBridgeOptions().setPingTimeout(HOUR_MILLIS);
    options.addOutboundPermitted(new PermittedOptions().setAddress(Peer.ADDRESS));
    router.route("/eventbus*").subRouter(SockJSHandler.create(vertx).bridge(options));
  }
}
