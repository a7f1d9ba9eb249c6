package dev.ssebridge.internal.app;

import dev.ssebridge.HttpOptions;
import dev.ssebridge.LimitsOptions;
import dev.ssebridge.LogOptions;
import dev.ssebridge.ReloadMode;
import dev.ssebridge.RuntimeOptions;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.client.SseClientVerticle;
import dev.ssebridge.internal.client.KeptFiles;
import dev.ssebridge.internal.client.SourceGroup;
import dev.ssebridge.internal.config.AdminConfig;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.ConfigFile;
import dev.ssebridge.internal.config.ConfigWarnings;
import dev.ssebridge.internal.config.DemoConfig;
import dev.ssebridge.internal.config.RuntimeConfig;
import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.transport.Transport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A running bridge with all that belongs to it, in a Vert.x of its own. Thread-safe. */
final class Program {
  private static final Logger LOG = Logger.getLogger(Program.class.getName());
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  static final Duration STOP_GRACE = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final List<BridgeVerticle> bridges = new CopyOnWriteArrayList<>();
  private final ConfigFile first;
  private final ReloadRequests requests;
  private final LifeLines life;
  private final ProgramMetrics metrics;
  private final @Nullable ClusterNode cluster;
  private final ConfigWatch watch;

  // written by start, before anybody else sees the program
  private @Nullable Reloader reloader;
  private String address = "";

  private final AdminPort admin;

  /** The deployment of the sources, once there is one. */
  private volatile @Nullable String sources;

  private Program(ProgramVertx made, ConfigFile file, ReloadRequests requests, LifeLines life) {
    this.life = life;
    this.vertx = made.vertx();
    this.metrics = made.metrics();
    this.cluster = made.cluster();
    this.first = file;
    this.requests = requests;
    this.watch = new ConfigWatch(requests::request);
    this.admin =
        new AdminPort(
            () -> bridges.get(0).server().bridge(),
            this::running,
            this::metrics,
            new Commands(requests),
            cluster);
  }

  /** Starts a bridge whose configuration stays as it is. Blocks until it listens. */
  static Program start(ConfigFile file, int instances) throws StartException {
    Reading only = new Reading(file, Instant.now());
    return start(only, instances, named -> only, new ReloadRequests());
  }

  /**
   * Starts a bridge. Blocks until it listens.
   *
   * @param instances how many event loops serve HTTP
   * @param reader reads everything again; blocks
   * @param requests asks for that, from now on, and what was asked for before
   * @throws StartException if it cannot be started; then nothing is left running
   */
  static Program start(
      Reading reading, int instances, Reading.Reader reader, ReloadRequests requests)
      throws StartException {
    ConfigFile file = reading.config();
    IdleMemory.giveBack();
    RuntimeConfig runtime = file.config().vertx();
    Transport transport = ProgramVertx.transport(runtime);
    LifeLines life = LifeLines.starting(file, transport.name(), instances);
    ConfigWarnings.ofProgram(file.config())
        .forEach(warning -> LOG.warning(() -> file.located(warning).toString()));
    List<String> problems = KeptFiles.problems(file.config());
    if (!problems.isEmpty()) {
      throw new StartException(String.join("\n", problems));
    }
    FilesAtStart files;
    try {
      files = FilesAtStart.of(reading);
    } catch (UnfitValueException unreadable) {
      throw new StartException("/http/tls: " + unreadable.getMessage(), unreadable);
    }
    Program program =
        new Program(
            ProgramVertx.of(runtime, transport, file.config().cluster()), file, requests, life);
    try {
      await(program.deploy(file, instances), START_TIMEOUT);
      program.begin(files, reader, instances);
      life.ready(program.address, file.config());
      ClusterNotes.of(file.config()).forEach(LOG::info);
      return program;
    } catch (ExecutionException failed) {
      program.close();
      throw new StartException(
          StartException.reason(file.config().http(), failed.getCause()), failed);
    } catch (TimeoutException late) {
      program.close();
      throw new StartException("cannot start within " + START_TIMEOUT.toSeconds() + " s", late);
    }
  }

