package dev.ssebridge.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.format.EventDecoder;
import dev.ssebridge.testing.BridgeServer;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.HttpCalls;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.RunningAccount;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import dev.ssebridge.testing.StreamAccount;
import dev.ssebridge.testing.TestCertificate;
import dev.ssebridge.testing.TlsStream;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.netty.handler.logging.LoggingHandler;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.ext.web.RoutingContext;
import io.vertx.junit5.VertxExtension;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Streams over the kinds of connection that an application's server may have. */
@ExtendWith(VertxExtension.class)
@Ways({Way.ROUTED_AUTO, Way.ROUTED_PUBLIC})
@Tag("slow")
class ConnectionsTest {
  private static final String PLAIN = "'path':'/n','address':'news','heartbeat':0";

  private static TestCertificate certificate;

  private final SseProbes probes = new SseProbes();
  private final CopyOnWriteArrayList<Boolean> raw = new CopyOnWriteArrayList<>();
  private Vertx vertx;

  @BeforeAll
  static void makeCertificate() throws Exception {
    certificate = TestCertificate.forHost("dns:localhost");
  }

  @BeforeEach
  void start(Vertx started) {
    vertx = started;
  }

  @AfterEach
  void dropConnections() {
    probes.close();
  }

  @Test
  void aTlsClientThatStopsReadingAndGoesOnGetsEverything() throws Exception {
    HttpServerOptions options =
        BridgeServer.sendBuffer(64 * 1024)
            .setSsl(true)
            .setKeyCertOptions(
                new PemKeyCertOptions()
                    .setCertPath(certificate.pem().toString())
                    .setKeyPath(certificate.pemKey().toString()));
    try (BridgeServer server = serve(options, PLAIN + ",'history':{'bytes':'64MiB'}");
        TlsStream stream = TlsStream.open(server.port(), "/n", 64 * 1024)) {
      RunningAccount account = stream.account();
      stream.readUntil(account::isOpen);
      assertThat(raw).containsExactly(true);
      for (int round = 1; round <= 2; round++) {
        int last = round * 500;
        for (int i = last - 499; i <= last; i++) {
          server.publish("news", "{\"n\":" + i + ",\"pad\":\"" + "x".repeat(3000) + "\"}");
        }
        // Nothing is read while all this is published: far more than sockets hold.
        Deadline.await(() -> server.head("n") == last, () -> "event " + last);
        stream.readUntil(() -> account.at() == last);
      }
      assertThat(account.check()).isEqualTo(new StreamAccount(0, 1000, 1000, 0, 0));
    }
  }

  @Test
  void aConnectionIsUsedAgainAfterAStreamHasEnded() {
    try (BridgeServer server = serve(new HttpServerOptions(), PLAIN + ",'maxEvents':3")) {
      SseProbe probe = probes.get(server.port(), "/n");
      for (int stream = 1; stream <= 4; stream++) {
        int streams = stream;
        Deadline.await(() -> server.openStreams() == 1, () -> "stream " + streams);
        probe.awaitOpen(); // so it has its place in the log
        publish(server, stream * 3 - 2, stream * 3);
        probe.awaitEnd();
        assertThat(probe.events()).hasSize(stream * 3);
        Deadline.await(() -> server.openStreams() == 0, () -> "the end of stream " + streams);
        probe.next();
        if (stream < 4) {
          probe.send(request("/n", probe.lastEventId()));
        }
      }
      for (int i = 0; i < 12; i++) {
        assertThat(probe.events().get(i).data()).isEqualTo("m" + (i + 1));
      }
    }
  }

  @Test
  void aPipelinedRequestIsAnsweredWhenTheStreamBeforeItHasEnded() {
    try (BridgeServer server = serve(new HttpServerOptions(), PLAIN + ",'maxEvents':2")) {
      SseProbe probe =
          probes.raw(server.port(), request("/n", "") + request("/n?from=earliest", ""));
      probe.awaitOpen();
      publish(server, 1, 1);
      probe.awaitData("m1");
      assertThat(server.openStreams()).isEqualTo(1);
      // What comes behind the end is the answer to the second.
      probe.nextFollows();
      publish(server, 2, 2);
      probe.awaitEvents(4);
      assertThat(probe.data()).containsExactly("m1", "m2", "m1", "m2");
      probe.awaitEnd();
    }
  }

