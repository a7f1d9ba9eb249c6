package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program, started as a user starts it, from a directory that knows nothing of it. */
@Timeout(120)
class FatJarIT {
  private static final String ANY_PORT =
      "{\"http\": {\"port\": 0},"
          + " \"limits\": {\"retained\": \"64MiB\"}, \"demo\": {\"every\": \"50ms\"},"
          + " \"routes\": {\"demo\": {\"path\": \"/events\", \"address\": \"demo\"},"
          + " \"topics\": {\"path\": \"/topics/:topic\", \"address\": \"topics.{topic}\"}},"
          + " \"publish\": {\"topics\": {\"path\": \"/topics/:topic\","
          + " \"address\": \"topics.{topic}\"}}}";

  @TempDir Path directory;

  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeEach
  void layDecoys() throws IOException {
    Files.createDirectories(directory.resolve("conf"));
    Files.writeString(directory.resolve("conf/bridge.json"), "not the one");
    Files.createDirectories(directory.resolve("webroot"));
    Files.writeString(directory.resolve("webroot/index.html"), "not the one");
  }

  @Test
  void withoutArgumentsTheDemoRunsOnPort8080() throws Exception {
    assumeTrue(isFree(8080), "port 8080 is taken on this machine");
    try (FatJar program = FatJar.run(directory)) {
      assertThat(program.awaitListening()).isEqualTo("http://127.0.0.1:8080");
      assertThat(get("http://127.0.0.1:8080/").body()).contains("<h1>vertx-sse-bridge</h1>");
      assertThat(get("http://127.0.0.1:8080/sse").body()).contains("/sse.js");
    }
  }

  @Test
  void aFreePortIsTakenAndSaidOnceForAllInstances() throws Exception {
    try (FatJar program = FatJar.run(directory, "--instances", "3", write(ANY_PORT))) {
      String url = program.awaitListening();
      assertThat(URI.create(url).getPort()).isPositive();

      try (Stream<String> events = stream(url + "/events")) {
        assertThat(events.filter(line -> line.startsWith("data: ")).limit(3))
            .allMatch(line -> line.matches("data: Hello World! \\d+"));
      }
      assertThat(post(url + "/topics/a", "x").statusCode()).isEqualTo(202);

      program.terminate();
      program.awaitExit();
      assertThat(program.errors()).filteredOn(line -> line.contains("listening on ")).hasSize(1);
      assertThat(program.errors()).anyMatch(line -> line.contains("3 instances"));
      assertThat(program.errors())
          .noneMatch(line -> line.contains("WARNING") || line.contains("SEVERE"));
    }
  }

  @Test
  void sigtermEndsTheStreamsOnAnEventBoundaryAndThenTheProcess() throws Exception {
    try (FatJar program = FatJar.run(directory, write(ANY_PORT))) {
      String url = program.awaitListening();
      try (Stream<String> events = stream(url + "/events")) {
        List<String> lines =
            CompletableFuture.supplyAsync(
                    () -> events.peek(line -> terminateAtEvent(program, line)).toList())
                .get(30, TimeUnit.SECONDS);

        assertThat(lines.get(lines.size() - 1))
            .as("the last line, no exception before it")
            .isEmpty();
        assertThat(lines).anyMatch(line -> line.startsWith("data: Hello World! "));
      }
      assertThat(program.awaitExit()).isIn(0, 143);
      assertThat(program.errors().get(program.errors().size() - 1)).endsWith("stopped");
    }
  }

  @Test
  void everyProblemOfAWrongConfigurationIsToldAndNothingIsBound() throws Exception {
    String file =
        write(
            "{\"http\": {\"port\": 70000}, \"routes\": {\"news\": {\"path\": \"/news\","
                + " \"adress\": \"news\", \"history\": {\"events\": \"many\"}}}}");
    try (FatJar program = FatJar.run(directory, file)) {
      assertThat(program.awaitExit()).isEqualTo(2);
      assertThat(program.errors())
          .containsExactly(
              file + ": /http/port: expected 0..65535, got 70000",
              file + ": /routes/news/address: missing, expected \"address\" or \"addresses\"",
              file + ": /routes/news/history/events: expected 0..10000000, got \"many\"",
              file + ": /routes/news/adress: unknown key, did you mean \"address\"?");
    }
  }

