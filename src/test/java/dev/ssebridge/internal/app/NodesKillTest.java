package dev.ssebridge.internal.app;

import dev.ssebridge.testing.BridgeProcess;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.PartitionProxy;
import dev.ssebridge.testing.RedisServer;
import dev.ssebridge.testing.Wanderers;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Three bridges with one Redis, readers who come back to any of them and publishers on all of them,
 * while one of the processes is killed or stopped, or the wire is: what was acknowledged comes once
 * to each reader, in one order; where Redis has lost it each reader is told so, once.
 */
@Timeout(900)
class NodesKillTest {
  /** What is disturbed, and how often each reader is told of another epoch for it. */
  private enum Disturbance {
    NODE_KILLED(0, 0) {
      @Override
      void on(Nodes nodes) {
        BridgeProcess node = nodes.any();
        node.kill();
        nodes.people.awaitMore(100, nodes);
        node.startAgain();
      }
    },
    NODE_FROZEN(0, 0) {
      @Override
      void on(Nodes nodes) {
        freeze(nodes, Duration.ofSeconds(5));
      }
    },
    NODE_FROZEN_LONG(0, 0) {
      @Override
      void on(Nodes nodes) {
        freeze(nodes, Duration.ofSeconds(45));
      }
    },
    REDIS_KILLED(0, 0) {
      @Override
      void on(Nodes nodes) {
        nodes.redis.kill();
        pass(Duration.ofMillis(500L + nodes.random.nextInt(1_500)));
        nodes.redis.startAgain();
      }
    },
    REDIS_FROZEN(0, 0) {
      @Override
      void on(Nodes nodes) {
        nodes.redis.freeze();
        pass(Duration.ofSeconds(5));
        nodes.redis.wakeUp();
      }
    },
    REDIS_RESTORED(1, 1) {
      @Override
      void on(Nodes nodes) {
        nodes.redis.call("SAVE");
        nodes.people.awaitMore(200, nodes);
        nodes.redis.kill();
        nodes.redis.startAgain();
      }
    },
    REDIS_FLUSHED(1, 1) {
      @Override
      void on(Nodes nodes) {
        nodes.redis.call("FLUSHALL");
      }
    },
    WIRE_CUT(0, 0) {
      @Override
      void on(Nodes nodes) {
        nodes.wire.cut();
      }
    },
    WIRE_HELD(0, 0) {
      @Override
      void on(Nodes nodes) {
        nodes.wire.hold();
        pass(Duration.ofSeconds(5));
        nodes.wire.letThrough();
      }
    },
    FAILED_OVER(0, 1) {
      @Override
      void on(Nodes nodes) {
        nodes.redis.kill();
      }
    };

    final int leastEpochs;
    final int mostEpochs;

    Disturbance(int leastEpochs, int mostEpochs) {
      this.leastEpochs = leastEpochs;
      this.mostEpochs = mostEpochs;
    }

    abstract void on(Nodes nodes);

    private static void freeze(Nodes nodes, Duration time) {
      BridgeProcess node = nodes.any();
      node.freeze();
      pass(time);
      node.wakeUp();
    }

    /** A disturbance has a length. */
    private static void pass(Duration time) {
      long end = System.nanoTime() + time.toNanos();
      while (System.nanoTime() < end) {
        LockSupport.parkNanos(end - System.nanoTime());
      }
    }
  }

  /** So many readers are not there meanwhile, and know nothing of it when they come back. */
  private static final int AWAY = 2;

  @TempDir Path directory;

  @Test
  void whateverHappensNothingIsLostInSilenceAndNothingComesTwice() {
    long seed = seed();
    List<Disturbance> all =
        new ArrayList<>(
            List.of(Disturbance.NODE_KILLED, Disturbance.REDIS_KILLED, Disturbance.WIRE_CUT));
    Collections.shuffle(all, new Random(seed));
    walk(seed, all, 1);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("heavy")
  void norAfterEachDisturbanceAlone(Disturbance disturbance) {
    walk(seed(), List.of(disturbance), 1);
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"NODE_FROZEN_LONG", "FAILED_OVER"})
  @Tag("heavy")
  void norThreeTimesInTurn(Disturbance disturbance) {
    walk(seed(), List.of(disturbance), 3);
  }

