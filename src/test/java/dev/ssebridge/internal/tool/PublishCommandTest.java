package dev.ssebridge.internal.tool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.TestCertificate;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code publish} to a bridge. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class PublishCommandTest {
  private static final String CONFIG =
      "{'routes':{'t':{'path':'/t','address':'t','history':{'events':200000}}},"
          + "'publish':{'t':{'path':'/t','address':'t','maxBody':1000}}}";

  private static Vertx vertx;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  private static String url(BridgeFixture bridge) {
    return "http://127.0.0.1:" + bridge.port() + "/t";
  }

  private static RunningCommand.Setting in(String text) {
    return new RunningCommand.Setting().in(text);
  }

  @Test
  void aTextIsPublishedAndNothingSaid() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe probe = bridge.open("/t");
      RunningCommand publish = RunningCommand.publish(url(bridge), "gr\u00fc\u00df\ntwo");
      assertThat(publish.exit()).isZero();
      assertThat(publish.out() + publish.err()).isEmpty();
      assertThat(probe.awaitEvents(1).get(0).data()).isEqualTo("gr\u00fc\u00df\ntwo");
    }
  }

  @Test
  void theStandardInputAndFilesArePublishedWithoutTheirLastLineEnd(@TempDir Path directory)
      throws IOException {
    Path file = Files.writeString(directory.resolve("f"), "from a file\r\n");
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe probe = bridge.open("/t");
      assertThat(in("a\nb\n").publish(url(bridge), "-").exit()).isZero();
      assertThat(in("c").publish(url(bridge)).exit()).isZero();
      assertThat(RunningCommand.publish("--file=" + file, url(bridge)).exit()).isZero();
      assertThat(RunningCommand.publish(url(bridge), "").exit()).isZero();
      assertThat(probe.awaitEvents(4))
          .extracting("data")
          .containsExactly("a\nb", "c", "from a file", "");
    }
  }

  @Test
  void typeIdAndJsonAreSent() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe probe = bridge.open("/t");
      RunningCommand json =
          RunningCommand.publish(
              "--json", "--type=re ad&ing", url(bridge) + "?x=1", "{\"a\": 1.0}");
      assertThat(json.exit()).as(json.err()).isZero();
      RunningCommand named =
          RunningCommand.publish("--id=7", "--type=b", "--print-id", url(bridge), "x\ny");
      assertThat(named.exit()).as(named.err()).isZero();
      assertThat(named.out()).matches("\\S+-2\n");
      assertThat(probe.awaitEvents(2)).extracting("type").containsExactly("re ad&ing", "b");
      assertThat(probe.awaitEvents(2)).extracting("data").containsExactly("{\"a\": 1.0}", "x\ny");
    }
  }

  @Test
  void whatIsNoJsonIsNotSent() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      for (String text : new String[] {"{\"a\":", "", "{} {}", "nul"}) {
        RunningCommand publish = RunningCommand.publish("--json", url(bridge), text);
        assertThat(publish.exit()).as(text).isEqualTo(2);
        assertThat(publish.err()).startsWith("--json: expected JSON, got ");
      }
    }
  }

  @Test
  void aHundredThousandLinesOfNdjsonArrive() {
    int count = 100_000;
    String lines =
        IntStream.rangeClosed(1, count)
            .mapToObj(i -> "{\"n\":" + i + "}\n" + (i % 1000 == 0 ? "\n  \r\n" : ""))
            .collect(Collectors.joining());
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe probe = bridge.open("/t");
      RunningCommand publish =
          in(lines).publish("--ndjson", "--progress", "--print-id", url(bridge));
      assertThat(publish.exit()).as(publish.err()).isZero();
      assertThat(publish.err())
          .containsPattern("publish: 100000 events, \\d+ a second, 1\\.[0-9] MiB in ");
      assertThat(publish.out()).endsWith("-" + count + "\n");
      bridge.awaitHead("t", count);
      assertThat(probe.awaitEvents(count).get(count - 1).data()).isEqualTo("{\"n\":100000}");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theLineThatIsRefusedIsNamedByItsNumber(boolean keepGoing) {
    StringBuilder lines = new StringBuilder("\n\r\n");
    for (int i = 3; i <= 2500; i++) {
      lines.append(
          i == 1234 ? "{\"n\":" : i == 2001 ? "\"" + "x".repeat(2000) + "\"" : "{\"n\":" + i + "}");
      lines.append('\n');
    }
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      bridge.open("/t");
      RunningCommand publish =
          keepGoing
              ? in(lines.toString()).publish("--ndjson", "--keep-going", url(bridge))
              : in(lines.toString()).publish("--ndjson", url(bridge));
      assertThat(publish.exit()).isEqualTo(1);
      assertThat(publish.err()).contains("publish: line 1234: refused: 400: expected JSON, got ");
      int published = keepGoing ? 2500 - 4 : 1231;
      assertThat(publish.err()).contains(published + " events, ");
      if (keepGoing) {
        assertThat(publish.err()).contains("line 2001: refused: 413: expected at most 1000 bytes");
      } else {
        assertThat(publish.err()).doesNotContain("2001").contains("ended early");
      }
      bridge.awaitHead("t", published);
    }
  }

  @Test
  void followSendsEachLineAsItComes() throws IOException {
    PipedOutputStream pipe = new PipedOutputStream();
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe probe = bridge.open("/t");
      RunningCommand publish =
          new RunningCommand.Setting()
              .in(new PipedInputStream(pipe))
              .publish("--follow", "--type=log", url(bridge));
      pipe.write("one\r\n".getBytes(UTF_8));
      pipe.flush();
      assertThat(probe.awaitEvents(1).get(0).data()).isEqualTo("one");
      pipe.write("\n{\"t\rwo\nlast".getBytes(UTF_8));
      pipe.flush();
      probe.awaitEvents(3);
      assertThat(publish.isRunning()).isTrue();
      pipe.close();
      assertThat(publish.exit()).isZero();
      assertThat(probe.awaitEvents(4))
          .extracting("data")
          .containsExactly("one", "", "{\"t\nwo", "last");
      assertThat(probe.awaitEvents(4)).extracting("type").containsOnly("log");
      assertThat(publish.err()).contains("4 events, ");
    }
  }

  @Test
  void followChecksJsonAndNamesTheLine() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe probe = bridge.open("/t");
      RunningCommand stops = in("1\n\n{\n2\n").publish("--follow", "--json", url(bridge));
      assertThat(stops.exit()).isEqualTo(1);
      assertThat(stops.err()).contains("line 3: expected JSON, got ").contains("1 event, ");
      RunningCommand goesOn =
          in("3\n{\n\"" + "9".repeat(998) + "\"\n\"" + "9".repeat(999) + "\"\n4\n")
              .publish("--follow", "--json", "--keep-going", url(bridge));
      assertThat(goesOn.exit()).isEqualTo(1);
      assertThat(goesOn.err())
          .contains("line 2: expected JSON, got Unexpected end-of-input: expected close marker for")
          .doesNotContain("Source")
          .contains("line 4: refused: 413: ")
          .contains("3 events, ");
      assertThat(probe.awaitEvents(4).get(3).data()).isEqualTo("4");
    }
  }

  @Test
  void aRefusalIsShownReadably() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      RunningCommand none = RunningCommand.publish(url(bridge) + "/none?token=secret", "x");
      assertThat(none.exit()).isEqualTo(1);
      assertThat(none.err()).startsWith("publish: refused: 404: ").doesNotContain("{", "secret");
      RunningCommand type = RunningCommand.publish("--content-type=image/png", url(bridge), "x");
      assertThat(type.exit()).isEqualTo(1);
      assertThat(type.err()).startsWith("publish: refused: 415: content-type: expected text/*");
    }
  }

  @Test
  void credentialsAndTlsAreThoseOfTail() throws Exception {
    TestCertificate certificate = TestCertificate.forHost("ip:127.0.0.1");
    String config = "{'http':{" + certificate.asTls() + "}," + CONFIG.substring(1);
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      String url = "https://127.0.0.1:" + bridge.port() + "/t";
      RunningCommand wary = RunningCommand.publish(url, "x");
      assertThat(wary.exit()).isEqualTo(1);
      assertThat(wary.err()).contains("no connection: ");
      String ca = certificate.pem().toString();
      RunningCommand publish =
          new RunningCommand.Setting()
              .environment(Map.of("T", "secret"))
              .publish("--ca", ca, "--http2", "--bearer=env:T", url, "x");
      assertThat(publish.exit()).as(publish.err()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--ndjson URL text | --ndjson: expected lines",
        "--follow URL text | --follow: expected lines",
        "--file f URL text | expected either a text or --file, got both",
        "--file no/such URL | --file: expected a readable file",
        "--json --ndjson URL | expected either --json or --ndjson",
        "--id 7 --json URL x | --id: expected one event, a text",
        "--keep-going URL x | --keep-going: expected --ndjson or --follow",
        "--retries -1 URL x | --retries: expected 0 or more",
        "--max-wait soon URL x | a duration such as",
        "--type a URL?event=b x | expected either the option or event= in the URL",
        "URL | expected a text on the standard input or in the file, got nothing",
        "ftp://host/ x | expected an absolute http or https URL"
      })
  void wrongUsageSaysWhatWasExpected(String arguments, String message) {
    RunningCommand publish =
        RunningCommand.publish(arguments.replace("URL", "http://127.0.0.1:1/t").split(" ", -1));
    assertThat(publish.exit()).isEqualTo(2);
    assertThat(publish.err()).contains(message);
  }

  @Test
  void helpHasExamplesAndTheExitCodes() {
    RunningCommand publish = RunningCommand.publish("--help");
    assertThat(publish.exit()).isZero();
    assertThat(publish.out())
        .startsWith("Publish events.")
        .contains("Usage: publish [OPTIONS] URL [TEXT]", "Examples:", "Exit codes:")
        .doesNotContain("${", "@|");
    assertThat(publish.out().lines()).allMatch(line -> line.length() <= 80);
  }
}
