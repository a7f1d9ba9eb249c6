package dev.ssebridge.internal.client;

import io.vertx.core.MultiMap;
import org.jspecify.annotations.Nullable;

/**
 * An event as it goes onto the event bus.
 *
 * @param address where to
 * @param body its data in the form the source has it
 * @param text its data as it came
 * @param headers what is known of it
 */
record BusMessage(String address, @Nullable Object body, String text, MultiMap headers) {
  /** The same for another address. */
  BusMessage to(String other) {
    return new BusMessage(other, body, text, MultiMap.caseInsensitiveMultiMap().addAll(headers));
  }

  /** The type of the event. */
  static final String TYPE = "sse-event";

  /** Its id. */
  static final String ID = "sse-id";

  /** The name of the source it came from. */
  static final String SOURCE = "sse-source";

  /** In a gap of another bridge: how many events were missed, or {@code unknown}. */
  static final String GAP = "sse-gap";

  /** In a report of a source of itself: {@code down}, {@code open} or {@code closed}. */
  static final String STATE = "sse-state";

  /** In a dead letter: why it could not be handed over. */
  static final String REASON = "sse-reason";

  /** In a dead letter: the address it was meant for. */
  static final String ADDRESS = "sse-address";
}
