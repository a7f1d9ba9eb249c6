package dev.ssebridge.internal.tool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.TestCertificate;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The report of a bridge that is reached directly, with TLS and without. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class DoctorBridgeTest {
  private static final String ROUTES =
      "'routes':{'t':{'path':'/t','address':'t','heartbeat':'500ms'},"
          + "'gone':{'path':'/gone','address':'g','gone':true}},"
          + "'publish':{'t':{'path':'/t','address':'t'}}}";

  private static BridgeFixture plain(Vertx vertx) {
    return BridgeFixture.deploy(vertx, "{'http':{}," + ROUTES);
  }

  private static BridgeFixture secure(Vertx vertx, TestCertificate certificate) {
    return BridgeFixture.deploy(vertx, "{'http':{" + certificate.asTls() + "}," + ROUTES);
  }

  private static String url(BridgeFixture bridge, String path) {
    return "http://127.0.0.1:" + bridge.port() + path;
  }

  @Test
  void allIsWellWithABridge(Vertx vertx) {
    try (BridgeFixture bridge = plain(vertx)) {
      String url = url(bridge, "/t");
      Examined examined = Examined.of(url, "--publish", url, "--for", "2s");
      assertThat(examined.lines())
          .as(examined.err())
          .containsExactly(
              "OK connect 127.0.0.1 port P in T",
              "note http HTTP/1.1: a browser opens six connections to a host, and each stream takes"
                  + " one",
              "OK status 200",
              "OK content type text/event-stream",
              "OK caching cache-control: no-store, no-transform",
              "OK buffering x-accel-buffering: no",
              "OK head after T",
              "OK compression none, though gzip, deflate and br were offered",
              "OK first byte T after the head",
              examined.lines().get(9),
              "OK heartbeats not a byte for T at most; the usual proxies allow T and more",
              "OK retry T",
              "OK delay 3 probes came back within T",
              "OK resume goes on with the event after the id, nothing missing",
              "OK HEAD 200, with sse-position",
              "0 wrong, 1 note, 14 OK");
      assertThat(examined.about("stream"))
          .startsWith("OK stream open for ")
          .contains(": 3 events, ");
      assertThat(examined.err()).contains("doctor: listening to http://127.0.0.1:");
      assertThat(examined.exit()).isEqualTo(Terminal.DONE);
    }
  }

  @Test
  void withoutProbesItSaysWhatItCouldNotFindOut(Vertx vertx) {
    try (BridgeFixture bridge = plain(vertx)) {
      Examined examined = Examined.of(url(bridge, "/t"), "--for", "1s");
      assertThat(examined.about("delay")).startsWith("note delay not measured -> --publish URL");
      assertThat(examined.about("resume"))
          .isEqualTo("OK resume complete, says the bridge; no event came to prove it");
      assertThat(examined.exit()).isEqualTo(Terminal.DONE);
    }
  }

  @Test
  void refusalsComeWithTheKeyThatChangesThem(Vertx vertx) {
    try (BridgeFixture bridge = plain(vertx)) {
      Examined none = Examined.of(url(bridge, "/nothing"));
      assertThat(none.about("status")).startsWith("wrong status 404").contains("routes.*.path");
      assertThat(none.exit()).isEqualTo(Terminal.FAILED);
      assertThat(Examined.of(url(bridge, "/gone")).about("status"))
          .startsWith("wrong status 204: an EventSource stops for good -> ");
      Examined host = Examined.of(url(bridge, "/t"), "--header", "Host: other.example");
      assertThat(host.about("status")).startsWith("wrong status 421").contains("http.hosts");
      Examined publish =
          Examined.of(url(bridge, "/t"), "--publish", url(bridge, "/nothing"), "--for", "500ms");
      assertThat(publish.about("publish")).contains("answers 404").contains("publish.*.path");
      assertThat(publish.about("delay")).startsWith("note delay not measured: nothing could be");
      Examined page =
          Examined.of(url(bridge, "/t"), "--origin", "https://app.example", "--for", "500ms");
      assertThat(page.about("cors"))
          .startsWith("wrong cors no access-control-allow-origin: pages of https://app.example");
    }
  }

  @Test
  void aCertificateIsToldBeforeAnythingIsAsked(Vertx vertx) throws Exception {
    TestCertificate certificate = TestCertificate.forHost("dns:localhost,ip:127.0.0.1");
    try (BridgeFixture bridge = secure(vertx, certificate)) {
      String url = "https://127.0.0.1:" + bridge.port() + "/t";
      String ca = certificate.pem().toString();

      Examined unknown = Examined.of(url);
      assertThat(unknown.about("certificate")).startsWith("wrong certificate it is self-signed");
      assertThat(unknown.out()).doesNotContain("status");
      assertThat(unknown.exit()).isEqualTo(Terminal.FAILED);

      Examined known = Examined.of(url, "--ca", ca, "--publish", url, "--for", "1500ms");
      assertThat(known.lines())
          .as(known.err())
          .contains(
              "OK tls TLSv1.3, " + cipher(known) + ", ALPN h2",
              "OK http HTTP/2",
              "OK delay 3 probes came back within T",
              "OK resume goes on with the event after the id, nothing missing");
      assertThat(known.about("certificate"))
          .startsWith("OK certificate for localhost, 127.0.0.1, trusted, until ");
      assertThat(known.out()).endsWith("0 wrong, 0 notes, 17 OK" + System.lineSeparator());
      assertThat(known.exit()).isEqualTo(Terminal.DONE);

      Examined old = Examined.of(url, "--ca", ca, "--http1", "--for", "500ms");
      assertThat(old.about("tls")).endsWith(", ALPN http/1.1");
      assertThat(old.about("http"))
          .isEqualTo("OK http HTTP/1.1, as nothing else was offered (--http1)");

      Examined careless = Examined.of(url, "-k", "--for", "500ms");
      assertThat(careless.about("certificate")).startsWith("note certificate it is self-signed");
      assertThat(careless.about("status")).isEqualTo("OK status 200");
      assertThat(careless.exit()).isEqualTo(Terminal.DONE);

      assertThat(Examined.of("http://127.0.0.1:" + bridge.port() + "/t", "--timeout", "2s").exit())
          .isEqualTo(Terminal.FAILED);
    }
  }

  private static String cipher(Examined examined) {
    return examined.about("tls").split(", ", -1)[1];
  }

  @Test
  void theTimeAndTheNameOfACertificateAreTold(Vertx vertx) throws Exception {
    TestCertificate other = TestCertificate.forHost("dns:*.example.org");
    try (BridgeFixture bridge = secure(vertx, other)) {
      String url = "https://localhost:" + bridge.port() + "/t";
      String ca = other.pem().toString();
      Examined name = Examined.of(url, "--ca", ca);
      assertThat(name.about("certificate"))
          .startsWith("wrong certificate it is for *.example.org, not for localhost -> ");
      assertThat(name.exit()).isEqualTo(Terminal.FAILED);
    }
    TestCertificate certificate = TestCertificate.forHost("dns:localhost,ip:127.0.0.1");
    try (BridgeFixture bridge = secure(vertx, certificate)) {
      String url = "https://localhost:" + bridge.port() + "/t";
      String[] arguments = {url, "--ca", certificate.pem().toString(), "--for", "300ms"};
      X509Certificate read = read(certificate.pem());
      Instant end = read.getNotAfter().toInstant();
      Instant begin = read.getNotBefore().toInstant();
      assertThat(at(end.minus(Duration.ofHours(8)), arguments).about("certificate"))
          .startsWith("note certificate for localhost, 127.0.0.1, trusted, until ")
          .contains("-> renew it");
      assertThat(at(end.plus(Duration.ofDays(5)), arguments).about("certificate"))
          .startsWith("wrong certificate it has expired on ");
      assertThat(at(begin.minus(Duration.ofDays(5)), arguments).about("certificate"))
          .startsWith("wrong certificate it is not valid before ");
    }
  }

  private static X509Certificate read(Path pem) throws Exception {
    try (InputStream in = Files.newInputStream(pem)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private static Examined at(Instant time, String... arguments) {
    return Examined.of(Map.of(), Clock.fixed(time, ZoneOffset.UTC), arguments);
  }

  @Test
  void plainHttpOnAPortForTlsAndTheOtherWayRound(Vertx vertx) {
    try (BridgeFixture bridge = plain(vertx)) {
      assertThat(Examined.of("https://127.0.0.1:" + bridge.port() + "/t").about("tls"))
          .startsWith(
              "wrong tls no handshake: the answer is not TLS -> this port speaks plain HTTP");
    }
  }

  @Test
  void theReportComesAsJsonToo(Vertx vertx) {
    try (BridgeFixture bridge = plain(vertx)) {
      String url = url(bridge, "/t");
      Examined examined =
          Examined.of(url + "?token=verysecret", "--publish", url, "--for", "1s", "--json");
      JsonObject report = new JsonObject(examined.out());
      assertThat(report.getString("url")).isEqualTo(url + "?***");
      assertThat(report.getInteger("wrong")).isEqualTo(0);
      assertThat(report.getJsonArray("findings").getJsonObject(0).getString("verdict"))
          .isEqualTo("ok");
      assertThat(report.getJsonObject("measured").getInteger("probesSeen")).isEqualTo(3);
      assertThat(examined.out() + examined.err()).doesNotContain("verysecret");
    }
  }

  @Test
  void noSecretIsEverPrinted(Vertx vertx, @TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("token"), "hush-of-a-file\n");
    try (BridgeFixture bridge = plain(vertx)) {
      String url = url(bridge, "/nothing?a=hush-query");
      Map<String, String> environment = Map.of("TOKEN", "hush-of-a-variable");
      String[][] runs = {
        {url, "--bearer", "env:TOKEN"},
        {url, "--bearer", "file:" + file},
        {url, "--bearer", "hush-itself"},
        {url, "--bearer", "env:NOT_SET"},
        {url, "--basic", "ann:hush-itself"},
        {url, "--header", "X-Key: hush-header"},
        {url, "--header", "hush-without-colon"},
        {url, "--header", "X-Key: hush\u0001control"},
        {"http://user:hush-password@127.0.0.1/t"},
        {"hush-no-url@"},
        {"https://127.0.0.1:" + bridge.port() + "/?hush"},
        {url, "--origin", "https://user:hush@app.example"},
      };
      for (String[] run : runs) {
        Examined examined = Examined.of(environment, Clock.systemUTC(), run);
        assertThat(examined.out() + examined.err())
            .doesNotContain("hush")
            .doesNotContain("Exception");
        assertThat(examined.exit()).isIn(Terminal.FAILED, Terminal.WRONG);
      }
    }
  }

  @Test
  void wrongUsageSaysWhatIsExpected(@TempDir Path directory) throws Exception {
    Path token = Files.writeString(directory.resolve("token"), "t");
    String url = "http://127.0.0.1:1/t";
    assertUsage("URL: expected an absolute http or https URL, got \"ftp://x/\"", "ftp://x/");
    assertUsage("--for: expected a duration such as", url, "--for", "soon");
    assertUsage("--for: expected a duration such as", url, "--for", "100h");
    assertUsage("--for: expected a duration such as", url, "--for", "20");
    assertUsage("--timeout: expected a duration such as", url, "--timeout", "0s");
    assertUsage("--bearer: expected where the secret is", url, "--bearer", "abc");
    assertUsage("--bearer: cannot read /nowhere: NoSuchFile", url, "--bearer", "file:/nowhere");
    assertUsage("--header x-a: cannot read /nowhere", url, "--header", "x-a: file:/nowhere");
    assertUsage("--header: expected one x-a header, got two", url, "-H", "X-A: 1", "-H", "x-a: 2");
    assertUsage(
        "--bearer: expected one Authorization header, got two",
        url,
        "--header",
        "authorization: x",
        "--bearer",
        "file:" + token);
    assertUsage("--ca: expected a PEM file with certificates", url, "--ca", "/nowhere");
    assertUsage("--origin: expected \"scheme://host\"", url, "--origin", "app.example");
    assertUsage("Missing required parameter: 'URL'");
    Examined help = Examined.of("--help");
    assertThat(help.exit()).isEqualTo(Terminal.DONE);
    assertThat(help.out()).contains("Examples:").contains("doctor https://");
  }

  private static void assertUsage(String message, String... arguments) {
    Examined examined = Examined.of(arguments);
    assertThat(examined.err()).contains(message);
    assertThat(examined.exit()).isEqualTo(Terminal.WRONG);
  }
}
