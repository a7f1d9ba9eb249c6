package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a program stops first. */
class StopOrderTest {
  private final List<String> order = new CopyOnWriteArrayList<>();

  /** Says when it begins to stop, and when it has. */
  private final class Recorder extends VerticleBase {
    private final String name;
    private final Future<Void> stopped;

    Recorder(String name, Future<Void> stopped) {
      this.name = name;
      this.stopped = stopped;
    }

    @Override
    public Future<?> stop() {
      order.add(name + " stops");
      return stopped.onComplete(done -> order.add(name + " stopped"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theSourcesAreStoppedBeforeTheServerIs(boolean cleanly) throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      Promise<Void> drained = Promise.promise();
      deploy(vertx, new Recorder("server", Future.succeededFuture()));
      String sources = deploy(vertx, new Recorder("sources", drained.future()));
      Future<?> all = StopOrder.undeployAll(vertx, sources, null, Future::succeededFuture);
      vertx.runOnContext(
          later -> {
            order.add("drained");
            if (cleanly) {
              drained.complete();
            } else {
              drained.fail("no reply");
            }
          });
      await(all.otherwiseEmpty());
      assertThat(order).endsWith("sources stopped", "server stops", "server stopped");
      assertThat(order).contains("sources stops", "drained").hasSize(5);
    } finally {
      await(vertx.close());
    }
  }

  @Test
  void whoeverAsksOnTheAdminPortIsAnsweredUntilTheServerHasStopped() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      Promise<Void> ended = Promise.promise();
      deploy(vertx, new Recorder("server", ended.future()));
      String sources = deploy(vertx, new Recorder("sources", Future.succeededFuture()));
      String admin = deploy(vertx, new Recorder("admin", Future.succeededFuture()));
      Future<?> all = StopOrder.undeployAll(vertx, sources, admin, Future::succeededFuture);
      vertx.setPeriodic(
          1,
          look -> {
            if (order.contains("server stops") && !ended.future().isComplete()) {
              order.add("streams ended");
              ended.complete();
            }
          });
      await(all);
      assertThat(order)
          .containsExactly(
              "sources stops",
              "sources stopped",
              "server stops",
              "streams ended",
              "server stopped",
              "admin stops",
              "admin stopped");
    } finally {
      await(vertx.close());
    }
  }

  @Test
  void theAdminPortIsClosedAlsoWhereTheServerCannotBeStopped() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      deploy(vertx, new Recorder("server", Future.failedFuture("as told")));
      String admin = deploy(vertx, new Recorder("admin", Future.succeededFuture()));
      await(StopOrder.undeployAll(vertx, null, admin, Future::succeededFuture).otherwiseEmpty());
      assertThat(order).endsWith("admin stops", "admin stopped");
    } finally {
      await(vertx.close());
    }
  }

  @Test
  void withoutSourcesTheServerIsStopped() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      deploy(vertx, new Recorder("server", Future.succeededFuture()));
      await(StopOrder.undeployAll(vertx, null, null, Future::succeededFuture));
      assertThat(order).containsExactly("server stops", "server stopped");
    } finally {
      await(vertx.close());
    }
  }

  private static String deploy(Vertx vertx, Deployable verticle) throws Exception {
    return await(vertx.deployVerticle(verticle));
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
