package dev.ssebridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How the server's verticle fails to start. */
@ExtendWith(VertxExtension.class)
class SseBridgeVerticleTest {
  private static JsonObject config(int port) {
    return BridgeFixture.json(
        "{'http':{'host':'127.0.0.1','port':"
            + port
            + "},'routes':{'n':{'path':'/n','address':'news'}}}");
  }

  @Test
  void nothingIsLeftOfOneWhosePortIsTaken(Vertx vertx) throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String failure =
          failureOf(vertx, new DeploymentOptions().setConfig(config(taken.getLocalPort())));
      assertThat(failure).contains("in use");
    }
    Hub hub = Hub.of(vertx);
    Deadline.await(
        () -> hub.consumedAddresses() == 0,
        () -> "no consumers, there are " + hub.consumedAddresses());
  }

  @Test
  void aWorkerIsNoPlaceForIt(Vertx vertx) throws Exception {
    String failure =
        failureOf(
            vertx,
            new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER).setConfig(config(0)));
    assertThat(failure).contains("expected the threading model EVENT_LOOP, got WORKER");
  }

  private static String failureOf(Vertx vertx, DeploymentOptions options) throws Exception {
    try {
      vertx
          .deployVerticle(SseBridgeVerticle::new, options)
          .toCompletionStage()
          .toCompletableFuture()
          .get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      return String.valueOf(e.getCause());
    }
    throw new AssertionError("expected a failure");
  }
}
