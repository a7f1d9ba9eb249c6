package dev.ssebridge.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.Http2Answers;
import dev.ssebridge.testing.Http2Fields;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Wire;
import dev.ssebridge.testing.Wires;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What RFC 9113, section 8, and RFC 9110 demand of a server of a request ("MUST"), each with the
 * request that shows it and a verdict: the answer's status, or that there is none, because the
 * stream is reset or the connection closed (RFC 9113, section 8.1.1). Nothing is published of what
 * is refused. What a target may be is in {@link Http2TargetsTest}.
 */
@ExtendWith(VertxExtension.class)
@Wires({Wire.H2C, Wire.TLS_HTTP_2, Wire.TLS_HTTP_2_OF_JDK})
@Tag("slow")
class Http2RulesTest {
  /** No answer, which is what a malformed request gets of Netty and Vert.x. */
  private static final int MALFORMED = 0;

  private static final String CONFIG =
      "{'routes':{'t':{'path':'/t/:x','address':'t.{x}','linger':0}},"
          + "'publish':{'t':{'path':'/t/:x','address':'t.{x}'}}}";

  private BridgeFixture bridge;
  private SseProbe bystander;
  private LogRecorder log;
  private LogRecorder own;
  private final CopyOnWriteArrayList<String> got = new CopyOnWriteArrayList<>();

  private record Rule(
      String section,
      String what,
      Http2Fields fields,
      String body,
      @Nullable Http2Fields trailers,
      int status) {}

  @BeforeEach
  void start(Vertx vertx) {
    log = LogRecorder.of("io.vertx");
    own = LogRecorder.of("dev.ssebridge");
    bridge = BridgeFixture.deploy(vertx, CONFIG);
    bystander = bridge.open("/t/other");
    BridgeFixture.get(vertx.eventBus().consumer("t.a", m -> got.add("" + m.body())).completion());
  }

  @AfterEach
  void stop() {
    bridge.publish("t.other", "still here");
    bystander.awaitData("still here");
    bridge.close();
    assertThat(log.messages()).isEmpty();
    assertThat(own.messages()).isEmpty();
    log.close();
    own.close();
  }

  private static Http2Fields post() {
    return Http2Fields.of("POST", "/t/a");
  }

  private static Http2Fields ofNobody() {
    return Http2Fields.ofNobody("POST", "/t/a");
  }

  private static Rule rule(String section, String what, Http2Fields fields, int status) {
    return new Rule(section, what, fields, "m", null, status);
  }

  private static Stream<Rule> rules() {
    return Stream.of(authorities(), fields(), pseudoFields(), bodies()).flatMap(List::stream);
  }

  private static List<Rule> authorities() {
    return List.of(
        rule("9113-8.3.1", "an authority", post(), 202),
        rule("9113-8.3.1", "a host in its place", ofNobody().add("host", "localhost"), 202),
        rule("9113-8.3.1", "both, and the same", post().add("host", "localhost"), 202),
        rule("9113-8.3.1", "neither", ofNobody(), 400),
        rule("9113-8.3.1", "a host that is another", post().add("host", "example.org"), MALFORMED),
        rule(
            "9113-8.3.1",
            "a second host that is another",
            post().add("host", "localhost").add("host", "example.org"),
            MALFORMED),
        rule(
            "9110-7.2",
            "two hosts",
            ofNobody().add("host", "localhost").add("host", "localhost"),
            MALFORMED),
        rule("9110-7.2", "an empty host", ofNobody().add("host", ""), 421),
        rule("9110-7.2", "a host that is none", ofNobody().add("host", "a b"), MALFORMED),
        rule("9110-7.2", "a host of a path", ofNobody().add("host", "localhost/x"), MALFORMED),
        rule(
            "9110-4.2.4",
            "a host with user info",
            ofNobody().add("host", "u@localhost"),
            MALFORMED),
        rule("9113-8.3.1", "user info", ofNobody().add(":authority", "u@localhost"), MALFORMED),
        rule("9113-8.3.1", "no authority in it", ofNobody().add(":authority", ""), MALFORMED),
        rule("9113-8.3.1", "a path in it", ofNobody().add(":authority", "localhost/x"), MALFORMED),
        rule(
            "9113-8.3.1",
            "a port that is none",
            ofNobody().add(":authority", "localhost:x"),
            MALFORMED),
        rule("3986-3.2.2", "an IPv6 address", ofNobody().add(":authority", "[::1]:80"), 202),
        rule(
            "3986-3.2.2",
            "one that ends in an IPv4 address, which Vert.x does not read",
            ofNobody().add(":authority", "[::ffff:127.0.0.1]"),
            MALFORMED),
        rule(
            "3986-3.2.2",
            "the same, in hexadecimal digits",
            ofNobody().add(":authority", "[::ffff:7f00:1]"),
            202),
        rule(
            "3986-3.2.2",
            "an address with a zone",
            ofNobody().add(":authority", "[::1%25lo]"),
            MALFORMED),
        rule("9110-7.4", "of another server", ofNobody().add(":authority", "example.org"), 421));
  }

