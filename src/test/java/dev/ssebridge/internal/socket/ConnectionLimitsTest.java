package dev.ssebridge.internal.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How many connections one remote may have, and how long one message of a body may take. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class ConnectionLimitsTest {
  private static final String ROUTES = "'routes':{'n':{'path':'/n','address':'news'}}";

  private Vertx vertx;

  @BeforeEach
  void start(Vertx started) {
    vertx = started;
  }

  @Test
  void surplusConnectionsOfOneRemoteAreClosedAndOthersStay() {
    String config = "{'limits':{'connectionsPerRemote':10}," + ROUTES + "}";
    for (int instances = 1; instances <= 2; instances++) {
      try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config, instances)) {
        SseProbe stream = bridge.open("/n");
        List<SseProbe> silent = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
          silent.add(bridge.probes().raw(bridge.port(), ""));
        }
        SseProbe surplus = bridge.probes().raw(bridge.port(), "");
        surplus.awaitDisconnect();

        silent.get(3).close();
        Deadline.await(
            () -> isServed(bridge), () -> "another connection once one of the ten is closed");
        bridge.publish("news", "still here");
        stream.awaitData("still here");
      }
    }
  }

  private static boolean isServed(BridgeFixture bridge) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), bridge.port())) {
      socket.setSoTimeout((int) Deadline.PATIENCE.toMillis());
      socket
          .getOutputStream()
          .write("OPTIONS /n HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
      return socket.getInputStream().read() == 'H';
    } catch (IOException refused) {
      return false;
    }
  }

  @Test
  void theConnectionsOfATrustedProxyAreThoseOfMany() {
    String config =
        "{'http':{'trustedProxies':['127.0.0.1']},'limits':{'connectionsPerRemote':1},"
            + ROUTES
            + "}";
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      for (int i = 0; i < 5; i++) {
        bridge.open("/n");
      }
      assertThat(bridge.channels().openStreams()).isEqualTo(5);
    }
  }

  @Test
  void oneByteAfterAnotherDoesNotHoldABodyForEver() {
    String config =
        "{'routes':{},'publish':{'p':{'path':'/p','address':'p','bodyTimeout':'10s',"
            + "'messageTimeout':'300ms'}}}";
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      for (String type : List.of("text/plain", "application/x-ndjson", "text/event-stream")) {
        SseProbe probe =
            bridge.request("POST", "/p", "Content-Type: " + type, "Content-Length: 1000");
        long timer = vertx.setPeriodic(20, t -> probe.send("\n"));
        assertThat(probe.awaitEnd().status()).isEqualTo(408);
        assertThat(probe.body()).contains("messageTimeout");
        vertx.cancelTimer(timer);
      }
    }
  }

  @Test
  void aBodyThatBringsMessagesMayTakeAsLongAsItLikes() {
    String config =
        "{'routes':{},'publish':{'p':{'path':'/p','address':'p','messageTimeout':'400ms'}}}";
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      SseProbe probe =
          bridge.request(
              "POST", "/p", "Content-Type: application/x-ndjson", "Transfer-Encoding: chunked");
      long end = System.nanoTime() + 1_000_000_000L;
      int sent = 0;
      while (System.nanoTime() < end) {
        probe.sendChunk("1\n");
        sent++;
      }
      probe.sendChunk("");
      assertThat(probe.awaitEnd().status()).isEqualTo(202);
      assertThat(probe.body()).isEqualTo("{\"published\":" + sent + "}");
    }
  }
}
