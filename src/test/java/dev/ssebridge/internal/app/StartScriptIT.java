package dev.ssebridge.internal.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code conf/sse-bridge}, run as an operator runs it, from another directory. */
@Timeout(120)
class StartScriptIT {
  private static final Path SCRIPT = Path.of("conf/sse-bridge").toAbsolutePath();

  @TempDir Path directory;

  private Process start(Path script, Map<String, String> more, String... arguments)
      throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "no /bin/sh on this machine");
    List<String> command = new ArrayList<>(List.of("/bin/sh", script.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    Map<String, String> environment = builder.environment();
    environment.remove("JAVA_TOOL_OPTIONS");
    environment.remove("JAVA");
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("SSE_BRIDGE_JAR", System.getProperty("fat.jar"));
    environment.put("SSE_BRIDGE_CACHE", directory.resolve("cache").toString());
    environment.putAll(more);
    return builder.redirectErrorStream(true).start();
  }

  private static String output(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), UTF_8);
  }

  private String config() throws IOException {
    return Files.writeString(
            directory.resolve("my bridge.json"),
            "{\"http\": {\"port\": 0},"
                + " \"routes\": {\"n\": {\"path\": \"/n\", \"address\": \"n\"}}}")
        .toString();
  }

  private static void awaitListening(BufferedReader lines) throws IOException {
    List<String> seen = new ArrayList<>();
    String line = lines.readLine();
    while (line != null && !line.contains("listening on ")) {
      seen.add(line);
      line = lines.readLine();
    }
    assertThat(line).as("%s", seen).isNotNull();
  }

  /** Three times, so that the archive is made, is there, and is used. */
  @Test
  void aSignalReachesTheProgramAndItsExitCodeComesBack() throws Exception {
    for (int i = 0; i < 3; i++) {
      Process process = start(SCRIPT, Map.of("SSE_BRIDGE_JVM_OPTS", "-Xmx256m -ea"), config());
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
        awaitListening(lines);
        process.toHandle().destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isIn(0, 143);
        assertThat(lines.lines().toList()).anyMatch(line -> line.endsWith("stopped"));
      }
    }
    if (Runtime.version().feature() >= 19) {
      assertThat(directory.resolve("cache")).isNotEmptyDirectory();
    }
  }

  @Test
  void argumentsAreHandedOnAsTheyAre() throws Exception {
    Process process = start(SCRIPT, Map.of(), "--check", config());
    assertThat(output(process)).contains("my bridge.json: ok");
    assertThat(process.waitFor()).isZero();
    Process wrong = start(SCRIPT, Map.of(), "--check", "not there.json");
    assertThat(output(wrong)).contains("not there.json");
    assertThat(wrong.waitFor()).isEqualTo(2);
  }

  @Test
  void whereNoArchiveCanBeKeptItStartsWithoutOne() throws Exception {
    Path file = Files.writeString(directory.resolve("a file"), "");
    for (String cache : List.of("none", file + "/below", "/proc/none")) {
      Process process = start(SCRIPT, Map.of("SSE_BRIDGE_CACHE", cache), "--version");
      assertThat(output(process)).startsWith("vertx-sse-bridge ").hasLineCount(1);
      assertThat(process.waitFor()).isZero();
    }
  }

  @Test
  void aBrokenArchiveIsNoObstacle() throws Exception {
    Path cache = Files.createDirectories(directory.resolve("cache"));
    Files.writeString(
        cache.resolve("classes-" + Runtime.version().feature() + ".jsa"), "no archive");
    Process process = start(SCRIPT, Map.of(), "--version");
    assertThat(output(process)).contains("vertx-sse-bridge ");
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void itIsFoundBehindALink() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("bridge link"), SCRIPT);
    Process process = start(link, Map.of(), "--version");
    assertThat(output(process)).contains("vertx-sse-bridge ");
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void whatIsMissingIsSaid() throws Exception {
    Process jar = start(SCRIPT, Map.of("SSE_BRIDGE_JAR", "/no.jar"), "--version");
    assertThat(output(jar)).contains("expected a file in SSE_BRIDGE_JAR, got \"/no.jar\"");
    assertThat(jar.waitFor()).isEqualTo(2);
    Process java = start(SCRIPT, Map.of("JAVA_HOME", "/no"), "--version");
    assertThat(output(java)).contains("expected Java 17 or later").contains("set JAVA_HOME");
    assertThat(java.waitFor()).isEqualTo(2);
  }
}
