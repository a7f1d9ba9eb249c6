package dev.ssebridge.spi;

import dev.ssebridge.format.ServerSentEvent;
import io.vertx.core.eventbus.Message;
import org.jspecify.annotations.Nullable;

/**
 * Makes an event from a message whose body the bridge does not know: anything but String,
 * JsonObject, JsonArray, Buffer, Number, Boolean and null.
 *
 * <p>What the event says wins over the message's headers: its type over {@code sse-event}, its
 * reconnection time (kept between the route's {@code minRetry} and {@code maxRetry}) over {@code
 * sse-retry}, its comment over {@code sse-comment}. Its own fields are written too, except for
 * those that begin with {@code sse-}. Two things are not the codec's: where the route has a {@code
 * type}, that one counts; and the id is the place of the event in the log of its channel, so that
 * an id which the codec sets is left out. A type that is for the bridge alone ({@code sse.*}, or
 * the route's {@code gapType}) drops the message, with a counted warning.
 *
 * <p>No codec is needed where the event bus has one already: a body whose {@code MessageCodec}
 * writes JSON over the wire becomes that JSON, and any other body that {@code Json.encode} can map
 * becomes what it makes of it, which takes Jackson Databind on the class path for classes of an
 * application. A {@code byte[]} and a {@code Character} are for a codec alone: nobody would expect
 * Base64, or a letter in quotes. A codec that is given is asked first.
 *
 * <p>Called on an event loop, for one message at a time, maybe on several loops at once; must not
 * block, and must not change the message. An exception or error drops the message, with a counted
 * warning.
 */
@FunctionalInterface
public interface EventCodec {

  /** Knows nothing. */
  EventCodec NONE = message -> null;

  /** The event, or {@code null} for a message that this codec does not know either. */
  @Nullable ServerSentEvent encode(Message<?> message);
}
