package dev.ssebridge.spi;

import org.jspecify.annotations.Nullable;

/**
 * Makes the data of an event from a message body that the bridge does not know: anything but
 * String, JsonObject, JsonArray, Buffer, Number, Boolean and null.
 *
 * <p>Called on an event loop, for one message at a time, maybe on several loops at once; must not
 * block. An exception drops the message, with a counted warning.
 */
@FunctionalInterface
public interface EventCodec {

  /** Knows nothing: such messages are dropped with a counted warning. */
  EventCodec NONE = body -> null;

  /** The data of the event, or {@code null} for a body that this codec does not know either. */
  @Nullable String encode(Object body);
}
