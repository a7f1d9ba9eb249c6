package dev.ssebridge.internal.bus;

import io.vertx.core.eventbus.Message;
import org.jspecify.annotations.Nullable;

/** What events are conflated by. */
@FunctionalInterface
public interface KeyRule {

  /**
   * The key of an event, or {@code null} for one that is never merged with another.
   *
   * @param type the type of the event, or {@code null} if it has none
   * @param address the address that the message came from
   */
  @Nullable String key(@Nullable String type, String address, Message<?> message);
}
