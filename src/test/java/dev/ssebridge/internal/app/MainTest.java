package dev.ssebridge.internal.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.RouteOptions;
import dev.ssebridge.SseBridge;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.internal.tool.Terminal;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.LogRecorder;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Help.Ansi;

class MainTest {
  @TempDir Path directory;

  private final Map<String, String> environment = new HashMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void helpGoesToTheStandardOutput() {
    assertThat(run("--help")).hasValue(0);
    assertThat(out.toString(UTF_8)).startsWith("Usage: vertx-sse-bridge ");
    assertThat(err.toString(UTF_8)).isEmpty();
  }

  @Test
  void theVersionIsOneLine() {
    assertThat(run("--version")).hasValue(0);
    assertThat(out.toString(UTF_8).lines()).singleElement().asString().startsWith("vertx-sse-");
  }

  @Test
  void wrongUsageIsExplainedOnTheErrorStream() {
    assertThat(run("--bogus")).hasValue(2);
    assertThat(err.toString(UTF_8)).startsWith("unknown option --bogus").contains("--help");
    assertThat(out.toString(UTF_8)).isEmpty();
  }

  @Test
  void aRightConfigurationIsCheckedAndNothingStarted() {
    assertThat(run("--check", "conf/bridge.json")).hasValue(0);
    assertThat(out.toString(UTF_8)).isEqualToIgnoringNewLines("conf/bridge.json: ok");
  }

  @Test
  void whatIsSeldomMeantIsWarnedOfByTheCheckAndAtTheStart() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("b.json"),
            "{\"http\": {\"port\": 0}, \"routes\": {\"r\": {\"path\": \"/r\", \"address\": \"r.*\"}}}");
    assertThat(run("--check", file.toString())).hasValue(0);
    assertThat(out.toString(UTF_8).lines())
        .hasSize(2)
        .first()
        .asString()
        .startsWith(file + ":1:54: warning: /routes/r/address: the * in \"r.*\" stands for itself");

    Vertx vertx = Vertx.vertx();
    try (LogRecorder log = LogRecorder.of("dev.ssebridge.internal.bridge.Channels")) {
      for (int instance = 0; instance < 2; instance++) {
        BridgeFixture.get(
            SseBridge.create(
                    vertx, new SseBridgeOptions().addRoute("r", new RouteOptions("/r/:x", "r.*")))
                .mount(Router.router(vertx)));
      }
      assertThat(log.messages())
          .as("once, not for each instance")
          .hasSize(2)
          .anyMatch(line -> line.contains("/routes/r/address"))
          .anyMatch(line -> line.contains("/routes/r/path: the parameter :x"));
    } finally {
      BridgeFixture.get(vertx.close());
    }
  }

  @Test
  void aWrongConfigurationIsToldWithEveryProblem() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("b.json"), "{\"http\": {\"port\": \"x\", \"hots\": \"y\"}}");

    assertThat(problems(file))
        .containsExactly(
            file + ": /http/port: expected 0..65535, got \"x\"",
            file + ": /http/hots: unknown key, did you mean \"host\"?");
    assertThat(run(file.toString())).hasValue(2);
  }

  @Test
  void missingTlsFilesAreNamed() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("b.json"),
            "{\"http\": {\"tls\": {\"cert\": \"no.pem\", \"key\": \"no.key\"}}}");

    assertThat(problems(file))
        .containsExactly(
            file + ": /http/tls/cert: expected a readable, not empty PEM file, got \"no.pem\"",
            file + ": /http/tls/key: expected a readable, not empty PEM file, got \"no.key\"");
  }

  @Test
  void missingSecretsAreNamedAmongTheOtherProblems() throws IOException {
    Path token = Files.writeString(directory.resolve("token"), "t");
    String source = "{\"url\": \"http://localhost/\", \"address\": \"a\", \"auth\": {%s}}";
    Path file =
        Files.writeString(
            directory.resolve("b.json"),
            "{\"http\": {\"port\": \"x\"}, \"sources\": {"
                + ("\"a\": " + source.formatted("\"bearer\": \"env:NO_SUCH_TOKEN\""))
                + (", \"b\": " + source.formatted("\"basic\": \"file:no.secret\""))
                + (", \"c\": " + source.formatted("\"bearer\": \"file:" + directory + "\""))
                + (", \"d\": " + source.formatted("\"bearer\": \"file:" + token + "\""))
                + (", \"e\": " + source.formatted("\"bearer\": \"env:PATH\""))
                + "}}");

    assertThat(problems(file))
        .containsExactly(
            file + ": /http/port: expected 0..65535, got \"x\"",
            file
                + ": /sources/a/auth/bearer: expected the secret in the environment variable"
                + " NO_SUCH_TOKEN, which is not set; set it for the program, or write"
                + " \"file:PATH\" for a secret in a file",
            file
                + ": /sources/b/auth/basic: expected a readable, not empty file with the secret in it,"
                + " got \"no.secret\"",
            file
                + ": /sources/c/auth/bearer: expected a readable, not empty file with the secret in it, got \""
                + directory
                + "\"");
    assertThat(run(file.toString())).hasValue(2);
  }

  @Test
  void aMissingCertificateOfASourceIsNamed() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("b.json"),
            "{\"sources\": {\"a\": {\"url\": \"https://localhost/\", \"address\": \"a\","
                + " \"ca\": \"no.pem\"}}}");

    assertThat(problems(file))
        .containsExactly(
            file + ": /sources/a/ca: expected a readable, not empty PEM file, got \"no.pem\"");
  }

  /** What is said of a configuration in which something is wrong. */
  private Stream<String> problems(Path file) {
    assertThat(run("--check", file.toString())).hasValue(2);
    return err.toString(UTF_8).lines().map(line -> line.replaceFirst(":\\d+:\\d+: ", ": "));
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
