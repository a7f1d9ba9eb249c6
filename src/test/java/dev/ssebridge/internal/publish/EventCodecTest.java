package dev.ssebridge.internal.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.spi.EventCodec;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What becomes of bodies that the bridge does not know. */
@ExtendWith(VertxExtension.class)
class EventCodecTest {
  private static final String NEWS =
      "{'routes':{'n':{'path':'/n','address':'news','minRetry':'1s','maxRetry':'9s'},"
          + "'f':{'path':'/f','address':'news','type':'fixed'}}}";

  private static Vertx vertx;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
    vertx.eventBus().registerCodec(new AsIs("as-is", (buffer, goal) -> {}));
    vertx
        .eventBus()
        .registerCodec(new AsIs("counted", (buffer, goal) -> counted(buffer, json(goal))));
    vertx
        .eventBus()
        .registerCodec(new AsIs("bare", (buffer, goal) -> buffer.appendString(json(goal))));
    vertx
        .eventBus()
        .registerCodec(new AsIs("text", (buffer, goal) -> counted(buffer, goal.team())));
    vertx
        .eventBus()
        .registerCodec(new AsIs("two", (buffer, goal) -> counted(counted(buffer, "{}"), "{}")));
    vertx
        .eventBus()
        .registerCodec(
            new AsIs(
                "never",
                (buffer, goal) -> {
                  throw new UnsupportedOperationException();
                }));
  }

  /** Of the application. */
  record Goal(String team, Object more) {}

  @Test
  void theEventOfACodecWinsOverTheHeaders() {
    EventCodec codec =
        message ->
            message.body() instanceof Goal goal
                ? ServerSentEvent.builder()
                    .id("left-out")
                    .type(goal.team().isEmpty() ? null : goal.team())
                    .data(message.address() + " " + message.headers().get("by"))
                    .retry(100)
                    .comment("of the codec")
                    .field("note", "kept")
                    .field("sse-gap", "7")
                    .build()
                : null;
    try (BridgeFixture bridge = BridgeFixture.withCodec(vertx, NEWS, codec)) {
      SseProbe probe = bridge.open("/n");
      SseProbe fixed = bridge.open("/f");
      DeliveryOptions options =
          new DeliveryOptions()
              .setCodecName("as-is")
              .addHeader("by", "me")
              .addHeader("sse-event", "header")
              .addHeader("sse-retry", "5000")
              .addHeader("sse-comment", "of the header");
      vertx.eventBus().publish("news", new Goal("own", 1), options);
      vertx.eventBus().publish("news", new Goal("", 1), options);

      List<ServerSentEvent> events = probe.awaitEvents(2);
      assertThat(events.get(0).type()).isEqualTo("own");
      assertThat(events.get(1).type()).isEqualTo("header");
      assertThat(events.get(0).data()).isEqualTo("news me");
      assertThat(events.get(0).retry()).isEqualTo(1000);
      assertThat(probe.body()).contains("note: kept").doesNotContain("sse-gap");
      assertThat(SseProbe.sequenceOf(String.valueOf(events.get(0).id()))).isEqualTo(1);
      assertThat(probe.comments()).contains(" of the codec").doesNotContain(" of the header");
      assertThat(fixed.awaitEvents(2).get(0).type()).isEqualTo("fixed");
    }
  }

  @Test
  void aTypeOfTheBridgeDropsTheMessage() {
    EventCodec codec =
        message ->
            message.body() instanceof Goal goal ? ServerSentEvent.of(goal.team(), "x") : null;
    try (BridgeFixture bridge = BridgeFixture.withCodec(vertx, NEWS, codec)) {
      SseProbe probe = bridge.open("/n");
      long before = bridge.hub().warnings().total();
      publish("as-is", new Goal("sse.gap", 1));
      publish("as-is", new Goal("sse.anything", 1));
      publish("as-is", new Goal("free", 1));

      assertThat(probe.awaitEvents(1).get(0).type()).isEqualTo("free");
      assertThat(bridge.hub().warnings().total() - before).isEqualTo(2);
    }
  }

  @Test
  void jsonThatTheCodecOfTheBusWritesIsTheData() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, NEWS)) {
      SseProbe probe = bridge.open("/n");
      publish("counted", new Goal("a", 1));
      publish("bare", new Goal("b", 1.0));
      vertx.eventBus().publish("news", "last");

      probe.awaitEvents(3);
      assertThat(probe.data())
          .containsExactly("{\"team\":\"a\",\"more\":1}", "{\"team\":\"b\",\"more\":1.0}", "last");
    }
  }

  @Test
  void whatIsNoJsonOnTheWireIsDroppedAndCounted() {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, NEWS)) {
      SseProbe probe = bridge.open("/n");
      bridge.open("/f"); // another channel is counted, too
      long before = bridge.hub().warnings().total();
      for (String codec : List.of("as-is", "text", "two", "never")) {
        publish(codec, new Goal("a", 1));
      }
      vertx.eventBus().publish("news", "last");

      probe.awaitData("last");
      assertThat(probe.data()).containsExactly("last");
      Deadline.await(
          () -> bridge.hub().warnings().total() - before == 8, () -> "four drops of each channel");
    }
  }

  @Test
  void bytesAndALetterAreForACodecAlone() {
    EventCodec codec =
        message ->
            message.body() instanceof byte[] bytes
                ? ServerSentEvent.of(bytes.length + " bytes")
                : null;
    try (BridgeFixture bridge = BridgeFixture.withCodec(vertx, NEWS, codec)) {
      SseProbe probe = bridge.open("/n");
      long before = bridge.hub().warnings().total();
      vertx.eventBus().publish("news", new byte[] {'a', 'b'});
      vertx.eventBus().publish("news", 'c');
      vertx.eventBus().publish("news", "last");

      probe.awaitData("last");
      assertThat(probe.data()).containsExactly("2 bytes", "last");
      Deadline.await(
          () -> bridge.hub().warnings().total() - before == 2, () -> "a drop of each channel");
    }
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, NEWS)) {
      SseProbe probe = bridge.open("/n");
      long before = bridge.hub().warnings().total();
      vertx.eventBus().publish("news", new byte[] {'a', 'b'});
      vertx.eventBus().publish("news", "last");

      probe.awaitData("last");
      assertThat(probe.data()).containsExactly("last");
      Deadline.await(
          () -> bridge.hub().warnings().total() - before == 2, () -> "a drop of each channel");
    }
  }

  @Test
  void anErrorOfACodecDropsTheMessageAndIsCounted() {
    EventCodec codec =
        message -> {
          if (message.body() instanceof Goal) {
            throw new StackOverflowError("of the codec");
          }
          return null;
        };
    try (BridgeFixture bridge = BridgeFixture.withCodec(vertx, NEWS, codec)) {
      SseProbe probe = bridge.open("/n");
      long before = bridge.hub().warnings().total();
      publish("as-is", new Goal("a", 1));
      vertx.eventBus().publish("news", "last");

      probe.awaitData("last");
      assertThat(probe.data()).containsExactly("last");
      Deadline.await(
          () -> bridge.hub().warnings().total() - before == 2, () -> "a drop of each channel");
    }
  }

  @Test
  void theApplicationsCodecIsAskedBeforeThatOfTheBus() {
    EventCodec codec =
        message -> message.body() instanceof Goal ? ServerSentEvent.of("mine") : null;
    try (BridgeFixture bridge = BridgeFixture.withCodec(vertx, NEWS, codec)) {
      SseProbe probe = bridge.open("/n");
      publish("counted", new Goal("a", 1));
      probe.awaitData("mine");
    }
  }

  private static void publish(String codec, Goal goal) {
    vertx.eventBus().publish("news", goal, new DeliveryOptions().setCodecName(codec));
  }

  private static String json(Goal goal) {
    return new JsonObject().put("team", goal.team()).put("more", goal.more()).encode();
  }

  private static Buffer counted(Buffer buffer, String text) {
    Buffer bytes = Buffer.buffer(text);
    return buffer.appendInt(bytes.length()).appendBuffer(bytes);
  }

  /**
   * Hands the object over as it is.
   *
   * @param wire what is written for other nodes
   */
  private record AsIs(String name, BiConsumer<Buffer, Goal> wire)
      implements MessageCodec<Goal, Goal> {
    @Override
    public void encodeToWire(Buffer buffer, Goal goal) {
      wire.accept(buffer, goal);
    }

    @Override
    public @Nullable Goal decodeFromWire(int position, Buffer buffer) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Goal transform(Goal goal) {
      return goal;
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }
}
