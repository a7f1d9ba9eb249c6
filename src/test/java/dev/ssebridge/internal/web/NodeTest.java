package dev.ssebridge.internal.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ssebridge.format.DecoderCorpus;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tests of the page client in {@code src/test/js}, and its package, in Node and in Deno. */
@Tag("slow")
class NodeTest {
  private static final Path BASE = Path.of(System.getProperty("project.basedir", "."));
  private static final Path TARGET = BASE.resolve("target/js");
  private static final String SOURCE = "src/main/js/sse-bridge.js";
  private static final String SERVED = "target/classes/dev/ssebridge/web/sse-bridge.js";

  @BeforeAll
  static void begin() throws Exception {
    need(there("node") && there("npm"), "node or npm is missing (Debian packages)");
    Files.createDirectories(TARGET);
  }

  private static void need(boolean there, String missing) {
    if (!"true".equals(System.getenv("CI"))) {
      assumeTrue(there, missing + "; with CI=true this test fails");
    }
    assertThat(there).as(missing).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {SOURCE, SERVED})
  void theModuleAsItStandsAndAsItIsServedDoesWhatItsTestsSay(String module) throws Exception {
    Path cases = TARGET.resolve("decoder-cases.json");
    Files.writeString(cases, DecoderCorpus.collect().encode());
    List<String> command = new ArrayList<>(List.of("node", "--test"));
    try (Stream<Path> files = Files.list(BASE.resolve("src/test/js"))) {
      files.map(Path::toString).filter(file -> file.endsWith(".test.mjs")).forEach(command::add);
    }

    // A module that Node takes for one by its name; a page knows it by its media type.
    Path copy = TARGET.resolve("sse-bridge.mjs");
    Files.writeString(copy, Files.readString(BASE.resolve(module)));
    run(
        BASE,
        Map.of(
            "DECODER_CASES", cases.toAbsolutePath().toString(),
            "SSE_BRIDGE", copy.toAbsolutePath().toUri().toString()),
        command);
  }

  @Test
  void thePackageHasWhatIsServedAndCanBeImported(@TempDir Path directory) throws Exception {
    Path npm = Files.createDirectories(directory.resolve("package-files"));
    for (String file : new String[] {"package.json", "README.md", "sse-bridge.d.ts"}) {
      Files.copy(BASE.resolve("src/main/js/" + file), npm.resolve(file));
    }
    Files.copy(BASE.resolve(SERVED), npm.resolve("sse-bridge.js"));
    Files.copy(BASE.resolve("LICENSE"), npm.resolve("LICENSE"));

    String packed = run(npm, Map.of(), List.of("npm", "pack", "--offline", "--loglevel=error"));
    String archive = packed.strip().lines().reduce((first, last) -> last).orElseThrow();
    Files.copy(
        npm.resolve(archive),
        TARGET.resolve(archive),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    String content = run(npm, Map.of(), List.of("tar", "-tzf", archive));
    assertThat(content.lines())
        .containsExactlyInAnyOrder(
            "package/LICENSE",
            "package/README.md",
            "package/package.json",
            "package/sse-bridge.d.ts",
            "package/sse-bridge.js");

    Path modules = Files.createDirectories(directory.resolve("node_modules/vertx-sse-bridge"));
    run(
        npm,
        Map.of(),
        List.of("tar", "-xzf", archive, "-C", modules.toString(), "--strip-components=1"));
    Path page = directory.resolve("page.mjs");
    Files.writeString(
        page,
        "import * as all from 'vertx-sse-bridge'; console.log(Object.keys(all).sort().join());");
    assertThat(run(directory, Map.of(), List.of("node", page.toString())).strip())
        .isEqualTo("connect,decoder,serve,ticket");
  }

  /**
   * The names of the DOM that Node declares as well; any other fails in a program of TypeScript.
   */
  @Test
  void theDeclarationsNeedNoTypeOfABrowser() throws Exception {
    String declared = Files.readString(BASE.resolve("src/main/js/sse-bridge.d.ts"));
    Matcher types =
        Pattern.compile("[:|<(=] *([A-Z]\\w*)").matcher(declared.replaceAll("(?s)/\\*.*?\\*/", ""));
    assertThat(types.results().map(found -> found.group(1)).distinct())
        .containsExactlyInAnyOrder(
            // its own
            "StreamEvent",
            "Gap",
            "State",
            "Stream",
            "Options",
            "TokenReason",
            "Block",
            // of JavaScript, and of Node
            "Promise",
            "Record",
            "NonNullable",
            "Uint8Array",
            "Iterable",
            "URL",
            "AbortSignal");
  }

  /** With {@code shared} there is one connection for the threads of the process. */
  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"shared\":true}"})
  void aProgramFollowsABridgeAndEndsWhenItHasClosedTheStream(String options) throws Exception {
    follow(List.of("node"), options);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"shared\":true}"})
  void aProgramOfDenoDoesTheSameWithNoPermissionButTheNetwork(String options) throws Exception {
    need(there("deno"), "deno is missing (npm install --global deno)");
    follow(
        List.of("deno", "run", "--no-prompt", "--allow-net=127.0.0.1", "--allow-read=target/js"),
        options);
  }

  private static void follow(List<String> runtime, String options) throws Exception {
    Vertx vertx = Vertx.vertx();
    String routes = "{'routes':{'t':{'path':'/t','address':'t','history':{'events':100}}}}";
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, routes)) {
      Path copy = TARGET.resolve("followed.mjs");
      Files.writeString(copy, Files.readString(BASE.resolve(SERVED)));
      bridge.publishNumbers("t", 1, 10);
      bridge.awaitHead("t", 10);
      String url = "http://127.0.0.1:" + bridge.port() + "/t?from=earliest";
      String module = copy.toAbsolutePath().toUri().toString();
      List<String> command = new ArrayList<>(runtime);
      command.addAll(List.of("src/test/js/follow.mjs", module, url, options));
      assertThat(run(BASE, Map.of(), command).strip())
          .isEqualTo("m1 m2 m3 m4 m5 m6 m7 m8 m9 m10 connecting open closed");
      bridge.awaitStreams(0);
    } finally {
      BridgeFixture.get(vertx.close());
    }
  }

  private static boolean there(String program) throws IOException, InterruptedException {
    try {
      return new ProcessBuilder(program, "--version").start().waitFor() == 0;
    } catch (IOException missing) {
      return false;
    }
  }

  /** Runs it to its end, and answers what it says; what it says is the failure if it fails. */
  private static String run(Path directory, Map<String, String> environment, List<String> command)
      throws Exception {
    Path output = Files.createTempFile(TARGET, "output", ".txt");
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    Process process = builder.start();
    try {
      boolean over = process.waitFor(4 * Deadline.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      String said = Files.readString(output, UTF_8);
      assertThat(over).as("%s is over:%n%s", command, said).isTrue();
      assertThat(process.exitValue()).as("%s:%n%s", command, said).isZero();
      return said;
    } finally {
      process.destroyForcibly();
      Files.delete(output);
    }
  }
}
