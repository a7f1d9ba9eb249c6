package dev.ssebridge.internal.socket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.StreamInfo;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that tell whose they are, in the words of HAProxy's proxy-protocol.txt. */
@ExtendWith(VertxExtension.class)
class ProxyProtocolTest {
  private static final String ROUTES =
      "'routes':{'n':{'path':'/n','address':'n','linger':0}},"
          + "'limits':{'subscribersPerRemote':1}}";
  private static final String TRUSTING =
      "{'http':{'proxyProtocol':true,'trustedProxies':['127.0.0.0/8','192.0.2.7']}," + ROUTES;
  private static final String GET =
      "GET /n HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n";

  private static String version1(String source) {
    return "PROXY TCP4 " + source + " 203.0.113.1 40000 443\r\n";
  }

  /** The binary header, of 16 bytes and the addresses. */
  private static byte[] version2(int command, int... source) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes("\r\n\r\n\0\r\nQUIT\n".getBytes(ISO_8859_1));
    out.write(0x20 | command);
    out.write(command == 0 ? 0 : 0x11); // TCP over IPv4
    out.write(0);
    out.write(command == 0 ? 0 : 12);
    if (command != 0) {
      for (int part : source) {
        out.write(part);
      }
      out.writeBytes(new byte[] {(byte) 203, 0, 113, 1, (byte) 156, 64, 1, (byte) 187});
    }
    return out.toByteArray();
  }

  private static SseProbe stream(BridgeFixture bridge, String before, String... headers) {
    StringBuilder request = new StringBuilder(before).append(GET);
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    return bridge.probes().raw(bridge.port(), request.append("\r\n").toString());
  }

  private static void awaitRefused(SseProbe probe) {
    probe.awaitEnd();
    assertThat(probe.awaitJson("sse.refused")).isNotEmpty();
  }

  @Test
  void theAddressThatIsToldIsTheRemote(Vertx vertx) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, TRUSTING)) {
      SseProbe first = stream(bridge, version1("198.51.100.1"));
      first.awaitOpen();
      SseProbe other = stream(bridge, version1("198.51.100.2"));
      other.awaitOpen();
      awaitRefused(stream(bridge, version1("198.51.100.1")));
      bridge.publish("n", "both");
      first.awaitData("both");
      other.awaitData("both");
    }
  }

  @Test
  void itIsToldInTheBinaryFormAsWell(Vertx vertx) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, TRUSTING)) {
      stream(bridge, version1("198.51.100.1")).awaitOpen();
      for (int last = 1; last <= 2; last++) {
        SseProbe probe = bridge.probes().raw(bridge.port(), "");
        probe.send(version2(1, 198, 51, 100, last)).send(GET + "\r\n");
        if (last == 1) {
          awaitRefused(probe);
        } else {
          probe.awaitOpen();
        }
      }
    }
  }

  @Test
  void itIsTakenInPieces(Vertx vertx) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, TRUSTING)) {
      SseProbe probe = bridge.probes().raw(bridge.port(), "PROXY TC");
      probe.send("P4 198.51.100.1 203.0.113.1 40000 ");
      probe.send("443\r\n" + GET);
      probe.send("\r\n");
      probe.awaitOpen();
      awaitRefused(stream(bridge, version1("198.51.100.1")));
    }
  }

  @Test
  void ofAProxyThatIsTrustedBehindItTheHeadersOfHttpCount(Vertx vertx) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, TRUSTING)) {
      String proxy = version1("192.0.2.7");
      stream(bridge, proxy, "X-Forwarded-For: 198.51.100.1").awaitOpen();
      stream(bridge, proxy, "X-Forwarded-For: 198.51.100.2").awaitOpen();
      awaitRefused(stream(bridge, proxy, "X-Forwarded-For: 198.51.100.1"));
      // Of another one they do not.
      stream(bridge, version1("198.51.100.9"), "X-Forwarded-For: 198.51.100.10").awaitOpen();
      awaitRefused(stream(bridge, version1("198.51.100.9"), "X-Forwarded-For: 198.51.100.11"));
    }
  }

  @Test
  void aHeaderThatTellsNobodyIsOfTheProxyItself(Vertx vertx) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, TRUSTING)) {
      stream(bridge, "PROXY UNKNOWN\r\n").awaitOpen();
      SseProbe check = bridge.probes().raw(bridge.port(), "");
      check.send(version2(0)).send("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(check.awaitEnd().status()).isEqualTo(204);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        GET + "\r\n",
        "PROXY TCP4 none 203.0.113.1 40000 443\r\n" + GET + "\r\n",
        "PROXY TCP4 198.51.100.1 203.0.113.1 40000 70000\r\n" + GET + "\r\n",
        "PROXY UDP9 198.51.100.1 203.0.113.1 40000 443\r\n" + GET + "\r\n",
      })
  void withoutARightHeaderNothingIsServed(String sent, Vertx vertx) {
    try (LogRecorder log = LogRecorder.of("io.vertx");
        BridgeFixture bridge = BridgeFixture.deploy(vertx, TRUSTING)) {
      SseProbe probe = bridge.probes().raw(bridge.port(), sent);
      probe.awaitDisconnect();
      assertThat(probe.isComplete()).isFalse();
      assertThat(log.messages()).isEmpty();
    }
  }

  @Test
  void aHeaderThatDoesNotComeIsNotWaitedForLongerThanARequest(Vertx vertx) {
    String config = TRUSTING.replace("'proxyProtocol'", "'requestTimeout':'200ms','proxyProtocol'");
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      bridge.probes().raw(bridge.port(), "PROXY TCP4 198.51").awaitDisconnect();
    }
  }

  @Test
  void whoIsNotTrustedIsTurnedAwayWithOneLine(Vertx vertx) {
    String config = "{'http':{'proxyProtocol':true,'trustedProxies':['192.0.2.7']}," + ROUTES;
    try (LogRecorder log = LogRecorder.of(AcceptLimit.class.getName());
        BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      for (int i = 0; i < 3; i++) {
        SseProbe probe = stream(bridge, version1("198.51.100.1"));
        probe.awaitDisconnect();
        assertThat(probe.isComplete()).isFalse();
      }
      assertThat(log.messages())
          .singleElement()
          .asString()
          .contains("127.0.0.1 was turned away", "http.trustedProxies");
      assertThat(bridge.channels().openStreams()).isZero();
    }
  }

  @Test
  void connectionsAreCountedByWhoseTheyAreBeforeTheyBringARequest(Vertx vertx) {
    String config = TRUSTING.replace("'limits':{", "'limits':{'connectionsPerRemote':2,");
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      SseProbe first = bridge.probes().raw(bridge.port(), version1("198.51.100.1"));
      SseProbe second = bridge.probes().raw(bridge.port(), version1("198.51.100.1"));
      SseProbe another = bridge.probes().raw(bridge.port(), version1("198.51.100.2"));
      // Which of the first three comes last is open; one more of the same remote is too many.
      bridge.probes().raw(bridge.port(), version1("198.51.100.1")).awaitDisconnect();
      another.send(GET + "\r\n").awaitOpen();
      first.close();
      second.close();
      Deadline.await(
          () -> {
            SseProbe again = bridge.probes().raw(bridge.port(), version1("198.51.100.1"));
            again.send("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n");
            return again.awaitEnd().isComplete();
          },
          () -> "a connection of a remote that has none any more");
    }
  }

  @Test
  void theHostRuleKeepsToTheRealAddress(Vertx vertx) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, TRUSTING)) {
      String foreign = version1("198.51.100.1") + "GET /n HTTP/1.1\r\nHost: example.org\r\n\r\n";
      assertThat(bridge.probes().raw(bridge.port(), foreign).awaitEnd().status()).isEqualTo(421);
    }
  }

  @Test
  void severalInstancesShareThePort(Vertx vertx) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, TRUSTING, 2)) {
      for (int i = 1; i <= 4; i++) {
        stream(bridge, version1("198.51.100." + i)).awaitOpen();
      }
      bridge.awaitStreams(4);
      assertThat(BridgeFixture.get(bridge.bridge().streams()))
          .extracting(StreamInfo::route)
          .containsOnly("n")
          .hasSize(4);
    }
  }
}
