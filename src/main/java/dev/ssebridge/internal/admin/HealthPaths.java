package dev.ssebridge.internal.admin;

import dev.ssebridge.BridgeHealth;
import dev.ssebridge.BridgeHealth.Part;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.healthchecks.CheckResult;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.healthchecks.Status;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.healthchecks.HealthCheckHandler;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code /live} and {@code /ready}: 200 where all is well, 503 where something is not, with the
 * parts as JSON. A request that comes while another waits gets the same answer.
 */
final class HealthPaths {
  /** Beyond what a loop may take, so that what is said is what was found. */
  private static final long GRACE_MILLIS = 1000;

  private final Vertx vertx;
  private final Administered subject;

  // guarded by this
  private @Nullable Future<BridgeHealth> look;

  HealthPaths(Vertx vertx, Administered subject) {
    this.vertx = vertx;
    this.subject = subject;
  }

  void mount(Router router) {
    add(router, "/live", List.of(BridgeHealth.LOOPS));
    List<String> ready =
        new ArrayList<>(List.of(BridgeHealth.LOOPS, BridgeHealth.ROUTES, BridgeHealth.SOURCES));
    if (subject.cluster() != null) {
      ready.add(BridgeHealth.CLUSTER);
    }
    add(router, "/ready", ready);
  }

  private void add(Router router, String path, List<String> parts) {
    HealthChecks checks = checks(parts);
    router.get(path).handler(HealthCheckHandler.createWithHealthChecks(checks));
    router.head(path).handler(context -> answerHead(context, checks));
  }

  /** The handler would write a body, which is no answer to this over HTTP/2. */
  private static void answerHead(RoutingContext context, HealthChecks checks) {
    checks
        .checkStatus()
        .onComplete(
            found -> {
              boolean up = found.succeeded() && CheckResult.isUp(found.result());
              context.response().setStatusCode(up ? 200 : 503).end();
            });
  }

  private HealthChecks checks(List<String> parts) {
    HealthChecks checks = HealthChecks.create(vertx);
    long timeout = subject.admin().loopTimeout().toMillis() + GRACE_MILLIS;
    for (String name : parts) {
      checks.register(
          name,
          timeout,
          told ->
              now()
                  .map(found -> statusOf(found, name))
                  .map(status -> name.equals(BridgeHealth.CLUSTER) ? ofCluster(status) : status)
                  .onComplete(told));
    }
    return checks;
  }

  /** With its size, which nothing else tells. */
  private Status ofCluster(Status status) {
    JsonObject cluster = subject.cluster();
    if (cluster == null) {
      return status;
    }
    JsonObject all = status.getData() == null ? new JsonObject() : status.getData().copy();
    return status.setData(all.mergeIn(cluster));
  }

  private synchronized Future<BridgeHealth> now() {
    Future<BridgeHealth> present = look;
    if (present == null || present.isComplete()) {
      present = subject.health();
      look = present;
    }
    return present;
  }

  private static Status statusOf(BridgeHealth health, String name) {
    for (Part part : health.parts()) {
      if (part.name().equals(name) && !part.isUp()) {
        return Status.KO(new JsonObject().put("reason", part.reason()));
      }
    }
    return Status.OK();
  }
}
