package dev.ssebridge.internal.door;

import dev.ssebridge.PublishRequest;
import io.vertx.core.Handler;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Who decides about messages that are posted, in their order. Not before they are all added. */
final class PublishHandlers {
  private final List<Checked> all = new ArrayList<>();

  /**
   * One of them.
   *
   * @param rule of these; {@code null} for all
   */
  private record Checked(@Nullable String rule, Handler<PublishRequest> handler) {}

  void add(@Nullable String rule, Handler<PublishRequest> handler) {
    all.add(new Checked(rule, Objects.requireNonNull(handler, "handler")));
  }

  List<Handler<PublishRequest>> of(String rule) {
    List<Handler<PublishRequest>> handlers = new ArrayList<>();
    for (Checked checked : all) {
      if (checked.rule() == null || checked.rule().equals(rule)) {
        handlers.add(checked.handler());
      }
    }
    return handlers;
  }
}
