package dev.ssebridge.internal.client;

import dev.ssebridge.client.EventSourceException;
import dev.ssebridge.client.EventSourceTransition;
import dev.ssebridge.format.ParseOddity;
import dev.ssebridge.format.ServerSentEvent;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Told what a {@link StreamFollower} sees, on its context, in order. What a method throws is given
 * to {@link #handlerFailed}. Nothing is told after the follower's close has completed.
 */
public interface StreamObserver {
  /** An event; its id is the last event id, whether or not its own block named one. */
  void event(ServerSentEvent event);

  /** A comment, as soon as its line has ended. */
  default void comment(String text) {}

  /** A block without data moved the last event id, behind all events before it. */
  default void position(String lastEventId) {}

  /** The server gave a reconnection time. */
  default void retry(long millis) {}

  /** Something in the stream is not what the standard has. */
  default void oddity(ParseOddity oddity) {}

  /** The state changed. */
  default void transition(EventSourceTransition transition) {}

  /** Whether an answer in JSON will do where a stream was asked for once. */
  default boolean takesAnswers() {
    return false;
  }

  /** Such an answer came, instead of a stream. */
  default void answer(Buffer json) {}

  /** A call-back threw this. */
  void handlerFailed(EventSourceException failure);

  /** The source is closed for good; the failure is null where nothing went wrong. */
  default void end(@Nullable EventSourceException failure) {}
}
