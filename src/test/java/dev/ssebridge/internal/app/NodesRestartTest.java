package dev.ssebridge.internal.app;

import dev.ssebridge.testing.BridgeProcess;
import dev.ssebridge.testing.RedisServer;
import dev.ssebridge.testing.Wanderers;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nodes with one Redis are replaced one after the other, as every deployment does it: nobody
 * notices but by a connection that ends.
 */
@Timeout(600)
@Tag("slow")
class NodesRestartTest {
  /** Messages a second on the event bus of each node. */
  private static final int BUS = 5;

  @TempDir Path directory;

  @Test
  void aRollingRestartOfTwoNodesLosesNothingAndRepeatsNothing() {
    restart(2, 200, 50);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  @Tag("heavy")
  void norOneOfSeveralWithAThousandReaders(int nodes) {
    restart(nodes, 1_000, 200);
  }

  private void restart(int count, int readers, int pause) {
    long seed = Long.getLong("kill.seed", System.nanoTime());
    Random random = new Random(seed);
    try (RedisServer redis = RedisServer.start();
        Nodes nodes = new Nodes(directory, redis, count);
        Wanderers people = new Wanderers(nodes.ports(), random)) {
      people.applications(nodes.all).readers(readers, 0).publishers(3, pause);
      people.awaitMore(30, nodes::state);
      for (BridgeProcess node : nodes.all) {
        node.terminate();
        people.awaitMore(30, nodes::state);
        node.startAgain();
        node.awaitServing();
        people.awaitTaken(node.port(), nodes::state);
        people.awaitMore(30, nodes::state);
      }
      String told = people.end(nodes::state).check(0, 0);
      System.out.println("restart of " + count + " nodes, seed " + seed + ": " + told);
    } catch (AssertionError | RuntimeException failed) {
      throw new AssertionError("seed " + seed, failed);
    }
  }

  /** Some bridges, and how they are. */
  private static final class Nodes implements AutoCloseable {
    final List<BridgeProcess> all;

    Nodes(Path directory, RedisServer redis, int count) {
      JsonObject config =
          new JsonObject(
              """
              {"http": {"drain": "1s"},
               "stores": {"redis": {"urls": ["%s"]}},
               "routes": {"n": {"path": "/n", "address": "news", "history": {"store": "redis"}}},
               "publish": {"p": {"path": "/p", "address": "news"}},
               "limits": {"retained": "16MiB"}}
              """
                  .formatted(redis.url()));
      all =
          IntStream.range(0, count)
              .mapToObj(i -> BridgeProcess.publishing(directory, "node" + i, config, BUS))
              .toList();
      all.forEach(BridgeProcess::awaitServing);
    }

    List<Integer> ports() {
      return all.stream().map(BridgeProcess::port).toList();
    }

    String state() {
      return BridgeProcess.lastOfLogs(all);
    }

    @Override
    public void close() {
      all.forEach(BridgeProcess::close);
    }
  }
}