  private void begin(FilesAtStart files, Reading.Reader reader, int instances) {
    Reloader made =
        new Reloader(
            bridges.stream().map(BridgeVerticle::server).toList(),
            admin.server(),
            files,
            reader,
            this::sourceGroup,
            options -> deploySources(ofSources(options), spread(instances)));
    reloader = made;
    watch.follow(made.running(), made.attempt());
    requests.begin(
        () -> {
          watch.reading();
          JsonObject told = made.reload();
          watch.follow(made.running(), made.attempt());
          return told;
        });
  }

  private @Nullable SourceGroup sourceGroup() {
    String deployment = sources;
    return deployment == null ? null : SourceGroup.of(vertx, deployment);
  }

  /** Ends every stream and stops. Blocks while it does, for a limited time. */
  void stop() {
    close();
    life.stopped(bridges.get(0).server().bridge());
  }

  private void close() {
    admin.onStopping();
    watch.close();
    requests.close(STOP_GRACE);
    BridgeConfig config = running().config();
    admin.serveOn(config.http().drainDelay());
    Duration limit = StopOrder.limit(config);
    Future<?> ended = StopOrder.undeployAll(vertx, sources, admin.deployment(), admin::drain);
    close(
        () -> {
          if (reloader == null) {
            await(ended, limit); // it has not served
          } else {
            life.drain(ended, config.http().drain(), limit, this::openStreams);
          }
        });
    if (cluster != null) {
      close(() -> await(cluster.leave(vertx), STOP_GRACE));
    }
    // By itself: a future of a deployment is completed on a loop that ends with Vert.x.
    close(() -> await(vertx.close(), STOP_GRACE));
  }

  private interface Closing {
    void await() throws ExecutionException, TimeoutException;
  }

  private static void close(Closing closing) {
    try {
      closing.await();
    } catch (ExecutionException | TimeoutException failed) {
      LOG.log(Level.WARNING, "not everything could be ended", failed);
    }
  }

  private int openStreams() {
    return bridges.get(0).server().bridge().openStreams();
  }

  private Future<?> deploy(ConfigFile file, int instances) {
    BridgeConfig config = file.config();
    DemoConfig demo = config.demo();
    DeploymentOptions spread = spread(instances);
    Supplier<BridgeVerticle> bridge =
        () -> {
          BridgeVerticle one = new BridgeVerticle(config, admin::console);
          bridges.add(one);
          return one;
        };
    Future<?> deployed =
        vertx
            .deployVerticle(bridge, spread)
            .onSuccess(id -> address = ListeningAt.tell(config.http(), bridges.get(0).server()));
    if (!config.sources().isEmpty() || config.control().sources() != null) {
      deployed = deployed.compose(id -> deploySources(ofSources(file.options()), spread));
    }
    if (demo != null) {
      deployed = deployed.compose(id -> vertx.deployVerticle(new DemoVerticle(demo)));
    }
    AdminConfig port = config.admin();
    if (port != null) {
      deployed = deployed.compose(id -> admin.deploy(vertx, config, port));
    }
    return deployed;
  }

  private static DeploymentOptions spread(int instances) {
    return new DeploymentOptions().setInstances(instances);
  }

  /** What is for those who follow sources. */
  private static SseBridgeOptions ofSources(SseBridgeOptions all) {
    return new SseBridgeOptions(all)
        .setHttp(new HttpOptions())
        .setLimits(new LimitsOptions())
        .setLog(new LogOptions())
        .setVertx(new RuntimeOptions())
        .setReload(ReloadMode.SIGNAL)
        .setDemo(null)
        .setCluster(null)
        .setAdmin(null);
  }

  private Future<String> deploySources(SseBridgeOptions options, DeploymentOptions spread) {
    return vertx
        .deployVerticle(() -> new SseClientVerticle(options), spread)
        .onSuccess(id -> sources = id)
        .recover(
            failure ->
                Future.failedFuture(
                    new StartException(
                        "cannot follow the sources: " + failure.getMessage(), failure)));
  }

  /** What is in effect now. */
  private ConfigFile running() {
    return reloader == null ? first : reloader.running().config();
  }

  /** What it measures, as Prometheus reads it. */
  String metrics() {
    return metrics.text(vertx, bridges.get(0).server().bridge());
  }

  /** Where it listens: scheme, host and port, or the path of a Unix domain socket. */
  String address() {
    return address;
  }

  static void await(Future<?> future, Duration timeout)
      throws ExecutionException, TimeoutException {
    try {
      future
          .toCompletionStage()
          .toCompletableFuture()
          .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ExecutionException(interrupted);
    }
  }
}
