package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.SseBridgeVerticle;
import dev.ssebridge.internal.config.WriterMode;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetServer;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class WarmUpTest {
  @Test
  void aCycleIsPublishedAsAWholeAndItEndsWithItsTime(Vertx vertx) throws Exception {
    AtomicInteger read = new AtomicInteger();
    AtomicInteger unread = new AtomicInteger();
    vertx.eventBus().consumer("warm.up", message -> read.incrementAndGet());
    vertx.eventBus().consumer("warm.0", message -> unread.incrementAndGet());
    SseBridgeVerticle bridge = new SseBridgeVerticle();
    BridgeFixture.get(
        vertx.deployVerticle(
            bridge, new DeploymentOptions().setConfig(WarmUp.configuration(WriterMode.AUTO))));

    try (WarmUp traffic = new WarmUp(bridge.actualPort())) {
      traffic.run(Duration.ZERO);
    }

    Deadline.await(() -> read.get() == 1 + 1 + 1 + 8 + 1 + 1 + 1 + 64 + 32, read::toString);
    Deadline.await(() -> unread.get() == 64 + 64 + 2000 + 8, unread::toString);
  }

  @Test
  void aServerThatRefusesIsNamedWithItsAnswer(Vertx vertx) {
    HttpServer other =
        listen(vertx.createHttpServer().requestHandler(request -> answer(request, 404)));

    assertThatThrownBy(() -> run(other.actualPort()))
        .isInstanceOf(IOException.class)
        .hasMessage("expected HTTP/1.1 200 , got HTTP/1.1 404 ");
  }

  @Test
  void aServerThatDoesNotPublishIsNamedWithItsAnswer(Vertx vertx) {
    HttpServer other =
        listen(
            vertx
                .createHttpServer()
                .requestHandler(
                    request ->
                        answer(request, request.method().equals(HttpMethod.GET) ? 200 : 503)));

    assertThatThrownBy(() -> run(other.actualPort()))
        .isInstanceOf(IOException.class)
        .hasMessage("expected HTTP/1.1 202 , got HTTP/1.1 503 Service Unavailable");
  }

  @Test
  void aServerThatHangsUpEndsIt(Vertx vertx) {
    NetServer other =
        BridgeFixture.get(vertx.createNetServer().connectHandler(socket -> socket.end()).listen(0));

    assertThatThrownBy(() -> run(other.actualPort())).isInstanceOf(IOException.class);
  }

  private static HttpServer listen(HttpServer server) {
    return BridgeFixture.get(server.listen(0));
  }

  private static void answer(HttpServerRequest request, int status) {
    request.response().setStatusCode(status).end();
  }

  private static void run(int port) throws IOException, InterruptedException {
    try (WarmUp traffic = new WarmUp(port)) {
      traffic.run(Duration.ofHours(1));
    }
  }
}
