package dev.ssebridge.internal.bus;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.testing.BridgeFixture;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class LoopsTest {
  @Test
  @Timeout(value = 10, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aContextOfAnotherVertxIsRefused(Vertx vertx) {
    Vertx other = Vertx.vertx();
    try {
      assertThatThrownBy(() -> Hub.of(vertx).fanout(other.getOrCreateContext()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("a context of the Vertx");
    } finally {
      BridgeFixture.get(other.close());
    }
  }
}
