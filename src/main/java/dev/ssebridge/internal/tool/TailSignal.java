package dev.ssebridge.internal.tool;

import dev.ssebridge.client.EventSourceTransition;
import dev.ssebridge.format.ServerSentEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What happens while a stream is followed, in the order in which it happens. */
sealed interface TailSignal {

  /** An event came. */
  record Event(ServerSentEvent event, Instant time) implements TailSignal {}

  /**
   * The source went from one state to the next.
   *
   * @param answer the latest answer, or null before the first
   * @param headers of the latest stream
   * @param comment the last thing that this connection has said without an event; may be empty
   */
  record Moved(
      EventSourceTransition step,
      WatchedClient.@Nullable Answer answer,
      Map<String, List<String>> headers,
      String comment)
      implements TailSignal {}

  /** It is over for good. */
  record Over(@Nullable Throwable failure) implements TailSignal {}

  /** Somebody wants to leave. */
  record Leave() implements TailSignal {}

  /** Nobody reads what is written any longer. */
  record Unread() implements TailSignal {}
}
