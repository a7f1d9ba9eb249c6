package dev.ssebridge.internal.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a message is taken to need while it waits. */
class MessageSizeTest {
  private static final String LONG = "k".repeat(1 << 20);

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    BridgeFixture.get(vertx.close());
  }

  @Test
  void keysCountLikeValues() throws Exception {
    assertThat(sizeOf(new JsonObject().put(LONG, 1))).isGreaterThan(2L * LONG.length());
    assertThat(sizeOf(new JsonObject().put("k", LONG))).isGreaterThan(2L * LONG.length());
    assertThat(sizeOf(new JsonArray().add(new JsonObject().put(LONG, new JsonObject()))))
        .isGreaterThan(2L * LONG.length());
    assertThat(sizeOf(new JsonObject().put("k", 1))).isLessThan(1000);
  }

  private long sizeOf(Object body) throws Exception {
    CompletableFuture<Long> size = new CompletableFuture<>();
    var consumer =
        vertx.eventBus().consumer("a", message -> size.complete(MessageSize.of(message)));
    BridgeFixture.get(consumer.completion());
    vertx.eventBus().publish("a", body);
    long told = size.get(20, TimeUnit.SECONDS);
    BridgeFixture.get(consumer.unregister());
    return told;
  }
}
