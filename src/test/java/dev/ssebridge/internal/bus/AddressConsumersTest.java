package dev.ssebridge.internal.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.LogRecorder;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageCodec;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One address that very many channels share. */
@Tag("slow")
class AddressConsumersTest {
  private static final int MANY = 10_000;

  private final Vertx vertx = Vertx.vertx();
  private final WaitingLimits limits = new WaitingLimits();
  private final Loops loops = new Loops(vertx, limits);
  private final AddressConsumers consumers = new AddressConsumers(vertx, new DropWarnings(() -> 0));

  @AfterEach
  void close() {
    BridgeFixture.get(vertx.close());
  }

  @Test
  void othersGetTheirTurnWhileAMessageGoesToTenThousandListeners() throws Exception {
    CompletableFuture<Integer> atTurn = new CompletableFuture<>();
    CompletableFuture<Integer> all = new CompletableFuture<>();
    Loops.OnLoop loop = loops.next();
    int[] told = {0};
    List<AddressConsumers.Attachment> attached =
        attachMany(
            loop,
            text -> {
              if (told[0]++ == 0) {
                loop.loop().executeAfterOthers(() -> atTurn.complete(told[0]));
              }
              if (told[0] == MANY) {
                all.complete(told[0]);
              }
            });
    await(attached.get(0).ready().toCompletionStage().toCompletableFuture());
    vertx.eventBus().publish("shared", "m");

    assertThat(await(atTurn)).isLessThan(1000);
    assertThat(await(all)).isEqualTo(MANY);
  }

  @Test
  void everyListenerGetsTheMessagesInOrderAndAFenceComesBehindThem() throws Exception {
    List<String> got = new ArrayList<>();
    List<AddressConsumers.Attachment> attached = attachMany(loops.next(), got::add);
    await(attached.get(0).ready().toCompletionStage().toCompletableFuture());
    CompletableFuture<List<String>> fenced = new CompletableFuture<>();
    for (int i = 0; i < 3; i++) {
      vertx.eventBus().publish("shared", "m" + i);
    }
    consumers.fence("shared", () -> fenced.complete(List.copyOf(got)));

    List<String> order = await(fenced);
    assertThat(order).hasSize(3 * MANY);
    for (int i = 0; i < 3; i++) {
      assertThat(order.subList(i * MANY, (i + 1) * MANY)).containsOnly("m" + i);
    }
  }

  @Test
  void messagesBeyondTheLimitAreDroppedOldestFirstAndToldInTheirPlace() throws Exception {
    Loops.OnLoop loop = loops.next();
    limits.open(new WaitingLimits.Waiting(100, 1 << 20));
    List<String> got = new ArrayList<>();
    AddressConsumers.Attachment attached =
        consumers.attach("shared", false, loop, listener(got::add));
    await(attached.ready().toCompletionStage().toCompletableFuture());
    CompletableFuture<List<String>> all = new CompletableFuture<>();
    loop.context()
        .runOnContext(
            v -> {
              for (int i = 0; i < 1000; i++) {
                vertx.eventBus().publish("shared", "m" + i);
                assertThat(loop.inbox().waiting()).isLessThanOrEqualTo(100);
              }
              consumers.fence("shared", () -> all.complete(List.copyOf(got)));
            });

    List<String> told = await(all);
    assertThat(told.get(0)).isEqualTo("900 lost");
    assertThat(told).hasSize(101).startsWith("900 lost", "m900").endsWith("m999");
  }

  @Test
  void oneThatPublishesOnManyAddressesAtOnceLosesNothingWhileAnotherIsFlooded() throws Exception {
    Loops.OnLoop loop = loops.next();
    limits.open(new WaitingLimits.Waiting(100, 1 << 20));
    List<String> got = new ArrayList<>();
    List<AddressConsumers.Attachment> attached = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      attached.add(consumers.attach("quiet" + i, false, loop, listener(got::add)));
    }
    attached.add(consumers.attach("flood", false, loop, listener(text -> {})));
    for (AddressConsumers.Attachment each : attached) {
      await(each.ready().toCompletionStage().toCompletableFuture());
    }
    CompletableFuture<List<String>> all = new CompletableFuture<>();
    loop.context()
        .runOnContext(
            v -> {
              for (int i = 0; i < 2000; i++) {
                vertx.eventBus().publish("flood", "f" + i);
                if (i % 100 == 0) {
                  vertx.eventBus().publish("quiet" + i / 100, "q" + i / 100);
                }
              }
              consumers.fence("flood", () -> all.complete(List.copyOf(got)));
            });

