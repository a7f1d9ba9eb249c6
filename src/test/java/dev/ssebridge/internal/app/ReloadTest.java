package dev.ssebridge.internal.app;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.config.ConfigFile;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.StreamAccount;
import dev.ssebridge.testing.TestCertificate;
import dev.ssebridge.testing.TlsStream;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configuration is changed again and again, while many streams are open and fed. */
@Tag("slow")
class ReloadTest {
  private static final int STREAMS = 500;
  private static final int RELOADS = 50;
  private static final int MESSAGES_EACH = 4;
  private static final int RECEIVE_BUFFER = 256 * 1024;

  @TempDir Path directory;

  /** Held: one that nobody holds is closed when the heap is collected. */
  private @Nullable HttpClient client;

  private final ReloadRequests requests = new ReloadRequests();
  private final AtomicLong published = new AtomicLong();
  private final AtomicLong wanted = new AtomicLong();

  @Test
  void streamsOfUnchangedRoutesSeeNothingOfFiftyReloads() throws Exception {
    reloadAgainAndAgain(RELOADS);
  }

  @Test
  @Tag("heavy")
  void streamsOfUnchangedRoutesSeeNothingOfManyReloads() throws Exception {
    reloadAgainAndAgain(20 * RELOADS);
  }

  private void reloadAgainAndAgain(int times) throws Exception {
    List<TestCertificate> certificates =
        List.of(TestCertificate.forHost("dns:a.test"), TestCertificate.forHost("dns:b.test"));
    write(0, certificates.get(0));
    Vertx vertx = Vertx.vertx();
    List<TlsStream> kept = new ArrayList<>();
    try (LogRecorder log = LogRecorder.of(Program.class)) {
      Program program = Program.start(read(), 2, named -> read(), requests);
      try {
        int port = log.portIn("listening on");
        for (int i = 0; i < STREAMS; i++) {
          kept.add(open(port, "/kept"));
        }
        TlsStream changed = open(port, "/changed");
        TlsStream moved = open(port, "/moved0");
        TlsStream extra = open(port, "/extra0");
        HttpClientRequest upload = upload(vertx, port);
        for (int turn = 1; turn <= times; turn++) {
          wanted.addAndGet(MESSAGES_EACH);
          if (turn % 5 == 0) {
            breakTheFile(log);
          }
          TestCertificate certificate = certificates.get(turn / 2 % 2);
          write(turn, certificate);
          reload(log, "configuration read again: routes added: extra" + turn);
          assertThat(certificateAt(port)).isEqualTo(serialOf(certificate));

          extra.readUntil(extra::isComplete);
          extra.close();
          extra = open(port, "/extra" + turn);
          moved = followed(moved, port, "/moved" + turn % 2);
          await(turn * (long) MESSAGES_EACH);
        }
        upload.end();
        long all = times * (long) MESSAGES_EACH;
        for (TlsStream stream : kept) {
          stream.readUntil(() -> stream.account().at() >= all);
          StreamAccount account = stream.account().check();
          assertThat(account.delivered()).isEqualTo(all);
        }
        changed.readUntil(() -> changed.account().at() >= all);
        assertThat(changed.account().check().delivered()).isEqualTo(all);
        TlsStream last = moved;
        last.readUntil(() -> last.account().at() >= all);
        last.account().check();
        changed.close();
        last.close();
        extra.close();
      } finally {
        for (TlsStream stream : kept) {
          stream.close();
        }
        program.stop();
      }
      assertThat(log.messages()).noneMatch(line -> line.contains("not changed: "));
    } finally {
      get(vertx.close());
    }
  }

  @Test
  void aPairThatDoesNotBelongTogetherLeavesTheOneThatIsServed() throws Exception {
    TestCertificate first = TestCertificate.forHost("dns:a.test");
    TestCertificate second = TestCertificate.forHost("dns:b.test");
    write(0, first);
    try (LogRecorder log = LogRecorder.of(Program.class)) {
      Program program = Program.start(read(), 2, named -> read(), requests);
      try {
        int port = log.portIn("listening on");
        Path cert = directory.resolve("cert.pem");
        Files.copy(second.pem(), cert, StandardCopyOption.REPLACE_EXISTING);
        reload(log, "configuration read again: it is wrong, so nothing changes");
        Deadline.await(
            () ->
                log.messages().stream()
                    .anyMatch(line -> line.contains("/http/tls/key: expected the private key of")),
            () -> "the reason, got " + tail(log));
        assertThat(certificateAt(port)).isEqualTo(serialOf(first));

        Path key = directory.resolve("key.pem");
        Files.copy(second.pemKey(), key, StandardCopyOption.REPLACE_EXISTING);
        reload(log, "configuration read again: certificate changed");
        assertThat(certificateAt(port)).isEqualTo(serialOf(second));
      } finally {
        program.stop();
      }
    }
  }

