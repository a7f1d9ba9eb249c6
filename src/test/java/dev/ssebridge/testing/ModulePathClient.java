package dev.ssebridge.testing;

import dev.ssebridge.client.EventSource;
import dev.ssebridge.client.EventSourceOptions;
import dev.ssebridge.client.ReconnectPolicy;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A program that follows a stream of its own, over three connections, and tells what came. */
public final class ModulePathClient {
  private ModulePathClient() {}

  public static void main(String[] args) throws Exception {
    Vertx vertx = Vertx.vertx();
    HttpServer server =
        await(
            vertx
                .createHttpServer()
                .requestHandler(
                    request ->
                        request
                            .response()
                            .putHeader("content-type", "text/event-stream")
                            .end("data: x\n\n"))
                .listen(0, "127.0.0.1"));
    BlockingQueue<String> data = new LinkedBlockingQueue<>();
    EventSource source =
        EventSource.create(
            vertx,
            new EventSourceOptions("http://127.0.0.1:" + server.actualPort() + "/")
                .setReconnect(new ReconnectPolicy().setRetry(Duration.ZERO)));
    source.handler(event -> data.add(String.valueOf(event.data())));
    await(source.connect());
    for (int event = 0; event < 3; event++) {
      System.out.println(EventSource.class.getModule() + " got " + data.poll(20, TimeUnit.SECONDS));
    }
    await(source.close());
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
