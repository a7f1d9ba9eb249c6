package dev.ssebridge.internal.tool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.TestCertificate;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code tail} before a bridge. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class TailTest {
  private static final String CONFIG =
      "{'routes':{'t':{'path':'/t','address':'t','retry':'10ms'},"
          + "'short':{'path':'/short','address':'short','retry':'10ms','maxEvents':2},"
          + "'few':{'path':'/few','address':'few','retry':'10ms','maxEvents':1,"
          + "'history':{'events':3}},"
          + "'silent':{'path':'/silent','address':'silent','gap':'silent',"
          + "'history':{'events':3}}}}";

  private static Vertx vertx;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  private static String url(BridgeFixture bridge, String path) {
    return "http://127.0.0.1:" + bridge.port() + path;
  }

  private static void publish(String address, String type, Object body) {
    vertx.eventBus().publish(address, body, new DeliveryOptions().addHeader("sse-event", type));
  }

  @Test
  void eventsAreWrittenOneALineAsTheyCome() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      RunningCommand tail = RunningCommand.tail("--until", "4", url(bridge, "/t"));
      tail.awaitErr("connected to " + url(bridge, "/t") + ": 200, HTTP/1.1");
      bridge.publish("t", "one");
      tail.awaitOut("one\n");
      publish("t", "reading", new JsonObject().put("celsius", 21));
      tail.awaitOut("reading: {\"celsius\":21}\n");
      bridge.publish("t", "two\nlines");
      bridge.publish("t", "gr\u00fc\u00df \u26c5");
      assertThat(tail.exit()).isZero();
      assertThat(tail.lines())
          .containsExactly(
              "one", "reading: {\"celsius\":21}", "two\\nlines", "gr\u00fc\u00df \u26c5");
      assertThat(tail.err()).endsWith("tail: that was all; 4 events\n");
    }
  }

  @Test
  void jsonHasEverythingThatAnEventHas() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      RunningCommand tail = RunningCommand.tail("--json", "--until=2", url(bridge, "/t"));
      tail.awaitErr("connected");
      publish("t", "reading", "a\n\"b\"\u001b[31m\u009b\u202e");
      bridge.publish("t", "plain");
      assertThat(tail.exit()).isZero();
      assertThat(tail.out()).doesNotContain("\u001b", "\u009b", "\u202e");
      JsonObject first = new JsonObject(tail.lines().get(0));
      assertThat(first.getString("type")).isEqualTo("reading");
      assertThat(first.getString("data")).isEqualTo("a\n\"b\"\u001b[31m\u009b\u202e");
      assertThat(first.getString("id")).endsWith("-1");
      assertThat(first.getInstant("time")).isNotNull();
      assertThat(new JsonObject(tail.lines().get(1)).getString("type")).isEqualTo("message");
    }
  }

  @Test
  void prettySetsJsonOutAndChangesNoValue() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      RunningCommand tail = RunningCommand.tail("--pretty", "--until=2", url(bridge, "/t"));
      tail.awaitErr("connected");
      publish("t", "reading", "{\"a\":1.10,\"b\":[],\"c\":[1,{\"d\":\"x, {y}\\\"\"}],\"e\":{}}");
      bridge.publish("t", "two\nlines\u001b");
      assertThat(tail.exit()).isZero();
      List<String> lines = tail.lines();
      assertThat(lines.get(0)).matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} reading \\S+-1");
      assertThat(lines.subList(1, 11))
          .containsExactly(
              "  {",
              "    \"a\": 1.10,",
              "    \"b\": [],",
              "    \"c\": [",
              "      1,",
              "      {",
              "        \"d\": \"x, {y}\\\"\"",
              "      }",
              "    ],",
              "    \"e\": {}");
      assertThat(lines.subList(11, 12)).containsExactly("  }");
      assertThat(lines.subList(13, 15)).containsExactly("  two", "  lines\\u001b");
    }
  }

  @Test
  void rawIsTheDataToTheLetter() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      RunningCommand tail = RunningCommand.tail("--raw", "--until=1", url(bridge, "/t"));
      tail.awaitErr("connected");
      publish("t", "x", "a\n  b\u001b");
      assertThat(tail.exit()).isZero();
      assertThat(tail.out()).isEqualTo("a\n  b\u001b\n");
    }
  }

  @Test
  void noEscapeOfATerminalGetsThroughWhereverItStands() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      for (String form : List.of("--timestamps", "--pretty", "--json")) {
        RunningCommand tail =
            new RunningCommand.Setting()
                .colours()
                .tail(form, "--until=1", "--last=0", url(bridge, "/t"));
        tail.awaitErr("connected");
        publish("t", "ty\u001b]0;pwned\u0007pe", "x\u001b[2J\u009b2J\r\u0008\u202ey\u2028");
        assertThat(tail.exit()).isZero();
        String text = tail.out().replaceAll("\u001b\\[[0-9;]*m", "");
        assertThat(text).as(form).doesNotContainPattern("[\\p{Cc}\\p{Cf}\u2028&&[^\n]]");
        assertThat(tail.err()).doesNotContainPattern("[\\p{Cc}&&[^\n]]");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--last 2, m4 m5",
    "-n 1, m5",
    "--from earliest, m1 m2 m3 m4 m5",
    "--since 1h, m1 m2 m3 m4 m5",
    "--since PT1H, m1 m2 m3 m4 m5",
    "--since 2020-01-31T12:00:00+01:00, m1 m2 m3 m4 m5"
  })
  void historyIsAskedForAndTheOwnQueryIsKept(String options, String events) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      bridge.open("/t");
      bridge.publishNumbers("t", 1, 5);
      bridge.awaitHead("t", 5);
      String[] given = options.split(" ", -1);
      List<String> wanted = List.of(events.split(" ", -1));
      RunningCommand tail =
          RunningCommand.tail(
              given[0], given[1], "--until", "" + wanted.size(), url(bridge, "/t?address=t"));
      assertThat(tail.exit()).isZero();
      assertThat(tail.lines()).isEqualTo(wanted);
      RunningCommand other =
          RunningCommand.tail(given[0], given[1], "--until", "1", url(bridge, "/t?address=u"));
      assertThat(other.exit()).isEqualTo(1);
      assertThat(other.err()).contains("got 403");
    }
  }

  @Test
  void onlyTheTypesThatAreAskedForAreWrittenAndCounted() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      RunningCommand tail =
          RunningCommand.tail("--type", "a,message", "--until", "3", url(bridge, "/t"));
      tail.awaitErr("connected");
      for (String type : List.of("a", "b", "message", "b", "a")) {
        publish("t", type, type);
      }
      assertThat(tail.exit()).isZero();
      assertThat(tail.lines()).containsExactly("a: a", "message", "a: a");
    }
  }

  @Test
  void aStreamThatEndsIsFollowedOnWithoutALossAndThisIsSaid() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      RunningCommand tail = RunningCommand.tail("--until=5", url(bridge, "/short"));
      tail.awaitErr("connected to");
      bridge.publishNumbers("short", 1, 5);
      assertThat(tail.exit()).isZero();
      assertThat(tail.lines()).containsExactly("m1", "m2", "m3", "m4", "m5");
      assertThat(tail.err())
          .containsPattern("connection lost: the server ended the stream; next try in \\d+ ms")
          .containsPattern(
              "connected again after .*: 200, HTTP/1.1, going on after id \\S+-2, nothing missed")
          .containsPattern("going on after id \\S+-4");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/few", "/silent"})
  void whatAGapCostIsSaidAndStrictEndsWithItsOwnCode(String path) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      String route = path.substring(1);
      bridge.open(path);
      bridge.publishNumbers(route, 1, 10);
      bridge.awaitHead(route, 10);
      String first =
          bridge.route(route).channels().all().iterator().next().channel().log().epoch() + "-1";
      RunningCommand tail = RunningCommand.tail("--id", first, "--until=3", url(bridge, path));
      assertThat(tail.exit()).isZero();
      assertThat(tail.lines()).containsExactly("m8", "m9", "m10");
      assertThat(tail.err()).contains("6 events missed").endsWith("; 3 events, 6 missed\n");
      RunningCommand strict =
          RunningCommand.tail("--strict-gaps", "--id", first, url(bridge, path));
      assertThat(strict.exit()).isEqualTo(3);
      assertThat(strict.out()).isEmpty();
      assertThat(strict.err()).contains("6 events missed");
      RunningCommand unknown =
          RunningCommand.tail("--strict-gaps", "-H", "Last-Event-ID: other", url(bridge, path));
      assertThat(unknown.exit()).isEqualTo(3);
      assertThat(unknown.err()).contains("an unknown number of events missed");
      if (path.equals("/few")) {
        assertThat(tail.err())
            .contains("gap between " + first + " and ")
            .contains("6 events missed: they are no longer in the history");
        RunningCommand shown =
            RunningCommand.tail("--type=sse.gap", "--id", first, "--until=1", url(bridge, path));
        assertThat(shown.exit()).isZero();
        assertThat(shown.out()).startsWith("sse.gap: {").contains("\"missed\":6");
      }
    }
  }

  @Test
  void quietSaysNothingButWhyItFailed() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      RunningCommand tail = RunningCommand.tail("-q", "--until=3s", url(bridge, "/t"));
      assertThat(tail.exit()).isZero();
      assertThat(tail.err()).isEmpty();
      RunningCommand wrong = RunningCommand.tail("-q", url(bridge, "/none?token=secret"));
      assertThat(wrong.exit()).isEqualTo(1);
      assertThat(wrong.err()).hasLineCount(1).contains("got 404").doesNotContain("secret");
    }
  }

  @Test
  void timeEndsItWhetherEventsComeOrNot() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      RunningCommand tail = RunningCommand.tail("--until", "3s", "--until", "5", url(bridge, "/t"));
      tail.awaitErr("connected");
      bridge.publish("t", "x");
      assertThat(tail.exit()).isZero();
      assertThat(tail.err()).endsWith("tail: time is up; 1 event\n");
    }
  }

  @Test
  void overTlsACertificateHasToBeTrusted(@TempDir Path directory) throws Exception {
    TestCertificate certificate = TestCertificate.forHost("ip:127.0.0.1");
    String config =
        "{'http':{" + certificate.asTls() + "},'routes':{'t':{'path':'/t','address':'t'}}}";
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      String url = "https://127.0.0.1:" + bridge.port() + "/t";
      RunningCommand wary = RunningCommand.tail(url);
      assertThat(wary.exit()).isEqualTo(1);
      assertThat(wary.err()).contains("--ca names whom to trust");
      for (List<String> more :
          List.of(
              List.of("--ca", certificate.pem().toString()),
              List.of("--insecure"),
              List.of("--http2", "--ca", certificate.pem().toString()))) {
        List<String> all = new ArrayList<>(more);
        all.addAll(List.of(url, "--until=1"));
        RunningCommand tail = RunningCommand.tail(all.toArray(String[]::new));
        tail.awaitErr("connected");
        bridge.publish("t", "x");
        assertThat(tail.exit()).as(tail.err()).isZero();
        assertThat(tail.err()).contains(more.contains("--http2") ? "HTTP/2" : "HTTP/1.1");
      }
      Path garbage = Files.writeString(directory.resolve("ca.pem"), "no certificate");
      for (String file : List.of(garbage.toString(), "no/such/file")) {
        RunningCommand wrong = RunningCommand.tail("--ca", file, url);
        assertThat(wrong.exit()).isEqualTo(2);
        assertThat(wrong.err()).contains("--ca: expected a readable PEM file");
      }
    }
  }

  /** Which a bridge ignores: RFC 9113, section 3.1. */
  @Test
  void withoutTlsHttp2IsAskedForByAnUpgrade() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      RunningCommand tail = RunningCommand.tail("--http2", "--until=1", url(bridge, "/t"));
      tail.awaitErr("200, HTTP/1.1");
      bridge.publish("t", "x");
      assertThat(tail.exit()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--since yesterday | --since: expected how long ago",
        "--from tomorrow | --from: expected earliest, latest or now",
        "--last -1 | --last: expected a number of events",
        "--last 1 --since 5m | mutually exclusive",
        "--json --pretty | mutually exclusive",
        "--until 0 | --until: expected one number of events, 1 or more",
        "--until soon | --until: expected a number of events, or a time",
        "--header secret | --header: expected NAME:VALUE",
        "--header x:env:NOT_SET | environment variable \"NOT_SET\", which is not set",
        "--header Content-Length:1 | Content-Length: is set by the source itself",
        "--bearer secret | --bearer: expected where the secret is",
        "--bearer env:T --header Authorization:secret | expected one Authorization header",
        "--post no/such/secret-free/file | --post: expected a readable file",
        "--content-type a/b | expected --post beside it",
        "--no-reconnect --max-attempts 3 | is asked for once",
        "--timeout 0s | at least 1ms"
      })
  void wrongUsageSaysWhatWasExpectedAndRepeatsNoSecret(String options, String message) {
    RunningCommand tail =
        new RunningCommand.Setting()
            .environment(Map.of("T", "secret"))
            .tail((options + " http://127.0.0.1:1/t").split(" ", -1));
    assertThat(tail.exit()).isEqualTo(2);
    assertThat(tail.err()).contains(message);
    assertThat(tail.err().lines().findFirst().orElse("")).doesNotContain("got \"secret");
    assertThat(tail.out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"last=3, --last=1", "x=1&since=5m, --from=earliest", "%6Cast=1, --since=1m"})
  void anOptionAndTheUrlDoNotBothSayWhereToBegin(String query, String option) {
    RunningCommand tail = RunningCommand.tail(option, "http://127.0.0.1:1/t?" + query);
    assertThat(tail.exit()).isEqualTo(2);
    assertThat(tail.err()).contains("expected either the option or");
  }

  @Test
  void helpHasExamplesAndTheExitCodes() {
    RunningCommand tail = RunningCommand.tail("--help");
    assertThat(tail.exit()).isZero();
    assertThat(tail.out())
        .startsWith("Follow an event stream.")
        .contains("Examples:", "tail --last 10 --pretty http://", "Exit codes:", "--strict-gaps")
        .doesNotContain("${", "@|");
    assertThat(tail.out().lines()).allMatch(line -> line.length() <= 80);
    assertThat(UTF_8.newEncoder().canEncode(tail.out())).isTrue();
  }

  @Test
  void wherePlainHttpIsSpokenThisIsSaidInsteadOfWhomToTrust() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      String url = url(bridge, "/t").replace("http:", "https:");
      for (RunningCommand command :
          List.of(
              RunningCommand.tail("--no-reconnect", url),
              RunningCommand.publish("--retries", "0", url, "text"))) {
        assertThat(command.exit()).isEqualTo(Terminal.FAILED);
        assertThat(command.err()).contains("speaks plain HTTP, not TLS").doesNotContain("--ca");
      }
    }
  }
}
