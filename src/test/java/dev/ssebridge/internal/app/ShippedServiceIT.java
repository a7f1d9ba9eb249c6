package dev.ssebridge.internal.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ssebridge.testing.Installed;
import io.vertx.core.json.JsonArray;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the unit of systemd and the image of a container start, started without either: the commands
 * and variables that stand in {@code conf/}, with the places of this test.
 */
@Timeout(180)
class ShippedServiceIT {
  private static final String ROUTES =
      "\"routes\": {\"n\": {\"path\": \"/n\", \"address\": \"n\"}}}";

  @TempDir Path directory;

  private String config(String http) throws IOException {
    return Files.writeString(
            directory.resolve("bridge.json"),
            "{\"http\": {"
                + http
                + "\"drain\": 0}, \"limits\": {\"retained\": \"32MiB\"}, "
                + ROUTES)
        .toString();
  }

  /** The values of a key of the unit. */
  private static List<String> unit(String key) throws IOException {
    return Files.readString(Path.of("conf/sse-bridge.service"))
        .lines()
        .filter(line -> line.startsWith(key + "="))
        .map(line -> line.substring(key.length() + 1).replaceAll("^\"|\"$", ""))
        .toList();
  }

  /** The command of a key, as systemd splits it. */
  private List<String> command(String key, String config) throws IOException {
    String line = unit(key).get(0);
    assertThat(line).contains("/opt/sse-bridge/sse-bridge", "/etc/sse-bridge/bridge.json");
    return List.of(
        line.replace("/opt/sse-bridge/sse-bridge", Path.of("conf/sse-bridge").toAbsolutePath() + "")
            .replace("/etc/sse-bridge/bridge.json", config)
            .split(" ", -1));
  }

  private Process start(List<String> command, Map<String, String> variables) throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "no /bin/bash on this machine");
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    Map<String, String> environment = builder.environment();
    environment.remove("JAVA_TOOL_OPTIONS");
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("SSE_BRIDGE_JAR", System.getProperty("fat.jar"));
    environment.putAll(variables);
    return builder.redirectErrorStream(true).start();
  }

  private Map<String, String> variablesOfTheUnit() throws IOException {
    Map<String, String> variables = new TreeMap<>();
    for (String each : unit("Environment")) {
      int equals = each.indexOf('=');
      variables.put(each.substring(0, equals), each.substring(equals + 1));
    }
    assertThat(variables.replace("SSE_BRIDGE_CACHE", directory + "/cache")).isNotNull();
    return variables;
  }

  private static void awaitLine(BufferedReader lines, String part) throws IOException {
    List<String> seen = new ArrayList<>();
    String line = lines.readLine();
    while (line != null && !line.contains(part)) {
      seen.add(line);
      line = lines.readLine();
    }
    assertThat(line).as("%s in %s", part, seen).isNotNull();
  }

  @Test
  void theUnitStartsReadsAgainAndStopsAsItSays() throws Exception {
    String config = config("\"port\": 0, ");
    Map<String, String> variables = variablesOfTheUnit();
    // RestartPreventExitStatus looks at the main process alone.
    assertThat(unit("ExecStartPre")).isEmpty();

    Process service = start(command("ExecStart", config), variables);
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(service.getInputStream(), UTF_8))) {
      awaitLine(lines, "ready on ");
      Files.writeString(
          Path.of(config), Files.readString(Path.of(config)).replace("/n\"", "/other\""));
      String reload = unit("ExecReload").get(0).replace("$MAINPID", Long.toString(service.pid()));
      assertThat(start(List.of(reload.split(" ", -1)), Map.of()).waitFor()).isZero();
      awaitLine(lines, "configuration read again: ");

      service.toHandle().destroy();
      long patience = Long.parseLong(unit("TimeoutStopSec").get(0));
      assertThat(service.waitFor(patience, TimeUnit.SECONDS)).isTrue();
      assertThat(unit("SuccessExitStatus")).containsExactly("" + service.exitValue());
      assertThat(lines.lines().toList()).anyMatch(line -> line.endsWith("stopped"));
    } finally {
      service.destroyForcibly();
    }
  }

  @Test
  void theUnitIsNotStartedAgainWithAConfigurationThatIsWrong() throws Exception {
    Process service = start(command("ExecStart", config("\"prot\": 1, ")), variablesOfTheUnit());
    assertThat(service.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(unit("RestartPreventExitStatus")).containsExactly("" + service.exitValue());
  }

  /** What follows this word in the Dockerfile, lines that go on joined. */
  private static List<String> image(String word) throws IOException {
    String text = Files.readString(Path.of("conf/Dockerfile")).replace("\\\n", "");
    return text.lines()
        .filter(line -> line.startsWith(word + " "))
        .map(line -> line.substring(word.length() + 1).strip())
        .toList();
  }

  private static List<String> list(String json) {
    return new JsonArray(json).stream().map(String::valueOf).toList();
  }

  @Test
  void theImageServesAllAddressesAndItsHealthCheckAsksWhetherItIsLive() throws Exception {
    int port = Installed.portToComeBackTo();
    Map<String, String> variables = new TreeMap<>();
    for (String each : image("ENV")) {
      variables.put(each.split("=", 2)[0], each.split("=", 2)[1]);
    }
    assertThat(variables).containsEntry("SSE_BRIDGE__HTTP__HOST", "0.0.0.0");
    assertThat(image("EXPOSE").get(0))
        .isEqualTo("8080 " + variables.get("SSE_BRIDGE__ADMIN__PORT"));
    variables.put("SSE_BRIDGE__ADMIN__PORT", Integer.toString(port));
    // Loopback only, as for every test; that the variable counts is seen from the check.
    variables.put("SSE_BRIDGE__HTTP__HOST", "127.0.0.1");

    List<String> command = new ArrayList<>(list(image("ENTRYPOINT").get(0)));
    command.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
    assertThat(command.remove(command.size() - 1))
        .isEqualTo("/opt/sse-bridge/vertx-sse-bridge.jar");
    command.add(System.getProperty("fat.jar"));
    assertThat(list(image("CMD").get(0))).containsExactly("/etc/sse-bridge/bridge.json");
    command.add(config("\"host\": \"192.0.2.1\", \"port\": 0, "));

    Matcher health = Pattern.compile("--.* CMD (\\[.*])").matcher(image("HEALTHCHECK").get(0));
    assertThat(health.matches()).isTrue();
    List<String> ask = list(health.group(1));
    Process program = start(command, variables);
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(program.getInputStream(), UTF_8))) {
      awaitLine(lines, "ready on http://127.0.0.1:");
      Process asked = start(ask, variables);
      String said = new String(asked.getInputStream().readAllBytes(), UTF_8);
      assertThat(asked.waitFor()).as(said).isZero();
    } finally {
      program.destroyForcibly();
    }
    program.waitFor();
    assertThat(start(ask, variables).waitFor()).isNotZero();
  }

  /** What is copied into the image is there, and nobody is root in it. */
  @Test
  void theImageIsMadeOfWhatThereIs() throws Exception {
    assertThat(image("COPY"))
        .contains("conf/bridge.json /etc/sse-bridge/bridge.json")
        .contains(
            "--from=build /build/target/vertx-sse-bridge.jar /opt/sse-bridge/vertx-sse-bridge.jar");
    assertThat(Path.of("conf/bridge.json")).exists();
    assertThat(image("USER").get(0)).matches("[1-9]\\d*:[1-9]\\d*");
    assertThat(image("FROM")).hasSize(2);
  }
}
