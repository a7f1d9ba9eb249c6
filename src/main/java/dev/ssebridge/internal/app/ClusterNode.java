package dev.ssebridge.internal.app;

import dev.ssebridge.BridgeHealth;
import dev.ssebridge.BridgeHealth.Part;
import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.internal.config.ClusterConfig;
import dev.ssebridge.internal.config.OptionalJar;
import dev.ssebridge.internal.text.TimeText;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.NodeListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * This process as a node of a cluster: joins, watches, and says when it leaves. Any thread, but
 * {@link #join} is called once and blocks.
 */
final class ClusterNode {
  private static final Logger LOG = Logger.getLogger(Program.class.getName());

  private static final Duration PROGRESS = Duration.ofSeconds(2);
  private static final Duration STEP = Duration.ofMillis(100);
  private static final long LOOK_MILLIS = 1000;

  private final ClusterConfig config;
  private final ClusterManager manager;
  private final ClusterWatch watch;
  private volatile @Nullable Vertx joined;

  private ClusterNode(ClusterConfig config, ClusterManager manager) {
    this.config = config;
    this.manager = manager;
    this.watch = new ClusterWatch(config.frozen(), this::doubt);
  }

  /**
   * One that has not joined.
   *
   * @throws StartException if what it needs is not there
   */
  static ClusterNode of(ClusterConfig config) throws StartException {
    String missing =
        switch (config.manager()) {
          case HAZELCAST -> missing("io.vertx.spi.cluster.hazelcast.HazelcastClusterManager");
          case INFINISPAN -> missing(InfinispanNode.MANAGER);
        };
    if (missing != null) {
      throw new StartException(missing);
    }
    return new ClusterNode(
        config,
        switch (config.manager()) {
          case HAZELCAST -> HazelcastNode.manager(config);
          case INFINISPAN -> InfinispanNode.manager(config);
        });
  }

  private static @Nullable String missing(String type) {
    boolean isHazelcast = type.contains("hazelcast");
    String artifact = isHazelcast ? "io.vertx:vertx-hazelcast" : "io.vertx:vertx-infinispan";
    return OptionalJar.missing(type, artifact, "") == null
        ? null
        : "/cluster/manager: "
            + artifact
            + " is not in this jar; "
            + (isHazelcast
                ? "run vertx-sse-bridge-cluster.jar instead, which has it, or put it on the class"
                    + " path, see scaling.md"
                : "put it and what it needs on the class path, see scaling.md");
  }

  /**
   * Makes the Vert.x, and waits until enough nodes are there.
   *
   * @param builder of it
   * @throws StartException if that fails, or takes too long; then nothing is left running, or ends
   *     as soon as it can
   */
  Vertx join(VertxBuilder builder) throws StartException {
    LOG.info(
        () ->
            "joining the cluster \""
                + config.name()
                + "\" by "
                + config.managerName()
                + (config.members().isEmpty()
                    ? ""
                    : ", members " + String.join(", ", config.members())));
    manager.nodeListener(new Listener());
    long end = System.nanoTime() + config.joinTimeout().toNanos();
    Future<Vertx> building = builder.withClusterManager(manager).buildClustered();
    Vertx vertx = await(building, end);
    try {
      awaitNodes(end);
    } catch (StartException late) {
      close(vertx);
      throw late;
    }
    LOG.info(() -> "joined the cluster \"" + config.name() + "\": " + counted(nodes()));
    if (nodes() == 1 && !config.members().isEmpty()) {
      LOG.warning(
          () ->
              "/cluster/members: none of them answered, so this node is a cluster of its own until"
                  + " one does; that is right for the first one alone (\"minNodes\" waits for"
                  + " others)");
    }
    begin(vertx);
    return vertx;
  }

  private Vertx await(Future<Vertx> building, long end) throws StartException {
    while (true) {
      try {
        long left = end - System.nanoTime();
        Program.await(building, Duration.ofNanos(Math.max(0, Math.min(left, PROGRESS.toNanos()))));
        return building.result();
      } catch (ExecutionException failed) {
        Throwable cause = failed.getCause() == null ? failed : failed.getCause();
        LOG.log(Level.FINE, "cannot join", cause);
        throw new StartException(
            "cannot join the cluster \"" + config.name() + "\": " + reason(cause), failed);
      } catch (TimeoutException notYet) {
        if (System.nanoTime() - end >= 0) {
          building.onSuccess(ClusterNode::close);
          throw new StartException(
              "cannot join the cluster \""
                  + config.name()
                  + "\" within "
                  + TimeText.ofMillis(config.joinTimeout().toMillis())
                  + " (cluster.joinTimeout)",
              notYet);
        }
        LOG.info(() -> "joining the cluster \"" + config.name() + "\": not yet");
      }
    }
  }

  /** The first cause that says something. */
  private static String reason(Throwable failure) {
    Throwable at = failure;
    while (at.getCause() != null
        && (at instanceof VertxException || at instanceof ExecutionException)) {
      at = at.getCause();
    }
    return at.getMessage() == null ? at.toString() : at.getMessage();
  }

  private void awaitNodes(long end) throws StartException {
    long told = System.nanoTime();
    while (nodes() < config.minNodes()) {
      long now = System.nanoTime();
      if (now - end >= 0) {
        throw new StartException(
            "/cluster/minNodes: expected "
                + counted(config.minNodes())
                + " within "
                + TimeText.ofMillis(config.joinTimeout().toMillis())
                + " (cluster.joinTimeout), got "
                + nodes()
                + ", this one among them; look whether \"members\", \"host\", \"port\" and \"name\""
                + " are right, and whether nodes reach each other");
      }
      if (now - told >= PROGRESS.toNanos()) {
        told = now;
        LOG.info(() -> "joining: " + nodes() + " of " + counted(config.minNodes()));
      }
      try {
        TimeUnit.NANOSECONDS.sleep(STEP.toNanos());
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new StartException("interrupted while joining the cluster", interrupted);
      }
    }
  }

  private static void close(Vertx vertx) {
    try {
      Program.await(vertx.close(), Program.STOP_GRACE);
    } catch (ExecutionException | TimeoutException failed) {
      LOG.log(Level.WARNING, "not everything could be ended", failed);
    }
  }

  private void begin(Vertx vertx) {
    joined = vertx;
    look();
    vertx.setPeriodic(LOOK_MILLIS, timer -> look());
  }

  private void look() {
    watch.look(System.currentTimeMillis(), monotonicMillis());
  }

  private static long monotonicMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  private static String counted(int nodes) {
    return nodes + (nodes == 1 ? " node" : " nodes");
  }

  /** How many there are, this one among them. */
  int nodes() {
    return manager.getNodes().size();
  }

  /** How it is, for its operator. */
  JsonObject toJson() {
    return new JsonObject()
        .put("name", config.name())
        .put("nodes", nodes())
        .put("node", manager.getNodeId());
  }

  /** What was found of the bridge, and how its node is. */
  BridgeHealth in(BridgeHealth found) {
    List<Part> parts = new ArrayList<>(found.parts());
    parts.add(
        manager.isActive()
            ? Part.up(BridgeHealth.CLUSTER)
            : Part.down(BridgeHealth.CLUSTER, "this node is in no cluster any more"));
    return BridgeHealth.of(parts);
  }

  /** The log says so as well, and says it once where it comes again and again. */
  private void doubt(String reason) {
    Vertx vertx = joined;
    if (vertx != null) {
      Hub.of(vertx).mayHaveMissed(reason);
    }
  }

  /** Says that it leaves, in good order. The result is there when others have it. */
  Future<Void> leave(Vertx vertx) {
    watch.stop();
    return Leaving.say(vertx, manager.getNodeId());
  }

  private void onGone(String node) {
    watch.onGone(node, monotonicMillis());
    Vertx vertx = joined;
    if (vertx == null) {
      watch.onUnsaid(node);
      return;
    }
    Leaving.hasSaid(vertx, node)
        .onSuccess(
            said -> {
              if (said) {
                watch.onSaid(node);
              } else {
                watch.onUnsaid(node);
              }
            });
  }

  private final class Listener implements NodeListener {
    @Override
    public void nodeAdded(String node) {
      LOG.info(() -> "a node joined the cluster: " + node);
    }

    @Override
    public void nodeLeft(String node) {
      LOG.info(() -> "a node left the cluster: " + node);
      onGone(node);
    }
  }
}
