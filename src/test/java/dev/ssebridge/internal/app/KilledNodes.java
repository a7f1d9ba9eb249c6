package dev.ssebridge.internal.app;

import dev.ssebridge.testing.BridgeProcess;
import dev.ssebridge.testing.TcpProxy;
import dev.ssebridge.testing.Wanderers;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Some nodes with one Redis, each an application that publishes on its event bus, and readers and
 * publishers who come to any of them.
 */
final class KilledNodes implements AutoCloseable, Supplier<String> {
  private static final int READERS = 6;
  private static final int PUBLISHERS = 4;

  final Random random;
  final RedisGround ground;
  final Wanderers people;
  final List<BridgeProcess> bridges = new ArrayList<>();
  final boolean brief;

  /**
   * @param brief whether what happens shall be short
   * @param perSecond messages, about, over the event bus and over HTTP
   */
  KilledNodes(
      Path directory, RedisGround.Kind kind, int count, Random random, boolean brief, int perSecond)
      throws Exception {
    this.random = random;
    this.brief = brief;
    ground = new RedisGround(kind);
    List<Integer> ports = new ArrayList<>();
    people = new Wanderers(ports, random);
    try {
      for (int i = 0; i < count; i++) {
        JsonObject config =
            new JsonObject(
                    """
                    {"routes": {"n": {"path": "/n", "address": "news", "heartbeat": "1s",
                       "history": {"store": "redis", "heap": "32KiB", "events": 1000000,
                         "bytes": "256MiB"}}},
                     "publish": {"p": {"path": "/p", "address": "news"}}}
                    """)
                .put("limits", ground.limits())
                .put("stores", new JsonObject().put("redis", ground.storeOfNextNode()));
        BridgeProcess bridge =
            BridgeProcess.publishing(
                directory, kind + "node" + i, config, Math.max(1, perSecond * 3 / 4 / count));
        bridges.add(bridge);
        ports.add(bridge.port());
      }
      bridges.forEach(BridgeProcess::awaitServing);
      people.applications(bridges);
      awaitAll();
      people
          .readers(READERS, 700)
          .publishers(PUBLISHERS, Math.max(1, 4_000 * PUBLISHERS / perSecond - 8));
    } catch (AssertionError | RuntimeException failed) {
      close();
      throw failed;
    }
  }

  BridgeProcess any() {
    return bridges.get(random.nextInt(bridges.size()));
  }

  /** The wire of any of them to its Redis. */
  TcpProxy anyWire() {
    return ground.wires.get(random.nextInt(bridges.size()));
  }

  /** Returns once each of them accepts something. */
  void awaitAll() {
    bridges.forEach(bridge -> people.awaitTaken(bridge.port(), this));
  }

  @Override
  public String get() {
    return BridgeProcess.lastOfLogs(bridges);
  }

  @Override
  public void close() {
    people.close();
    bridges.forEach(BridgeProcess::close);
    ground.close();
  }
}