    assertThat(await(all)).hasSize(20).startsWith("q0").endsWith("q19");
  }

  static List<Throwable> thrown() {
    return List.of(
        new IllegalStateException("torn"),
        new StackOverflowError("torn"),
        new NoClassDefFoundError("torn"));
  }

  @ParameterizedTest
  @MethodSource("thrown")
  void whatCannotBeDecodedIsCountedWhateverIsThrown(Throwable thrown) throws Exception {
    vertx.eventBus().registerDefaultCodec(Torn.class, new AsIs());
    CompletableFuture<Long> undecodable = new CompletableFuture<>();
    CompletableFuture<Object> next = new CompletableFuture<>();
    AddressConsumers.Attachment attached =
        consumers.attach(
            "torn",
            false,
            loops.next(),
            new AddressConsumers.Listener() {
              @Override
              public void onMessage(Message<?> message, boolean posted) {
                next.complete(message.body());
              }

              @Override
              public void onUndecodable(long count) {
                undecodable.complete(count);
              }

              @Override
              public void onLost(long lost) {}
            });
    await(attached.ready().toCompletionStage().toCompletableFuture());

    try (LogRecorder log = LogRecorder.of(DropWarnings.class)) {
      vertx.eventBus().publish("torn", new Torn(thrown));
      vertx.eventBus().publish("torn", "next");
      assertThat(await(undecodable)).isEqualTo(1);
      assertThat(await(next)).isEqualTo("next");
      assertThat(log.messages())
          .singleElement()
          .asString()
          .contains("address torn: message dropped, it cannot be decoded");
    }
  }

  /** A body that throws where it is looked at, as one does that a codec then decodes. */
  private static final class Torn extends AbstractMap<String, Object> {
    private final Throwable thrown;

    Torn(Throwable thrown) {
      this.thrown = thrown;
    }

    @Override
    public Set<Entry<String, Object>> entrySet() {
      if (thrown instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) thrown;
    }
  }

  private static final class AsIs implements MessageCodec<Torn, Torn> {
    @Override
    public void encodeToWire(Buffer buffer, Torn body) {}

    @Override
    public Torn decodeFromWire(int position, Buffer buffer) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Torn transform(Torn body) {
      return body;
    }

    @Override
    public String name() {
      return "torn";
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }

  @Test
  void fourPublishersOnThreadsOfTheirOwnLoseNothingUnsaid() throws Exception {
    Loops.OnLoop loop = loops.next();
    limits.open(new WaitingLimits.Waiting(500, 1 << 20));
    long[] count = {0, 0};
    AddressConsumers.Attachment attached =
        consumers.attach(
            "shared",
            false,
            loop,
            new AddressConsumers.Listener() {
              @Override
              public void onMessage(Message<?> message, boolean posted) {
                count[0]++;
              }

              @Override
              public void onUndecodable(long count) {}

              @Override
              public void onLost(long lost) {
                count[1] += lost;
              }
            });
    await(attached.ready().toCompletionStage().toCompletableFuture());
    List<Thread> publishers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread publisher =
          new Thread(
              () -> {
                for (int k = 0; k < 20_000; k++) {
                  vertx.eventBus().publish("shared", "x");
                }
              });
      publisher.start();
      publishers.add(publisher);
    }
    for (Thread publisher : publishers) {
      publisher.join();
    }
    CompletableFuture<Long> all = new CompletableFuture<>();
    consumers.fence("shared", () -> all.complete(count[0] + count[1]));

    assertThat(await(all)).isEqualTo(80_000);
  }

  @Test
  void anInterceptorMayPublishOnAnotherAddressThatIsTakenElsewhere() throws Exception {
    List<String> got = Collections.synchronizedList(new ArrayList<>());
    Loops.OnLoop one = loops.next();
    Loops.OnLoop other = loops.next();
    AddressConsumers.Attachment first = consumers.attach("first", false, one, listener(got::add));
    AddressConsumers.Attachment second =
        consumers.attach("second", false, other, listener(got::add));
    await(first.ready().toCompletionStage().toCompletableFuture());
    await(second.ready().toCompletionStage().toCompletableFuture());
    vertx
        .eventBus()
        .addInboundInterceptor(
            delivery -> {
              String audited = "audit of " + delivery.message().body();
              if (delivery.message().address().equals("first")) {
                vertx.eventBus().publish("second", audited);
              }
              delivery.next();
            });
    vertx.eventBus().publish("first", "m");

    Deadline.await(() -> got.contains("audit of m") && got.contains("m"), () -> "both " + got);
  }

  @Test
  void whoeverIsDetachedGetsNoMessageThatArrivesLater() throws Exception {
    List<String> got = new ArrayList<>();
    Loops.OnLoop loop = loops.next();
    AddressConsumers.Attachment leaving =
        consumers.attach("shared", false, loop, listener(text -> got.add("leaving " + text)));
    consumers.attach("shared", false, loop, listener(text -> got.add("staying " + text)));
    await(leaving.ready().toCompletionStage().toCompletableFuture());
    leaving.close();
    vertx.eventBus().publish("shared", "m");
    CompletableFuture<List<String>> fenced = new CompletableFuture<>();
    consumers.fence("shared", () -> fenced.complete(List.copyOf(got)));

    assertThat(await(fenced)).containsExactly("staying m");
  }

  @Test
  void anAddressIsOneLineInALog() throws Exception {
    String address = "topics.a\nSEVERE forged";
    AddressConsumers.Attachment attached =
        consumers.attach(
            address,
            false,
            loops.next(),
            listener(
                text -> {
                  throw new IllegalStateException(text);
                }));
    await(attached.ready().toCompletionStage().toCompletableFuture());
    try (LogRecorder log = LogRecorder.of(AddressConsumers.class)) {
      vertx.eventBus().publish(address, "m");
      CompletableFuture<Boolean> fenced = new CompletableFuture<>();
      consumers.fence(address, () -> fenced.complete(true));
      await(fenced);
      assertThat(log.messages())
          .containsExactly("address topics.a\\u000aSEVERE forged: a message was lost");
    }
  }

  private List<AddressConsumers.Attachment> attachMany(Loops.OnLoop loop, Told told) {
    List<AddressConsumers.Attachment> attached = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      attached.add(consumers.attach("shared", false, loop, listener(told)));
    }
    return attached;
  }

  private static <T> T await(CompletableFuture<T> future) throws Exception {
    return future.get(20, TimeUnit.SECONDS);
  }

  private static AddressConsumers.Listener listener(Told told) {
    return new AddressConsumers.Listener() {
      @Override
      public void onMessage(Message<?> message, boolean posted) {
        told.told(String.valueOf(message.body()));
      }

      @Override
      public void onUndecodable(long count) {}

      @Override
      public void onLost(long count) {
        told.told(count + " lost");
      }
    };
  }

  private interface Told {
    void told(String text);
  }
}
