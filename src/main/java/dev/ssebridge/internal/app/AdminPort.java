package dev.ssebridge.internal.app;

import dev.ssebridge.BridgeHealth;
import dev.ssebridge.internal.admin.Administered;
import dev.ssebridge.internal.admin.ProgramCommands;
import dev.ssebridge.internal.bridge.BridgeRoutes;
import dev.ssebridge.internal.config.AdminConfig;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.ConfigFile;
import dev.ssebridge.internal.config.EffectiveConfig;
import dev.ssebridge.internal.door.EmbeddedBridge;
import dev.ssebridge.internal.door.ListeningBridge;
import dev.ssebridge.internal.http.Problem;
import dev.ssebridge.internal.text.JsonTexts;
import dev.ssebridge.internal.url.HostNames;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The admin port of the program, if it has one. Thread-safe. */
final class AdminPort {
  private static final Logger LOG = Logger.getLogger(Program.class.getName());

  private final Supplier<EmbeddedBridge> bridge;
  private final Supplier<ConfigFile> running;
  private final Supplier<String> metrics;
  private final ProgramCommands commands;
  private final @Nullable ClusterNode cluster;

  private volatile @Nullable String deployment;
  private volatile @Nullable AdminVerticle verticle;
  private volatile boolean stopping;

  /**
   * @param bridge that it tells of, once it is there
   * @param running what is in effect
   * @param metrics as Prometheus reads them; blocks
   * @param cluster what the program is a node of; null for none
   */
  AdminPort(
      Supplier<EmbeddedBridge> bridge,
      Supplier<ConfigFile> running,
      Supplier<String> metrics,
      ProgramCommands commands,
      @Nullable ClusterNode cluster) {
    this.bridge = bridge;
    this.running = running;
    this.metrics = metrics;
    this.commands = commands;
    this.cluster = cluster;
  }

  /**
   * Opens it: the last of all, so that a bridge whose admin port is open listens already. That of
   * the demo goes elsewhere where it cannot listen: a first try is not to fail because of it.
   */
  Future<String> deploy(Vertx vertx, BridgeConfig whole, AdminConfig admin) {
    return open(vertx, whole, admin)
        .recover(
            failure -> {
              if (whole.demo() == null || admin.port() == 0 || !(failure instanceof IOException)) {
                return Future.failedFuture(failure);
              }
              LOG.info(() -> "the demo takes another admin port, as it " + reason(admin, failure));
              return open(vertx, whole.onFreeAdminPort(), admin);
            })
        .recover(
            failure -> Future.failedFuture(new StartException(reason(admin, failure), failure)));
  }

  private static String reason(AdminConfig admin, Throwable failure) {
    return "cannot listen on "
        + ListeningAt.authority(admin.host(), admin.port())
        + " (admin): "
        + failure.getMessage()
        + "; admin.port sets another one, 0 any that is free";
  }

  private Future<String> open(Vertx vertx, BridgeConfig whole, AdminConfig admin) {
    AdminVerticle made = new AdminVerticle(whole, new Subject(admin));
    return vertx
        .deployVerticle(made)
        .onSuccess(
            id -> {
              deployment = id;
              verticle = made;
              LOG.info(
                  () ->
                      "admin port: "
                          + url(admin)
                          + " ("
                          + (admin.console() ? "/console/, " : "")
                          + "/live, /ready, /metrics, /openapi.json)");
            });
  }

  private String url(AdminConfig admin) {
    int port = server().stream().mapToInt(ListeningBridge::actualPort).sum();
    return "http://" + ListeningAt.authority(admin.host(), port);
  }

  /**
   * Where the sender of a request finds the console, if the request comes from this machine, which
   * the admin port is for; otherwise null.
   */
  @Nullable String console(HttpServerRequest request) {
    AdminConfig present = now();
    return verticle == null
            || present == null
            || !present.console()
            || present.isOpenToOthers()
            || !isOfThisMachine(request)
        ? null
        : url(present) + "/console/";
  }

  private @Nullable AdminConfig now() {
    return running.get().config().admin();
  }

  /** What comes through a proxy of this machine is from elsewhere. */
  private static boolean isOfThisMachine(HttpServerRequest request) {
    SocketAddress peer = request.remoteAddress();
    String address = peer == null ? null : peer.hostAddress();
    HostAndPort host = request.authority();
    return address != null
        && HostNames.isLoopback(address)
        && host != null
        && HostNames.isLoopback(host.host())
        && !request.headers().contains("x-forwarded-for")
        && !request.headers().contains("forwarded");
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
      AdminConfig present = now();
      return present == null ? admin : present; // taken out, which needs a restart
    }

    @Override
    public @Nullable String name() {
      return bridge.get().name();
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
      return JsonTexts.replaced(
          EffectiveConfig.of(running.get().options()).toConfig(), HiddenTexts::without);
    }

    @Override
    public JsonObject origins() {
      return JsonTexts.replaced(EffectiveConfig.of(running.get()).origins(), HiddenTexts::without);
    }

    @Override
    public @Nullable Problem problemOfHost(HttpServerRequest request) {
      return null; // the server has looked at it
    }

    @Override
    public void lookAfterConnection(HttpServerRequest request) {
      // The server does, from its beginning.
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
   * Blocks for this time: once a load balancer has asked again whether this is ready, it sends
   * nobody here any more.
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
