package dev.ssebridge.internal.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.spi.GapReason;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.SseProbe;
import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.junit5.VertxExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What waits for a loop that is busy is bounded, and nothing of it is lost unsaid. */
@ExtendWith(VertxExtension.class)
class WaitingTest {
  private static final int MESSAGES = 20_000;
  private static final int LIMIT = 400;
  private static final String CONFIG =
      "{'limits':{'waiting':{'events':%d}},'routes':{'n':{'path':'/n','address':'n','history':{'events':100000}},'bystander':{'path':'/b','address':'b'}},"
          + "'publish':{'n':{'path':'/n','address':'n','maxBody':'1MiB'}}}";

  @Test
  void whatTheBusBringsTooFastIsDroppedOldestFirstAndToldWithItsNumber(Vertx vertx)
      throws Exception {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG.formatted(LIMIT))) {
      SseProbe probe = bridge.open("/n");
      SseProbe bystander = bridge.open("/b");
      bridge.publish("n", "before");
      String id = String.valueOf(probe.awaitData("before").id());
      CountDownLatch busy = occupy(bridge);
      bridge.publishNumbers("n", 1, MESSAGES);
      busy.countDown();
      probe.awaitData("m" + MESSAGES);

      JsonObject gap = probe.awaitJson("sse.gap");
      int missed = gap.getInteger("missed");
      assertThat(gap.getString("reason")).isEqualTo("dropped");
      assertThat(gap.getString("from")).isEqualTo(id);
      assertThat(missed).isBetween(MESSAGES - LIMIT, MESSAGES - 10);
      assertThat(probe.events()).hasSize(1 + 1 + MESSAGES - missed);
      assertThat(SseProbe.sequenceOf(probe.lastEventId())).isEqualTo(1 + MESSAGES);
      assertThat(bridge.route("n").counters().missed(GapReason.DROPPED)).isEqualTo(missed);
      assertThat(bridge.hub().warnings().total()).isEqualTo(missed);

      // Whoever comes back finds it in the same place.
      SseProbe late = bridge.get("/n", "Last-Event-ID: " + id);
      assertThat(late.awaitJson("sse.gap")).isEqualTo(gap);
      assertThat(late.awaitEvents(1 + MESSAGES - missed)).hasSize(1 + MESSAGES - missed);
      bridge.publish("b", "goes on");
      bystander.awaitData("goes on");
    }
  }

  @Test
  void publishersOfSingleMessagesWaitForTheirAnswerAndNothingIsLost(Vertx vertx) throws Exception {
    int posts = 600;
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG.formatted(LIMIT))) {
      SseProbe probe = bridge.open("/n");
      CountDownLatch busy = occupy(bridge);
      List<SseProbe> publishers = new ArrayList<>();
      for (int i = 0; i < posts; i++) {
        publishers.add(post(bridge, "text/plain", "m" + i));
      }
      // However long one waits: no more are answered than half of what may wait.
      for (int i = 0; i < 20; i++) {
        bridge.publish("b", "look " + i);
        assertThat(publishers.stream().filter(SseProbe::isComplete)).hasSizeLessThan(LIMIT);
      }
      busy.countDown();
      for (SseProbe publisher : publishers) {
        assertThat(publisher.awaitEnd().status()).isEqualTo(202);
      }
      assertThat(probe.awaitEvents(posts)).hasSize(posts);
      assertThat(bridge.hub().warnings().total()).isZero();
    }
  }

  @Test
  void aBodyOfVeryManyMessagesIsTakenAsFastAsTheyAreAppended(Vertx vertx) throws Exception {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG.formatted(20 * LIMIT))) {
      SseProbe probe = bridge.open("/n");
      CountDownLatch busy = occupy(bridge);
      List<SseProbe> publishers = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        publishers.add(post(bridge, "application/x-ndjson", "1\n".repeat(MESSAGES / 10)));
      }
      busy.countDown();
      for (SseProbe publisher : publishers) {
        assertThat(publisher.awaitEnd().body()).isEqualTo("{\"published\":" + MESSAGES / 10 + "}");
      }
      assertThat(probe.awaitEvents(MESSAGES)).hasSize(MESSAGES);
      assertThat(bridge.route("n").counters().missed(GapReason.DROPPED)).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "gzip,application/x-ndjson",
    "deflate,application/x-ndjson",
    "gzip,text/event-stream",
    "deflate,text/event-stream"
  })
  void aCodedBodyOfVeryManyMessagesIsTakenAsFastAsTheyAreAppendedAndNeverHoldsItsLoop(
      String coding, String type, Vertx vertx) throws Exception {
    int messages = 60_000;
    try (Turns turns = new Turns(vertx);
        BridgeFixture bridge =
            BridgeFixture.withRouter(vertx, CONFIG.formatted(20 * LIMIT), turns::before)) {
      SseProbe probe = bridge.open("/n");
      SseProbe bystander = bridge.open("/b");
      String each = type.equals("text/event-stream") ? "data:1\n\n" : "1\n";
      SseProbe publisher = postCoded(bridge, type, coding, each.repeat(messages));
      assertThat(publisher.awaitEnd().body()).isEqualTo("{\"published\":" + messages + "}");
      turns.end();

      assertThat(probe.awaitEvents(messages)).hasSize(messages).allMatch(e -> e.type() == null);
      assertThat(bridge.route("n").counters().missed(GapReason.DROPPED)).isZero();
      assertThat(turns.mostSentBetweenTwo()).isBetween(1L, 1024L);
      bridge.publish("b", "goes on");
      bystander.awaitData("goes on");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate"})
  void aLargeMessageInACodingLetsOthersHaveTheirTurn(String coding, Vertx vertx) throws Exception {
    int size = 1 << 20;
    try (Turns turns = new Turns(vertx);
        BridgeFixture bridge =
            BridgeFixture.withRouter(vertx, CONFIG.formatted(LIMIT), turns::before)) {
      SseProbe probe = bridge.open("/n");
      SseProbe publisher = postCoded(bridge, "text/plain", coding, "x".repeat(size));
      assertThat(publisher.awaitEnd().status()).isEqualTo(202);
      turns.end();
      probe.awaitEvents(1);
      assertThat(turns.beforeTheFirstSent()).isGreaterThan(size / (64 * 512) - 2);
    }
  }

  /** A task that comes back on the loop of a request, and sees what was published meanwhile. */
  private static final class Turns implements AutoCloseable {
    // only the loop
    private long sent;
    private long sentBefore;
    private long most;
    private long before;
    private boolean going;
    private @Nullable EventLoop loop;

    private volatile boolean over;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    Turns(Vertx vertx) {
      vertx
          .eventBus()
          .addOutboundInterceptor(
              sending -> {
                sent += going && sending.message().address().equals("n") ? 1 : 0;
                sending.next();
              });
    }

    void before(Router router) {
      router
          .post()
          .handler(
              request -> {
                going = true;
                loop = ((ContextInternal) Vertx.currentContext()).nettyEventLoop();
                turn();
                request.next();
              });
    }

    /** As a timer: a mere task that comes back is run on and on, before any timer and socket. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private void turn() {
      most = Math.max(most, sent - sentBefore);
      sentBefore = sent;
      before += sent == 0 ? 1 : 0;
      if (over) {
        ended.complete(null);
      } else {
        Objects.requireNonNull(loop).schedule(this::turn, 0, TimeUnit.NANOSECONDS);
      }
    }

    /** What it has seen may be read behind this. */
    void end() throws Exception {
      over = true;
      ended.get(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
      over = true;
    }

    long mostSentBetweenTwo() {
      return most;
    }

    long beforeTheFirstSent() {
      return before;
    }
  }

  private static SseProbe postCoded(BridgeFixture bridge, String type, String coding, String body)
      throws IOException {
    ByteArrayOutputStream coded = new ByteArrayOutputStream();
    try (OutputStream out =
        coding.equals("gzip") ? new GZIPOutputStream(coded) : new DeflaterOutputStream(coded)) {
      out.write(body.getBytes(UTF_8));
    }
    return bridge
        .request(
            "POST",
            "/n",
            "Content-Type: " + type,
            "Content-Encoding: " + coding,
            "Content-Length: " + coded.size())
        .send(coded.toByteArray());
  }

  private static SseProbe post(BridgeFixture bridge, String type, String body) {
    return bridge
        .request("POST", "/n", "Content-Type: " + type, "Content-Length: " + body.length())
        .send(body);
  }

  /** Keeps the loop busy that writes the channel, until the latch is counted down. */
  private static CountDownLatch occupy(BridgeFixture bridge) throws InterruptedException {
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    bridge
        .hub()
        .fence("n")
        .accept(
            () -> {
              begun.countDown();
              try {
                busy.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    begun.await();
    return busy;
  }
}