  private static List<Rule> fields() {
    return List.of(
        rule("9113-8.2.1", "a name in capital letters", post().add("X-A", "b"), MALFORMED),
        rule("9113-8.2.1", "a name with a space", post().add("x a", "b"), MALFORMED),
        rule("9113-8.2.1", "a name with a colon in it", post().add("x:a", "b"), MALFORMED),
        rule("9113-8.2.1", "a name of no letters", post().add("", "b"), MALFORMED),
        rule("9113-8.2.1", "a line break in a value", post().add("x", "a\nb"), MALFORMED),
        rule("9113-8.2.1", "NUL in a value", post().add("x", "a\u0000b"), MALFORMED),
        rule("9113-8.2.1", "a space before a value", post().add("x", " b"), MALFORMED),
        rule("9113-8.2.1", "a space behind a value", post().add("x", "b "), 400),
        rule("9113-8.2.1", "a tab behind a value", post().add("x", "b\t"), 400),
        rule("9113-8.2.2", "connection", post().add("connection", "close"), MALFORMED),
        rule("9113-8.2.2", "keep-alive", post().add("keep-alive", "5"), MALFORMED),
        rule("9113-8.2.2", "proxy-connection", post().add("proxy-connection", "x"), MALFORMED),
        rule("9113-8.2.2", "upgrade", post().add("upgrade", "h2c"), MALFORMED),
        rule(
            "9113-8.2.2",
            "transfer-encoding",
            post().add("transfer-encoding", "chunked"),
            MALFORMED),
        rule("9113-8.2.2", "te", post().add("te", "trailers"), 202),
        rule("9113-8.2.2", "te of another", post().add("te", "gzip"), MALFORMED),
        rule("9110-10.1.1", "an expectation", post().add("expect", "100-continue"), 202),
        rule("9110-10.1.1", "another expectation", post().add("expect", "200-ok"), 417),
        rule("9110-9.1", "an unknown method", Http2Fields.of("BREW", "/t/a"), 405),
        rule("9110-9.3.6", "CONNECT", new Http2Fields().add(":method", "CONNECT"), MALFORMED),
        rule(
            "9113-8.5",
            "CONNECT with an authority",
            new Http2Fields().add(":method", "CONNECT").add(":authority", "localhost"),
            501));
  }