  @Test
  void aStreamThatTheApplicationEndsLeavesTheConnectionInOrder() {
    CopyOnWriteArrayList<RoutingContext> contexts = new CopyOnWriteArrayList<>();
    CopyOnWriteArrayList<Context> loops = new CopyOnWriteArrayList<>();
    try (BridgeServer server =
        BridgeServer.start(
            vertx,
            config(PLAIN),
            new HttpServerOptions(),
            router ->
                router
                    .route()
                    .handler(
                        context -> {
                          contexts.add(context);
                          loops.add(Vertx.currentContext());
                          context.next();
                        }))) {
      SseProbe probe = probes.get(server.port(), "/n");
      probe.awaitOpen();
      publish(server, 1, 20);
      probe.awaitEvents(20);
      RoutingContext first = contexts.get(0);
      AtomicBoolean published = new AtomicBoolean();
      loops
          .get(0)
          .runOnContext(
              v -> {
                publish(server, 21, 40);
                first.response().end();
                publish(server, 41, 50);
                published.set(true);
              });
      probe.awaitEnd();
      Deadline.await(published::get, () -> "what is published from the loop");
      Deadline.await(() -> server.openStreams() == 0, () -> "the end of the stream");
      probe.next().send(request("/n", probe.lastEventId()));
      publish(server, 51, 51);
      probe.awaitData("m51");
      for (int i = 0; i < 51; i++) {
        assertThat(probe.events().get(i).data()).isEqualTo("m" + (i + 1));
      }
    }
  }

  @Test
  @Timeout(30)
  void aCompressingServerStillSendsEventByEvent() throws Exception {
    HttpServerOptions options = new HttpServerOptions().setCompressionSupported(true);
    try (BridgeServer server = serve(options, PLAIN)) {
      HttpResponse<InputStream> response =
          HttpCalls.client()
              .send(
                  HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/n"))
                      .timeout(Deadline.PATIENCE)
                      .header("Accept-Encoding", "gzip")
                      .build(),
                  HttpResponse.BodyHandlers.ofInputStream());
      assertThat(response.headers().firstValue("content-encoding")).hasValue("gzip");
      assertThat(raw).containsExactly(false);
      SseProbe plain = probes.get(server.port(), "/n");
      plain.awaitOpen();
      List<String> data = new ArrayList<>();
      EventDecoder decoder = EventDecoder.create(event -> data.add(String.valueOf(event.data())));
      byte[] bytes = new byte[1024];
      try (InputStream inflated = new GZIPInputStream(response.body())) {
        for (int i = 1; i <= 5; i++) {
          publish(server, i, i);
          plain.awaitData("m" + i);
          while (data.size() < i) { // comes before the next is published, or never
            decoder.decode(bytes, 0, inflated.read(bytes));
          }
        }
      }
      assertThat(data).containsExactly("m1", "m2", "m3", "m4", "m5");
    }
  }

  @Test
  void heartbeatsKeepAStreamAliveOnAServerWithAnIdleTimeout() {
    HttpServerOptions options =
        new HttpServerOptions().setIdleTimeout(400).setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
    try (BridgeServer server = serve(options, "'path':'/n','address':'news','heartbeat':'60ms'")) {
      SseProbe probe = probes.get(server.port(), "/n");
      probe.awaitOpen();
      assertThat(raw).containsExactly(false);
      probe.awaitComments(8);
      publish(server, 1, 1);
      probe.awaitData("m1");
    }
  }

  @Test
  void aServerThatLogsItsActivityLogsWhatGoesPastTheEncoder() {
    Logger logger = Logger.getLogger(LoggingHandler.class.getName());
    logger.setLevel(Level.FINE);
    try (LogRecorder log = LogRecorder.of(LoggingHandler.class);
        BridgeServer server = serve(new HttpServerOptions().setLogActivity(true), PLAIN)) {
      SseProbe probe = probes.get(server.port(), "/n");
      probe.awaitOpen();
      assertThat(raw).containsExactly(true);
      long before = writes(log);
      for (int i = 1; i <= 5; i++) {
        publish(server, i, i);
        probe.awaitData("m" + i);
      }
      assertThat(probe.data()).containsExactly("m1", "m2", "m3", "m4", "m5");
      assertThat(writes(log) - before).isGreaterThanOrEqualTo(5);
    } finally {
      logger.setLevel(null);
    }
  }

  private static long writes(LogRecorder log) {
    return log.messages().stream().filter(message -> message.contains(" WRITE: ")).count();
  }

  private BridgeServer serve(HttpServerOptions options, String route) {
    return BridgeServer.start(
        vertx,
        config(route),
        options,
        router ->
            router
                .route()
                .handler(
                    context -> {
                      raw.add(RawChannel.of(context.request()) != null);
                      context.next();
                    }));
  }

  private static String config(String route) {
    return "{'http':{'drain':0},'routes':{'n':{" + route + "}}}";
  }

  private static String request(String target, String lastEventId) {
    return "GET "
        + target
        + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nLast-Event-ID: "
        + lastEventId
        + "\r\n\r\n";
  }

  private static void publish(BridgeServer server, int from, int to) {
    for (int i = from; i <= to; i++) {
      server.publish("news", "m" + i);
    }
  }
}