  @Test
  void brokenJsonAndAMissingFileAreTold() throws Exception {
    String broken = write("{\n  \"http\" {}\n}");
    try (FatJar program = FatJar.run(directory, broken)) {
      assertThat(program.awaitExit()).isEqualTo(2);
      assertThat(program.errors())
          .singleElement()
          .asString()
          .startsWith(broken + ": line 2, column 10: not JSON: ");
    }
    try (FatJar program = FatJar.run(directory, "nowhere.json")) {
      assertThat(program.awaitExit()).isEqualTo(2);
      assertThat(program.errors()).containsExactly("nowhere.json: no such file");
    }
  }

  @Test
  void aCursorThatIsNoneIsToldBeforeThePortOpens() throws Exception {
    Path garbage = Files.write(directory.resolve("garbage"), new byte[] {(byte) 0xFF});
    Path link = Files.createSymbolicLink(directory.resolve("link"), garbage);
    String source = "{\"url\": \"http://127.0.0.1:1/\", \"address\": \"a\", \"cursor\": \"%s\"}";
    String file =
        write(
            "{\"http\": {\"port\": 0}, \"sources\": {\"a\": "
                + source.formatted(garbage)
                + ", \"b\": "
                + source.formatted(link)
                + "}}");
    try (FatJar program = FatJar.run(directory, file)) {
      assertThat(program.awaitExit()).isEqualTo(1);
      assertThat(program.errors())
          .noneMatch(line -> line.contains("listen"))
          .anyMatch(line -> line.startsWith("cursor " + garbage + ": expected UTF-8"))
          .anyMatch(line -> line.startsWith("cursor " + link + ": expected a plain file"));
    }
  }

  @Test
  void aPortThatIsTakenIsToldInOneLine() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        FatJar program =
            FatJar.run(directory, write("{\"http\": {\"port\": " + taken.getLocalPort() + "}}"))) {
      assertThat(program.awaitExit()).isEqualTo(1);
      assertThat(program.errors())
          .anyMatch(
              line ->
                  line.startsWith("cannot listen on 127.0.0.1:" + taken.getLocalPort() + ": ")
                      && line.contains("Address already in use"))
          .noneMatch(line -> line.startsWith("\tat "));
    }
  }

  @Test
  void helpVersionAndCheckStartNothing() throws Exception {
    try (FatJar program = FatJar.run(directory, "--version")) {
      assertThat(program.awaitExit()).isZero();
      assertThat(program.output())
          .isEqualTo("vertx-sse-bridge " + System.getProperty("project.version"));
    }
    try (FatJar program = FatJar.run(directory, "--help")) {
      assertThat(program.awaitExit()).isZero();
      assertThat(program.output()).startsWith("usage: ");
    }
    try (FatJar program = FatJar.run(directory, "--check", write(ANY_PORT))) {
      assertThat(program.awaitExit()).isZero();
      assertThat(program.output()).endsWith("b.json: ok");
    }
    try (FatJar program = FatJar.run(directory, "--nonsense")) {
      assertThat(program.awaitExit()).isEqualTo(2);
      assertThat(program.errors()).startsWith("unknown option --nonsense");
    }
  }

  private String write(String json) throws IOException {
    return Files.writeString(directory.resolve("b.json"), json).toString();
  }

  private HttpResponse<String> get(String url) throws Exception {
    return client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String url, String text) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(url))
            .header("content-type", "text/plain")
            .POST(BodyPublishers.ofString(text))
            .build(),
        BodyHandlers.ofString());
  }

  /** Over HTTP/1.1: the JDK's client gives up its streams when an HTTP/2 server says GOAWAY. */
  private Stream<String> stream(String url) throws Exception {
    HttpResponse<Stream<String>> response =
        client.send(
            HttpRequest.newBuilder(URI.create(url)).version(HttpClient.Version.HTTP_1_1).build(),
            BodyHandlers.ofLines());
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body();
  }

  private static void terminateAtEvent(FatJar program, String line) {
    if (line.startsWith("data: Hello World! ")) {
      program.terminate();
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}
