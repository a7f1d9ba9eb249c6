package dev.ssebridge.internal.publish;

import dev.ssebridge.PublishRequest;
import io.vertx.core.Handler;
import java.time.Duration;
import java.util.List;

/**
 * Who decides about the messages of one rule. Any thread.
 *
 * @param rule its name in the configuration
 * @param handlers of the application, asked in their order; all have to accept
 * @param limit how long each of them may take for one message
 */
public record Reviewers(String rule, List<Handler<PublishRequest>> handlers, Duration limit) {
  public Reviewers {
    handlers = List.copyOf(handlers);
  }
}
