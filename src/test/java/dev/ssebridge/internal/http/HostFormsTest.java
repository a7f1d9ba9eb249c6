package dev.ssebridge.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms that the host of a request can have (RFC 3986, section 3.2.2), and their verdicts. */
@ExtendWith(VertxExtension.class)
class HostFormsTest {
  private static final String ROUTES =
      "'routes':{'n':{'path':'/n','address':'n'}},'publish':{'p':{'path':'/p','address':'p'}}}";

  private final Vertx vertx;

  HostFormsTest(Vertx vertx) {
    this.vertx = vertx;
  }

  private static SseProbe ask(BridgeFixture bridge, String line, String host) {
    String head = line + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 0\r\n\r\n";
    return bridge.probes().raw(bridge.port(), head);
  }

  /** Who answers a request does not matter: the server, or its router. */
  private static String verdicts(BridgeFixture bridge, String host) {
    SseProbe stream = ask(bridge, "HEAD /n", host);
    SseProbe publish = ask(bridge, "POST /p", host);
    SseProbe other = ask(bridge, "GET /other", host);
    if (stream.status() >= 400) {
      String problem = other.awaitEnd().body();
      assertThat(problem).as(host).containsPattern("host: expected|Host header");
      assertThat(publish.awaitEnd().body()).as(host).isEqualTo(problem);
    }
    return stream.status() + " " + publish.status() + " " + other.status();
  }

  private void check(String config, Map<String, String> wanted) {
    Map<String, String> found = new LinkedHashMap<>();
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      wanted.keySet().forEach(host -> found.put(host, verdicts(bridge, host)));
    }
    assertThat(found).containsExactlyEntriesOf(wanted);
  }

  private static Map<String, String> all(String verdict, String... hosts) {
    Map<String, String> all = new LinkedHashMap<>();
    for (String host : hosts) {
      all.put(host, verdict);
    }
    return all;
  }

  private static final String SERVED = "200 202 404";
  private static final String OF_OTHERS = "421 421 421";
  private static final String MALFORMED = "400 400 400";

  @Test
  void whatNamesThisMachineIsServed() {
    check(
        "{" + ROUTES,
        all(
            SERVED,
            "127.0.0.1",
            "127.0.0.1.",
            "127.0.0.1:",
            "LOCALHOST:1",
            "localhost.",
            "localhost.:80",
            "localhost:",
            "localhost:0",
            "localhost:65535",
            "localhost:0000080",
            "[::1]",
            "[::1]:80",
            "[::1]:",
            "[::1]:0",
            "[0:0:0:0:0:0:0:1]",
            "[0000:0000:0000:0000:0000:0000:0000:0001]:80",
            "[::ffff:127.0.0.1]",
            "[::ffff:127.0.0.1]:80",
            "[::FFFF:127.1.2.3]",
            "[::ffff:7f00:1]",
            "[::FFFF:7F00:1]:80",
            "[0:0:0:0:0:ffff:127.0.0.1]:8080"));
  }

  @Test
  void whatNamesAnotherIsRefused() {
    check(
        "{" + ROUTES,
        all(
            OF_OTHERS,
            "",
            ":80",
            "localhost..",
            "127.0.0.1..",
            "127.0.0.1.x",
            "[::2]",
            "[::127.0.0.1]",
            "[::ffff:10.0.0.1]:80",
            "[::ffff:0:127.0.0.1]",
            "[64:ff9b::127.0.0.1]"));
  }

  @Test
  void whatIsNoHostIsRefusedAsThat() {
    check(
        "{" + ROUTES,
        all(
            MALFORMED,
            "[]",
            "[::1",
            "::1",
            "[::1]x",
            "[::1].",
            "[::1]:x",
            "[::1]:65536",
            "localhost:65536",
            "localhost:70000",
            "localhost:4294967376",
            "[::00001]",
            "[::1%25lo]",
            "[::1%lo]",
            "[::1%25lo]:80",
            "[::ffff:127.0.0.1%25lo]",
            "[::ffff:127.0.0]",
            "[::ffff:127.0.0.256]",
            "[::ffff:127.0.0.01]",
            "[::ffff:127.0.0.1.]",
            "[::ffff:127.0.0.1:1]",
            "[1:2:3:4:5:6:7:127.0.0.1]",
            "[127.0.0.1]",
            "[localhost]",
            "[v1.x]"));
  }

  @Test
  void whereAnyHostIsServedAnAddressOfAnyFormIs() {
    Map<String, String> wanted =
        all(SERVED, "", "[::ffff:10.0.0.1]", "[64:ff9b::10.0.0.1]:80", "any.example:65535");
    wanted.put("any.example:65536", MALFORMED);
    wanted.put("[::ffff:10.0.0.256]", MALFORMED);
    check("{'http':{'host':'0.0.0.0'}," + ROUTES, wanted);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[::ffff:192.0.2.5]", "[0:0:0:0:0:ffff:c000:205]", "192.0.2.5"})
  void anAddressThatIsListedIsServedInEveryForm(String listed) {
    check(
        "{'http':{'hosts':['" + listed + "']}," + ROUTES,
        all(SERVED, "[::ffff:192.0.2.5]", "[::FFFF:c000:0205]:80"));
  }
}
