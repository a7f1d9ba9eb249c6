package dev.ssebridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbes;
import io.netty.channel.EventLoop;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.junit5.VertxExtension;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How the server's verticle starts, or fails to. */
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

  @RepeatedTest(5)
  void everyInstanceServesOnItsOwnLoop(Vertx vertx) {
    Queue<EventLoop> own = new ConcurrentLinkedQueue<>();
    Queue<String> strangers = new ConcurrentLinkedQueue<>();
    List<SseBridgeVerticle> instances = new CopyOnWriteArrayList<>();
    Supplier<SseBridgeVerticle> made =
        () -> {
          SseBridgeVerticle instance =
              new SseBridgeVerticle() {
                @Override
                protected void configure(SseBridge bridge, Router router) {
                  EventLoop mine = currentLoop();
                  own.add(mine);
                  router
                      .route("/where")
                      .handler(
                          request -> {
                            if (currentLoop() != mine) {
                              strangers.add(mine + " on " + currentLoop());
                            }
                            request.response().end();
                          });
                }
              };
          instances.add(instance);
          return instance;
        };
    BridgeFixture.get(
        vertx.deployVerticle(made, new DeploymentOptions().setInstances(4).setConfig(config(0))));
    try (SseProbes probes = new SseProbes()) {
      for (int i = 0; i < 8; i++) {
        probes.request(instances.get(0).actualPort(), "GET", "/where").awaitEnd();
      }
    }
    assertThat(own).hasSize(4);
    assertThat(strangers).isEmpty();
  }

  private static EventLoop currentLoop() {
    return ((ContextInternal) Vertx.currentContext()).nettyEventLoop();
  }

  private static String failureOf(Vertx vertx, DeploymentOptions options) throws Exception {
    try {
      vertx
          .deployVerticle(() -> new SseBridgeVerticle(), options)
          .toCompletionStage()
          .toCompletableFuture()
          .get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      return String.valueOf(e.getCause());
    }
    throw new AssertionError("expected a failure");
  }
}
