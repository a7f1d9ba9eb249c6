package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.app.LeasedNodes.Node;
import dev.ssebridge.testing.HistoryLedger;
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
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two bridges of a cluster with one Redis, one of which records for all what a member without a
 * bridge publishes. Whatever happens to that one, each message is recorded once, in the order in
 * which it was published, and each node tells the same.
 */
@Timeout(600)
class LeasedNodesKillTest {
  private static final int RATE = Integer.getInteger("lease.rate", 500);

  @TempDir Path directory;

  /** What may happen to the node that records. */
  private enum Fate {
    KILLED {
      @Override
      void on(LeasedNodes nodes, Node holder) {
        holder.bridge().kill();
        replaced(nodes, holder);
      }
    },
    STOPPED_IN_ORDER {
      @Override
      void on(LeasedNodes nodes, Node holder) {
        holder.bridge().terminate();
        replaced(nodes, holder);
      }
    },
    FROZEN {
      @Override
      void on(LeasedNodes nodes, Node holder) {
        holder.bridge().freeze();
        nodes.awaitHolding(nodes.other(holder));
        nodes.awaitPublished(500); // those who stay with this one get nothing
        holder.bridge().wakeUp();
      }
    },
    /** What it appended before it had lost the lease comes to Redis after that. */
    HEARD_TOO_LATE {
      @Override
      void on(LeasedNodes nodes, Node holder) {
        holder.wire().hold();
        nodes.awaitHolding(nodes.other(holder));
        nodes.awaitPublished(500); // those who stay with this one get nothing
        holder.wire().letNewThrough();
        nodes.awaitReady(holder);
        holder.wire().letThrough();
      }
    };

    abstract void on(LeasedNodes nodes, Node holder);

    /** The other one goes on, and this one is started again. */
    private static void replaced(LeasedNodes nodes, Node holder) {
      nodes.awaitHolding(nodes.other(holder));
      nodes.awaitMore(100);
      holder.bridge().startAgain();
      holder.awaitServing();
    }
  }

  @Test
  @Tag("heavy")
  void whatIsPublishedWhileTheOneThatRecordsIsKilledIsRecordedOnceByTheOther() throws Exception {
    happens(Fate.KILLED, 1);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("heavy")
  void norIsAnythingMissingOrDoubledWhateverHappensFiveTimes(Fate fate) throws Exception {
    happens(fate, 5);
  }

  private void happens(Fate fate, int times) throws Exception {
    long seed = Long.getLong("kill.seed", System.nanoTime());
    Random random = new Random(seed);
    String what = fate + " x " + times + ", seed " + seed;
    String outcome;
    try (LeasedNodes nodes = new LeasedNodes(directory, random, RATE)) {
      for (int i = 0; i < times; i++) {
        nodes.awaitMore(100 + random.nextInt(200));
        Node holder = nodes.holder();
        fate.on(nodes, holder);
        nodes.awaitReady(holder);
        nodes.people.ledger().checkSoFar(0, 0);
      }
      HistoryLedger ledger = nodes.end();
      try {
        outcome = ledger.check(0, 0);
      } catch (AssertionError failed) {
        throw new AssertionError(nodes.records(), failed);
      }
      System.out.println(what + ": " + outcome + ", fenced " + nodes.fenced());
      // One that was killed has not said so, and one that stood still for long cannot know.
      checkHistories(nodes, fate == Fate.KILLED || fate == Fate.FROZEN ? times : 0);
      assertThat(outcome).contains("told {},");
    } catch (AssertionError | RuntimeException failed) {
      throw new AssertionError(what, failed);
    }
  }

  /** Both nodes tell the same, and each message once, in order. */
  private static void checkHistories(LeasedNodes nodes, int mostDoubts) {
    List<List<ServerSentEvent>> histories =
        nodes.all().map(node -> nodes.history(node, "last-1")).toList();
    List<ServerSentEvent> history = histories.get(0);
    assertThat(histories.get(1)).isEqualTo(history);
    List<ServerSentEvent> gaps =
        history.stream().filter(event -> "sse.gap".equals(event.type())).toList();
    assertThat(gaps)
        .as(nodes::records)
        .hasSizeLessThanOrEqualTo(mostDoubts)
        .allMatch(gap -> new JsonObject(gap.data()).getString("reason").equals("unknown"));
    assertThat(history.stream().map(LeasedNodesKillTest::number).filter(number -> number > 0))
        .isEqualTo(IntStream.rangeClosed(1, (int) nodes.published()).boxed().toList());
  }

  /** The number of a message of the member without a bridge; of others 0. */
  private static int number(ServerSentEvent event) {
    String data = String.valueOf(event.data());
    return data.startsWith("bus-") ? Integer.parseInt(data.substring(4).split(" ", 2)[0]) : 0;
  }
}
