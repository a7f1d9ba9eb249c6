package dev.ssebridge.internal.socket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.http.HttpDateTest;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What RFC 9112 and RFC 9110 demand of a server ("MUST"), each with the request that shows it and a
 * verdict: the answer's status, whether the connection is closed, and whether what follows on the
 * connection is served.
 *
 * <p>Not in the table, with the reason: the {@code Date} header (RFC 9110, section 6.6.1), which
 * {@link HttpDateTest} looks at (what Vert.x answers by itself has none); an embedded bridge sees
 * only requests that Vert.x and the application let through, so for it the rows hold whose requests
 * reach its routes, without 417, 505 and those of an upgrade to HTTP/2. That an upgrade is ignored
 * is a choice, which RFC 9113, section 3.1, suggests.
 */
@ExtendWith(VertxExtension.class)
class HttpRulesTest {
  private static final String CONFIG =
      "{'routes':{'n':{'path':'/n','address':'n'},'t':{'path':'/t/:x','address':'t.{x}'},"
          + "'gone':{'path':'/gone','gone':true,'address':'g'}},"
          + "'publish':{'t':{'path':'/t/:x','address':'t.{x}','maxBody':'2KiB'}}}";
  private static final String POST = "POST /t/a HTTP/1.1\r\nHost: localhost\r\n";
  private static final String UPGRADE =
      "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n";
  private static final String BODY = "Content-Length: 1\r\n\r\nm";
  private static final String OPTIONS = "OPTIONS /n HTTP/1.1\r\nHost: localhost\r\n";

