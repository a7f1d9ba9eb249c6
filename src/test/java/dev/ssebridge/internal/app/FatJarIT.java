package dev.ssebridge.internal.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.HttpCalls;
import dev.ssebridge.testing.TestCertificate;
import dev.ssebridge.testing.TlsStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program, started as a user starts it, from a directory that knows nothing of it. */
@Timeout(120)
class FatJarIT {
  private static final String WITHOUT_OPENSSL = "-Dio.netty.handler.ssl.noOpenSsl=true";

  private static final Pattern HREF = Pattern.compile("href=\"(http[^\"]*)\"");

  private static final String ANY_PORT =
      "{\"http\": {\"port\": 0},"
          + " \"limits\": {\"retained\": \"64MiB\"}, \"demo\": {\"every\": \"50ms\"},"
          + " \"routes\": {\"demo\": {\"path\": \"/events\", \"address\": \"demo\"},"
          + " \"topics\": {\"path\": \"/topics/:topic\", \"address\": \"topics.{topic}\"}},"
          + " \"publish\": {\"topics\": {\"path\": \"/topics/:topic\","
          + " \"address\": \"topics.{topic}\"}}}";

  @TempDir Path directory;

  private final HttpClient client = HttpCalls.client();

  @BeforeEach
  void layDecoys() throws IOException {
    Files.createDirectories(directory.resolve("conf"));
    Files.writeString(directory.resolve("conf/bridge.json"), "not the one");
    Files.createDirectories(directory.resolve("webroot"));
    Files.writeString(directory.resolve("webroot/index.html"), "not the one");
  }

  @Test
  void withoutArgumentsTheDemoRunsOnPort8080() throws Exception {
    assumeTrue(isFree(8080), "port 8080 is taken on this machine");
    try (FatJar program = FatJar.run(directory)) {
      assertThat(program.awaitListening()).isEqualTo("http://127.0.0.1:8080");
      assertThat(get("http://127.0.0.1:8080/").body()).contains("<h1>vertx-sse-bridge</h1>");
      assertThat(get("http://127.0.0.1:8080/sse").body()).contains("/sse.js");
      assertThat(get("http://127.0.0.1:8080/slow").body()).contains("/slow.js");
      // The admin port is opened last of all.
      Deadline.await(() -> console().isPresent(), () -> "a link to the console");
      String console = console().orElseThrow();
      assertThat(get(console).body()).contains("<html");
      assertThat(get(console + "setup.json").body())
          .contains("\"version\":\"" + System.getProperty("project.version") + "\"");
      for (String beside : List.of("sse-bridge.js", "uplot.js", "uplot.css")) {
        assertThat(get(console + beside).statusCode()).as(beside).isEqualTo(200);
      }
    }
  }

  private static Optional<String> console() {
    String page = new HttpCalls(8080).text("/").body();
    return HREF.matcher(page)
        .results()
        .map(link -> link.group(1))
        .filter(link -> link.endsWith("/console/"))
        .findFirst();
  }

  @Test
  void aFreePortIsTakenAndSaidOnceForAllInstances() throws Exception {
    try (FatJar program = FatJar.run(directory, "--instances", "3", write(ANY_PORT))) {
      String url = program.awaitListening();
      assertThat(URI.create(url).getPort()).isPositive();

      try (Stream<String> events = stream(url + "/events")) {
        assertThat(events.filter(line -> line.startsWith("data: ")).limit(3))
            .allMatch(line -> line.matches("data: Hello World! \\d+"));
      }
      assertThat(post(url + "/topics/a", "x").statusCode()).isEqualTo(202);

      program.terminate();
      program.awaitExit();
      assertThat(program.errors()).filteredOn(line -> line.contains("listening on ")).hasSize(1);
      assertThat(program.errors()).anyMatch(line -> line.contains("3 instances"));
      assertThat(program.errors())
          .noneMatch(line -> line.contains("WARNING") || line.contains("SEVERE"));
    }
  }