  private static long seed() {
    return Long.getLong("kill.seed", System.nanoTime());
  }

  private void walk(long seed, List<Disturbance> disturbances, int times) {
    String what = disturbances + " x " + times + ", seed " + seed;
    boolean sentinel = disturbances.contains(Disturbance.FAILED_OVER);
    boolean restored = disturbances.contains(Disturbance.REDIS_RESTORED);
    try (Nodes nodes = new Nodes(directory, seed, sentinel, restored)) {
      int least = 0;
      int most = 0;
      for (int i = 0; i < times; i++) {
        for (Disturbance disturbance : disturbances) {
          nodes.people.awaitMore(100 + nodes.random.nextInt(200), nodes);
          nodes.people.leave(AWAY);
          nodes.people.awaitMore(50, nodes);
          disturbance.on(nodes);
          nodes.awaitAll();
          nodes.people.comeBack();
          least += disturbance.leastEpochs;
          most += disturbance.mostEpochs;
        }
      }
      nodes.people.awaitMore(100, nodes);
      System.out.println(what + ": " + nodes.people.end(nodes).check(least, most));
    } catch (AssertionError | RuntimeException failed) {
      throw new AssertionError(what, failed);
    }
  }

  /** Three bridges and their Redis; between it and the first of them there is a wire. */
  private static final class Nodes implements AutoCloseable, Supplier<String> {
    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<BridgeProcess> bridges = new ArrayList<>();
    final Random random;
    final RedisServer redis;
    final Wanderers people;
    final PartitionProxy wire;

    Nodes(Path directory, long seed, boolean sentinel, boolean restored) {
      random = new Random(seed);
      redis = restored || sentinel ? RedisServer.start() : RedisServer.withLog();
      open.add(redis);
      List<Integer> ports = new ArrayList<>();
      people = new Wanderers(ports, random);
      wire = PartitionProxy.to(people.vertx(), redis.port());
      JsonObject store = new JsonObject().put("timeout", "2s");
      List<String> urls = List.of("redis://127.0.0.1:" + wire.port(), redis.url(), redis.url());
      if (sentinel) {
        RedisServer replica = RedisServer.replicaOf(redis);
        open.add(replica);
        RedisServer guard = RedisServer.sentinelOf(redis);
        open.add(guard);
        Deadline.await(
            () ->
                guard.call("SENTINEL", "replicas", "bridge").contains("" + replica.port())
                    && replica.call("INFO", "replication").contains("master_link_status:up"),
            () -> "a replica that is known");
        String url = guard.url();
        urls = List.of(url, url, url);
        store.put("mode", "sentinel").put("master", "bridge");
      }
      for (int i = 0; i < 3; i++) {
        JsonObject own = store.copy().put("urls", List.of(urls.get(i)));
        BridgeProcess bridge = BridgeProcess.start(directory, "node" + i, config(own));
        open.add(bridge);
        bridges.add(bridge);
        ports.add(bridge.port());
      }
      bridges.forEach(BridgeProcess::awaitServing);
      awaitAll();
      people.readers(6, 700).publishers(4, 2);
    }

    private static JsonObject config(JsonObject store) {
      return new JsonObject(
              """
              {"routes": {"n": {"path": "/n", "address": "news", "heartbeat": "1s",
                 "history": {"store": "redis", "heap": "32KiB", "events": 1000000, "bytes": "64MiB"}}},
               "publish": {"p": {"path": "/p", "address": "news"}},
               "limits": {"retained": "16MiB"}}
              """)
          .put("stores", new JsonObject().put("redis", store));
    }

    BridgeProcess any() {
      return bridges.get(random.nextInt(bridges.size()));
    }

    /** Returns once each of them accepts something. */
    void awaitAll() {
      bridges.forEach(bridge -> people.awaitTaken(bridge.port(), this));
    }

    @Override
    public String get() {
      StringBuilder text = new StringBuilder();
      bridges.forEach(bridge -> text.append("\n---\n").append(bridge.lastOfLog()));
      return text.toString();
    }

    @Override
    public void close() {
      people.close();
      for (int i = open.size() - 1; i >= 0; i--) {
        try {
          open.get(i).close();
        } catch (Exception e) {
          throw new AssertionError(e);
        }
      }
    }
  }
}
