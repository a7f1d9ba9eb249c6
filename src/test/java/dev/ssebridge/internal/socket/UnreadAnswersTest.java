package dev.ssebridge.internal.socket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.SseBridge;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.Http2Frames;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import dev.ssebridge.testing.TestCertificate;
import dev.ssebridge.testing.TlsStream;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.ext.web.Router;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that send requests and read nothing of the answers: they are read no further, and dropped
 * after a while, and others do not notice.
 */
@ExtendWith(VertxExtension.class)
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD) // nothing else ends a blocked write
@Ways({Way.TLS_OF_JDK, Way.TLS_OF_OPENSSL})
@Tag("slow")
class UnreadAnswersTest {
  /** What such a client would like to send. */
  private static final long ALL = 24 << 20;

  /** What the kernel may take of that at most; the rest would have been read. */
  private static final long KERNEL = 14 << 20;

  /** What is taken in any case, unless the server closes for another reason. */
  private static final long LEAST = 32 << 10;

  /** What the server may read, and have waiting, at most. */
  private static final long FEW = 768 << 10;

  private static final String LIMITS = "'stalled':'400ms'";
  private static final String REST =
      "'routes':{'n':{'path':'/n','address':'news'},'gone':{'path':'/gone','gone':true,"
          + "'address':'gone'},'full':{'path':'/full','address':'full',"
          + "'limits':{'subscribers':1}},'two':{'path':'/two','addresses':['a','b']}},"
          + "'publish':{'p':{'path':'/p','address':'p'}}}";

  private static final String ADMINISTERED =
      "'auth':{'tokens':{'reader':{'token':'reader-reader-reader','admin':'read'}}}}";

  private static final Map<String, String> REQUESTS = new TreeMap<>();

  static {
    REQUESTS.put("404", get("/x"));
    REQUESTS.put(
        "404 of a POST", "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nm");
    REQUESTS.put("405", get("/n").replace("GET", "PUT"));
    REQUESTS.put("unknown method", get("/n").replace("GET", "BREW"));
    REQUESTS.put("TRACE", get("/n").replace("GET", "TRACE"));
    REQUESTS.put("HEAD", get("/n").replace("GET", "HEAD"));
    REQUESTS.put("HEAD of nothing", get("/x").replace("GET", "HEAD"));
    REQUESTS.put("OPTIONS", get("/n").replace("GET", "OPTIONS"));
    REQUESTS.put("OPTIONS *", get("*").replace("GET", "OPTIONS"));
    REQUESTS.put("400", get("/n?since=never"));
    REQUESTS.put("400 of a path", get("/topics/%zz"));
    REQUESTS.put("403", get("/two?address=c"));
    REQUESTS.put("204", get("/gone"));
    REQUESTS.put("503 of a refused stream", get("/full"));
    REQUESTS.put(
        "200 of a refused EventSource",
        get("/full").replace("\r\n\r\n", "\r\nAccept: text/event-stream\r\n\r\n"));
    REQUESTS.put("202", "POST /p HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nm");
    REQUESTS.put(
        "202 with a count",
        "POST /p HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson"
            + "\r\nContent-Length: 2\r\n\r\n1\n");
    REQUESTS.put(
        "400 of a body",
        "POST /p HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json"
            + "\r\nContent-Length: 1\r\n\r\n{");
    REQUESTS.put(
        "100 and 202",
        "POST /p HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue"
            + "\r\nContent-Length: 1\r\n\r\nm");
    REQUESTS.put(
        "an upgrade that is ignored",
        "GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
  }

  @TempDir static Path directory;
  private static TestCertificate certificate;

  private final SseProbes probes = new SseProbes();
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

  private static byte[] bytesOf(String kind) {
    return Objects.requireNonNull(REQUESTS.get(kind)).getBytes(ISO_8859_1);
  }

  static Stream<String> kinds() {
    return REQUESTS.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  @Tag("heavy")
  void theBridgesOwnServerReadsThemNoFurther(String kind) throws Exception {
    byte[] request = bytesOf(kind);
    ownServer("{'http':{" + LIMITS + "}," + REST, port -> push(connect(port), request, ALL));
  }

  @ParameterizedTest
  @ValueSource(strings = {"404", "202", "an upgrade that is ignored"})
  void theBridgesOwnServerReadsSomeNoFurther(String kind) throws Exception {
    theBridgesOwnServerReadsThemNoFurther(kind);
  }

  @Test
  @Tag("heavy")
  void overTlsItIsTheSame() throws Exception {
    String config = "{'http':{" + certificate.asTls() + "," + LIMITS + "}," + REST;
    for (String kind : new String[] {"404", "202", "OPTIONS"}) {
      byte[] request = bytesOf(kind);
      ownServer(config, port -> push(tls(port, "http/1.1"), request, ALL));
    }
  }

  static Stream<String> http2Kinds() {
    return Stream.of("404", "HEAD", "OPTIONS", "204", "400", "PING", "SETTINGS");
  }

  @Test
  void http2IsTheSameForSome() throws Exception {
    ownServer("{'http':{" + LIMITS + "}," + REST, port -> pushFrames(connect(port), "404"));
  }

  @ParameterizedTest
  @Tag("heavy")
  @MethodSource("http2Kinds")
  void http2IsTheSame(String kind) throws Exception {
    ownServer("{'http':{" + LIMITS + "}," + REST, port -> pushFrames(connect(port), kind));
    String config = "{'http':{" + certificate.asTls() + "," + LIMITS + "}," + REST;
    ownServer(config, port -> pushFrames(tls(port, "h2"), kind));
  }

  @Test
  void aWindowOfHttp2ThatStaysClosedEndsTheConnection() throws Exception {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, "{'http':{" + LIMITS + "}," + REST);
        Socket socket = connect(bridge.port())) {
      Http2Frames frames = new Http2Frames();
      socket.getOutputStream().write(frames.closedPreface());
      socket.getOutputStream().write(frames.requests("GET", "/x", 10));
      assertThat(countToTheEnd(socket)).isPositive();
    }
  }

