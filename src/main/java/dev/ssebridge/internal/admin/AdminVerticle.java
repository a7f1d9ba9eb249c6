package dev.ssebridge.internal.admin;

import dev.ssebridge.BridgeHealth;
import dev.ssebridge.BridgeHealth.Part;
import dev.ssebridge.internal.config.AdminConfig;
import dev.ssebridge.internal.http.HostRule;
import dev.ssebridge.internal.http.Problem;
import dev.ssebridge.internal.http.RouterErrors;
import dev.ssebridge.metrics.BridgeMeters;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.healthchecks.Status;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.healthchecks.HealthCheckHandler;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code /live} and {@code /ready} on a port of its own: 200 where all is well, 503 where
 * something is not, with the parts as JSON; and {@code /metrics}, as Prometheus reads them. One
 * instance, on a loop of its own choice.
 */
public final class AdminVerticle extends VerticleBase {
  /** Beyond what a loop may take, so that what is said is what was found. */
  private static final long GRACE_MILLIS = 1000;

  private static final int IDLE_SECONDS = 60;

  private final AdminConfig config;
  private final HostRule hosts;
  private final Supplier<Future<BridgeHealth>> health;

  private final Supplier<String> metrics;

  private @Nullable HttpServer server;
  private @Nullable Future<String> scrape;

  /**
   * @param health looks at it, within the time that the configuration gives to the loops
   * @param metrics puts them together; not called on an event loop, as it takes its time
   */
  public AdminVerticle(
      AdminConfig config, Supplier<Future<BridgeHealth>> health, Supplier<String> metrics) {
    this.config = config;
    this.hosts = HostRule.ofAddress(config.host());
    this.health = health;
    this.metrics = metrics;
  }

  /** The port that it listens on, once it is started. */
  public int actualPort() {
    HttpServer listening = server;
    return listening == null ? 0 : listening.actualPort();
  }

  @Override
  public Future<?> start() {
    Router router = Router.router(vertx);
    RouterErrors.answeredBy(router, request -> {}); // no page of another origin
    router.route().handler(this::requireHost);
    router
        .get("/live")
        .handler(HealthCheckHandler.createWithHealthChecks(checks(List.of(BridgeHealth.LOOPS))));
    router
        .get("/ready")
        .handler(
            HealthCheckHandler.createWithHealthChecks(
                checks(List.of(BridgeHealth.LOOPS, BridgeHealth.ROUTES, BridgeHealth.SOURCES))));
    router.get("/metrics").handler(this::scrape);
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(config.host())
            .setPort(config.port())
            .setIdleTimeout(IDLE_SECONDS);
    HttpServer made = vertx.createHttpServer(options).requestHandler(router);
    server = made;
    return made.listen();
  }

  private void requireHost(RoutingContext context) {
    Problem problem = hosts.problemOf(context.request());
    if (problem == null) {
      context.next();
    } else {
      problem.send(context.response());
    }
  }

  /** Whoever asks while another does gets the same answer. */
  private void scrape(RoutingContext context) {
    Future<String> asked = scrape;
    if (asked == null || asked.isComplete()) {
      asked = vertx.executeBlocking(metrics::get);
      scrape = asked;
    }
    asked.onComplete(
        text ->
            context
                .response()
                .putHeader(HttpHeaders.CONTENT_TYPE, BridgeMeters.TEXT_TYPE)
                .end(text),
        context::fail);
  }

  private HealthChecks checks(List<String> parts) {
    HealthChecks checks = HealthChecks.create(vertx);
    long timeout = config.loopTimeout().toMillis() + GRACE_MILLIS;
    for (String name : parts) {
      checks.register(
          name, timeout, told -> health.get().map(found -> statusOf(found, name)).onComplete(told));
    }
    return checks;
  }

  private static Status statusOf(BridgeHealth health, String name) {
    for (Part part : health.parts()) {
      if (part.name().equals(name)) {
        return part.reason() == null
            ? Status.OK()
            : Status.KO(new JsonObject().put("reason", part.reason()));
      }
    }
    return Status.OK();
  }

  @Override
  public Future<?> stop() {
    HttpServer listening = server;
    return listening == null ? Future.succeededFuture() : listening.close();
  }
}