  private static List<Rule> pseudoFields() {
    return List.of(
        rule(
            "9113-8.3",
            "behind a field",
            Http2Fields.ofNobody("POST", "/t/a").add("x", "y").add(":authority", "localhost"),
            MALFORMED),
        rule("9113-8.3", "doubled", post().add(":path", "/t/a"), MALFORMED),
        rule("9113-8.3", "an authority doubled", post().add(":authority", "localhost"), MALFORMED),
        rule("9113-8.3", "one that is not known", post().add(":x", "y"), MALFORMED),
        rule("9113-8.3", "that of an answer", post().add(":status", "200"), MALFORMED),
        rule("8441-4", "a protocol", post().add(":protocol", "websocket"), MALFORMED),
        rule(
            "9113-8.3.1",
            "no method",
            new Http2Fields()
                .add(":scheme", "http")
                .add(":path", "/t/a")
                .add(":authority", "localhost"),
            MALFORMED),
        rule(
            "9113-8.3.1",
            "no scheme",
            new Http2Fields()
                .add(":method", "POST")
                .add(":path", "/t/a")
                .add(":authority", "localhost"),
            MALFORMED),
        rule(
            "9113-8.3.1",
            "no path",
            new Http2Fields()
                .add(":method", "POST")
                .add(":scheme", "http")
                .add(":authority", "localhost"),
            MALFORMED),
        rule("9113-8.3.1", "an empty path", Http2Fields.of("POST", ""), MALFORMED),
        rule("9110-9.1", "an empty method", Http2Fields.of("", "/t/a"), MALFORMED),
        rule("9110-9.1", "a method with a space", Http2Fields.of("P T", "/t/a"), MALFORMED));
  }

  private static List<Rule> bodies() {
    Http2Fields one = new Http2Fields().add("x", "y");
    return List.of(
        rule("9113-8.1.1", "a length", post().add("content-length", "1"), 202),
        rule("9113-8.1.1", "a length that is more", post().add("content-length", "2"), MALFORMED),
        rule("9113-8.1.1", "a length that is less", post().add("content-length", "0"), MALFORMED),
        rule("9110-8.6", "a length that is none", post().add("content-length", "x"), MALFORMED),
        rule("9110-8.6", "a length with a sign", post().add("content-length", "+1"), MALFORMED),
        rule(
            "9110-8.6",
            "two lengths",
            post().add("content-length", "1").add("content-length", "2"),
            MALFORMED),
        new Rule("9113-8.1", "trailers", post(), "m", one, 202),
        new Rule(
            "9113-8.1",
            "trailers with a pseudo-field",
            post(),
            "m",
            new Http2Fields().add(":path", "/x"),
            MALFORMED),
        new Rule(
            "9113-8.2.2",
            "trailers with connection",
            post(),
            "m",
            new Http2Fields().add("connection", "x"),
            MALFORMED),
        new Rule(
            "9113-8.1.1",
            "trailers behind less than the length",
            post().add("content-length", "2"),
            "m",
            one,
            MALFORMED));
  }

  @TestFactory
  Stream<DynamicTest> everyRuleHolds() {
    return rules()
        .map(rule -> DynamicTest.dynamicTest(rule.section + " " + rule.what, () -> check(rule)));
  }

  private void check(Rule rule) throws IOException {
    got.clear();
    try (Http2Answers answers = Http2Answers.connect(Wire.current(), bridge.port())) {
      Http2Answers.Answer answer = answers.ask(rule.fields, rule.body, rule.trailers);
      assertThat(answer.status()).isEqualTo(rule.status);
      assertThat(answer.refused()).isEqualTo(rule.status == MALFORMED);
    }
    try (Http2Answers answers = Http2Answers.connect(Wire.current(), bridge.port())) {
      assertThat(answers.ask(post(), "behind", null).status()).isEqualTo(202);
    }
    Deadline.await(() -> got.contains("behind"), () -> "what another sends");
    List<String> all = rule.status == 202 ? List.of("m", "behind") : List.of("behind");
    assertThat(got).isEqualTo(all);
  }

  /** RFC 9113, section 8.1.1: it is an error of the stream alone. */
  @Test
  void whatTheBridgeRefusesEndsNoOtherStream() throws IOException {
    List<Http2Fields> all =
        List.of(
            post().add("host", "localhost").add("host", "localhost"),
            post().add(":protocol", "websocket"),
            Http2Fields.of("P T", "/t/a"),
            ofNobody(),
            post().add("expect", "200-ok"),
            post().add("x", "b "));
    try (Http2Answers answers = Http2Answers.connect(Wire.current(), bridge.port())) {
      for (Http2Fields each : all) {
        assertThat(answers.ask(each, "", null).status()).isIn(MALFORMED, 400, 417);
        assertThat(answers.ask(post(), "m", null).status()).isEqualTo(202);
      }
    }
  }
}