  @Test
  void aWindowOfHttp2ThatStaysClosedEndsTheConnectionOfAnApplicationAsWell() throws Exception {
    try (Embedded server = new Embedded(null, true);
        Socket socket = connect(server.port())) {
      Http2Frames frames = new Http2Frames();
      socket.getOutputStream().write(frames.closedPreface());
      socket.getOutputStream().write(frames.requests("GET", "/page", 10));
      assertThat(countToTheEnd(socket)).isPositive();
    }
  }

  /** What comes until the server ends the connection, in whatever way. */
  private static int countToTheEnd(Socket socket) throws IOException {
    int count = 0;
    try {
      while (socket.getInputStream().read() >= 0) {
        count++;
      }
    } catch (SocketTimeoutException open) {
      throw open;
    } catch (IOException dropped) {
      return count;
    }
    return count;
  }

  @ParameterizedTest
  @ValueSource(strings = {"404", "202"})
  void inAnApplicationItBeginsWithTheFirstRequestThatReachesTheBridge(String kind)
      throws Exception {
    embedded(bytesOf(kind), get("/n").replace("GET", "HEAD"), null).check(kind);
  }

  @ParameterizedTest
  @ValueSource(strings = {"405", "HEAD", "OPTIONS", "400", "204"})
  @Tag("heavy")
  void inAnApplicationItBeginsWithAnyRequestThatReachesTheBridge(String kind) throws Exception {
    inAnApplicationItBeginsWithTheFirstRequestThatReachesTheBridge(kind);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/sse-bridge.js", "/console/", "/live"})
  void inAnApplicationAPageOfTheBridgeIsSuchARequestAsWell(String target) throws Exception {
    embedded(get(target).getBytes(ISO_8859_1), get(target), null).check(target);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/console/setup.json", "/metrics", "/ready"})
  @Tag("heavy")
  void inAnApplicationOtherPathsOfTheAdminInterfaceAre(String target) throws Exception {
    inAnApplicationAPageOfTheBridgeIsSuchARequestAsWell(target);
  }

  @ParameterizedTest
  @CsvSource({"/page,false", "/file,true"})
  void inAnApplicationItHoldsForSomeAnswersOfAServerThatHasTheHandler(String target, boolean tls)
      throws Exception {
    embedded(get(target).getBytes(ISO_8859_1), "", tls ? certificate : null).check(target);
  }

  @ParameterizedTest
  @CsvSource({"/x,false", "/x,true", "/page,true", "/file,false"})
  @Tag("heavy")
  void inAnApplicationItHoldsForAllAnswersOfAServerThatHasTheHandler(String target, boolean tls)
      throws Exception {
    inAnApplicationItHoldsForSomeAnswersOfAServerThatHasTheHandler(target, tls);
  }

  /** What was received while a stream is open waits, and is not decoded. */
  @Test
  void whatIsSentBehindAnOpenStreamIsReadNoFurther() throws Exception {
    try (Embedded server = new Embedded(null, true)) {
      Socket socket = connect(server.port());
      socket.getOutputStream().write(get("/n").getBytes(ISO_8859_1));
      Deadline.await(() -> server.bridge.openStreams() == 1, () -> "a stream");
      byte[] request = get("/x").getBytes(ISO_8859_1);
      Thread writer = new Thread(() -> push(socket, request, ALL));
      writer.start();
      Watch watch = server.watches.get(0);
      Deadline.await(() -> watch.read.get() > ConnectionGate.SLICE, () -> "bytes that are read");
      for (int i = 0; i < 20; i++) {
        vertx.eventBus().publish("news", "m" + i);
      }
      assertThat(server.bridge.openStreams()).isEqualTo(1);
      socket.close();
      writer.join();
      Deadline.await(() -> server.bridge.openStreams() == 0, () -> "the end of the stream");
      watch.check("behind a stream");
    }
  }

  @Test
  void aClientThatReadsSlowlyGetsEveryAnswer() throws Exception {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, "{'http':{'stalled':'5s'}," + REST)) {
      int requests = 30_000;
      byte[] all = get("/x").repeat(requests).getBytes(ISO_8859_1);
      try (Socket socket = connect(bridge.port())) {
        Thread writer = new Thread(() -> push(socket, all, all.length));
        writer.start();
        byte[] some = new byte[32 * 1024];
        String last = "";
        int answers = 0;
        while (answers < requests) {
          int count = socket.getInputStream().read(some);
          assertThat(count).isPositive();
          String text = last + new String(some, 0, count, ISO_8859_1);
          answers += text.split("HTTP/1.1 404", -1).length - 1;
          last = text.substring(Math.max(0, text.length() - "HTTP/1.1 404".length() + 1));
        }
        writer.join();
        assertThat(answers).isEqualTo(requests);
      }
    }
  }

