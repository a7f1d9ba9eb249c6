package dev.ssebridge.internal.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.config.ConfigFile;
import dev.ssebridge.internal.tool.Terminal;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Help.Ansi;

/** What the commands print, and how they end. */
@Tag("slow")
class CommandsTest {
  @TempDir Path directory;

  private final Map<String, String> environment = new HashMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --check            | Missing required parameter for option '--check' (FILE)
          --check a b        | expected either --check or a file to run, got both
          --instances        | Missing required parameter for option '--instances' (N)
          --instances 0      | --instances: expected 1..1024, got 0
          run --instances 1025 | --instances: expected 1..1024, got 1025
          --instances x      | Invalid value for option '--instances': 'x' is not an int
          --chekc a          | unknown option --chekc
          config             | expected one of schema, keys, full and init, got nothing
          config init --for x | Invalid value for option '--for': expected one of
          check --sett a     | unknown option --sett
          """)
  void whatMakesNoSenseIsNamedAndTheHelpToo(String arguments, String problem) {
    assertThat(run(arguments.split(" "))).hasValue(2);
    assertThat(errors().get(0)).startsWith(problem);
    assertThat(errors().get(errors().size() - 1))
        .startsWith("Try \"vertx-sse-bridge")
        .endsWith("--help\".");
    assertThat(out.toString(UTF_8)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --chekc      | Possible solutions: --check
          config keyz  | Did you mean
          """)
  void whatWasMeantIsGuessed(String arguments, String guess) {
    run(arguments.split(" "));

    assertThat(err.toString(UTF_8)).contains(guess);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          chek b.json                     | chek    | check
          chekc                           | chekc   | check
          Check b.json                    | Check   | check
          rnu b.json                      | rnu     | run
          confg keys                      | confg   | config
          confgi                          | confgi  | config
          tial http://127.0.0.1:1/        | tial    | tail
          tial --last 10 http://127.0.0.1:1/ | tial | tail
          chek --strict b.json            | chek    | check
          publsih http://127.0.0.1:1/ x   | publsih | publish
          docter http://127.0.0.1:1/      | docter  | doctor
          completoin                      | completoin | completion
          --set http.port=1 chek b.json   | chek    | check
          """)
  void aCommandThatIsMistypedIsNoFile(String arguments, String word, String meant) {
    assertThat(run(arguments.split(" "))).hasValue(2);
    assertThat(errors().get(0))
        .isEqualTo(
            "expected a command or a file, got \""
                + word
                + "\", which is neither; did you mean "
                + meant
                + "?");
    assertThat(errors().get(errors().size() - 1)).startsWith("Try \"vertx-sse-bridge --help\"");
    assertThat(out.toString(UTF_8)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"chek.json", "tail.yml", "Run.YAML", "nothing-like-it", "./chek/x"})
  void whatIsCalledLikeAFileOrLikeNoCommandIsOne(String name) {
    assertThat(run(name)).hasValue(2);
    assertThat(errors()).singleElement().asString().isEqualTo(name + ": no such file");
  }

  @Test
  void aHeapThatIsTooSmallIsWarnedOf() throws IOException {
    Path file = write("b.json", "{\"limits\":\n {\"retained\": \"1024GiB\"}}");

    assertThat(run("check", file.toString())).hasValue(0);
    assertThat(out.toString(UTF_8).lines().toList())
        .anyMatch(
            line ->
                line.startsWith(file + ":1:2: warning: /limits: the heap of ")
                    && line.contains("has no room for limits.retained (1048576 MiB)")
                    && line.contains("give the JVM -Xmx")
                    && line.endsWith(
                        "(this heap is the one of the check, which may run elsewhere)"));
    assertThat(run("check", "--strict", file.toString())).hasValue(2);
    assertThat(errors()).anyMatch(line -> line.contains("/limits: the heap of "));
  }

  @Test
  void channelsThatTheHeapCannotHoldAreWarnedOfAsTheStartWouldSay() throws IOException {
    Path file =
        write(
            "b.json",
            "{\"routes\": {\"r\": {\"path\": \"/:x\", \"address\": \"a.{x}\","
                + " \"limits\": {\"channels\": 10000000}}}}");

    assertThat(run("check", file.toString())).hasValue(0);
    assertThat(out.toString(UTF_8))
        .contains(
            "warning: /limits: expected a heap with room for limits.retained",
            "10000000 channels",
            "or lower limits.channels of the routes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "run",
        "check",
        "config",
        "config schema",
        "config keys",
        "config full",
        "config init",
        "completion"
      })
  void everyCommandHasHelpWithAnExample(String command) {
    String[] words = (command + " --help").strip().split(" ");

    assertThat(run(words)).hasValue(0);
    assertThat(out.toString(UTF_8))
        .startsWith("Usage: vertx-sse-bridge")
        .containsPattern("Examples?:");
    assertThat(err.toString(UTF_8)).isEmpty();
  }

  @Test
  void helpNamesEveryCommand() {
    run("--help");

    assertThat(out.toString(UTF_8))
        .contains(
            "run", "check", "config", "completion", "Exit codes:", "--set", "--print-address");
  }

  @Test
  void coloursAreForTerminalsOnly() {
    run("--help");

    assertThat(out.toString(UTF_8)).doesNotContain("\u001b");
  }

  @Test
  void theCompletionIsAScriptOfTheShell() throws Exception {
    assertThat(run("completion")).hasValue(0);
    Path script = Files.writeString(directory.resolve("completion"), out.toString(UTF_8));

    Process bash =
        new ProcessBuilder("bash", "-c", "source " + script + " && complete -p vertx-sse-bridge")
            .redirectErrorStream(true)
            .start();

    assertThat(new String(bash.getInputStream().readAllBytes(), UTF_8)).contains("_complete_vertx");
    assertThat(bash.waitFor()).isZero();
  }

  @Test
  void aCheckSeesFilesEnvironmentAndOptions() throws IOException {
    Path file = write("b.json", "{\"http\": {\"port\": 1}}");
    environment.put("SSE_BRIDGE__HTTP__HOST", "a b");

    assertThat(run("check", file.toString(), "--set", "http.port=x")).hasValue(2);
    assertThat(errors())
        .contains("option --set http.port: /http/port: expected 0..65535, got \"x\"");
  }

  @Test
  void aStrictCheckTakesWarningsForProblems() throws IOException {
    Path file =
        write("b.json", "{\n\"routes\": {\"r\": {\"path\": \"/r\",\n \"address\": \"r.*\"}}}");
    String told = "/routes/r/address: the * in \"r.*\" stands for itself";

    assertThat(run("check", file.toString())).hasValue(0);
    assertThat(out.toString(UTF_8)).startsWith(file + ":3:2: warning: " + told).contains(": ok");
    assertThat(run("check", "--strict", file.toString())).hasValue(2);
    assertThat(errors().get(0)).startsWith(file + ":3:2: " + told);
    assertThat(out.toString(UTF_8)).isEmpty();
  }

  @Test
  void programsGetJson() throws IOException {
    Path file = write("b.json", "{\"http\": {\"port\": \"x\"}}");

    assertThat(run("check", "--json", file.toString())).hasValue(2);
    JsonObject told = new JsonObject(out.toString(UTF_8));
    assertThat(told.getBoolean("ok")).isFalse();
    assertThat(told.getJsonArray("problems").getJsonObject(0))
        .isEqualTo(
            new JsonObject()
                .put("source", file + ":1:11")
                .put("place", "/http/port")
                .put("message", "expected 0..65535, got \"x\""));

    assertThat(run("check", "--json", "--effective", "--set", "http.port=1")).hasValue(0);
    assertThat(
            new JsonObject(out.toString(UTF_8))
                .getJsonObject("effective")
                .getJsonObject("/http/port"))
        .isEqualTo(new JsonObject().put("value", 1).put("from", "option --set http.port"));
  }

  @Test
  void theEffectiveConfigurationSaysWhereEachValueCameFromAndNoSecret() throws IOException {
    Path secret = write("secret", "s3cret\n");
    Path file =
        write(
            "b.yaml",
            """
            http:
              drain: 1s
            sources:
              up:
                url: http://up.example/?token=${TOKEN}
                address: x-${file:SECRET}
                headers: {X-Key: "${file:SECRET}", X-Other: s3cret}
                types: ["${file:SECRET}"]
                auth: {bearer: "file:SECRET"}
            """
                .replace("SECRET", secret.toString()));
    environment.put("TOKEN", "s3cret");
    environment.put("SSE_BRIDGE__HTTP__HOST", "::1");

    assertThat(run("check", "--effective", "--set", "http.port=1", file.toString())).hasValue(0);
    assertThat(out.toString(UTF_8).lines())
        .contains(
            "/http/host = \"::1\"   (variable SSE_BRIDGE__HTTP__HOST)",
            "/http/port = 1   (option --set http.port)",
            "/http/drain = \"1s\"   (" + file + ":2:3)",
            "/http/drainRetry = none   (default)",
            "/sources/up/url = \"***\"   (" + file + ":5:5)",
            "/sources/up/address = \"***\"   (" + file + ":6:5)",
            "/sources/up/headers/X-Key = \"***\"   (" + file + ":7:15)",
            "/sources/up/headers/X-Other = \"***\"   ("
                + file
                + ":7:42)".replace("42", column(file, "X-Other")),
            "/sources/up/types = \"***\"   (" + file + ":8:5)",
            "/sources/up/auth/bearer = \"***\"   (" + file + ":9:12)")
        .noneMatch(line -> line.contains("s3cret"));
  }

  private static String column(Path file, String word) throws IOException {
    String line =
        Files.readAllLines(file).stream().filter(l -> l.contains(word)).findFirst().orElse("");
    return String.valueOf(line.indexOf(word) + 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"relay", "topics", "demo"})
  void aBeginningIsRightAndCommented(String purpose) {
    assertThat(run("config", "init", "--for", purpose)).hasValue(0);

    String text = out.toString(UTF_8);
    assertThat(text).startsWith("# ").contains("address:");
    assertThat(ConfigFile.parse(purpose + ".yaml", text).options().getRoutes()).isNotEmpty();
  }

  @Test
  void theFullConfigurationIsOneThatCanBeRead() {
    assertThat(run("config", "full")).hasValue(0);
    assertThat(ConfigFile.parse("full.json", out.toString(UTF_8)).options().getSources())
        .hasSize(1);
  }

  @Test
  void keysAreListedWithDefaultVariableAndMeaning() {
    assertThat(run("config", "keys", "REQUESTTIMEOUT")).hasValue(0);
    assertThat(out.toString(UTF_8).lines())
        .hasSize(3)
        .contains(
            "http.requestTimeout   (60s, after a restart)",
            "    SSE_BRIDGE__HTTP__REQUEST_TIMEOUT");

    assertThat(run("config", "keys")).hasValue(0);
    assertThat(out.toString(UTF_8))
        .contains("    SSE_BRIDGE__ROUTES__NAME__PATH", "sources.*.url   (required, secret)");
    assertThat(run("config", "keys", "no such word")).hasValue(1);
  }

  @Test
  void theSchemaIsOne() {
    assertThat(run("config", "schema")).hasValue(0);
    assertThat(new JsonObject(out.toString(UTF_8)).getString("$schema"))
        .isEqualTo("https://json-schema.org/draft/2020-12/schema");
  }

  private List<String> errors() {
    return err.toString(UTF_8).lines().toList();
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private OptionalInt run(String... arguments) {
    out.reset();
    err.reset();
    return new Main(
            new Terminal(
                InputStream.nullInputStream(),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8),
                environment,
                Ansi.OFF))
        .run(arguments);
  }
}
