package dev.ssebridge.internal.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.bus.BoundChannel;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.spi.metrics.EventBusMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.junit5.VertxExtension;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Publishing over HTTP. */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_AUTO})
@Tag("slow")
class PublishTest {
  private static final String CONFIG =
      "{'routes':{'t':{'path':'/topics/:topic','address':'topics.{topic}','linger':0}},"
          + "'publish':{'t':{'path':'/topics/:topic','address':'topics.{topic}','maxBody':1000}}}";

  private static Vertx vertx;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "text/plain; charset=UTF-8",
        "application/json",
        "application/ld+json",
        ""
      })
  void aBodyIsPublishedAsItCame(String type) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe probe = bridge.open("/topics/a");
      String body = "{ \"\u00e9\":  [1, 2]\n}";

      assertThat(post(bridge, "/topics/a", type, body).status()).isEqualTo(202);
      probe.awaitEvents(1);
      assertThat(probe.data()).containsExactly(body);
      assertThat(probe.events().get(0).type()).isNull();
    }
  }

  @Test
  void anEventBusThatThrowsIsAnsweredWith500AndTheConnectionGoesOn() {
    AtomicInteger left = new AtomicInteger();
    Vertx failing =
        Vertx.builder()
            .with(new VertxOptions().setMetricsOptions(new MetricsOptions().setEnabled(true)))
            .withMetrics(options -> new FailingMetrics(left))
            .build();
    try (LogRecorder log = LogRecorder.of(Reading.class);
        BridgeFixture bridge = BridgeFixture.deploy(failing, CONFIG)) {
      SseProbe events = bridge.open("/topics/a");
      String head = "POST /topics/a HTTP/1.1\r\nHost: localhost\r\n";
      String one = head + "Content-Length: 1\r\n\r\n";

      SseProbe probe = bridge.probes().raw(bridge.port(), one + "1").awaitEnd();
      assertThat(probe.status()).isEqualTo(500);
      if (!Way.current().isRouted()) {
        assertThat(probe.header("content-type")).isEqualTo("application/problem+json");
        assertThat(probe.body()).contains("the log of the server says why");
      }
      String reported = "path /topics/a: a body could not be published";
      assertThat(log.messages()).containsExactly(reported);

      // The second of three.
      left.set(1);
      probe.next().send(head + "Content-Type: application/x-ndjson\r\nContent-Length: 6\r\n\r\n");
      probe.send("2\n3\n4\n");
      assertThat(probe.awaitEnd().status()).isEqualTo(500);
      assertThat(log.messages()).contains(reported);

      left.set(1);
      probe.next().send(one + "5");
      assertThat(probe.awaitEnd().status()).isEqualTo(202);
      events.awaitEvents(2);
      assertThat(events.data()).containsExactly("2", "5");
    } finally {
      BridgeFixture.get(failing.close());
    }
  }

  @Test
  void aBodyThatAHandlerBeforeHasPausedIsPublished() {
    Handler<Router> before =
        router ->
            router
                .route()
                .handler(
                    context -> {
                      context.request().pause();
                      vertx.setTimer(1, timer -> context.next());
                    });
    try (BridgeFixture bridge = BridgeFixture.withRouter(vertx, CONFIG, before)) {
      assertThat(post(bridge, "/topics/a", "text/plain", "1").status()).isEqualTo(202);
      assertThat(post(bridge, "/topics/a", "text/plain", "2").status()).isEqualTo(202);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {".", "..", "%2e", "%2E%2e"})
  void aSegmentThatARouterTakesOutIsNoParameter(String segment) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      assertThat(post(bridge, "/topics/" + segment, "text/plain", "1").status()).isIn(400, 404);
      assertThat(bridge.get("/topics/" + segment).status()).isIn(400, 404);
      assertThat(bridge.hub().consumedAddresses()).isZero();
    }
  }

  @Test
  void theTypeComesFromTheQueryOrTheHeaderAndTheQueryWins() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe probe = bridge.open("/topics/a");
      post(bridge, "/topics/a?event=from-query", "text/plain", "1");
      probe.awaitEvents(1);
      post(bridge, "/topics/a", "text/plain", "2", "Sse-Event: from-header");
      probe.awaitEvents(2);
      post(bridge, "/topics/a?event=q", "text/plain", "3", "Sse-Event: h");
      probe.awaitEvents(3);
      post(bridge, "/topics/a?event=caf%C3%A9%20x", "text/plain", "4");
      probe.awaitEvents(4);
      post(bridge, "/topics/a", "text/plain", "5", "Sse-Event: caf\u00e9");
      probe.awaitEvents(5);

      assertThat(probe.events())
          .extracting(ServerSentEvent::type)
          .containsExactly("from-query", "from-header", "q", "caf\u00e9 x", "caf\u00e9");
      assertThat(post(bridge, "/topics/a?event=x%0Adata:%20y", "text/plain", "6").status())
          .isEqualTo(400);
    }
  }

  @Test
  void whatIsPublishedBeforeTheFirstSubscriberIsHistory() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      assertThat(post(bridge, "/topics/early", "text/plain", "first").status()).isEqualTo(202);
      SseProbe probe = bridge.get("/topics/early?from=earliest");
      probe.awaitEvents(1);
      assertThat(probe.data()).containsExactly("first");
    }
  }

  @Test
  void theHistoryOfARouteWhoseParametersHaveOtherNamesBeginsToo() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx,
            "{'routes':{'t':{'path':'/t/:x','address':'t.{x}','linger':0},"
                + "'other':{'path':'/o/:x','address':'other.{x}','linger':0}},"
                + "'publish':{'t':{'path':'/p/:topic','address':'t.{topic}'},"
                + "'fixed':{'path':'/fixed','address':'t.fixed'}}}")) {
      assertThat(post(bridge, "/p/early", "text/plain", "first").status()).isEqualTo(202);
      assertThat(post(bridge, "/fixed", "text/plain", "second").status()).isEqualTo(202);
      SseProbe probe = bridge.get("/t/early?from=earliest");
      probe.awaitEvents(1);
      assertThat(probe.data()).containsExactly("first");
      SseProbe fixed = bridge.get("/t/fixed?from=earliest");
      fixed.awaitEvents(1);
      assertThat(fixed.data()).containsExactly("second");
      assertThat(bridge.route("other").channels().all()).isEmpty();
    }
  }

  @Test
  void aChannelStaysWhileABodyForItArrivesAndNoLonger() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe body = chunked(bridge, "/topics/a", "application/x-ndjson");
      Deadline.await(() -> !bridge.route("t").channels().all().isEmpty(), () -> "a channel");
      BoundChannel bound = bridge.route("t").channels().all().iterator().next();
      Deadline.await(() -> bound.channel().users() == 1, () -> "the body as its user");
      body.sendChunk("1\n").sendChunk("");
      assertThat(body.status()).isEqualTo(202);
      Deadline.await(() -> bound.channel().users() == 0, () -> "no user of the channel");
      Deadline.await(() -> bound.channel().log().head() == 1, () -> "the message");

      SseProbe broken = chunked(bridge, "/topics/a", "application/x-ndjson");
      Deadline.await(() -> bound.channel().users() == 1, () -> "a user of the channel");
      broken.reset();
      Deadline.await(() -> bound.channel().users() == 0, () -> "no user of the channel");
    }
  }

  @Test
  void aBodyThatBringsNothingIsAnsweredAndLetsItsChannelGo() {
    String config =
        CONFIG
            .replace("'maxBody':1000", "'maxBody':1000,'bodyTimeout':'100ms'")
            .replace("'linger':0", "'linger':0,'limits':{'channels':1}");
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      SseProbe silent =
          bridge.request("POST", "/topics/a", "Content-Type: text/plain", "Content-Length: 5");
      assertThat(silent.status()).isEqualTo(408);
      assertThat(silent.awaitEnd().body()).contains("100 ms").contains("bodyTimeout");
      silent.awaitDisconnect();
      Deadline.await(() -> bridge.route("t").channels().all().isEmpty(), () -> "no channel");
      bridge.open("/topics/b").close();
    }
  }

  @Test
  void aBodyThatStopsIsAnsweredWithWhatItHadPublished() {
    String config = CONFIG.replace("'maxBody':1000", "'maxBody':1000,'bodyTimeout':'100ms'");
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      SseProbe probe = bridge.open("/topics/a");
      // In one piece: between two the time may be over.
      SseProbe halfWay =
          bridge
              .probes()
              .raw(
                  bridge.port(),
                  "POST /topics/a HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson"
                      + "\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n1\n2\n3\r\n");
      assertThat(halfWay.status()).isEqualTo(408);
      assertThat(halfWay.awaitEnd().body()).contains("\"published\":2");
      halfWay.awaitDisconnect();
      probe.awaitEvents(2);
      assertThat(probe.data()).containsExactly("1", "2");
    }
  }

  @Test
  void aBodyOverTheLimitIsRefusedHoweverItComes() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe announced = post(bridge, "/topics/a", "text/plain", "x".repeat(1001));
      assertThat(announced.status()).isEqualTo(413);
      assertThat(announced.awaitEnd().body()).contains("1000").contains("maxBody");

      SseProbe chunked = chunked(bridge, "/topics/a", "text/plain");
      for (int i = 0; i < 11; i++) {
        chunked.sendChunk("x".repeat(100));
      }
      assertThat(chunked.status()).isEqualTo(413);

      SseProbe line =
          post(bridge, "/topics/a", "application/x-ndjson", "1\n\"" + "x".repeat(1000) + "\"\n");
      assertThat(line.status()).isEqualTo(413);
      assertThat(line.awaitEnd().body()).contains("line 2").contains("\"published\":1");

      SseProbe endless = chunked(bridge, "/topics/a", "application/x-ndjson");
      for (int i = 0; i < 11; i++) {
        endless.sendChunk("x".repeat(100));
      }
      assertThat(endless.status()).isEqualTo(413);

      SseProbe event =
          post(bridge, "/topics/a", "text/event-stream", "data: " + "x".repeat(1100) + "\n\n");
      assertThat(event.status()).isEqualTo(413);
      assertThat(post(bridge, "/topics/a", "text/plain", "x".repeat(1000)).status()).isEqualTo(202);
      assertThat(
              post(
                      bridge,
                      "/topics/a",
                      "application/x-ndjson",
                      ("\"" + "x".repeat(500) + "\"\n").repeat(10))
                  .status())
          .isEqualTo(202);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP_1_1", "HTTP_2"})
  void anOrdinaryClientThatSendsFarTooMuchReadsTheRefusal(HttpClient.Version version)
      throws Exception {
    HttpClient client = HttpClient.newBuilder().version(version).build();
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      URI target = URI.create("http://127.0.0.1:" + bridge.port() + "/topics/a");
      client.send(
          HttpRequest.newBuilder(target)
              .timeout(Deadline.PATIENCE)
              .method("HEAD", BodyPublishers.noBody())
              .build(),
          BodyHandlers.ofString());
      // All is read within the second that the server still reads for: a client of JDK 17 waits
      // for ever for a stream of HTTP/2 that is reset while it sends.
      byte[] large = new byte[version == HttpClient.Version.HTTP_2 ? 512 << 10 : 2 << 20];
      for (int i = 0; i < 2; i++) {
        BodyPublisher known = BodyPublishers.ofByteArray(large);
        BodyPublisher unknown = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large));
        for (BodyPublisher body : List.of(known, unknown)) {
          HttpRequest request =
              HttpRequest.newBuilder(target)
                  .header("Content-Type", "text/plain")
                  .timeout(Duration.ofSeconds(20))
                  .POST(body)
                  .build();
          assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(413);
        }
      }
    }
  }

  @Test
  void aBodyWithoutEndIsCutOffSoonAfterItsRefusal() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe endless = chunked(bridge, "/topics/a", "application/x-ndjson");
      endless.sendChunk("{broken\n");
      assertThat(endless.status()).isEqualTo(400);
      assertThat(endless.header("connection")).isEqualTo("close");
      assertThat(endless.awaitEnd().body()).contains("line 1");
      endless.sendChunk("1\n"); // it is still there to read the answer
      endless.awaitDisconnect();

      SseProbe type = chunked(bridge, "/topics/a", "image/png");
      assertThat(type.status()).isEqualTo(415);
      type.sendChunk("1").sendChunk("");
      type.awaitDisconnect();
    }
  }

  @Test
  void anotherMediaTypeOrCharsetIsRefused() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      for (String type :
          List.of(
              "image/png",
              "application/octet-stream",
              "multipart/form-data",
              "text/plain; charset=latin1",
              "application/x-www-form-urlencoded",
              "text/plain, application/json",
              "text/plain, application/problem+json",
              "nonsense")) {
        SseProbe probe = post(bridge, "/topics/a", type, "x");
        assertThat(probe.status()).as(type).isEqualTo(415);
        assertThat(probe.awaitEnd().body()).contains("content-type").contains("expected");
      }
    }
  }

  @Test
  void twoMediaTypesAreRefused() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe probe =
          bridge.request(
              "POST",
              "/topics/a",
              "Content-Type: text/plain",
              "Content-Type: application/json",
              "Content-Length: 0");
      assertThat(probe.status()).isEqualTo(400);
      assertThat(probe.awaitEnd().body()).contains("expected one media type, got 2 headers");
    }
  }

  @Test
  void aBodyWithAKeyHasNoMoreMessagesThanAreRemembered() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe probe = bridge.open("/topics/a");
      for (String key : List.of("one", "one", "two")) {
        SseProbe body =
            bridge.request(
                "POST",
                "/topics/a",
                "Content-Type: application/x-ndjson",
                "Idempotency-Key: " + key,
                "Content-Length: " + 2 * 1025);
        body.send("1\n".repeat(1025));
        assertThat(body.status()).isEqualTo(413);
        assertThat(body.awaitEnd().body())
            .contains("expected at most 1024 messages in a body with a key")
            .contains("\"published\":1024");
      }
      post(bridge, "/topics/a", "text/plain", "last");
      probe.awaitData("last");
      assertThat(probe.data()).hasSize(2 * 1024 + 1);
    }
  }

  @Test
  void anEventStreamWithAKeyHasNoMoreEventsThanAreRemembered() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      String event = "data: 1\n\n";
      SseProbe body =
          bridge.request(
              "POST",
              "/topics/a",
              "Content-Type: text/event-stream",
              "Idempotency-Key: one",
              "Content-Length: " + event.length() * 1025);
      body.send(event.repeat(1025));
      assertThat(body.status()).isEqualTo(413);
      assertThat(body.awaitEnd().body()).contains("\"published\":1024");
    }
  }

  @Test
  void whatCannotBePublishedIsABadRequest() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      assertThat(post(bridge, "/topics/", "text/plain", "x").status()).isEqualTo(400);
      assertThat(post(bridge, "/topics/" + "x".repeat(257), "text/plain", "x").status())
          .isEqualTo(400);
      assertThat(post(bridge, "/topics/a", "application/json", "{broken").status()).isEqualTo(400);
      assertThat(post(bridge, "/topics/a", "application/json", "").status()).isEqualTo(400);
      for (String broken : List.of("1 2", "[1,]", "NaN", "{\"a\":1 /* one */}", "[".repeat(9))) {
        assertThat(post(bridge, "/topics/a", "application/json", broken).status()).isEqualTo(400);
      }
      SseProbe line = post(bridge, "/topics/a", "application/x-ndjson", "1\n\n{\n3\n");
      assertThat(line.status()).isEqualTo(400);
      assertThat(line.awaitEnd().body()).contains("line 3").contains("\"published\":1");
      SseProbe latin =
          bridge.request("POST", "/topics/a", "Content-Type: text/plain", "Content-Length: 1");
      assertThat(latin.send(new byte[] {(byte) 0xe9}).status()).isEqualTo(400);
      SseProbe cut = post(bridge, "/topics/a", "text/event-stream", "data: unfinished\n");
      assertThat(cut.status()).isEqualTo(400);
      assertThat(cut.awaitEnd().body()).contains("blank line");
    }
  }

  @Test
  void ndjsonPublishesOneEventALine() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe probe = bridge.open("/topics/a");
      SseProbe answer =
          post(
              bridge,
              "/topics/a?event=line",
              "application/x-ndjson",
              "{\"a\": 1}\r\n\n[2]\n\"three\"");
      assertThat(answer.status()).isEqualTo(202);
      assertThat(answer.awaitEnd().body()).isEqualTo("{\"published\":3}");
      probe.awaitEvents(3);
      assertThat(probe.data()).containsExactly("{\"a\": 1}", "[2]", "\"three\"");
      assertThat(probe.events()).extracting(ServerSentEvent::type).containsOnly("line");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/x-ndjson", "text/event-stream"})
  void aStreamingBodyIsPublishedAsItArrives(String type) {
    boolean lines = type.contains("json");
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe probe = bridge.open("/topics/a");
      SseProbe body = chunked(bridge, "/topics/a", type);
      for (int i = 1; i <= 20; i++) {
        body.sendChunk(lines ? i + "\n" : "data: " + i + "\n\n");
        probe.awaitEvents(i); // while the body is still open
      }
      body.sendChunk("");
      assertThat(body.status()).isEqualTo(202);
      assertThat(body.awaitEnd().body()).isEqualTo("{\"published\":20}");
      assertThat(probe.data()).startsWith("1", "2").endsWith("20").hasSize(20);
    }
  }

  @Test
  void theEventsOfAnEventStreamKeepTypeRetryAndData() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe probe = bridge.open("/topics/a");
      post(
          bridge,
          "/topics/a?event=usual",
          "text/event-stream",
          "\uFEFFid: 99\nevent: own\nretry: 777\ndata: a\ndata: b\n\n: comment\n\nid: 3\n\ndata:c\r\n\r\n");
      List<ServerSentEvent> events = probe.awaitEvents(2);
      assertThat(events.get(0).type()).isEqualTo("own");
      assertThat(events.get(0).retry()).isEqualTo(777);
      assertThat(events.get(0).data()).isEqualTo("a\nb");
      assertThat(events.get(1).type()).isEqualTo("usual");
      assertThat(events.get(1).data()).isEqualTo("c");
      assertThat(SseProbe.sequenceOf(String.valueOf(events.get(1).id()))).isEqualTo(2);
    }
  }

  @Test
  void manyEventsInOneBodyKeepTheirOrder() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe probe = bridge.open("/topics/a");
      StringBuilder body = new StringBuilder();
      for (int i = 1; i <= 20_000; i++) {
        body.append(i).append('\n');
      }
      assertThat(
              post(bridge, "/topics/a", "application/x-ndjson", body.toString()).awaitEnd().body())
          .isEqualTo("{\"published\":20000}");
      probe.awaitEvents(20_000);
      assertThat(probe.data())
          .isEqualTo(IntStream.rangeClosed(1, 20_000).mapToObj(String::valueOf).toList());
    }
  }

  @Test
  void aBodyHandlerOfTheApplicationMayHaveReadTheBodyAlready() {
    try (BridgeFixture bridge =
        BridgeFixture.withRouter(
            vertx, CONFIG, router -> router.route().handler(BodyHandler.create(false)))) {
      SseProbe probe = bridge.open("/topics/a");
      assertThat(post(bridge, "/topics/a", "text/plain", "one").status()).isEqualTo(202);
      probe.awaitEvents(1);
      assertThat(post(bridge, "/topics/a", "application/x-ndjson", "2\n3").status()).isEqualTo(202);
      probe.awaitEvents(3);
      assertThat(post(bridge, "/topics/a", "text/event-stream", "data: 4\n\n").status())
          .isEqualTo(202);
      probe.awaitEvents(4);
      assertThat(post(bridge, "/topics/a", "text/plain", "").status()).isEqualTo(202);
      probe.awaitEvents(5);
      assertThat(probe.data()).containsExactly("one", "2", "3", "4", "");
      assertThat(post(bridge, "/topics/a", "text/plain", "x".repeat(2000)).status()).isEqualTo(413);
    }
  }

  @Test
  void aClientThatAsksBeforeItSendsIsAnswered() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe fits = expecting(bridge, 3);
      assertThat(fits.awaitInterim()).contains("100");
      assertThat(fits.send("abc").status()).isEqualTo(202);
      assertThat(expecting(bridge, 5000).status()).isEqualTo(413);
    }
  }

  @Test
  void aCodingThatIsNotKnownIsRefusedBeforeABodyIsAskedForOrAChannelMade() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe probe = expecting(bridge, 3, "Content-Encoding: br");
      assertThat(probe.status()).isEqualTo(415);
      assertThat(probe.hasInterim()).isFalse();
      assertThat(probe.header("accept-encoding")).isEqualTo("gzip, deflate");
      assertThat(bridge.route("t").channels().all()).isEmpty();
    }
  }

  private static SseProbe expecting(BridgeFixture bridge, int length) {
    return expecting(bridge, length, "X-None: none");
  }

  private static SseProbe expecting(BridgeFixture bridge, int length, String header) {
    return bridge.request(
        "POST",
        "/topics/a",
        header,
        "Content-Type: text/plain",
        "Expect: 100-continue",
        "Content-Length: " + length);
  }

  @Test
  void aSenderThatBreaksOffLeavesWhatItHadPublished() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe probe = bridge.open("/topics/a");
      SseProbe body = chunked(bridge, "/topics/a", "text/event-stream");
      body.sendChunk("data: 1\n\ndata: half");
      probe.awaitEvents(1);
      body.reset();
      post(bridge, "/topics/a", "text/plain", "2");
      probe.awaitEvents(2);
      assertThat(probe.data()).containsExactly("1", "2");
    }
  }

  @Test
  void theNextRequestOfAConnectionIsAnsweredToo() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
      SseProbe probe = bridge.open("/topics/a");
      String one = "POST /topics/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n";
      SseProbe both = bridge.probes().raw(bridge.port(), one + "1");
      both.awaitEnd();
      both.next().send(one + "2");
      assertThat(both.status()).isEqualTo(202);
      probe.awaitEvents(2);
      assertThat(probe.data()).containsExactly("1", "2");
    }
  }

  private static SseProbe chunked(BridgeFixture bridge, String target, String type) {
    return bridge.request("POST", target, "Content-Type: " + type, "Transfer-Encoding: chunked");
  }

  private static SseProbe post(
      BridgeFixture bridge, String target, String type, String body, String... headers) {
    String[] all = java.util.Arrays.copyOf(headers, headers.length + 2);
    all[headers.length] = "Content-Length: " + body.getBytes(UTF_8).length;
    all[headers.length + 1] = type.isEmpty() ? "X-No: type" : "Content-Type: " + type;
    SseProbe probe = bridge.request("POST", target, all);
    probe.send(body);
    probe.awaitEnd();
    return probe;
  }

  /** Of an event bus that publishes so many messages more. */
  private record FailingMetrics(AtomicInteger left) implements VertxMetrics {
    @Override
    public EventBusMetrics<?> createEventBusMetrics() {
      return new EventBusMetrics<>() {
        @Override
        public void messageReceived(String address, boolean publish, boolean local, int handlers) {
          if (left.getAndDecrement() <= 0) {
            throw new IllegalStateException("on purpose");
          }
        }
      };
    }
  }
}
