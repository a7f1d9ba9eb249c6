package dev.ssebridge.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.EventStream;
import dev.ssebridge.format.EventDecoder;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.spi.CloseReason;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.TestCertificate;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The same stream over every version of HTTP, with TLS and without. */
@ExtendWith(VertxExtension.class)
@Ways({Way.TLS_OF_JDK, Way.TLS_OF_OPENSSL})
@Tag("slow")
class HttpVersionsTest {
  private static final int WINDOW = 65_535;
  private static final String PLAIN = "{'routes':{'n':{'path':'/n','address':'news'}}}";

  private static Vertx vertx;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  @Test
  void http2StreamsInClearTextWithPriorKnowledge() {
    streams(PLAIN, http2().setHttp2ClearTextUpgrade(false), HttpVersion.HTTP_2);
  }

  /** RFC 9113, section 3.1, has taken it out of use. */
  @Test
  void anUpgradeToHttp2IsIgnoredAndTheStreamIsOneOfHttp1() {
    streams(PLAIN, http2().setHttp2ClearTextUpgrade(true), HttpVersion.HTTP_1_1);
  }

  @Test
  void http2AndHttp1StreamOverTls() throws Exception {
    TestCertificate certificate = TestCertificate.forHost("dns:localhost");
    String config = "{'http':{" + certificate.asTls() + "}," + PLAIN.substring(1);
    streams(config, http2().setUseAlpn(true).setSsl(true).setTrustAll(true), HttpVersion.HTTP_2);
    streams(config, new HttpClientOptions().setSsl(true).setTrustAll(true), HttpVersion.HTTP_1_1);
  }

