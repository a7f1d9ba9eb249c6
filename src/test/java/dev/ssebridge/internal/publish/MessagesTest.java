package dev.ssebridge.internal.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What becomes of a message of the event bus. */
@ExtendWith(VertxExtension.class)
class MessagesTest {
  private static final String NEWS = "{'routes':{'n':{'path':'/n','address':'news'}}}";

  private static Vertx vertx;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
    vertx.eventBus().registerDefaultCodec(Celsius.class, new LocalCodec());
  }

  /** A class of the application. */
  record Celsius(int degrees) {}

  @Test
  void everyKnownBodyBecomesText() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, NEWS)) {
      SseProbe probe = bridge.open("/n");
      bridge.publish("news", "as it is, \u00e9\uD83D\uDE00");
      bridge.publish("news", new JsonObject().put("a", 1).put("b", "x y"));
      bridge.publish("news", new JsonArray().add(1).add("two").addNull());
      bridge.publish("news", Buffer.buffer("b\u00fcffer"));
      bridge.publish("news", 42);
      bridge.publish("news", Long.MIN_VALUE);
      bridge.publish("news", 1.5);
      bridge.publish("news", true);
      vertx.eventBus().publish("news", null);
      bridge.publish("news", "");

      probe.awaitEvents(10);
      assertThat(probe.data())
          .containsExactly(
              "as it is, \u00e9\uD83D\uDE00",
              "{\"a\":1,\"b\":\"x y\"}",
              "[1,\"two\",null]",
              "b\u00fcffer",
              "42",
              "-9223372036854775808",
              "1.5",
              "true",
              "",
              "");
      assertThat(probe.events()).allSatisfy(event -> assertThat(event.type()).isNull());
    }
  }

  @Test
  void noTextCanForgeAnEventOrAField() {
    List<String> evil =
        List.of("a\nb", "a\rb", "a\r\nb", "x\n\ndata: forged\n\n", "id: 7", "\n", " lead", ":c\n");
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, NEWS)) {
      SseProbe probe = bridge.open("/n");
      evil.forEach(text -> bridge.publish("news", text));
      evil.forEach(text -> bridge.publish("news", Buffer.buffer(text)));

      probe.awaitEvents(2 * evil.size());
      List<String> clean = evil.stream().map(t -> t.replaceAll("\r\n?", "\n")).toList();
      assertThat(probe.data().subList(0, evil.size())).isEqualTo(clean);
      assertThat(probe.data().subList(evil.size(), 2 * evil.size())).isEqualTo(clean);
    }
  }

  @Test
  void bytesThatAreNotUtf8AreReplacedNotPassedOn() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, NEWS)) {
      SseProbe probe = bridge.open("/n");
      bridge.publish("news", Buffer.buffer(new byte[] {'a', (byte) 0xff, '\n', 'b', (byte) 0xc3}));
      bridge.publish("news", "lone \uD800 surrogate");

      assertThat(probe.awaitEvents(2).get(0).data()).isEqualTo("a\uFFFD\nb\uFFFD");
      assertThat(probe.body().getBytes(UTF_8)).isNotEmpty();
      assertThat(probe.events().get(1).data()).startsWith("lone ").endsWith(" surrogate");
    }
  }

  @Test
  void aBodyOfAnUnknownClassIsDroppedAndCountedAndLeavesNoHoleInTheIds() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, NEWS)) {
      SseProbe probe = bridge.open("/n");
      long before = bridge.hub().warnings().total();
      bridge.publish("news", "m1");
      bridge.publish("news", new Celsius(20));
      bridge.publish("news", new byte[] {1});
      bridge.publish("news", "m2");

      List<ServerSentEvent> events = probe.awaitEvents(2);
      assertThat(probe.data()).containsExactly("m1", "m2");
      assertThat(SseProbe.sequenceOf(String.valueOf(events.get(1).id()))).isEqualTo(2);
      assertThat(bridge.hub().warnings().total() - before).isEqualTo(2);
    }
  }

  @Test
  void aCodecOfTheApplicationKnowsMoreAndItsFailureCostsOneMessage() {
    AtomicInteger asked = new AtomicInteger();
    try (BridgeFixture bridge =
        BridgeFixture.withCodec(vertx, NEWS, message -> encode(message, asked))) {
      SseProbe probe = bridge.open("/n");
      long before = bridge.hub().warnings().total();
      bridge.publish("news", new Celsius(20));
      bridge.publish("news", new Celsius(-300));
      bridge.publish("news", new byte[] {1});
      bridge.publish("news", "plain");
      bridge.publish("news", new Celsius(21));

      probe.awaitEvents(3);
      assertThat(probe.data()).containsExactly("20 C", "plain", "21 C");
      assertThat(asked).hasValue(4);
      assertThat(bridge.hub().warnings().total() - before).isEqualTo(2);
    }
  }

  private static @Nullable ServerSentEvent encode(Message<?> message, AtomicInteger asked) {
    asked.incrementAndGet();
    if (message.body() instanceof Celsius celsius) {
      if (celsius.degrees() < -273) {
        throw new IllegalArgumentException("colder than cold");
      }
      return ServerSentEvent.of(celsius.degrees() + " C");
    }
    return null;
  }

  @Test
  void headersSetTypeRetryAndComment() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, NEWS)) {
      SseProbe probe = bridge.open("/n");
      send("news", "x", "sse-event", "flash", "sse-retry", "1234", "sse-comment", "two\nlines");

      ServerSentEvent event = probe.awaitData("x");
      assertThat(event.type()).isEqualTo("flash");
      assertThat(event.retry()).isEqualTo(1234);
      assertThat(probe.comments()).hasSize(2);
      assertThat(String.join("|", probe.comments())).contains("two").contains("lines");
    }
  }

  @Test
  void aHeaderThatFitsNoFieldIsLeftOutAndTheEventDelivered() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, NEWS)) {
      SseProbe probe = bridge.open("/n");
      send("news", "a", "sse-event", "x\ndata: forged");
      send("news", "b", "sse-event", "x\ry");
      send("news", "c", "sse-retry", "soon");
      send("news", "d", "sse-retry", "-1");
      send("news", "e", "sse-event", "");
      send("news", "f", "sse-comment", "a\r\rdata: forged\n\n");

      assertThat(probe.awaitEvents(6)).allSatisfy(event -> assertThat(event.type()).isNull());
      assertThat(probe.data()).containsExactly("a", "b", "c", "d", "e", "f");
      assertThat(probe.events()).allSatisfy(event -> assertThat(event.retry()).isEqualTo(-1));
    }
  }

  @Test
  void aRetryOfAnyLengthIsClamped() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, NEWS)) {
      SseProbe probe = bridge.open("/n");
      send("news", "a", "sse-retry", "99999999999999999999");
      send("news", "b", "sse-retry", Long.toString(Long.MAX_VALUE));
      send("news", "c", "sse-retry", "00000000000000000000005000");
      assertThat(probe.awaitEvents(3))
          .extracting(ServerSentEvent::retry)
          .containsExactly(3_600_000L, 3_600_000L, 5000L);
    }
  }

  @Test
  void aRouteMayFixTheTypeOrTakeTheAddress() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx,
            "{'routes':{'f':{'path':'/f','address':'news','type':'fixed'},"
                + "'a':{'path':'/a','address':'news','type':'{address}'}}}")) {
      SseProbe fixed = bridge.open("/f");
      SseProbe address = bridge.open("/a");
      send("news", "x", "sse-event", "own");

      assertThat(fixed.awaitData("x").type()).isEqualTo("fixed");
      assertThat(address.awaitData("x").type()).isEqualTo("news");
    }
  }

  @Test
  void thereIsOneConsumerOfAnAddressHoweverManyRoutesStreamsAndInstances() {
    int before = LocalCodec.COPIES.get();
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx,
            "{'routes':{'a':{'path':'/a','address':'news'},'b':{'path':'/b','address':'news'},"
                + "'c':{'path':'/c/:x','addresses':['news','{x}']}}}",
            2)) {
      SseProbe a = bridge.open("/a");
      SseProbe b = bridge.open("/b");
      SseProbe c = bridge.open("/c/y");
      for (int i = 0; i < 6; i++) {
        bridge.open(i % 2 == 0 ? "/a" : "/b");
      }
      assertThat(bridge.hub().consumedAddresses()).isEqualTo(2);

      bridge.publish("news", new Celsius(1)); // dropped: what counts is how often it is copied
      bridge.publish("news", "end");
      a.awaitData("end");
      b.awaitData("end");
      c.awaitData("end");
      assertThat(LocalCodec.COPIES).hasValue(before + 1);
    }
  }

  @Test
  void twoBridgesOfDifferentConfigurationShareTheConsumer() {
    String other = "{'routes':{'o':{'path':'/o','address':'news','retry':'9s'}}}";
    try (BridgeFixture one = BridgeFixture.deploy(vertx, NEWS)) {
      BridgeFixture two = BridgeFixture.deploy(vertx, other);
      SseProbe first = one.open("/n");
      SseProbe second = two.open("/o");
      assertThat(one.hub().consumedAddresses()).isEqualTo(1);
      one.publish("news", "for both");
      first.awaitData("for both");
      second.awaitData("for both");

      BridgeFixture.get(two.undeploy());
      one.publish("news", "for one");
      first.awaitData("for one");
      two.probes().close();
    }
  }

  @Test
  void instancesShareChannelsHistoryAndIds() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, NEWS, 2)) {
      bridge.publishNumbers("news", 1, 5);
      bridge.awaitHead("n", 5);
      for (int i = 0; i < 4; i++) {
        SseProbe probe = bridge.get("/n?from=earliest");
        probe.awaitEvents(5);
        assertThat(probe.data()).containsExactly("m1", "m2", "m3", "m4", "m5");
        assertThat(probe.lastEventId()).isEqualTo(bridge.open("/n").awaitOpen());
      }
    }
  }

  @Test
  void aMessageThatIsSentIsBridgedAsOneThatIsPublished() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, NEWS)) {
      SseProbe probe = bridge.open("/n");
      vertx.eventBus().send("news", "sent");
      probe.awaitData("sent");
      assertThat(probe.events()).hasSize(1);
    }
  }

  @Test
  void warningsOfOneSubjectAreSpacedButAllAreCounted() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, NEWS)) {
      long before = bridge.hub().warnings().total();
      for (int i = 0; i < 500; i++) {
        bridge.publish("news", new Celsius(i));
      }
      Deadline.await(
          () -> bridge.hub().warnings().total() - before == 500, () -> "500 counted drops");
    }
  }

  private static void send(String address, String body, String... headers) {
    MultiMap all = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i < headers.length; i += 2) {
      all.add(headers[i], headers[i + 1]);
    }
    vertx.eventBus().publish(address, body, new DeliveryOptions().setHeaders(all));
  }

  /** Hands the object over as it is, and counts how often it had to. */
  private static final class LocalCodec implements MessageCodec<Celsius, Celsius> {
    static final AtomicInteger COPIES = new AtomicInteger();

    @Override
    public void encodeToWire(Buffer buffer, Celsius celsius) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Celsius decodeFromWire(int position, Buffer buffer) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Celsius transform(Celsius celsius) {
      COPIES.incrementAndGet();
      return celsius;
    }

    @Override
    public String name() {
      return "celsius";
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }
}
