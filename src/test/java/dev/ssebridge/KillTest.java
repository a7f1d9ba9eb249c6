package dev.ssebridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.client.UnrulyOrigin;
import dev.ssebridge.internal.client.UnrulyOrigin.Peer;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that follows a numbered stream is killed again and again, with no time for a last word:
 * no number is missing, and what is repeated is so only where it was killed.
 */
class KillTest {
  private static final int KILLS = Integer.getInteger("kill.times", 3);

  /** Follows the stream; each message is written down before it is replied to. */
  static final class Follower {
    private Follower() {}

    public static void main(String[] args) throws Exception {
      Path journal = Path.of(args[2]);
      Vertx vertx = Vertx.vertx();
      vertx
          .eventBus()
          .<String>consumer(
              "jobs",
              message -> {
                try {
                  Files.writeString(
                      journal,
                      message.body() + "\n",
                      StandardOpenOption.CREATE,
                      StandardOpenOption.APPEND);
                  message.reply("done");
                } catch (IOException e) {
                  message.fail(1, String.valueOf(e));
                }
              });
      JsonObject source =
          new JsonObject()
              .put("url", args[0])
              .put("address", "jobs")
              .put("deliver", "request")
              .put("window", Integer.valueOf(args[3]))
              .put("cursor", args[1])
              .put("cursorEvery", "20ms");
      JsonObject config = new JsonObject().put("sources", new JsonObject().put("up", source));
      vertx
          .deployVerticle(new SseClientVerticle(), new DeploymentOptions().setConfig(config))
          .toCompletionStage()
          .toCompletableFuture()
          .get();
    }
  }

  @Test
  void noNumberIsMissingAndRepeatsAreAtTheSeams(@TempDir Path directory) throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int window = 4;
    Path journal = directory.resolve("journal");
    Path cursor = directory.resolve("cursor");
    List<Integer> seams = new ArrayList<>();
    try (UnrulyOrigin origin = UnrulyOrigin.start()) {
      for (int kill = 0; kill < KILLS; kill++) {
        Process process = follow(origin.url("/"), cursor, journal, window);
        try {
          serve(process, origin, journal, random.nextInt(200), seams.isEmpty() ? 0 : last(seams));
        } finally {
          process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
        }
        seams.add(numbers(journal).size());
      }
    }
    int repeated = check(numbers(journal), seams, seed);
    System.out.printf(
        "killed %d times: %d numbers, %d repeated, none missing (seed %d)%n",
        KILLS, numbers(journal).size() - repeated, repeated, seed);
  }

  private static int last(List<Integer> seams) {
    return seams.get(seams.size() - 1);
  }

  /** Serves numbers until at least 20 more are in the journal, and a random while longer. */
  private static void serve(
      Process process, UnrulyOrigin origin, Path journal, int longer, int before) throws Exception {
    Peer peer = origin.poll(20_000);
    assertThat(peer).as("the process %s asks for the stream", process.info()).isNotNull();
    if (peer == null) {
      return;
    }
    String id = peer.header("last-event-id");
    int number = id == null ? 0 : Integer.parseInt(id);
    peer.stream();
    long enough = Long.MAX_VALUE;
    while (System.nanoTime() < enough) {
      number++;
      peer.send(("id: " + number + "\ndata: " + number + "\n\n").getBytes(StandardCharsets.UTF_8));
      if (enough == Long.MAX_VALUE && numbers(journal).size() >= before + 20) {
        enough = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(longer);
      }
      Thread.sleep(1);
    }
  }

  private static Process follow(String url, Path cursor, Path journal, int window)
      throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Follower.class.getName(),
            url,
            cursor.toString(),
            journal.toString(),
            "" + window)
        .inheritIO()
        .start();
  }

  private static List<Integer> numbers(Path journal) throws IOException {
    if (!Files.exists(journal)) {
      return List.of();
    }
    List<Integer> numbers = new ArrayList<>();
    String text = Files.readString(journal);
    // What follows the last line end was cut off by the kill, and was never replied to.
    for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n", -1)) {
      if (!line.isEmpty()) {
        numbers.add(Integer.valueOf(line));
      }
    }
    return numbers;
  }

  private static int check(List<Integer> numbers, List<Integer> seams, long seed) {
    int highest = 0;
    int repeated = 0;
    for (int index = 0; index < numbers.size(); index++) {
      int number = numbers.get(index);
      if (number <= highest && seams.contains(index)) {
        repeated += highest - number + 1;
        highest = number - 1;
      }
      assertThat(number)
          .as("index %d, seed %d, seams %s", index, seed, seams)
          .isEqualTo(highest + 1);
      highest = number;
    }
    return repeated;
  }
}