  @Test
  void whoAsksForTheHeadAloneGetsNoBodyOverHttp2() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, PLAIN)) {
      HttpClient client = vertx.createHttpClient(http2().setHttp2ClearTextUpgrade(false));
      HttpClientResponse answer =
          BridgeFixture.get(
              client
                  .request(HttpMethod.HEAD, bridge.port(), "127.0.0.1", "/none")
                  .compose(HttpClientRequest::send)
                  .compose(response -> response.body().map(body -> response)));
      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(BridgeFixture.get(answer.body()).length()).isZero();
      assertThat(Integer.parseInt(answer.getHeader("content-length"))).isPositive();
      BridgeFixture.get(client.close());
    }
  }

  @Test
  void manyStreamsShareOneHttp2Connection() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, PLAIN, 2)) {
      HttpClient client = vertx.createHttpClient(http2().setHttp2ClearTextUpgrade(false));
      List<Stream> streams = new CopyOnWriteArrayList<>();
      for (int i = 0; i < 50; i++) {
        streams.add(open(client, bridge));
      }
      bridge.publishNumbers("news", 1, 100);
      for (Stream stream : streams) {
        stream.awaitEvents(100);
        assertThat(stream.data()).startsWith("m1", "m2").endsWith("m100").hasSize(100);
      }
      assertThat(bridge.channels().openStreams()).isEqualTo(50);
      BridgeFixture.get(client.close());
    }
  }

  @Test
  void anHttp2ReaderThatTakesNothingIsDroppedWithoutItsConnection() {
    String config =
        "{'routes':{'n':{'path':'/n','address':'news','stalled':'300ms','heartbeat':0},"
            + "'o':{'path':'/o','address':'other'}}}";
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      HttpClient client =
          vertx.createHttpClient(
              http2().setHttp2ClearTextUpgrade(false).setHttp2ConnectionWindowSize(1 << 20));
      Stream slow = open(client, bridge);
      slow.response.pause();
      for (int i = 0; i < 40; i++) {
        bridge.publish("news", "x".repeat(10_000));
      }
      assertThat(bridge.awaitEnds(1)).containsExactly(CloseReason.STALLED);

      Stream next = open(client, bridge);
      bridge.publish("news", "for the next");
      next.awaitEvents(1);
      assertThat(next.response.request().connection())
          .isSameAs(slow.response.request().connection());
      BridgeFixture.get(client.close());
    }
  }

  @Test
  void anHttp2ReaderThatIsSlowIsNotStalledHoweverLargeTheEvent() {
    String config =
        "{'routes':{'n':{'path':'/n','address':'news','stalled':'800ms','heartbeat':0,"
            + "'history':{'bytes':'8MiB'}}}}";
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      HttpClient client = vertx.createHttpClient(http2().setHttp2ClearTextUpgrade(false));
      Stream slow = open(client, bridge);
      slow.response.pause();
      long timer = vertx.setPeriodic(20, t -> slow.response.fetch(1));
      bridge.publish("news", "x".repeat(1 << 20));
      slow.awaitEvents(1);

      assertThat(slow.data().get(0)).hasSize(1 << 20);
      assertThat(bridge.channels().openStreams()).isEqualTo(1);
      vertx.cancelTimer(timer);
      BridgeFixture.get(client.close());
    }
  }

  @Test
  void anHttp2ReaderThatPausesGetsEverythingWhenItGoesOn() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, PLAIN)) {
      HttpClient client = vertx.createHttpClient(http2().setHttp2ClearTextUpgrade(false));
      Stream slow = open(client, bridge);
      slow.response.pause();
      for (int i = 1; i <= 100; i++) {
        bridge.publish("news", i + "x".repeat(10_000));
      }
      bridge.awaitHead("n", 100);
      slow.response.resume();
      slow.awaitEvents(100);
      for (int i = 0; i < 100; i++) {
        assertThat(slow.events.get(i).id()).endsWith("-" + (i + 1));
      }
      BridgeFixture.get(client.close());
    }
  }

  @Test
  void onHttp10TheEndOfTheConnectionIsTheEndOfTheStream() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx, "{'routes':{'n':{'path':'/n','address':'news','maxEvents':2}}}")) {
      SseProbe probe = bridge.probes().raw(bridge.port(), "GET /n HTTP/1.0\r\n\r\n");
      probe.awaitOpen();
      assertThat(probe.header("transfer-encoding")).isEmpty();
      bridge.publishNumbers("news", 1, 3);
      probe.awaitDisconnect();
      assertThat(probe.data()).containsExactly("m1", "m2");
    }
  }

  @Test
  void aClientOfHttp10ThatWouldKeepItsConnectionSeesTheEndOfTheStream() {
    for (String writer : List.of("auto", "public")) {
      try (BridgeFixture bridge =
          BridgeFixture.deploy(
              vertx,
              "{'http':{'writer':'"
                  + writer
                  + "'},'routes':{'n':{'path':'/n','address':'news','maxEvents':300}}}")) {
        SseProbe bystander = bridge.open("/n");
        SseProbe probe =
            bridge.probes().raw(bridge.port(), "GET /n HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        probe.awaitOpen();
        assertThat(probe.header("transfer-encoding")).isEmpty();
        assertThat(probe.header("connection")).isEqualTo("close");
        String pad = "x".repeat(4000);
        for (int i = 1; i <= 300; i++) {
          bridge.publish("news", pad + i);
        }
        probe.awaitDisconnect();
        assertThat(probe.data()).hasSize(300).last().asString().endsWith("300");
        assertThat(probe.body()).startsWith("retry: ");
        bystander.awaitEnd();
      }
    }
  }

  @Test
  void onHttp10AStreamOfTheApplicationHasNoChunksAndEndsWithItsConnection() {
    try (BridgeFixture bridge =
        BridgeFixture.withRouter(
            vertx,
            PLAIN,
            router ->
                router
                    .get("/own")
                    .handler(
                        context -> {
                          EventStream stream = EventStream.open(context);
                          vertx.setTimer(
                              20, t -> stream.send("m1").compose(sent -> stream.close()));
                        }))) {
      for (String connection : List.of("", "Connection: keep-alive\r\n", "Connection: close\r\n")) {
        SseProbe probe =
            bridge.probes().raw(bridge.port(), "GET /own HTTP/1.0\r\n" + connection + "\r\n");
        probe.awaitDisconnect();
        assertThat(probe.header("transfer-encoding")).isEmpty();
        assertThat(probe.header("connection")).isEqualTo("close");
        assertThat(probe.body()).isEqualTo("data: m1\n\n");
      }
    }
  }

  private static void streams(String config, HttpClientOptions options, HttpVersion version) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      HttpClient client = vertx.createHttpClient(options);
      Stream stream = open(client, bridge);

      assertThat(stream.response.version()).isEqualTo(version);
      assertThat(stream.response.statusCode()).isEqualTo(200);
      assertThat(stream.response.getHeader("content-type")).isEqualTo("text/event-stream");
      if (version == HttpVersion.HTTP_2) {
        assertThat(stream.response.getHeader("connection")).isNull();
        assertThat(stream.response.getHeader("transfer-encoding")).isNull();
      }
      for (int i = 1; i <= 5; i++) {
        bridge.publish("news", "m" + i);
        stream.awaitEvents(i);
      }
      assertThat(stream.data()).containsExactly("m1", "m2", "m3", "m4", "m5");

      stream.response.request().reset();
      bridge.awaitStreams(0);
      assertThat(bridge.awaitEnds(1)).containsExactly(CloseReason.CLIENT_GONE);
      BridgeFixture.get(client.close());
    }
  }

  /** A reader that pauses soon has a full window; since Vert.x 5.2 it would be a megabyte. */
  private static HttpClientOptions http2() {
    return new HttpClientOptions()
        .setProtocolVersion(HttpVersion.HTTP_2)
        .setInitialSettings(new Http2Settings().setInitialWindowSize(WINDOW));
  }

  private static Stream open(HttpClient client, BridgeFixture bridge) {
    HttpClientRequest request =
        BridgeFixture.get(client.request(HttpMethod.GET, bridge.port(), "localhost", "/n"));
    // Before the request is sent, so that the stream's handler is there before its first byte.
    Future<Stream> opened = request.response().map(Stream::new);
    Stream stream = BridgeFixture.get(request.send().compose(sent -> opened));
    Deadline.await(() -> !stream.ids.isEmpty(), () -> "the opening block");
    return stream;
  }

  /** What a client has seen of a stream. */
  private static final class Stream implements EventDecoder.Listener {
    private final HttpClientResponse response;
    private final List<ServerSentEvent> events = new CopyOnWriteArrayList<>();
    private final List<String> ids = new CopyOnWriteArrayList<>();

    Stream(HttpClientResponse response) {
      this.response = response;
      EventDecoder decoder = EventDecoder.create(this);
      response.exceptionHandler(reset -> {});
      response.handler(decoder::decode);
    }

    void awaitEvents(int count) {
      Deadline.await(
          () -> events.size() >= count, () -> count + " events, there are " + events.size());
    }

    List<String> data() {
      return events.stream().map(event -> String.valueOf(event.data())).toList();
    }

    @Override
    public void onEvent(ServerSentEvent event) {
      events.add(event);
    }

    @Override
    public void onLastEventId(String id) {
      ids.add(id);
    }
  }
}