  private interface Attack {
    long on(int port) throws Exception;
  }

  private void ownServer(String config, Attack attack) throws Exception {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      boolean tls = config.contains("'tls'");
      SseProbe bystander = tls ? null : bridge.open("/n");
      SseProbe full = tls ? null : bridge.open("/full");
      assertThat(attack.on(bridge.port())).isBetween(LEAST, KERNEL);
      bridge.publish("news", "still here");
      if (bystander != null && full != null) {
        bystander.awaitData("still here");
        full.close();
      }
    }
  }

  private Watch embedded(byte[] request, String first, @Nullable TestCertificate tls)
      throws Exception {
    try (Embedded server = new Embedded(tls, first.isEmpty())) {
      SseProbe bystander = null;
      if (tls == null) {
        bystander = probes.get(server.port(), "/n");
        bystander.awaitOpen();
        probes.get(server.port(), "/full").awaitOpen();
      }
      int before = server.watches.size();
      Socket socket = tls == null ? connect(server.port()) : tls(server.port(), "http/1.1");
      if (!first.isEmpty()) {
        socket.getOutputStream().write(first.getBytes(ISO_8859_1));
        socket.getInputStream().read();
      }
      assertThat(push(socket, request, ALL)).isBetween(LEAST, KERNEL);
      vertx.eventBus().publish("news", "still here");
      if (bystander != null) {
        bystander.awaitData("still here");
      }
      return server.watches.get(before);
    }
  }

  /** An application with a bridge, and a look at what its connections read and write. */
  private final class Embedded implements AutoCloseable {
    private final SseBridge bridge;
    private final HttpServer server;
    private final CopyOnWriteArrayList<Watch> watches = new CopyOnWriteArrayList<>();

    Embedded(@Nullable TestCertificate tls, boolean handler) throws IOException {
      Path file = directory.resolve("file.txt");
      Files.writeString(file, "x".repeat(20_000));
      Router router = Router.router(vertx);
      router.get("/page").handler(c -> c.response().end("p".repeat(2_000)));
      router.get("/file").handler(c -> c.response().sendFile(file.toString()));
      bridge =
          SseBridge.create(
              vertx,
              SseBridgeOptions.read(
                  BridgeFixture.json("{'http':{'drain':0," + LIMITS + "}," + REST)));
      BridgeFixture.get(bridge.mount(router));
      SseBridge administered =
          SseBridge.create(
              vertx,
              SseBridgeOptions.read(
                  BridgeFixture.json("{'http':{" + LIMITS + "}," + ADMINISTERED)));
      administered.mountClient(router).mountAdmin(router).mountConsole(router);
      // Without what a WebSocket would need: Netty's handlers for that close a connection by
      // themselves behind 128 unanswered requests, and it would not be the gate that is looked at.
      HttpServerOptions options =
          new HttpServerOptions()
              .setSendBufferSize(64 * 1024)
              .setPerMessageWebSocketCompressionSupported(false)
              .setPerFrameWebSocketCompressionSupported(false);
      if (tls != null) {
        options
            .setSsl(true)
            .setKeyCertOptions(
                new PemKeyCertOptions()
                    .setCertPath(tls.pem().toString())
                    .setKeyPath(tls.pemKey().toString()));
      }
      server =
          BridgeFixture.get(
              vertx
                  .createHttpServer(options)
                  .connectionHandler(
                      connection -> {
                        Channel channel =
                            Objects.requireNonNull(SocketState.channelUnder(connection));
                        Watch watch = new Watch();
                        channel.pipeline().addFirst(watch);
                        watches.add(watch);
                        if (handler) {
                          bridge.connectionHandler().handle(connection);
                        }
                      })
                  .requestHandler(router)
                  .listen(0, "127.0.0.1"));
    }

    int port() {
      return server.actualPort();
    }

    @Override
    public void close() {
      BridgeFixture.get(bridge.close());
      BridgeFixture.get(server.close());
    }
  }

  /** What was read from a socket, and the most that waited for it. */
  private static final class Watch extends ChannelDuplexHandler {
    private final AtomicLong read = new AtomicLong();
    private final AtomicLong waiting = new AtomicLong();

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof ByteBuf bytes) {
        read.addAndGet(bytes.readableBytes());
      }
      ctx.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      var unused = ctx.write(message, promise);
      var buffer = ctx.channel().unsafe().outboundBuffer();
      if (buffer != null) {
        waiting.accumulateAndGet(buffer.totalPendingWriteBytes(), Math::max);
      }
    }

    void check(String kind) {
      assertThat(read.get()).as("bytes read, " + kind).isLessThan(FEW);
      assertThat(waiting.get()).as("bytes that waited, " + kind).isLessThan(FEW);
    }
  }

  private long pushFrames(Socket socket, String kind) throws IOException {
    Http2Frames frames = new Http2Frames();
    socket.getOutputStream().write(frames.preface());
    long sent = 0;
    while (sent < ALL) {
      byte[] some =
          switch (kind) {
            case "PING" -> frames.pings(1000);
            case "SETTINGS" -> frames.settings(1000);
            case "HEAD" -> frames.requests("HEAD", "/n", 1000);
            case "OPTIONS" -> frames.requests("OPTIONS", "/n", 1000);
            case "204" -> frames.requests("GET", "/gone", 1000);
            case "400" -> frames.requests("GET", "/n?since=never", 1000);
            default -> frames.requests("GET", "/x", 1000);
          };
      long taken = push(socket, some, some.length);
      sent += taken;
      if (taken < some.length) {
        break;
      }
    }
    return sent;
  }

  private static String get(String target) {
    return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  }

  private static Socket connect(int port) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.setSendBufferSize(64 * 1024);
    socket.setSoTimeout((int) Deadline.PATIENCE.toMillis());
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return socket;
  }

  private static Socket tls(int port, String protocol) throws Exception {
    SSLSocket socket = TlsStream.connect(port, 4096);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {protocol});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  /** Sends it again and again; how much of it was taken before the server closed. */
  private static long push(Socket socket, byte[] what, long most) {
    byte[] block = what;
    if (what.length < 16 * 1024) {
      block = new byte[16 * 1024 / what.length * what.length];
      for (int i = 0; i < block.length; i++) {
        block[i] = what[i % what.length];
      }
    }
    long sent = 0;
    try {
      while (sent < most) {
        socket.getOutputStream().write(block);
        sent += block.length;
      }
    } catch (IOException dropped) {
      return sent;
    }
    return sent;
  }
}
