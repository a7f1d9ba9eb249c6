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
}
