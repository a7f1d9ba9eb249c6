package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.SseBridgeVerticle;
import dev.ssebridge.internal.config.WriterMode;
import dev.ssebridge.testing.Deadline;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.NetServer;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class WarmUpTest {
  private static final long PATIENCE_SECONDS = 20;

  @Test
  void aCycleIsPublishedAsAWholeAndItEndsWithItsTime(Vertx vertx) throws Exception {
    AtomicInteger read = new AtomicInteger();
    AtomicInteger unread = new AtomicInteger();
    vertx.eventBus().consumer("warm.up", message -> read.incrementAndGet());
    vertx.eventBus().consumer("warm.0", message -> unread.incrementAndGet());
    SseBridgeVerticle bridge = new SseBridgeVerticle();
    get(
        vertx.deployVerticle(
            bridge, new DeploymentOptions().setConfig(WarmUp.configuration(WriterMode.AUTO))));

    try (WarmUp traffic = new WarmUp(bridge.actualPort())) {
      traffic.run(Duration.ZERO);
    }

    Deadline.await(() -> read.get() == 1 + 1 + 1 + 8 + 1 + 1 + 1 + 64 + 32, read::toString);
    Deadline.await(() -> unread.get() == 64 + 64 + 2000, unread::toString);
  }

  @Test
  void aServerThatRefusesIsNamedWithItsAnswer(Vertx vertx) throws Exception {
    HttpServer other =
        get(
            vertx
                .createHttpServer()
                .requestHandler(request -> request.response().setStatusCode(404).end())
                .listen(0));

    try (WarmUp traffic = new WarmUp(other.actualPort())) {
      assertThatThrownBy(() -> traffic.run(Duration.ofHours(1)))
          .isInstanceOf(IOException.class)
          .hasMessage("expected HTTP/1.1 200 , got HTTP/1.1 404 ");
    }
  }

  @Test
  void aServerThatDoesNotPublishIsNamedWithItsAnswer(Vertx vertx) throws Exception {
    HttpServer other =
        get(
            vertx
                .createHttpServer()
                .requestHandler(
                    request -> {
                      boolean reads = request.method().equals(HttpMethod.GET);
                      request.response().setStatusCode(reads ? 200 : 503).end();
                    })
                .listen(0));

    try (WarmUp traffic = new WarmUp(other.actualPort())) {
      assertThatThrownBy(() -> traffic.run(Duration.ofHours(1)))
          .isInstanceOf(IOException.class)
          .hasMessage("expected HTTP/1.1 202 , got HTTP/1.1 503 Service Unavailable");
    }
  }

  @Test
  void aServerThatHangsUpEndsIt(Vertx vertx) throws Exception {
    NetServer other = get(vertx.createNetServer().connectHandler(socket -> socket.end()).listen(0));

    try (WarmUp traffic = new WarmUp(other.actualPort())) {
      assertThatThrownBy(() -> traffic.run(Duration.ofHours(1))).isInstanceOf(IOException.class);
    }
  }

  private static <T> T get(Future<T> future)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
