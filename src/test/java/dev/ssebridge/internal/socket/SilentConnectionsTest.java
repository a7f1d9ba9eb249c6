package dev.ssebridge.internal.socket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.TestCertificate;
import dev.ssebridge.testing.TlsStream;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.ext.web.Router;
import io.vertx.junit5.VertxExtension;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Connections that bring no request do not stay; the others do. */
@ExtendWith(VertxExtension.class)
@Ways({Way.TLS_OF_JDK, Way.TLS_OF_OPENSSL})
@Tag("slow")
class SilentConnectionsTest {
  private static final String REST =
      "'routes':{'n':{'path':'/n','address':'news','heartbeat':'60ms','maxEvents':1}},"
          + "'publish':{'p':{'path':'/p','address':'other'}}}";
  private static final String SHORT = "{'http':{'requestTimeout':'120ms'}," + REST;

  /** More than a few timeouts. */
  private static final int HEARTBEATS = 6;

  private static Vertx vertx;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  @Test
  void oneThatSaysNothingIsClosed() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, SHORT)) {
      bridge.probes().raw(bridge.port(), "").awaitDisconnect();
    }
  }

  @Test
  void halfAHeadIsNoRequestHoweverOftenSomeOfItComes() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, SHORT)) {
      for (String begun : List.of("G", "GET /n HT", "GET /n HTTP/1.1\r\nx: ", "PRI * HTTP/2.0\r")) {
        SseProbe probe = bridge.probes().raw(bridge.port(), begun);
        long timer = vertx.setPeriodic(20, t -> probe.send(begun.startsWith("PRI") ? "" : "x"));
        probe.awaitDisconnect();
        vertx.cancelTimer(timer);
        assertThat(probe.isComplete()).isFalse();
      }
    }
  }

  @Test
  void oneThatIsNotUsedAgainIsClosed() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, SHORT)) {
      SseProbe probe = publish(bridge).awaitEnd();
      assertThat(probe.status()).isEqualTo(202);
      assertThat(probe.header("connection")).isEmpty();
      probe.awaitDisconnect();

      SseProbe unknown = bridge.request("GET", "/unknown");
      assertThat(unknown.awaitEnd().status()).isEqualTo(404);
      unknown.send("GET /n HT");
      unknown.awaitDisconnect();
    }
  }

  @Test
  void aBodyThatNobodyWaitsForDoesNotKeepIt() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, SHORT)) {
      SseProbe probe = bridge.request("POST", "/unknown", "Content-Length: 1000");
      assertThat(probe.awaitEnd().status()).isEqualTo(404);
      long timer = vertx.setPeriodic(20, t -> probe.send("x"));
      probe.awaitDisconnect();
      vertx.cancelTimer(timer);
    }
  }

  @Test
  void oneThatIsUsedAgainStays() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, SHORT.replace("120ms", "600ms"))) {
      SseProbe probe = publish(bridge).awaitEnd();
      long end = System.nanoTime() + 900_000_000L;
      while (System.nanoTime() < end) {
        probe.next().send("POST /p HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nm");
        assertThat(probe.awaitEnd().status()).isEqualTo(202);
      }
      probe.awaitDisconnect();
    }
  }

  @Test
  void aStreamStaysAsLongAsItLikesAndItsConnectionDoesNotOutliveItForLong() {
    // Long enough to send the next request in.
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, SHORT.replace("120ms", "600ms"))) {
      SseProbe probe = bridge.open("/n");
      probe.awaitComments(20);
      bridge.publish("news", "the last");
      probe.awaitData("the last");
      probe.awaitEnd();

      probe.next().send("GET /n?from=earliest HTTP/1.1\r\nHost: localhost\r\n\r\n");
      probe.awaitEnd();
      assertThat(probe.data()).containsExactly("the last", "the last");
      probe.awaitDisconnect();
    }
  }

  @Test
  void aStreamThatFollowsAnotherAtOnceStays() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, SHORT)) {
      for (int i = 0; i < 2; i++) {
        SseProbe probe = bridge.open("/n");
        probe.awaitComments(i + 1);
        probe.nextFollows().send("GET /n HTTP/1.1\r\nHost: localhost\r\n\r\n");
        bridge.publish("news", "first");
        probe.awaitData("first");
        probe.awaitComments(i + 1 + HEARTBEATS);
        bridge.publish("news", "second");
        probe.awaitData("second");
        probe.awaitEnd();
      }
    }
  }

  @Test
  void aStreamWithoutHeartbeatsStays() {
    String config = SHORT.replace("'heartbeat':'60ms'", "'heartbeat':0");
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      SseProbe silent = bridge.open("/n");
      // Whoever comes later goes, one after the other.
      for (int i = 0; i < 3; i++) {
        bridge.probes().raw(bridge.port(), "").awaitDisconnect();
      }
      bridge.publish("news", "at last");
      silent.awaitData("at last");
    }
  }

  @Test
  void anUnansweredRequestIsWaitedFor() {
    Handler<Router> slow =
        router ->
            router.get("/slow").handler(c -> vertx.setTimer(400, t -> c.response().end("done")));
    try (BridgeFixture bridge = BridgeFixture.withRouter(vertx, SHORT, slow)) {
      SseProbe probe = bridge.request("GET", "/slow").awaitEnd();
      assertThat(probe.body()).isEqualTo("done");
      probe.awaitDisconnect();
    }
  }

  @Test
  void anAnswerThatNobodyTakesIsNotKept() {
    CopyOnWriteArrayList<Future<Void>> sent = new CopyOnWriteArrayList<>();
    Handler<Router> large =
        router ->
            router
                .get("/large")
                .handler(c -> sent.add(c.response().end(Buffer.buffer(new byte[64 << 20]))));
    try (BridgeFixture bridge = BridgeFixture.withRouter(vertx, SHORT, large)) {
      SseProbe probe = bridge.probes().receiveBuffer(4096).request(bridge.port(), "GET", "/large");
      probe.stopReading();
      Deadline.await(
          () -> !sent.isEmpty() && sent.get(0).isComplete(), () -> "the end of the response");
      assertThat(sent.get(0).failed()).isTrue();
    }
  }

  @Test
  void anAnswerThatIsTakenSlowlyIsSentToItsEnd() throws Exception {
    int bytes = 64 << 20;
    int slice = 1 << 20;
    int slices = 30; // a heartbeat of 60 ms between each two: three times the limit
    Handler<Router> large =
        router ->
            router.get("/large").handler(c -> c.response().end(Buffer.buffer(new byte[bytes])));
    String config = SHORT.replace("120ms", "600ms"); // many times what it rests for
    try (BridgeFixture bridge = BridgeFixture.withRouter(vertx, config, large);
        Socket socket = new Socket()) {
      socket.setReceiveBufferSize(4096);
      socket.setSoTimeout((int) Deadline.PATIENCE.toMillis());
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), bridge.port()));
      String head = "GET /large HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(ISO_8859_1));
      SseProbe clock = bridge.open("/n");
      InputStream answer = socket.getInputStream();
      long taken = 0;
      for (int i = 1; i <= slices; i++) {
        clock.awaitComments(i);
        taken += answer.readNBytes(slice).length;
      }
      assertThat(taken).as("the rest has yet to be taken").isEqualTo((long) slices * slice);
      taken += answer.transferTo(OutputStream.nullOutputStream());
      assertThat(taken).isBetween((long) bytes, bytes + 1000L); // with its head
    }
  }

  @Test
  void aWebSocketOfTheApplicationIsLeftAlone() {
    Handler<Router> echo =
        router ->
            router
                .get("/ws")
                .handler(
                    c ->
                        c.request()
                            .toWebSocket()
                            .onSuccess(
                                socket -> socket.textMessageHandler(socket::writeTextMessage)));
    try (BridgeFixture bridge = BridgeFixture.withRouter(vertx, SHORT, echo)) {
      WebSocketClient client = vertx.createWebSocketClient();
      WebSocket socket = BridgeFixture.get(client.connect(bridge.port(), "127.0.0.1", "/ws"));
      AtomicInteger echoes = new AtomicInteger();
      socket.textMessageHandler(text -> echoes.incrementAndGet());
      bridge.open("/n").awaitComments(HEARTBEATS);
      socket.writeTextMessage("still there");
      Deadline.await(() -> echoes.get() == 1, () -> "an echo");
      BridgeFixture.get(client.close());
    }
  }

  @Test
  void anHttp2ConnectionWithoutStreamsIsClosed() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, SHORT)) {
      String settings = new String(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0}, ISO_8859_1);
      bridge
          .probes()
          .raw(bridge.port(), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + settings)
          .awaitDisconnect();
    }
  }

  @Test
  void anHttp2ConnectionStaysWithItsLastStream() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, SHORT)) {
      HttpClient client =
          vertx.createHttpClient(
              new HttpClientOptions()
                  .setProtocolVersion(HttpVersion.HTTP_2)
                  .setHttp2ClearTextUpgrade(false));
      AtomicBoolean closed = new AtomicBoolean();
      AtomicBoolean ended = new AtomicBoolean();
      Buffer body = Buffer.buffer();
      HttpClientResponse response =
          BridgeFixture.get(
              client
                  .request(HttpMethod.GET, bridge.port(), "localhost", "/n")
                  .compose(
                      request -> {
                        request.connection().closeHandler(v -> closed.set(true));
                        return request
                            .send()
                            .onSuccess(
                                head ->
                                    head.handler(body::appendBuffer)
                                        .endHandler(v -> ended.set(true)));
                      }));
      assertThat(response.version()).isEqualTo(HttpVersion.HTTP_2);
      // Another that is HTTP/1.1, and tells how the time passes.
      bridge.open("/n").awaitComments(HEARTBEATS);
      assertThat(closed).isFalse();

      bridge.publish("news", "the last");
      Deadline.await(ended::get, () -> "the end of the stream");
      assertThat(body.toString()).contains("data: the last");
      Deadline.await(closed::get, () -> "the end of the connection");
      BridgeFixture.get(client.close());
    }
  }

  @Test
  void withTlsItIsTheSame() throws Exception {
    TestCertificate certificate = TestCertificate.forHost("dns:localhost");
    String tls = certificate.asTls() + ",";
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx, SHORT.replace("'requestTimeout':'120ms'", tls + "'requestTimeout':'120ms'"))) {
      // No handshake, and half of one.
      bridge.probes().raw(bridge.port(), "").awaitDisconnect();
      bridge.probes().raw(bridge.port(), "\u0016\u0003\u0001").awaitDisconnect();
    }
    // Time enough for a handshake on a busy machine.
    try (BridgeFixture bridge =
            BridgeFixture.deploy(
                vertx,
                SHORT.replace("'requestTimeout':'120ms'", tls + "'requestTimeout':'1500ms'"));
        SSLSocket silent = TlsStream.connect(bridge.port(), 64 * 1024);
        SSLSocket half = TlsStream.connect(bridge.port(), 64 * 1024);
        SSLSocket stream = TlsStream.connect(bridge.port(), 64 * 1024)) {
      stream.startHandshake();
      stream
          .getOutputStream()
          .write("GET /n HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(ISO_8859_1));
      bridge.awaitStreams(1);
      silent.startHandshake();
      half.startHandshake();
      half.getOutputStream().write("GET /n HT".getBytes(ISO_8859_1));
      half.getOutputStream().flush();
      assertThat(half.getInputStream().read()).isEqualTo(-1);
      assertThat(silent.getInputStream().read()).isEqualTo(-1);

      bridge.publish("news", "the last");
      // To the end of the connection.
      assertThat(new String(stream.getInputStream().readAllBytes(), ISO_8859_1))
          .contains("data: the last");
    }
  }

  @Test
  void withoutATimeoutTheyMayStay() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, SHORT.replace("'120ms'", "0"))) {
      SseProbe silent = bridge.probes().raw(bridge.port(), "");
      bridge.open("/n").awaitComments(HEARTBEATS);
      silent.send("GET /n HTTP/1.1\r\nHost: localhost\r\n\r\n").awaitOpen();
    }
  }

  private static SseProbe publish(BridgeFixture bridge) {
    return bridge.request("POST", "/p", "Content-Length: 1").send("m");
  }
}
