package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two relays with the configuration of {@code conf/kubernetes.yaml}, replaced one after the other
 * as Kubernetes does it: told to stop, asked whether they are ready, and given some time to end.
 */
@ExtendWith(VertxExtension.class)
@Timeout(300)
class RollingRestartIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir Path directory;

  private String config = "";
  private long graceSeconds;

  @BeforeEach
  void readManifest() throws IOException {
    ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
    Iterator<JsonNode> documents =
        yaml.readerFor(JsonNode.class)
            .readValues(Files.readString(Path.of("conf/kubernetes.yaml")));
    while (documents.hasNext()) {
      JsonNode document = documents.next();
      if (document.path("kind").asText().equals("ConfigMap")) {
        config =
            Files.writeString(
                    directory.resolve("bridge.json"),
                    document.path("data").path("bridge.json").asText())
                .toString();
      }
      JsonNode grace = document.at("/spec/template/spec/terminationGracePeriodSeconds");
      graceSeconds = grace.isMissingNode() ? graceSeconds : grace.asLong();
    }
    assertThat(graceSeconds).isPositive();
  }

  /** A pod: the program, where it serves, and where it says how it is. */
  private record Pod(FatJar program, String url, String admin) implements AutoCloseable {
    @Override
    public void close() {
      program.close();
    }
  }

  private Pod pod(int origin) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(config));
    for (String set :
        List.of(
            "http.host=127.0.0.1",
            "http.port=0",
            "admin.host=127.0.0.1",
            "admin.port=0",
            "http.drainDelay=6s",
            "http.drain=2s",
            "log.format=text",
            "limits.retained=32MiB",
            "sources.feed.url=http://127.0.0.1:" + origin + "/feed")) {
      arguments.addAll(List.of("--set", set));
    }
    FatJar program = FatJar.run(directory, arguments.toArray(String[]::new));
    String url = program.awaitListening();
    String line = program.awaitLine("admin port: ");
    String admin = line.substring(line.indexOf("http://"), line.indexOf(" ("));
    Deadline.await(PATIENCE, () -> status(admin + "/ready") == 200, () -> "that it is ready");
    return new Pod(program, url, admin);
  }

  @Test
  void whoIsSentOnMissesNothingAndNobodyHasToBeKilled(Vertx vertx) throws Exception {
    String feed = "{'routes':{'feed':{'path':'/feed','address':'origin'}}}";
    AtomicInteger number = new AtomicInteger();
    try (BridgeFixture origin = BridgeFixture.deploy(vertx, feed);
        Pod one = pod(origin.port());
        Pod two = pod(origin.port())) {
      origin.awaitStreams(2); // both relays follow
      vertx.setPeriodic(10, timer -> origin.publish("origin", number.getAndIncrement()));
      Subscriber subscriber = new Subscriber();
      subscriber.follow(one);
      subscriber.awaitMore(20);

      replace(one, subscriber);
      subscriber.follow(two);
      subscriber.awaitMore(20);
      try (Pod newOne = pod(origin.port())) {
        origin.awaitStreams(2);
        // What it has not seen itself it cannot give: a rolling restart waits for it to be ready.
        subscriber.awaitMore(20);
        replace(two, subscriber);
        subscriber.follow(newOne);
        subscriber.awaitMore(20);
        subscriber.assertNothingMissing();
      }
    }
  }

  /** SIGTERM, and what is seen of the pod until it has ended. */
  private void replace(Pod pod, Subscriber subscriber) throws Exception {
    assertThat(status(pod.admin() + "/ready")).isEqualTo(200);
    long told = System.nanoTime();
    pod.program().terminate();
    Deadline.await(
        PATIENCE, () -> status(pod.admin() + "/ready") == 503, () -> "that it is not ready");
    // Nobody is sent here any more from now on, but those who are here are served on.
    assertThat(status(pod.admin() + "/live")).isEqualTo(200);
    assertThat(subscriber.isOpen()).isTrue();
    Subscriber late = new Subscriber();
    late.follow(pod);
    late.awaitMore(5);

    subscriber.awaitEnd();
    late.awaitEnd();
    int exit = pod.program().awaitExit();
    assertThat(Duration.ofNanos(System.nanoTime() - told))
        .as("until it is killed")
        .isLessThan(Duration.ofSeconds(graceSeconds));
    assertThat(exit).isEqualTo(143);
    List<String> log = pod.program().errors();
    assertThat(log)
        .noneMatch(line -> line.contains("WARNING") || line.contains("SEVERE"))
        .anyMatch(line -> line.contains("told to stop: not ready"))
        .anyMatch(line -> line.contains("draining: 2 streams"));
    assertThat(log.get(log.size() - 1)).endsWith("stopped");
    late.assertNothingMissing();
  }

  private int status(String url) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url)).timeout(Deadline.PATIENCE).build();
      return client.send(request, BodyHandlers.discarding()).statusCode();
    } catch (IOException | InterruptedException failed) {
      throw new AssertionError(url, failed);
    }
  }

  /** Reads numbers, and comes back with the id of the last one to whom it is sent then. */
  private final class Subscriber {
    private final NavigableSet<Integer> seen = new ConcurrentSkipListSet<>();
    private CompletableFuture<String> reading = CompletableFuture.completedFuture("");

    void follow(Pod pod) throws Exception {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(pod.url() + "/feed"))
              .header("accept", "text/event-stream");
      String last = reading.get(60, TimeUnit.SECONDS);
      if (!last.isEmpty()) {
        request.header("last-event-id", last);
      }
      HttpResponse<Stream<String>> response = client.send(request.build(), BodyHandlers.ofLines());
      assertThat(response.statusCode()).isEqualTo(200);
      // Each relay has ids of its own: whoever comes from another one gets all that there is.
      assertThat(response.headers().firstValue("sse-resume"))
          .contains(last.isEmpty() ? "fresh" : "reset");
      reading = CompletableFuture.supplyAsync(() -> read(response.body(), last));
    }

    /** Returns the last event id. */
    private String read(Stream<String> body, String before) {
      String id = before;
      String line = "";
      for (Iterator<String> lines = body.iterator(); lines.hasNext(); ) {
        line = lines.next();
        if (line.startsWith("id: ")) {
          id = line.substring("id: ".length());
        } else if (line.matches("data: \\d+")) {
          seen.add(Integer.valueOf(line.substring("data: ".length())));
        }
      }
      assertThat(line).as("the last line before the end").isEmpty();
      return id;
    }

    boolean isOpen() {
      return !reading.isDone();
    }

    void awaitMore(int count) {
      int from = seen.isEmpty() ? -1 : seen.last();
      Deadline.await(
          PATIENCE,
          () -> !seen.isEmpty() && seen.last() >= from + count,
          () -> "more than " + seen);
    }

    void awaitEnd() throws Exception {
      assertThat(reading.get(60, TimeUnit.SECONDS)).isNotEmpty();
    }

    void assertNothingMissing() {
      List<Integer> missing = new ArrayList<>();
      for (int i = seen.first(); i < seen.last(); i++) {
        if (!seen.contains(i)) {
          missing.add(i);
        }
      }
      assertThat(missing).isEmpty();
    }
  }
}
