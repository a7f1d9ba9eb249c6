package dev.ssebridge.internal.publish;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.TestCertificate;
import dev.ssebridge.testing.TlsStream;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import io.vertx.junit5.VertxExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Publishing many bodies over one connection, without waiting for answers. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class PipelinedPublishTest {
  private static final int ADDRESSES = 3;
  private static final String LAST =
      "GET /none HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  private static final String DATE = "date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
  private static final String ACCEPTED =
      "HTTP/1.1 202 Accepted\r\nx-content-type-options: nosniff\r\ncontent-length: 0\r\n\r\n";

  private static final String CONFIG =
      "{'routes':{'r':{'path':'/p/:n','address':'p.{n}'}},'publish':{'r':{'path':'/p/:n',"
          + "'address':'p.{n}','maxBody':'2KiB','bodyTimeout':'20s'}}}";

  private Vertx vertx;
  private Vertx other;
  private BridgeFixture straight;
  private BridgeFixture routed;

  @BeforeEach
  void start(Vertx started) {
    vertx = started;
    other = Vertx.vertx();
    straight = BridgeFixture.deploy(vertx, CONFIG);
    routed =
        BridgeFixture.withRouter(
            other, CONFIG, router -> router.route().handler(RoutingContext::next));
  }

  @AfterEach
  void close() {
    straight.close();
    routed.close();
    BridgeFixture.get(other.close());
  }

  @Test
  void manyBodiesInOneWriteAreEachPublishedAndAnswered() throws Exception {
    List<String> got = record(vertx, "p.1");
    String all =
        IntStream.range(0, 1000)
            .mapToObj(i -> post("/p/1", "text/plain", "m" + i))
            .reduce("", String::concat);

    assertThat(exchange(straight, all + LAST, null))
        .startsWith(ACCEPTED.repeat(1000) + "HTTP/1.1 404");
    Deadline.await(() -> got.size() >= 1000, () -> "1000 messages, got " + got.size());
    assertThat(got)
        .containsExactlyElementsOf(IntStream.range(0, 1000).mapToObj(i -> "null m" + i).toList());
  }

  @Test
  void aBodyOnItsWayIsAnsweredWhenTheServerShutsDown() throws Exception {
    String whole = post("/p/1", "text/plain", "on its way");
    try (Socket socket = connect(straight)) {
      write(
          socket.getOutputStream(),
          post("/p/1", "text/plain", "first") + whole.substring(0, whole.length() - 7));
      byte[] answer = socket.getInputStream().readNBytes(ACCEPTED.length() + DATE.length());
      assertThat(withoutDates(new String(answer, ISO_8859_1))).isEqualTo(ACCEPTED);
      straight.undeploy();

      assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
          .startsWith("HTTP/1.1 503");
    }
  }

  @Test
  void aPublisherThatDoesNotReadItsAnswersIsReadNoFurther() throws Exception {
    List<String> got = record(vertx, "p.1");
    String one = post("/p/1", "text/plain", "m");
    int many = 60_000;
    byte[] all = one.repeat(many).getBytes(ISO_8859_1);
    AtomicInteger sent = new AtomicInteger();
    try (Socket publisher = new Socket()) {
      publisher.setReceiveBufferSize(32 * 1024);
      publisher.setSendBufferSize(64 * 1024);
      publisher.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), straight.port()));
      publisher.setSoTimeout((int) Deadline.PATIENCE.toMillis());
      Thread writer =
          new Thread(
              () -> {
                OutputStream out = output(publisher);
                for (int at = 0; at < all.length; at += one.length() * 100) {
                  write(out, new String(all, at, one.length() * 100, ISO_8859_1));
                  sent.addAndGet(100);
                }
              });
      writer.start();
      // Others are served meanwhile; what is published can only be what the kernel has room for.
      for (int i = 0; i < 50; i++) {
        exchange(straight, post("/p/2", "text/plain", "other") + LAST, null);
      }
      assertThat(got.size()).isLessThan(many);

      long bytes = 0;
      long wanted = (long) many * (ACCEPTED.length() + DATE.length());
      byte[] some = new byte[64 * 1024];
      while (bytes < wanted) {
        int count = publisher.getInputStream().read(some);
        assertThat(count).isPositive();
        bytes += count;
      }
      writer.join();
      Deadline.await(() -> got.size() == many, () -> many + " messages, got " + got.size());
    }
  }

  @Test
  void nothingIsPublishedBehindAnAnswerThatSaysClose() throws Exception {
    List<String> got = record(vertx, "p.1");
    for (String refused :
        List.of(
            post("/p/1", "text/plain", "y".repeat(3000)),
            post("/p/1", "image/png", "no text"),
            post("/p/%ff", "text/plain", "no utf-8"))) {
      String all = refused + post("/p/1", "text/plain", "behind").repeat(120);
      for (BridgeFixture bridge : List.of(straight, routed)) {
        String answers = exchange(bridge, all, null);
        assertThat(answers).contains("connection: close").doesNotContain("202 Accepted");
        assertThat(answers.split("HTTP/1.1 ", -1)).hasSize(2);
      }
    }
    exchange(straight, post("/p/1", "text/plain", "the end") + LAST, null);
    Deadline.await(() -> got.contains("null the end"), () -> "the last message");
    assertThat(got).doesNotContain("null behind");
  }

  private static OutputStream output(Socket socket) {
    try {
      return socket.getOutputStream();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatIsPublishedBeforeAnybodySubscribesIsHistory() throws Exception {
    exchange(
        straight, post("/p/1", "text/plain", "a") + post("/p/2", "text/plain", "b") + LAST, null);

    for (String expected : List.of("a", "b")) {
      SseProbe probe =
          straight.open(expected.equals("a") ? "/p/1?from=earliest" : "/p/2?from=earliest");
      probe.awaitData(expected);
    }
  }

  /** Whatever it breaks off in, nothing is held: the fixture would find it. */
  @Test
  void aPublisherThatIsGoneLeavesNothingBehind() throws Exception {
    String two = post("/p/1", "text/plain", "whole") + post("/p/2", "text/plain", "broken off");
    for (int length = 1; length < two.length(); length++) {
      try (Socket socket = connect(straight)) {
        socket.setSoLinger(length % 2 == 0, 0);
        write(socket.getOutputStream(), two.substring(0, length));
      }
    }
    Deadline.await(
        () -> straight.route("r").channels().all().stream().allMatch(c -> c.channel().users() == 0),
        () -> "channels that nobody holds");
  }

  @Test
  void overTlsItIsTheSame() throws Exception {
    TestCertificate certificate = TestCertificate.forHost("dns:localhost");
    String tls = "{'http':{" + certificate.asTls() + "},";
    try (BridgeFixture bridge =
            BridgeFixture.deploy(
                vertx, tls + "'routes':{},'publish':{'r':{'path':'/s','address':'s'}}}");
        Socket socket = TlsStream.connect(bridge.port(), 64 * 1024)) {
      List<String> got = record(vertx, "s");
      write(socket.getOutputStream(), post("/s", "text/plain", "m").repeat(500) + LAST);
      assertThat(withoutDates(new String(socket.getInputStream().readAllBytes(), ISO_8859_1)))
          .startsWith(ACCEPTED.repeat(500) + "HTTP/1.1 404");
      Deadline.await(() -> got.size() == 500, () -> "500 messages, got " + got.size());
    }
  }

  static Stream<Long> seeds() {
    return new SplittableRandom().longs(20).boxed();
  }

  /** The seed is in the name of the test. */
  @ParameterizedTest
  @MethodSource("seeds")
  void whateverComesIsAnsweredAndPublishedAsThroughARouter(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    List<List<String>> byStraight = recordAll(vertx);
    List<List<String>> byRouted = recordAll(other);
    StringBuilder requests = new StringBuilder();
    for (int i = random.nextInt(60); i >= 0; i--) {
      requests.append(request(random, i));
    }
    String all = requests + last(random);

    String answers = exchange(straight, all, random);
    assertThat(alike(answers)).isEqualTo(alike(exchange(routed, all, random)));
    int accepted = answers.split(" 202 Accepted", -1).length - 1;
    Deadline.await(
        () -> bodies(byStraight) == accepted && byStraight.equals(byRouted),
        () -> accepted + " bodies: " + byRouted + ", got " + byStraight);
  }

  /** Two bridges have names and positions of their own, which a HEAD tells. */
  private static String alike(String answers) {
    return answers.replaceAll("sse-(bridge|position): [^\r]+", "sse-$1");
  }

  /** A body of NDJSON is two messages here. */
  private static long bodies(List<List<String>> messages) {
    return messages.stream().flatMap(List::stream).filter(m -> !m.endsWith(" [2]")).count();
  }

  /** With this the server closes the connection, so nothing comes after it. */
  private static String last(SplittableRandom random) {
    return switch (random.nextInt(7)) {
      case 3 -> post("/p/%2e", "text/plain", "dot");
      case 4 -> post("/p/%ff", "text/plain", "no utf-8");
      case 5 -> post("/p/1", "image/png", "no text");
      case 0 -> post("/p/0", "text/plain", "y".repeat(3000));
      case 1 -> post("/p/0", "text/plain\r\nConnection: close", "end");
      case 2 -> post("/p/0", "text/plain", "").replace("HTTP/1.1", "HTTP/1.0");
      default -> LAST;
    };
  }

  private static String request(SplittableRandom random, int number) {
    String path = "/p/" + random.nextInt(ADDRESSES);
    String json = "{\"n\":" + number + ",\"s\":\"" + "x".repeat(random.nextInt(300)) + "\"}";
    return switch (random.nextInt(33)) {
      case 0 -> post(path, "application/json", "{\"n\":");
      case 1 -> post(path, "text/plain", "\u00ff\u00fe");
      case 2 -> post(path + "?event=q", "text/plain", json);
      case 3 -> post("/none/1", "text/plain", json);
      case 4 -> post(path, "text/plain\r\nExpect: 100-continue", json);
      case 5 -> post(path, "application/x-ndjson", "[1]\n[2]\n");
      case 6 ->
          "POST "
              + path
              + " HTTP/1.1\r\n"
              + "Host: localhost\r\n"
              + "Transfer-Encoding: chunked\r\n\r\n"
              + "3\r\n"
              + "abc\r\n"
              + "0\r\n\r\n";
      case 7 -> "OPTIONS " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
      case 8 -> "HEAD " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
      case 9 -> "POST " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
      case 10 -> post(path, "text/plain\r\nsse-event: a\tb", json);
      case 11, 12 -> post(path, "text/plain\r\nSse-Event: caf\u00c3\u00a9", json);
      case 13, 14 -> post(path, "text/plain", "");
      case 15, 16 -> post(path, "text/plain; charset=utf-8", json);
      default -> post(path, "application/json", json);
    };
  }

  @Test
  void whatHasNoEndIsRefusedAfterAMomentAndWhatCameBeforeIsAnswered() throws Exception {
    List<String> got = record(vertx, "p.1");
    String begun = post("/p/1", "text/plain", "whole") + post("/p/1", "text/plain", "broken off");
    deployImpatient("300ms");

    String answers = exchange(straight, begun.substring(0, begun.length() - 3), null);
    assertThat(answers).startsWith(ACCEPTED + "HTTP/1.1 408").contains("bodyTimeout");
    Deadline.await(() -> got.equals(List.of("null whole")), got::toString);
  }

  /** In place of the one that has patience with bodies on a busy machine. */
  private void deployImpatient(String bodyTimeout) {
    straight.close();
    straight = BridgeFixture.deploy(vertx, CONFIG.replace("20s", bodyTimeout));
  }

  @Test
  void aBodyThatTakesLongIsPublishedOnce() throws Exception {
    List<String> got = record(vertx, "p.1");
    String body = "it takes its time".repeat(3);
    String whole = post("/p/1", "text/plain", body);
    deployImpatient("600ms");
    try (Socket socket = connect(straight)) {
      OutputStream out = socket.getOutputStream();
      int[] sent = {whole.length() - body.length()};
      write(out, whole.substring(0, sent[0]));
      // For longer than one wait for a body, with pauses shorter than the body's timeout.
      long[] last = {System.nanoTime()};
      Deadline.await(
          () -> {
            if (System.nanoTime() - last[0] > 25_000_000L) {
              write(out, whole.substring(sent[0], ++sent[0]));
              last[0] = System.nanoTime();
            }
            return sent[0] == whole.length();
          },
          () -> "the end of the body");
      write(out, LAST);

      String answers = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
      assertThat(withoutDates(answers)).startsWith(ACCEPTED + "HTTP/1.1 404");
      Deadline.await(() -> got.equals(List.of("null " + body)), got::toString);
    }
  }

  private static void write(OutputStream out, String text) {
    try {
      out.write(text.getBytes(ISO_8859_1));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String post(String path, String type, String body) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
        + type
        + "\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private static List<List<String>> recordAll(Vertx vertx) {
    return IntStream.range(0, ADDRESSES).mapToObj(i -> record(vertx, "p." + i)).toList();
  }

  private static List<String> record(Vertx vertx, String address) {
    List<String> got = Collections.synchronizedList(new ArrayList<>());
    BridgeFixture.get(
        vertx
            .eventBus()
            .consumer(address, m -> got.add(m.headers().get(SseHeaders.EVENT) + " " + m.body()))
            .completion());
    return got;
  }

  /** Sends it in pieces of random length, or as a whole, and reads to the connection's end. */
  private static String exchange(
      BridgeFixture bridge, String requests, @Nullable SplittableRandom random) throws Exception {
    byte[] bytes = requests.getBytes(ISO_8859_1);
    try (Socket socket = connect(bridge)) {
      CompletableFuture<String> answers = CompletableFuture.supplyAsync(() -> readToEnd(socket));
      int at = 0;
      while (at < bytes.length) {
        int most = random == null ? bytes.length : 1 + random.nextInt(1 + random.nextInt(2000));
        int length = Math.min(most, bytes.length - at);
        try {
          socket.getOutputStream().write(bytes, at, length);
        } catch (IOException closed) {
          break; // after an answer that said so
        }
        at += length;
      }
      return withoutDates(answers.get());
    }
  }

  /** Two answers that are the same may be given in two seconds. */
  private static String withoutDates(String answers) {
    return answers.replaceAll("date: [^\r]+\r\n", "");
  }

  /** Where the server closes while there is more to read for it, the end may be a reset. */
  private static String readToEnd(Socket socket) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] some = new byte[8192];
    try {
      for (int n = socket.getInputStream().read(some);
          n >= 0;
          n = socket.getInputStream().read(some)) {
        all.write(some, 0, n);
      }
    } catch (IOException reset) {
      return all.toString(UTF_8);
    }
    return all.toString(UTF_8);
  }

  private static Socket connect(BridgeFixture bridge) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), bridge.port());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout((int) Deadline.PATIENCE.toMillis());
    return socket;
  }
}
