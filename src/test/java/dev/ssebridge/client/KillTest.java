package dev.ssebridge.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.client.UnrulyOrigin;
import dev.ssebridge.internal.client.UnrulyOrigin.Peer;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
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
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A process that follows a numbered stream is killed again and again, with no time for a last word:
 * no number is missing, and what is repeated is so only where it was killed. One that is stopped in
 * good order repeats nothing.
 */
@Tag("slow")
class KillTest {
  private static final int KILLS = Integer.getInteger("kill.times", 2);
  private static final int WINDOW = 4;

  /** Follows the stream; each message is written down, and replied to a while later. */
  static final class Follower {
    private static final long REPLY_AFTER = 20;

    private final Vertx vertx = Vertx.vertx();
    private final Path journal;

    private Follower(Path journal) {
      this.journal = journal;
    }

    /**
     * Runs until it is ended.
     *
     * @param args the URL, the cursor file, the journal, and after how many milliseconds somebody
     *     listens to what comes
     */
    public static void main(String[] args) throws Exception {
      Follower follower = new Follower(Path.of(args[2]));
      int late = Integer.parseInt(args[3]);
      if (late == 0) {
        follower.listen();
      } else {
        follower.vertx.setTimer(late, fired -> follower.listen());
      }
      String deployment = follower.follow(args[0], args[1]);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(() -> get(follower.vertx.undeploy(deployment)), "clean undeploy"));
    }

    private void listen() {
      vertx
          .eventBus()
          .<Object>consumer(
              "jobs",
              message -> {
                if (message.body() instanceof String number) {
                  take(message, number);
                }
              });
    }

    private void take(Message<Object> message, String number) {
      try {
        Files.writeString(
            journal, number + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        vertx.setTimer(REPLY_AFTER, fired -> message.reply("done"));
      } catch (IOException e) {
        message.fail(1, String.valueOf(e));
      }
    }

    private String follow(String url, String cursor) {
      JsonObject source =
          new JsonObject()
              .put("url", url)
              .put("address", "jobs")
              .put("deliver", "request")
              .put("window", WINDOW)
              .put("drain", "20s")
              .put("cursor", cursor)
              .put("cursorEvery", "20ms");
      JsonObject config = new JsonObject().put("sources", new JsonObject().put("up", source));
      return get(
          vertx.deployVerticle(new SseClientVerticle(), new DeploymentOptions().setConfig(config)));
    }

    private static <T> T get(Future<T> future) {
      return future.toCompletionStage().toCompletableFuture().join();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 300})
  void noNumberIsMissingAndRepeatsAreAtTheSeams(int listensAfter, @TempDir Path directory)
      throws Exception {
    assertThat(run(listensAfter, Process::destroyForcibly, directory)).isNotNegative();
  }

  @Test
  void aCleanUndeployRepeatsNothingAndMissesNothing(@TempDir Path directory) throws Exception {
    // Process.destroy is a SIGTERM, so that the process undeploys before it ends.
    assertThat(run(0, process -> process.toHandle().destroy(), directory)).isZero();
  }

  /** How many numbers came more than once. */
  private static int run(int listensAfter, Consumer<Process> end, Path directory) throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Path journal = directory.resolve("journal");
    Path cursor = directory.resolve("cursor");
    List<Integer> seams = new ArrayList<>();
    try (UnrulyOrigin origin = UnrulyOrigin.start()) {
      for (int kill = 0; kill < KILLS; kill++) {
        Process process = follow(origin.url("/"), cursor, journal, listensAfter);
        try {
          serve(process, origin, journal, random.nextInt(200), seams.isEmpty() ? 0 : last(seams));
          end.accept(process);
          assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("it ends").isTrue();
        } finally {
          process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
        }
        seams.add(numbers(journal).size());
      }
    }
    int repeated = check(numbers(journal), seams, seed);
    System.out.printf(
        "ended %d times: %d numbers, %d repeated, none missing (seed %d)%n",
        KILLS, numbers(journal).size() - repeated, repeated, seed);
    return repeated;
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

  private static Process follow(String url, Path cursor, Path journal, int listensAfter)
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
            "" + listensAfter)
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