  /** A stream of a route whose path is another now: it ends, and goes on there. */
  private static TlsStream followed(TlsStream stream, int port, String path) throws Exception {
    stream.readUntil(stream::isComplete);
    stream.account().check();
    String id = stream.account().lastEventId();
    stream.close();
    TlsStream next = open(port, path + "?lastEventId=" + id);
    assertThat(epochOf(next.account().lastEventId())).isEqualTo(epochOf(id));
    assertThat(next.account().check().from()).isGreaterThanOrEqualTo(SseProbe.sequenceOf(id));
    return next;
  }

  private static String epochOf(String id) {
    return id.substring(0, id.lastIndexOf('-'));
  }

  private void breakTheFile(LogRecorder log) throws Exception {
    Files.writeString(file(), "{\"routes\": {\"kept\": {\"path\": \"/kept\"}}, \"no\": 1}");
    reload(log, "configuration read again: it is wrong, so nothing changes");
    List<String> problems =
        List.of(
            "/no: unknown key",
            "/routes/kept/address: missing, expected \"address\" or \"addresses\"");
    for (String problem : problems) {
      Deadline.await(
          () ->
              log.messages().stream()
                  .anyMatch(line -> line.startsWith(file().toString()) && line.contains(problem)),
          () -> problem + ", got " + tail(log));
    }
  }

  private void reload(LogRecorder log, String line) {
    long before = count(log, line);
    requests.request();
    Deadline.await(
        () -> count(log, line) > before, () -> line + ", got " + String.join("\n", tail(log)));
  }

  private static List<String> tail(LogRecorder log) {
    List<String> all = log.messages();
    return all.subList(Math.max(0, all.size() - 10), all.size());
  }

  private static long count(LogRecorder log, String line) {
    return log.messages().stream().filter(message -> message.startsWith(line)).count();
  }

  private void await(long number) {
    Deadline.await(() -> published.get() >= number, () -> number + " messages");
  }

  /** One body for all messages, a number each. */
  private HttpClientRequest upload(Vertx vertx, int port) {
    client =
        vertx.createHttpClient(
            new HttpClientOptions().setSsl(true).setTrustAll(true).setVerifyHost(false));
    HttpClientRequest request =
        get(requireNonNull(client).request(HttpMethod.POST, port, "localhost", "/news"));
    request.setChunked(true).putHeader("content-type", "application/x-ndjson");
    vertx.setPeriodic(2, timer -> publish(request));
    return request;
  }

  private void publish(HttpClientRequest request) {
    if (published.get() < wanted.get()) {
      request.write("{\"n\":" + published.incrementAndGet() + ",\"text\":\"news\"}\n");
    }
  }

  private static TlsStream open(int port, String target) throws Exception {
    TlsStream stream = TlsStream.open(port, target, RECEIVE_BUFFER);
    stream.readUntil(() -> stream.account().isOpen());
    return stream;
  }

  private static String certificateAt(int port) throws Exception {
    try (SSLSocket socket = TlsStream.connect(port, RECEIVE_BUFFER)) {
      socket.startHandshake();
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
          .getSerialNumber()
          .toString();
    }
  }

  private static String serialOf(TestCertificate certificate) throws Exception {
    try (var in = Files.newInputStream(certificate.pem())) {
      return ((X509Certificate)
              java.security.cert.CertificateFactory.getInstance("X.509").generateCertificate(in))
          .getSerialNumber()
          .toString();
    }
  }

  private Path file() {
    return directory.resolve("bridge.json");
  }

  private Reading read() {
    Instant begun = Instant.now();
    return new Reading(ConfigFile.read(file()), begun);
  }

  private void write(int turn, TestCertificate certificate) throws IOException {
    Path cert = directory.resolve("cert.pem");
    Path key = directory.resolve("key.pem");
    Files.copy(certificate.pem(), cert, StandardCopyOption.REPLACE_EXISTING);
    Files.copy(certificate.pemKey(), key, StandardCopyOption.REPLACE_EXISTING);
    JsonObject tls = new JsonObject().put("cert", cert.toString()).put("key", key.toString());
    JsonObject http = new JsonObject().put("port", 0).put("drain", 0).put("tls", tls);
    JsonObject routes =
        new JsonObject()
            .put("kept", route("/kept"))
            .put(
                "changed",
                route("/changed")
                    .put("heartbeat", 1000 + turn)
                    .put("history", new JsonObject().put("events", 1000 + turn)))
            .put("moved", route("/moved" + turn % 2))
            .put("extra" + turn, route("/extra" + turn));
    JsonObject limits =
        new JsonObject().put("retained", "32MiB").put("decision", (turn % 7 + 1) * 1000);
    JsonObject publish = new JsonObject().put("path", "/news").put("address", "news");
    Files.writeString(
        file(),
        new JsonObject()
            .put("http", http)
            .put("limits", limits)
            .put("routes", routes)
            .put("publish", new JsonObject().put("news", publish))
            .encodePrettily());
  }

  private static JsonObject route(String path) {
    return new JsonObject()
        .put("path", path)
        .put("address", "news")
        .put("limits", new JsonObject().put("channels", 10));
  }

  private static <T> T get(io.vertx.core.Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }
}
