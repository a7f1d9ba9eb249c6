package dev.ssebridge.internal.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One address that very many channels share. */
class AddressConsumersTest {
  private static final int MANY = 10_000;

  private final Vertx vertx = Vertx.vertx();
  private final Loops loops = new Loops(vertx);
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
  void messagesThatComeFasterThanTheyAreHandedOnDoNotPileUp() throws Exception {
    Loops.OnLoop loop = loops.next();
    int messages = 1000;
    int[] arrived = {0};
    int[] handed = {0};
    int[] waiting = {0};
    CompletableFuture<Void> opened = new CompletableFuture<>();
    loop.context()
        .runOnContext(
            v ->
                vertx
                    .eventBus()
                    .consumer("shared", m -> arrived[0]++)
                    .completion()
                    .onComplete(ready -> opened.complete(null)));
    await(opened);
    List<AddressConsumers.Attachment> attached =
        attachMany(
            loop,
            text -> {
              if (handed[0]++ % MANY == 0) {
                waiting[0] = Math.max(waiting[0], arrived[0] - handed[0] / MANY);
              }
            });
    await(attached.get(0).ready().toCompletionStage().toCompletableFuture());
    CompletableFuture<Integer> all = new CompletableFuture<>();
    loop.context()
        .runOnContext(
            v -> {
              for (int i = 0; i < messages; i++) {
                vertx.eventBus().publish("shared", "m" + i);
              }
              consumers.fence("shared", () -> all.complete(handed[0]));
            });

    assertThat(await(all)).isEqualTo(messages * MANY);
    assertThat(waiting[0]).isBetween(2, AddressConsumers.WAITING + 2);
  }

  @Test
  void whoeverIsDetachedGetsNoMessageThatArrivesLater() throws Exception {
    List<String> got = new ArrayList<>();
    Loops.OnLoop loop = loops.next();
    AddressConsumers.Attachment leaving =
        consumers.attach("shared", loop, m -> got.add("leaving " + m.body()));
    consumers.attach("shared", loop, m -> got.add("staying " + m.body()));
    await(leaving.ready().toCompletionStage().toCompletableFuture());
    leaving.close();
    vertx.eventBus().publish("shared", "m");
    CompletableFuture<List<String>> fenced = new CompletableFuture<>();
    consumers.fence("shared", () -> fenced.complete(List.copyOf(got)));

    assertThat(await(fenced)).containsExactly("staying m");
  }

  private List<AddressConsumers.Attachment> attachMany(Loops.OnLoop loop, Told told) {
    List<AddressConsumers.Attachment> attached = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      attached.add(consumers.attach("shared", loop, m -> told.told(String.valueOf(m.body()))));
    }
    return attached;
  }

  private static <T> T await(CompletableFuture<T> future) throws Exception {
    return future.get(10, TimeUnit.SECONDS);
  }

  private interface Told {
    void told(String text);
  }
}