  private static Vertx vertx;
  private static BridgeFixture bridge;
  private static SseProbe bystander;
  private static final CopyOnWriteArrayList<String> got = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
    bridge = BridgeFixture.deploy(vertx, CONFIG);
    bystander = bridge.open("/n");
    for (String address : List.of("t.a", "t.\u00e9", "t.behind")) {
      BridgeFixture.get(
          vertx.eventBus().consumer(address, m -> got.add(address + " " + m.body())).completion());
    }
  }

  @AfterAll
  static void stop() {
    bridge.publish("n", "still here");
    bystander.awaitData("still here");
    bridge.close();
  }

  /** What becomes of the connection after the answer. */
  private enum Then {
    SERVES,
    CLOSES
  }

  private record Rule(String section, String what, String request, int status, Then then) {}

  private static Rule rule(String section, String what, String request, int status, Then then) {
    return new Rule(section, what, request, status, then);
  }

  private static List<Rule> rules() {
    String crlf = "\r\n\r\n";
    return List.of(
        rule(
            "9112-2.2",
            "an empty line before a request",
            "\r\n" + OPTIONS + "\r\n",
            204,
            Then.SERVES),
        rule(
            "9112-2.2",
            "whitespace before the first header",
            "OPTIONS /n HTTP/1.1\r\n Host: localhost" + crlf,
            400,
            Then.CLOSES),
        rule(
            "9112-2.2",
            "lines that end with LF alone",
            "OPTIONS /n HTTP/1.1\nHost: localhost\n\n",
            400,
            Then.CLOSES),
        rule(
            "9112-2.2",
            "a bare CR in the request line, which is taken for a space",
            OPTIONS.replace("/n ", "/n\r ") + "\r\n",
            204,
            Then.SERVES),
        rule(
            "9112-2.3",
            "HTTP/2.0 in a request line",
            "OPTIONS /n HTTP/2.0\r\nHost: localhost" + crlf,
            505,
            Then.CLOSES),
        rule(
            "9110-2.5",
            "a later minor version",
            POST.replace("1.1", "1.2") + BODY,
            202,
            Then.SERVES),
        rule(
            "9112-2.3",
            "a version in small letters, which Netty takes",
            "OPTIONS /n http/1.1\r\nHost: localhost" + crlf,
            204,
            Then.SERVES),
        rule(
            "9112-3",
            "a target with a space",
            "OPTIONS /n n HTTP/1.1\r\nHost: localhost" + crlf,
            400,
            Then.CLOSES),
        rule(
            "9112-3",
            "a target that is too long",
            "GET /" + "n".repeat(17_000) + " HTTP/1.1\r\nHost: localhost" + crlf,
            414,
            Then.CLOSES),
        rule("9112-3.2", "no Host", "OPTIONS /n HTTP/1.1" + crlf, 400, Then.CLOSES),
        rule("9112-3.2", "two Hosts", OPTIONS + "Host: localhost" + crlf, 400, Then.CLOSES),
        rule(
            "9112-3.2",
            "an invalid Host",
            "OPTIONS /n HTTP/1.1\r\nHost: a b" + crlf,
            400,
            Then.CLOSES),
        rule(
            "9112-3.2",
            "a Host with user info",
            "OPTIONS /n HTTP/1.1\r\nHost: u@localhost" + crlf,
            400,
            Then.CLOSES),
        rule(
            "9112-3.2",
            "a Host of a path",
            "OPTIONS /n HTTP/1.1\r\nHost: localhost/x" + crlf,
            400,
            Then.CLOSES),
        rule("9112-3.2", "no Host in HTTP/1.0", "OPTIONS /n HTTP/1.0" + crlf, 204, Then.CLOSES),
        rule(
            "9112-3.2",
            "two Hosts in HTTP/1.0",
            "OPTIONS /n HTTP/1.0\r\nHost: localhost\r\nHost: localhost" + crlf,
            400,
            Then.CLOSES),
        rule(
            "9112-3.2.2",
            "an absolute target",
            "OPTIONS http://localhost/n HTTP/1.1\r\nHost: localhost" + crlf,
            204,
            Then.SERVES),
        rule(
            "9112-3.2.2",
            "an absolute target wins over Host",
            "OPTIONS http://localhost/n HTTP/1.1\r\nHost: example.org" + crlf,
            204,
            Then.SERVES),
        rule(
            "9112-3.2.3",
            "CONNECT",
            "CONNECT localhost:1 HTTP/1.1\r\nHost: localhost:1" + crlf,
            501,
            Then.CLOSES),
        rule(
            "9112-3.2.4",
            "OPTIONS *",
            "OPTIONS * HTTP/1.1\r\nHost: localhost" + crlf,
            204,
            Then.SERVES),
        rule("9112-3.2.4", "GET *", "GET * HTTP/1.1\r\nHost: localhost" + crlf, 400, Then.CLOSES),
        rule(
            "9112-3.2",
            "a target without a slash",
            "GET n HTTP/1.1\r\nHost: localhost" + crlf,
            400,
            Then.CLOSES),
        rule(
            "9112-3.2",
            "a fragment",
            "OPTIONS /n#x HTTP/1.1\r\nHost: localhost" + crlf,
            400,
            Then.CLOSES),
        rule(
            "3986-2.1",
            "raw UTF-8 in a target",
            "POST /t/\u00c3\u00a9 HTTP/1.1\r\nHost: localhost\r\n" + BODY,
            202,
            Then.SERVES),
        rule(
            "3986-2.1",
            "raw Latin-1 in a path",
            "POST /t/\u00e9 HTTP/1.1\r\nHost: localhost\r\n" + BODY,
            400,
            Then.CLOSES),
        rule(
            "3986-2.1",
            "raw Latin-1 in a query",
            "POST /t/a?event=\u00e9 HTTP/1.1\r\nHost: localhost\r\n" + BODY,
            400,
            Then.CLOSES),
        rule("9112-5.1", "whitespace before the colon", OPTIONS + "X : y" + crlf, 400, Then.CLOSES),
        rule("9112-5.2", "a folded header", OPTIONS + "X: a\r\n b" + crlf, 204, Then.SERVES),
        rule(
            "9112-5.2",
            "a folded coding",
            POST + "Transfer-Encoding:\r\n chunked" + crlf + "1\r\nm\r\n0" + crlf,
            202,
            Then.SERVES),
        rule("9112-5", "a header without a colon", OPTIONS + "X" + crlf, 400, Then.CLOSES),
        rule("9110-5.1", "a header without a name", OPTIONS + ": y" + crlf, 400, Then.CLOSES),
        rule("9110-5.5", "NUL in a header", OPTIONS + "X: a\u0000b" + crlf, 400, Then.CLOSES),
        rule("9112-2.2", "a bare CR in a header", OPTIONS + "X: a\rb" + crlf, 400, Then.CLOSES),
        rule(
            "9110-5.4",
            "headers that are too large",
            OPTIONS + "X: " + "y".repeat(17_000) + crlf,
            431,
            Then.CLOSES),
        rule(
            "9112-6.1",
            "chunked that is not last",
            POST + "Transfer-Encoding: chunked, gzip" + crlf,
            400,
            Then.CLOSES),
        rule(
            "9112-6.1",
            "chunked twice",
            POST + "Transfer-Encoding: chunked, chunked" + crlf,
            400,
            Then.CLOSES),
        rule(
            "9112-6.1",
            "an unknown coding before it",
            POST + "Transfer-Encoding: gzip, chunked" + crlf,
            501,
            Then.CLOSES),
        rule(
            "9112-6.1",
            "an unknown coding, in two lines",
            POST + "Transfer-Encoding: x\r\nTransfer-Encoding: chunked" + crlf,
            501,
            Then.CLOSES),
        rule(
            "9112-6.3",
            "no chunked at all",
            POST + "Transfer-Encoding: gzip" + crlf,
            400,
            Then.CLOSES),
        rule("9112-6.3", "an empty list", POST + "Transfer-Encoding:" + crlf, 400, Then.CLOSES),
        rule(
            "9110-5.6.1",
            "an empty element of a list",
            POST + "Transfer-Encoding: ,chunked" + crlf + "1\r\nm\r\n0" + crlf,
            202,
            Then.SERVES),
        rule(
            "9112-6.1",
            "with a Content-Length",
            POST + "Content-Length: 1\r\nTransfer-Encoding: chunked" + crlf + "1\r\nm\r\n0" + crlf,
            400,
            Then.CLOSES),
        rule(
            "9112-6.1",
            "in HTTP/1.0",
            POST.replace("1.1", "1.0") + "Transfer-Encoding: chunked" + crlf + "1\r\nm\r\n0" + crlf,
            400,
            Then.CLOSES),
        rule(
            "9112-6.3",
            "two lengths",
            POST + "Content-Length: 1\r\nContent-Length: 2" + crlf + "m",
            400,
            Then.CLOSES),
        rule(
            "9110-8.6",
            "the same length twice",
            POST + "Content-Length: 1\r\n" + BODY,
            400,
            Then.CLOSES),
        rule(
            "9112-6.3",
            "a length with a sign",
            POST + "Content-Length: +1" + crlf + "m",
            400,
            Then.CLOSES),
        rule(
            "9112-6.3",
            "a length that is none",
            POST + "Content-Length: x" + crlf + "m",
            400,
            Then.CLOSES),
        rule(
            "9112-7.1",
            "a chunked body",
            POST + "Transfer-Encoding: chunked" + crlf + "1;x=y\r\nm\r\n0" + crlf,
            202,
            Then.SERVES),
        rule(
            "9112-7.1.2",
            "with trailers",
            POST + "Transfer-Encoding: chunked" + crlf + "1\r\nm\r\n0\r\nX: y" + crlf,
            202,
            Then.SERVES),
        rule(
            "9112-9.3",
            "the body of a GET",
            "GET /gone HTTP/1.1\r\nHost: localhost\r\n" + BODY,
            204,
            Then.SERVES),
        rule("9110-13.2.1", "a precondition", OPTIONS + "If-Match: x" + crlf, 204, Then.SERVES),
        rule("9110-14.2", "a range", OPTIONS + "Range: bytes=0-1" + crlf, 204, Then.SERVES),
        rule("9112-9.3", "close", OPTIONS + "Connection: close" + crlf, 204, Then.CLOSES),
        rule(
            "9112-9.3",
            "close among others",
            OPTIONS + "Connection: x,\tClose" + crlf,
            204,
            Then.CLOSES),
        rule(
            "9112-9.3",
            "close in the second line",
            OPTIONS + "Connection: keep-alive\r\nConnection: close" + crlf,
            204,
            Then.CLOSES),
        rule(
            "9112-9.3",
            "HTTP/1.0",
            "OPTIONS /n HTTP/1.0\r\nHost: localhost" + crlf,
            204,
            Then.CLOSES),
        rule(
            "9112-9.3",
            "keep-alive in HTTP/1.0",
            "OPTIONS /n HTTP/1.0\r\nConnection: x, keep-alive" + crlf,
            204,
            Then.SERVES),
        rule(
            "9112-9.6",
            "behind a 413",
            POST + "Content-Length: 3000" + crlf + "m".repeat(3000),
            413,
            Then.CLOSES),
        rule(
            "9112-9.6",
            "behind a 415",
            POST + "Content-Type: image/png\r\n" + BODY,
            415,
            Then.CLOSES),
        rule(
            "9110-10.1.1",
            "an expectation that is not known",
            POST + "Expect: 200-ok\r\n" + BODY,
            417,
            Then.CLOSES),
        rule(
            "9110-10.1.1",
            "an expectation in HTTP/1.0",
            POST.replace("1.1", "1.0") + "Expect: 100-continue\r\n" + BODY,
            202,
            Then.CLOSES),
        rule(
            "9110-7.8",
            "an upgrade that is not known",
            OPTIONS + "Connection: upgrade\r\nUpgrade: x/1" + crlf,
            204,
            Then.SERVES),
        rule(
            "9110-7.8",
            "an upgrade in HTTP/1.0",
            OPTIONS.replace("1.1", "1.0") + UPGRADE + "\r\n",
            204,
            Then.CLOSES),
        rule("9110-7.6.2", "Max-Forwards", OPTIONS + "Max-Forwards: 0" + crlf, 204, Then.SERVES),
        rule(
            "9110-9.1",
            "a method that is not known",
            "BREW /n HTTP/1.1\r\nHost: localhost" + crlf,
            405,
            Then.SERVES),
        rule(
            "9110-9.3.8", "TRACE", "TRACE /n HTTP/1.1\r\nHost: localhost" + crlf, 405, Then.SERVES),
        rule(
            "9110-8.6",
            "204 has no length",
            "GET /gone HTTP/1.1\r\nHost: localhost" + crlf,
            204,
            Then.SERVES),
        rule(
            "9110-9.3.2",
            "HEAD has no body",
            "HEAD /none HTTP/1.1\r\nHost: localhost" + crlf,
            404,
            Then.SERVES));
  }

  /** RFC 9110, section 7.8, and RFC 9113, section 3.1: the first request is as any other. */
  private static List<Rule> rulesOfAnUpgrade() {
    String crlf = "\r\n\r\n";
    String options = "OPTIONS /n HTTP/1.1\r\n" + UPGRADE;
    return List.of(
        rule("9110-7.8", "an upgrade", OPTIONS + UPGRADE + "\r\n", 204, Then.SERVES),
        rule("9110-7.8", "with a body", POST + UPGRADE + BODY, 202, Then.SERVES),
        rule(
            "9110-7.8",
            "without settings",
            POST + "Connection: Upgrade\r\nUpgrade: H2C\r\n" + BODY,
            202,
            Then.SERVES),
        rule(
            "9110-7.8",
            "settings that are none",
            POST + UPGRADE.replace("AAMAAABk", "!") + BODY,
            202,
            Then.SERVES),
        rule(
            "9110-7.8",
            "an upgrade to this or that",
            POST + UPGRADE.replace("h2c", "x/1, h2c") + BODY,
            202,
            Then.SERVES),
        rule("9112-3.2", "an upgrade and no Host", options + "\r\n", 400, Then.CLOSES),
        rule(
            "9112-3.2",
            "an upgrade and two Hosts",
            OPTIONS + "Host: example.org\r\n" + UPGRADE + "\r\n",
            400,
            Then.CLOSES),
        rule(
            "9112-3.2.2",
            "an upgrade of an absolute target",
            OPTIONS.replace("/n", "http://localhost/n") + UPGRADE + "\r\n",
            204,
            Then.SERVES),
        rule(
            "9110-7.4",
            "an upgrade at another server",
            options + "Host: example.org" + crlf,
            421,
            Then.CLOSES),
        rule(
            "9112-6.1",
            "an upgrade and an unknown coding",
            POST + UPGRADE + "Transfer-Encoding: gzip, chunked" + crlf,
            501,
            Then.CLOSES),
        rule(
            "9112-6.3",
            "an upgrade and two lengths",
            POST + UPGRADE + "Content-Length: 2\r\n" + BODY,
            400,
            Then.CLOSES),
        rule(
            "9110-10.1.1",
            "an upgrade and an expectation",
            POST + UPGRADE + "Expect: 200-ok\r\n" + BODY,
            417,
            Then.CLOSES),
        rule(
            "9110-5.4",
            "an upgrade and headers that are too large",
            OPTIONS + UPGRADE + "X: " + "y".repeat(17_000) + crlf,
            431,
            Then.CLOSES));
  }

  @TestFactory
  Stream<DynamicTest> everyRuleHolds() {
    return Stream.concat(rules().stream(), rulesOfAnUpgrade().stream())
        .map(rule -> DynamicTest.dynamicTest(rule.section + " " + rule.what, () -> check(rule)));
  }

  private static void check(Rule rule) throws IOException {
    got.clear();
    String last =
        rule.request + "POST /t/behind HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + BODY;
    String answers = exchange(last);
    assertThat(answers).startsWith("HTTP/1.").contains(" " + rule.status + " ");
    assertThat(answers.substring(9, 12)).isEqualTo(String.valueOf(rule.status));
    int responses = answers.split("HTTP/1\\.[01] [0-9]{3} ", -1).length - 1;
    assertThat(responses).as(answers).isEqualTo(rule.then == Then.SERVES ? 2 : 1);
    if (rule.then == Then.SERVES) {
      Deadline.await(() -> got.contains("t.behind m"), () -> "what is behind");
    } else {
      assertThat(got).doesNotContain("t.behind m");
      if (!rule.request.contains("HTTP/1.0")) {
        assertThat(answers.toLowerCase(Locale.ROOT)).contains("connection: close");
      }
    }
    if (rule.status == 204) {
      assertThat(answers.substring(0, answers.indexOf("\r\n\r\n")))
          .doesNotContain("content-length");
    }
    if (rule.status == 405) {
      assertThat(answers).contains("allow: ");
    }
    if (rule.what.startsWith("raw UTF-8")) {
      assertThat(got).contains("t.\u00e9 m");
    }
  }

  @Test
  void anAnswerThatClosesSaysSoAndIsReadByWhoeverSendsMore() throws IOException {
    String refused = POST + "Content-Type: image/png\r\nContent-Length: 1000000\r\n\r\n";
    assertThat(exchange(refused + "x".repeat(900_000)))
        .contains("415")
        .contains("connection: close");
  }

  /** RFC 9112, section 7.1: nothing behind it can be told apart; there is no answer, but an end. */
  @ParameterizedTest
  @ValueSource(
      strings = {"x\r\nm\r\n0", "fffffffffffffffff1\r\nm\r\n0", "1\nm\r\n0", "-1\r\nm\r\n0"})
  void aChunkThatCannotBeReadEndsTheConnectionAndNothingIsPublished(String body)
      throws IOException {
    got.clear();
    String end = "\r\n\r\n";
    exchange(
        POST
            + "Transfer-Encoding: chunked"
            + end
            + body
            + end
            + "POST /t/behind HTTP/1.1\r\nHost: localhost\r\n"
            + BODY);
    assertThat(got).isEmpty();
    exchange("POST /t/behind HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + BODY);
    Deadline.await(() -> got.contains("t.behind m"), () -> "what another sends");
    assertThat(got).containsExactly("t.behind m");
  }

  /** RFC 9112, section 8: an incomplete message is none. */
  @ParameterizedTest
  @ValueSource(
      strings = {"Content-Length: 10\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"})
  void aBodyThatBreaksOffIsNotPublished(String rest) throws IOException {
    got.clear();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), bridge.port())) {
      socket.setSoTimeout((int) Deadline.PATIENCE.toMillis());
      socket.getOutputStream().write((POST + rest).getBytes(ISO_8859_1));
      socket.shutdownOutput();
      assertThat(socket.getInputStream().readAllBytes()).isEmpty();
    }
    exchange("POST /t/behind HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + BODY);
    Deadline.await(() -> got.contains("t.behind m"), () -> "what another sends");
    assertThat(got).containsExactly("t.behind m");
  }

  private static String exchange(String requests) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), bridge.port())) {
      socket.setSoTimeout((int) Deadline.PATIENCE.toMillis());
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      try {
        socket.getOutputStream().write(requests.getBytes(ISO_8859_1));
      } catch (IOException closed) {
        all.reset(); // the answer may be there all the same
      }
      try {
        socket.getInputStream().transferTo(all);
      } catch (IOException reset) {
        return all.toString(ISO_8859_1);
      }
      return all.toString(ISO_8859_1);
    }
  }
}
