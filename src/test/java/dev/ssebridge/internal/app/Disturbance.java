package dev.ssebridge.internal.app;

import dev.ssebridge.internal.app.RedisGround.Kind;
import dev.ssebridge.testing.BridgeProcess;
import dev.ssebridge.testing.BusRun;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.RedisServer;
import dev.ssebridge.testing.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** What may happen to nodes and their Redis, and how often each reader is told of a new epoch. */
enum Disturbance {
  NODE_KILLED(Kind.LOG, 0) {
    @Override
    void on(KilledNodes nodes) {
      BridgeProcess node = nodes.any();
      node.kill();
      nodes.people.awaitMore(30, nodes);
      node.startAgain();
    }
  },
  NODE_STOPPED(Kind.LOG, 0) {
    @Override
    void on(KilledNodes nodes) {
      stopNode(nodes, 5);
    }
  },
  NODE_STOPPED_LONG(Kind.LOG, 0) {
    @Override
    void on(KilledNodes nodes) {
      stopNode(nodes, 45);
    }
  },
  NODE_PARTITIONED(Kind.LOG, 0) {
    @Override
    void on(KilledNodes nodes) {
      TcpProxy wire = nodes.anyWire();
      wire.silence();
      pass(nodes, 5);
      wire.speak();
    }
  },
  NODE_WITHOUT_REPLIES(Kind.LOG, 0) {
    @Override
    void on(KilledNodes nodes) {
      TcpProxy wire = nodes.anyWire();
      wire.loseReplies();
      pass(nodes, 5);
      wire.speak();
    }
  },
  NODE_CUT_OFF(Kind.LOG, 0) {
    @Override
    void on(KilledNodes nodes) {
      nodes.anyWire().cut();
    }
  },
  NODE_HELD(Kind.LOG, 0) {
    @Override
    void on(KilledNodes nodes) {
      int node = nodes.random.nextInt(nodes.bridges.size());
      TcpProxy wire = nodes.ground.wires.get(node);
      wire.hold();
      pass(nodes, 5);
      wire.letNewThrough();
      nodes.people.awaitTaken(nodes.bridges.get(node).port(), nodes);
      wire.letThrough(); // what the node has given up arrives now
    }
  },
  REDIS_KILLED(Kind.LOG, 0) {
    @Override
    void on(KilledNodes nodes) {
      RedisServer redis = nodes.ground.master();
      redis.kill();
      pass(nodes, 2);
      redis.startAgain();
    }
  },
  REDIS_STOPPED(Kind.LOG, 0) {
    @Override
    void on(KilledNodes nodes) {
      stopRedis(nodes, 5);
    }
  },
  REDIS_STOPPED_LONG(Kind.LOG, 0) {
    @Override
    void on(KilledNodes nodes) {
      stopRedis(nodes, 45);
    }
  },
  REDIS_PARTITIONED(Kind.LOG, 0) {
    @Override
    void on(KilledNodes nodes) {
      nodes.ground.wires.forEach(TcpProxy::silence);
      pass(nodes, 5);
      nodes.ground.wires.forEach(TcpProxy::speak);
    }
  },
  REDIS_AWAY_WITH_LITTLE_ROOM(Kind.LITTLE_ROOM, 0) {
    @Override
    void on(KilledNodes nodes) {
      nodes.ground.wires.forEach(wire -> wire.refuse(true));
      BusRun run = nodes.bridges.get(0).runs().get(0);
      long enough = run.published() + (nodes.brief ? 300 : 3_000);
      Deadline.await(
          Duration.ofMinutes(2), () -> run.published() > enough, () -> enough + " of " + run);
      nodes.ground.wires.forEach(wire -> wire.refuse(false));
    }
  },
  REDIS_RESTORED(Kind.SNAPSHOT, 1) {
    @Override
    void on(KilledNodes nodes) {
      RedisServer redis = nodes.ground.master();
      redis.call("SAVE");
      nodes.people.awaitMore(50, nodes);
      redis.kill();
      redis.startAgain();
    }
  },
  REDIS_RESTORED_FROM_AN_OLDER_ONE(Kind.SNAPSHOT, 2) {
    @Override
    void on(KilledNodes nodes) {
      RedisServer redis = nodes.ground.master();
      redis.call("SAVE");
      Path dump = redis.directory().resolve("dump.rdb");
      Path old = redis.directory().resolve("old.rdb");
      copy(dump, old);
      REDIS_RESTORED.on(nodes);
      nodes.awaitAll();
      nodes.people.comeBack();
      nodes.people.settle(0, Integer.MAX_VALUE, nodes);
      redis.kill();
      copy(old, dump);
      redis.startAgain();
    }
  },
  REDIS_FLUSHED(Kind.SNAPSHOT, 1) {
    @Override
    void on(KilledNodes nodes) {
      nodes.ground.master().call("FLUSHALL");
    }
  },
  FAILED_OVER_BY_SENTINEL(Kind.SENTINEL, 1) {
    @Override
    void on(KilledNodes nodes) {
      nodes.ground.master().kill();
    }
  },
  FAILED_OVER_BY_SENTINEL_WITH_TLS(Kind.SENTINEL_WITH_TLS, 1) {
    @Override
    void on(KilledNodes nodes) {
      nodes.ground.master().kill();
    }
  },
  FAILED_OVER_IN_A_CLUSTER(Kind.CLUSTER, 1) {
    @Override
    void on(KilledNodes nodes) {
      nodes.ground.master().kill();
    }
  };

  final Kind kind;
  final int epochs;

  Disturbance(Kind kind, int epochs) {
    this.kind = kind;
    this.epochs = epochs;
  }

  abstract void on(KilledNodes nodes);

  private static void stopNode(KilledNodes nodes, int seconds) {
    BridgeProcess node = nodes.any();
    node.freeze();
    pass(nodes, seconds);
    node.wakeUp();
  }

  private static void stopRedis(KilledNodes nodes, int seconds) {
    RedisServer redis = nodes.ground.master();
    redis.freeze();
    pass(nodes, seconds);
    redis.wakeUp();
  }

  private static void copy(Path from, Path to) {
    try {
      Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A disturbance has a length: this, or where it shall be brief a second or three. */
  private static void pass(KilledNodes nodes, int seconds) {
    int brief = seconds > 10 ? 3 : 1;
    long end = System.nanoTime() + (nodes.brief ? brief : seconds) * 1_000_000_000L;
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }
}
