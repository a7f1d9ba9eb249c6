package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.app.RedisGround.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Three bridges with one Redis, readers who come back to any of them and publishers on all of them,
 * over HTTP and on their event buses, while one of the processes is killed or stopped, or the wire
 * is: what was acknowledged comes once to each reader, in one order; where Redis has lost it each
 * reader is told so, once.
 */
@Timeout(900)
@Tag("slow")
class NodesKillTest {
  /** So many readers are not there meanwhile, and know nothing of it when they come back. */
  private static final int AWAY = 2;

  private static final int LOAD = Integer.getInteger("kill.rate", 1_000);
  private static final int SMALL_LOAD = 200;

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void whateverHappensNothingIsLostInSilenceAndNothingComesTwice(Kind kind) throws Exception {
    long seed = seed();
    List<Disturbance> all =
        new ArrayList<>(
            Arrays.stream(Disturbance.values()).filter(each -> each.kind == kind).toList());
    Collections.shuffle(all, new Random(seed));
    walk(seed, all, 1, true);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("heavy")
  void norAfterEachDisturbanceAlone(Disturbance disturbance) throws Exception {
    walk(seed(), List.of(disturbance), 1, false);
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.MATCH_NONE,
      names = {".*_LONG", "FAILED_OVER.*"})
  @Tag("heavy")
  void norThreeTimesInTurn(Disturbance disturbance) throws Exception {
    walk(seed(), List.of(disturbance), 3, false);
  }

  private static long seed() {
    return Long.getLong("kill.seed", System.nanoTime());
  }

  private void walk(long seed, List<Disturbance> disturbances, int times, boolean brief)
      throws Exception {
    String what = disturbances + " x " + times + ", seed " + seed;
    Kind kind = disturbances.get(0).kind;
    int count = brief && kind != Kind.LOG ? 2 : 3;
    int epochs = 0;
    try (KilledNodes nodes =
        new KilledNodes(
            directory, kind, count, new Random(seed), brief, brief ? SMALL_LOAD : LOAD)) {
      for (int i = 0; i < times; i++) {
        for (Disturbance disturbance : disturbances) {
          nodes.people.awaitMore(brief ? 20 : 100 + nodes.random.nextInt(200), nodes);
          nodes.people.leave(AWAY);
          nodes.people.awaitMore(20, nodes);
          disturbance.on(nodes);
          nodes.awaitAll();
          nodes.people.comeBack();
          epochs += disturbance.epochs;
          try {
            nodes.people.settle(epochs, epochs, nodes);
          } catch (AssertionError failed) {
            throw new AssertionError("after " + disturbance, failed);
          }
        }
      }
      String outcome = nodes.people.end(nodes).check(epochs, epochs);
      System.out.println(what + ": " + outcome);
      if (kind == Kind.LITTLE_ROOM) {
        assertThat(outcome).contains("store=");
      }
    } catch (AssertionError | RuntimeException failed) {
      throw new AssertionError(what, failed);
    }
  }
}
