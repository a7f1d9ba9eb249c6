package dev.ssebridge.internal.app;

import dev.ssebridge.BridgeHealth;
import dev.ssebridge.internal.admin.Administered;
import dev.ssebridge.internal.admin.ProgramCommands;
import dev.ssebridge.internal.bridge.BridgeRoutes;
import dev.ssebridge.internal.config.AdminConfig;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.door.EmbeddedBridge;
import dev.ssebridge.internal.door.ListeningBridge;
import dev.ssebridge.internal.http.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The admin port of the program, if it has one. Thread-safe. */
final class AdminPort {
  private static final Logger LOG = Logger.getLogger(Program.class.getName());

  private final Supplier<EmbeddedBridge> bridge;
  private final Supplier<@Nullable AdminConfig> now;
  private final Supplier<String> metrics;
  private final Supplier<JsonObject> config;
  private final ProgramCommands commands;
  private final @Nullable ClusterNode cluster;

  private volatile @Nullable String deployment;
  private volatile @Nullable AdminVerticle verticle;
  private volatile boolean stopping;

  /**
   * @param bridge that it tells of, once it is there
   * @param now who may use it
   * @param metrics as Prometheus reads them; blocks
   * @param config what is in effect, every secret hidden
   * @param cluster what the program is a node of; null for none
   */
  AdminPort(
      Supplier<EmbeddedBridge> bridge,
      Supplier<@Nullable AdminConfig> now,
      Supplier<String> metrics,
      Supplier<JsonObject> config,
      ProgramCommands commands,
      @Nullable ClusterNode cluster) {
    this.bridge = bridge;
    this.now = now;
    this.metrics = metrics;
    this.config = config;
    this.commands = commands;
    this.cluster = cluster;
  }

  /** Opens it: the last of all, so that whoever finds it there finds a bridge that listens. */
  Future<String> deploy(Vertx vertx, BridgeConfig whole, AdminConfig admin) {
    AdminVerticle made = new AdminVerticle(whole, new Subject(admin));
    return vertx
        .deployVerticle(made)
        .onSuccess(
            id -> {
              deployment = id;
              verticle = made;
              int port = server().stream().mapToInt(ListeningBridge::actualPort).sum();
              LOG.info(
                  () ->
                      "admin port: http://"
                          + ListeningAt.authority(admin.host(), port)
                          + " (/live, /ready, /metrics, /openapi.json)");
            })
        .recover(
            failure ->
                Future.failedFuture(
                    new StartException(
                        "cannot listen on "
                            + ListeningAt.authority(admin.host(), admin.port())
                            + " (admin): "
                            + failure.getMessage(),
                        failure)));
  }

  /** What listens there: one, or none. */
  List<ListeningBridge> server() {
    AdminVerticle made = verticle;
    ListeningBridge listening = made == null ? null : made.server();
    return listening == null ? List.of() : List.of(listening);
  }

  /** Ends the streams that were opened through it, and goes on to tell how the bridge is. */
  Future<Void> drain() {
    AdminVerticle made = verticle;
    return made == null ? Future.succeededFuture() : made.drain();
  }

  /** The program. */
  private final class Subject implements Administered {
    private final AdminConfig admin;

    Subject(AdminConfig admin) {
      this.admin = admin;
    }

    @Override
    public AdminConfig admin() {
      AdminConfig present = now.get();
      return present == null ? admin : present; // taken out, which needs a restart
    }

    @Override
    public @Nullable BridgeRoutes routes() {
      return bridge.get().routes();
    }

    @Override
    public Future<BridgeHealth> health() {
      Future<BridgeHealth> health = bridge.get().health(admin.loopTimeout(), stopping);
      return cluster == null ? health : health.map(found -> cluster.in(found));
    }

    @Override
    public @Nullable JsonObject cluster() {
      return cluster == null ? null : cluster.toJson();
    }

    @Override
    public String metrics() {
      return metrics.get();
    }

    @Override
    public JsonObject config() {
      return config.get();
    }

    @Override
    public @Nullable Problem problemOfHost(HttpServerRequest request) {
      return null; // the server has looked at it
    }

    @Override
    public ProgramCommands program() {
      return commands;
    }
  }

  /** Its deployment; null where there is none. */
  @Nullable String deployment() {
    return deployment;
  }

  /** Is not ready from now on. */
  void onStopping() {
    stopping = true;
  }

  /**
   * Blocks for so long: nobody is sent here any more once whoever sends them has asked again
   * whether it is ready.
   */
  void serveOn(Duration delay) {
    if (deployment == null || delay.isZero()) {
      return;
    }
    LOG.info(() -> "told to stop: not ready, and the streams end in " + delay.toMillis() + " ms");
    try {
      Thread.sleep(delay.toMillis());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
