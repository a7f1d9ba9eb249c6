package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.config.DemoConfig;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class DemoVerticleTest {

  @Test
  void theGreetingsAreNumberedFromOneAndHaveAType(Vertx vertx, VertxTestContext test) {
    List<Message<String>> messages = new ArrayList<>();
    vertx
        .eventBus()
        .<String>consumer(
            "greetings",
            message -> {
              messages.add(message);
              if (messages.size() == 3) {
                test.verify(
                    () -> {
                      assertThat(messages.stream().map(Message::body))
                          .containsExactly("Hello World! 1", "Hello World! 2", "Hello World! 3");
                      assertThat(message.headers().get("sse-event")).isEqualTo("my-custom-event");
                    });
                test.completeNow();
              }
            });

    vertx
        .deployVerticle(new DemoVerticle(new DemoConfig("greetings", Duration.ofMillis(5))))
        .onFailure(test::failNow);
  }
}