  @Test
  void sigtermEndsTheStreamsOnAnEventBoundaryAndThenTheProcess() throws Exception {
    try (FatJar program = FatJar.run(directory, write(ANY_PORT))) {
      String url = program.awaitListening();
      try (Stream<String> events = stream(url + "/events")) {
        List<String> lines =
            CompletableFuture.supplyAsync(
                    () -> events.peek(line -> terminateAtEvent(program, line)).toList())
                .get(30, TimeUnit.SECONDS);

        assertThat(lines.get(lines.size() - 1))
            .as("the last line, no exception before it")
            .isEmpty();
        assertThat(lines).anyMatch(line -> line.startsWith("data: Hello World! "));
      }
      assertThat(program.awaitExit()).isIn(0, 143);
      assertThat(program.errors().get(program.errors().size() - 1)).endsWith("stopped");
    }
  }

  /** Of the kinds that are known to write a line for each, and some of which one might think. */
  @Test
  void whateverClientsSendTheLogStaysSmallAndOthersAreServed() throws Exception {
    List<String> kinds =
        List.of(
            head("GET /topics/%zz HTTP/1.1", "Host: localhost"),
            head("GET /%zz HTTP/1.1", "Host: localhost"),
            head("CONNECT localhost:1 HTTP/1.1", "Host: localhost:1"),
            head("OPTIONS * HTTP/1.1", "Host: localhost"),
            head("OPTIONS * HTTP/1.0"),
            "GET /events HTTP/1.1",
            "GET /events HTTP/1.1 ",
            head("PRI * HTTP/2.0", "", "SM"),
            head("PRI * HTTP/2.0", "", "SM") + "no frame, but as long as the head of one",
            "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
            head("\u0000\u0000\u0000"),
            head("GET /events HTTP/9.9", "Host: localhost"),
            head("GET /events FTP/1.1", "Host: localhost"),
            head("GET /" + "x".repeat(9000) + " HTTP/1.1", "Host: localhost"),
            head("GET / HTTP/1.1", "Host: localhost", "X: " + "x".repeat(20_000)),
            head("GET / HTTP/1.1", "Host: localhost", "no field"),
            head("GET / HTTP/1.1", "Host: localhost", "X: a\u0001b"),
            head("GET / HTTP/1.1", "Host: evil.example"),
            head(
                "GET /events HTTP/1.1",
                "Host: localhost",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: x"),
            head(
                "GET /x HTTP/1.1",
                "Host: localhost",
                "Upgrade: h2c",
                "Connection: Upgrade, HTTP2-Settings",
                "HTTP2-Settings: !"),
            head("POST /topics/a HTTP/1.1", "Host: localhost", "Content-Length: -1"),
            head("POST /topics/a HTTP/1.1", "Host: localhost", "Content-Length: 9") + "abc",
            head("POST /topics/a HTTP/1.1", "Host: localhost", "Transfer-Encoding: chunked")
                + head("no size"),
            head(
                    "POST /topics/a HTTP/1.1",
                    "Host: localhost",
                    "Content-Encoding: gzip",
                    "Content-Length: 3")
                + "abc",
            head("POST /topics/\u001b[31m HTTP/1.1", "Host: localhost", "Content-Length: 0"));
    try (FatJar program = FatJar.run(directory, write(ANY_PORT))) {
      String url = program.awaitListening();
      int port = URI.create(url).getPort();
      try (Stream<String> events = stream(url + "/events")) {
        for (int round = 0; round < 400; round++) {
          for (String kind : kinds) {
            sendAndReset(port, kind);
          }
        }
        assertThat(events.filter(line -> line.startsWith("data: ")).limit(100)).hasSize(100);
      }
      assertThat(post(url + "/topics/a", "x").statusCode()).isEqualTo(202);
      program.terminate();
      program.awaitExit();
      String log = String.join("\n", program.errors());
      assertThat(log.length()).as("%s", log).isLessThan(8 * 1024);
    }
  }

  private static String head(String... lines) {
    return String.join("\r\n", lines) + "\r\n\r\n";
  }

  /** Half of them before the server has said anything. */
  private static void sendAndReset(int port, String text) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20);
      socket.setSoLinger(true, 0);
      socket.getOutputStream().write(text.getBytes(ISO_8859_1));
      if (text.length() % 2 == 0) {
        socket.getInputStream().read();
      }
    } catch (IOException dropped) {
      assertThat(dropped).isNotInstanceOf(ConnectException.class);
    }
  }

  @Test
  void everyProblemOfAWrongConfigurationIsToldAndNothingIsBound() throws Exception {
    String file =
        write(
            "{\"http\": {\"port\": 70000}, \"routes\": {\"news\": {\"path\": \"/news\","
                + " \"adress\": \"news\", \"history\": {\"events\": \"many\"}}}}");
    try (FatJar program = FatJar.run(directory, file)) {
      assertThat(program.awaitExit()).isEqualTo(2);
      assertThat(program.errors().stream().map(line -> line.replaceFirst(":1:[0-9]+: ", ": ")))
          .containsExactly(
              file + ": /http/port: expected 0..65535, got 70000",
              file + ": /routes/news/history/events: expected 0..10000000, got \"many\"",
              file + ": /routes/news/adress: unknown key, did you mean \"address\"?",
              file + ": /routes/news/address: missing, expected \"address\" or \"addresses\"");
    }
  }

  @Test
  void brokenJsonAndAMissingFileAreTold() throws Exception {
    String broken = write("{\n  \"http\" {}\n}");
    try (FatJar program = FatJar.run(directory, broken)) {
      assertThat(program.awaitExit()).isEqualTo(2);
      assertThat(program.errors())
          .singleElement()
          .asString()
          .startsWith(broken + ":2:10: not JSON: ");
    }
    try (FatJar program = FatJar.run(directory, "nowhere.json")) {
      assertThat(program.awaitExit()).isEqualTo(2);
      assertThat(program.errors()).containsExactly("nowhere.json: no such file");
    }
  }

  @Test
  void aCursorThatIsNoneIsToldBeforeThePortOpens() throws Exception {
    Path garbage = Files.write(directory.resolve("garbage"), new byte[] {(byte) 0xFF});
    String file = write(ofSource(", \"cursor\": \"" + garbage + "\""));
    try (FatJar program = FatJar.run(directory, file)) {
      assertThat(program.awaitExit()).isEqualTo(1);
      assertThat(program.errors())
          .noneMatch(line -> line.contains("listen"))
          .anyMatch(line -> line.startsWith("cursor " + garbage + ": expected UTF-8"));
    }
    Path link = Files.createSymbolicLink(directory.resolve("link"), garbage);
    try (FatJar program =
        FatJar.run(directory, write(ofSource(", \"cursor\": \"" + link + "\"")))) {
      assertThat(program.awaitExit()).isEqualTo(2);
      assertThat(program.errors())
          .noneMatch(line -> line.contains("listen"))
          .anyMatch(line -> line.contains("/sources/a/cursor: expected a plain file"));
    }
  }

  private static String ofSource(String more) {
    return "{\"http\": {\"port\": 0}, \"sources\": {\"a\": {\"url\": \"http://127.0.0.1:1/\","
        + " \"address\": \"a\""
        + more
        + "}}}";
  }

  @Test
  void aStopWithASourceThatIsDownWaitsForNothing() throws Exception {
    try (FatJar program = FatJar.run(directory, write(ofSource("")))) {
      program.awaitListening();
      program.terminate();
      program.awaitExit();

      assertThat(program.errors())
          .noneMatch(line -> line.contains("not everything could be ended"))
          .anyMatch(line -> line.endsWith("stopped"));
    }
  }

  @Test
  void boringSslEncryptsWhereItIsThereAndTheJvmWhereItIsNot() throws Exception {
    assertThat(encryptedBy(List.of(), "auto")).isEqualTo("TLS by BoringSSL");
    assertThat(encryptedBy(List.of(), "jdk")).isEqualTo("TLS by the JVM");
    assertThat(encryptedBy(List.of(WITHOUT_OPENSSL), "auto")).isEqualTo("TLS by the JVM");
    try (FatJar program =
        FatJar.run(List.of(WITHOUT_OPENSSL), directory, write(withTls("openssl")))) {
      assertThat(program.awaitExit()).isEqualTo(1);
      assertThat(program.errors())
          .anyMatch(
              line ->
                  line.contains("/http/tls/engine: needs netty-tcnative-boringssl-static")
                      && line.contains("take \"jdk\""))
          .noneMatch(line -> line.startsWith("\tat "));
    }
  }

  /** RFC 9113, section 9.2.1; each would be a whole handshake that nothing counts. */
  @Test
  void noClientRenegotiates() throws Exception {
    for (String engine : List.of("jdk", "openssl")) {
      try (FatJar program = FatJar.run(directory, write(withTls(engine)))) {
        int port = URI.create(program.awaitListening()).getPort();
        try (SSLSocket socket = TlsStream.connect(port, 64 * 1024)) {
          socket.setEnabledProtocols(new String[] {"TLSv1.2"});
          socket.startHandshake();
          socket.startHandshake(); // the first message of another one; what becomes of it is read
          assertThatThrownBy(() -> answerTo(socket))
              .isInstanceOf(IOException.class)
              .isNotInstanceOf(SocketTimeoutException.class);
        }
        try (TlsStream other = TlsStream.open(port, "/tick", 64 * 1024)) {
          other.readUntil(() -> other.account().lastEventId() != null);
        }
      }
    }
  }

  private static void answerTo(SSLSocket socket) throws IOException {
    socket
        .getOutputStream()
        .write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(ISO_8859_1));
    if (socket.getInputStream().read() < 0) {
      throw new EOFException();
    }
  }

  private String encryptedBy(List<String> options, String engine) throws Exception {
    try (FatJar program = FatJar.run(options, directory, write(withTls(engine)))) {
      int port = URI.create(program.awaitListening()).getPort();
      String line = program.awaitLine("TLS by ");
      try (TlsStream stream = TlsStream.open(port, "/tick", 64 * 1024)) {
        stream.readUntil(() -> stream.account().lastEventId() != null);
      }
      return line.substring(line.indexOf("TLS by "));
    }
  }

  private static String withTls(String engine) throws Exception {
    TestCertificate certificate = TestCertificate.forHost("dns:localhost");
    return ("{'http':{'port':0,'drain':0,'tls':{'cert':'"
            + certificate.pem()
            + "','key':'"
            + certificate.pemKey()
            + "','engine':'"
            + engine
            + "'}},'demo':{'address':'tick','every':'20ms'},"
            + "'routes':{'tick':{'path':'/tick','address':'tick'}}}")
        .replace('\'', '"');
  }

  @Test
  void aPortThatIsTakenIsToldInOneLine() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        FatJar program =
            FatJar.run(directory, write("{\"http\": {\"port\": " + taken.getLocalPort() + "}}"))) {
      assertThat(program.awaitExit()).isEqualTo(1);
      assertThat(program.errors())
          .anyMatch(
              line ->
                  line.startsWith("cannot listen on 127.0.0.1:" + taken.getLocalPort() + ": ")
                      && line.contains("Address already in use"))
          .noneMatch(line -> line.startsWith("\tat "));
    }
  }

  @Test
  void helpVersionAndCheckStartNothing() throws Exception {
    try (FatJar program = FatJar.run(directory, "--version")) {
      assertThat(program.awaitExit()).isZero();
      assertThat(program.output())
          .isEqualTo("vertx-sse-bridge " + System.getProperty("project.version"));
    }
    try (FatJar program = FatJar.run(directory, "--help")) {
      assertThat(program.awaitExit()).isZero();
      assertThat(program.output()).startsWith("Usage: vertx-sse-bridge");
    }
    try (FatJar program = FatJar.run(directory, "--check", write(ANY_PORT))) {
      assertThat(program.awaitExit()).isZero();
      assertThat(program.output()).endsWith("b.json: ok");
    }
    try (FatJar program = FatJar.run(directory, "--nonsense")) {
      assertThat(program.awaitExit()).isEqualTo(2);
      assertThat(program.errors()).startsWith("unknown option --nonsense");
    }
  }

  private String write(String json) throws IOException {
    return Files.writeString(directory.resolve("b.json"), json).toString();
  }

  private HttpResponse<String> get(String url) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(url)).timeout(Deadline.PATIENCE).build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String url, String text) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(url))
            .timeout(Deadline.PATIENCE)
            .header("content-type", "text/plain")
            .POST(BodyPublishers.ofString(text))
            .build(),
        BodyHandlers.ofString());
  }

  /** Over HTTP/1.1: the JDK's client gives up its streams when an HTTP/2 server says GOAWAY. */
  private Stream<String> stream(String url) throws Exception {
    HttpResponse<Stream<String>> response =
        client.send(
            HttpRequest.newBuilder(URI.create(url))
                .timeout(Deadline.PATIENCE)
                .version(HttpClient.Version.HTTP_1_1)
                .build(),
            BodyHandlers.ofLines());
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body();
  }

  private static void terminateAtEvent(FatJar program, String line) {
    if (line.startsWith("data: Hello World! ")) {
      program.terminate();
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}
