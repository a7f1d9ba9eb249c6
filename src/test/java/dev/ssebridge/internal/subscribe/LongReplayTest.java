package dev.ssebridge.internal.subscribe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.app.Main;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.HttpCalls;
import dev.ssebridge.testing.RunningAccount;
import dev.ssebridge.testing.StreamAccount;
import dev.ssebridge.testing.StreamReader;
import dev.ssebridge.testing.StreamReaders;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A million events of history, of about 100 bytes each, replayed to a slow reader by a bridge of
 * its own process with 256 MiB of heap, beside live traffic.
 */
@Tag("heavy")
@Ways({Way.STRAIGHT_AUTO, Way.STRAIGHT_PUBLIC})
class LongReplayTest {
  private static final int EVENTS = Integer.getInteger("replay.events", 1_000_000);
  private static final int LIVE = 2000;
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Pattern LISTENING = Pattern.compile("listening on http://127.0.0.1:(\\d+)");

  private final HttpClient client = HttpCalls.client();

  @TempDir Path directory;

  @Test
  void aMillionEventsReachASlowReaderAndJoinTheLiveStream() throws Exception {
    Path log = directory.resolve("bridge.log");
    Process bridge = start(log);
    try (StreamReaders readers = new StreamReaders(64 * 1024)) {
      int port = awaitPort(bridge, log);
      long begin = System.nanoTime();
      publish(port, 1, EVENTS);
      long published = System.nanoTime();

      StreamReader slow =
          readers.reader(port, "/n?from=earliest", new RunningAccount(s -> true)).open();
      CompletableFuture<Void> live = CompletableFuture.runAsync(() -> publishLive(port));
      boolean reads = true;
      while (slow.account().at() < EVENTS && bridge.isAlive()) {
        // Reads half of the time: what it does not read waits in the bridge's log.
        reads = !reads;
        if (reads) {
          slow.goOn();
        } else {
          slow.stop();
        }
        Thread.sleep(5);
        if (System.nanoTime() - published > PATIENCE.toNanos()) {
          break;
        }
      }
      slow.goOn();
      live.join();
      int all = EVENTS + LIVE;
      Deadline.await(
          PATIENCE, () -> slow.account().at() == all, () -> "event " + all + ": " + slow.account());
      long replayed = System.nanoTime();
      readers.check();
      assertThat(slow.account().check()).isEqualTo(new StreamAccount(0, all, all, 0, 0));
      System.out.printf(
          "%d events published in %d ms, replayed in %d ms; resident at most: %s%n",
          EVENTS,
          (published - begin) / 1_000_000,
          (replayed - published) / 1_000_000,
          peak(bridge));
    } finally {
      bridge.destroy();
      bridge.waitFor();
      System.out.println(Files.readString(log).lines().filter(l -> l.contains("Error")).toList());
    }
  }

  private Process start(Path log) throws IOException {
    Path config = directory.resolve("bridge.json");
    Files.writeString(
        config,
        """
        {"http": {"port": 0, "drain": 0, "writer": "%s"},
         "limits": {"retained": "1GiB"},
         "routes": {"n": {"path": "/n", "address": "news",
           "history": {"events": %d, "bytes": "256MiB", "age": "1h"}}},
         "publish": {"n": {"path": "/n", "address": "news"}}}
        """
            .formatted(Way.current().writerWord(), EVENTS + LIVE));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+ExitOnOutOfMemoryError",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Main.class.getName(),
            config.toString())
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private static int awaitPort(Process bridge, Path log) throws IOException {
    int[] port = {0};
    Deadline.await(
        () -> {
          try {
            Matcher matcher = LISTENING.matcher(Files.readString(log));
            port[0] = matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
            return port[0] > 0 || !bridge.isAlive();
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        },
        () -> "a bridge that listens");
    if (port[0] == 0) {
      throw new AssertionError(Files.readString(log));
    }
    return port[0];
  }

  private void publish(int port, int from, int to) throws IOException, InterruptedException {
    PipedInputStream body = new PipedInputStream(1 << 20);
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(
            request(port, HttpRequest.BodyPublishers.ofInputStream(() -> body)),
            HttpResponse.BodyHandlers.ofString());
    try (OutputStream out = new PipedOutputStream(body)) {
      StringBuilder lines = new StringBuilder();
      for (int n = from; n <= to; n++) {
        line(n, lines);
        if (lines.length() > 64 * 1024 || n == to) {
          out.write(lines.toString().getBytes(UTF_8));
          lines.setLength(0);
        }
      }
    }
    assertThat(answer.join().statusCode()).isEqualTo(202);
  }

  private void publishLive(int port) {
    try {
      for (int n = EVENTS + 1; n <= EVENTS + LIVE; n++) {
        StringBuilder line = new StringBuilder();
        line(n, line);
        HttpResponse<String> answer =
            client.send(
                request(port, HttpRequest.BodyPublishers.ofString(line.toString())),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(202);
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void line(int n, StringBuilder out) {
    out.append("{\"n\":")
        .append(n)
        .append(",\"text\":\"some forty bytes of text, as events have\"}\n");
  }

  private static HttpRequest request(int port, HttpRequest.BodyPublisher body) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/n"))
        .timeout(Deadline.PATIENCE)
        .header("Content-Type", "application/x-ndjson")
        .POST(body)
        .build();
  }

  private static List<String> peak(Process bridge) throws IOException {
    Path status = Path.of("/proc/" + bridge.pid() + "/status");
    return Files.exists(status)
        ? Files.readAllLines(status).stream().filter(l -> l.startsWith("VmHWM")).toList()
        : List.of();
  }
}
