package dev.ssebridge.internal.app;

import dev.ssebridge.testing.BridgeProcess;
import dev.ssebridge.testing.Wanderers;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A bridge with its history in files is killed under load and started again: what was acknowledged
 * is there, once, under the same id; of what an application published on the event bus, only what
 * came last may be gone.
 */
@Timeout(600)
@Tag("slow")
class BridgeKillTest {
  @TempDir Path directory;

  @Test
  void whoeverIsKilledThreeTimesLosesNothingThatWasAcknowledged() {
    kill(3, 200);
  }

  @Test
  @Tag("heavy")
  void norTwentyTimes() {
    kill(20, Integer.getInteger("kill.rate", 1_000));
  }

  private void kill(int times, int perSecond) {
    long seed = Long.getLong("kill.seed", System.nanoTime());
    Random random = new Random(seed);
    JsonObject config =
        new JsonObject(
            """
            {"stores": {"file": {"directory": "%s", "segment": "1MiB"}},
             "routes": {"n": {"path": "/n", "address": "news", "heartbeat": "1s",
               "history": {"store": "file", "heap": "32KiB", "events": 1000000, "bytes": "256MiB"}}},
             "publish": {"p": {"path": "/p", "address": "news"}},
             "limits": {"retained": "16MiB"}}
            """
                .formatted(directory.resolve("journal")));
    try (BridgeProcess bridge =
            BridgeProcess.publishing(directory, "bridge", config, perSecond * 3 / 4)
                .awaitServing();
        Wanderers people = new Wanderers(List.of(bridge.port()), random)) {
      people.applications(List.of(bridge)).readers(4, 700).publishers(3, 1);
      for (int i = 0; i < times; i++) {
        people.awaitMore(50 + random.nextInt(200), bridge::lastOfLog);
        bridge.kill();
        bridge.startAgain();
      }
      people.awaitMore(100, bridge::lastOfLog);
      String told = people.end(bridge::lastOfLog).check(0, 0);
      System.out.println("killed " + times + " times, seed " + seed + ": " + told);
    } catch (AssertionError | RuntimeException failed) {
      throw new AssertionError("seed " + seed, failed);
    }
  }
}
