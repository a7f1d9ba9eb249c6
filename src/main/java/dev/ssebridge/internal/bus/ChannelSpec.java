package dev.ssebridge.internal.bus;

import dev.ssebridge.internal.fanout.StreamCounters;
import dev.ssebridge.internal.fanout.StreamPolicy;
import dev.ssebridge.internal.log.LogShape;
import dev.ssebridge.internal.log.Retention;
import dev.ssebridge.spi.EventCodec;
import org.jspecify.annotations.Nullable;

/**
 * How the channels of a route are made.
 *
 * @param route the name of the route, for messages
 * @param type which type the events have
 * @param key what they are conflated by, or {@code null} for a route that does not conflate
 * @param only what says whom an event is for, or {@code null} for a route where all get all
 * @param retry which reconnection times messages may set
 * @param codec for bodies that the bridge does not know
 * @param retention how much history each channel keeps
 * @param policy how subscribers are served
 * @param lingerMillis how long a channel stays that nobody listens to and that retains nothing
 * @param maxChannels the most channels at once
 * @param counters of the route
 * @param stored where the history is kept beside the heap, or {@code null} for nowhere
 */
public record ChannelSpec(
    String route,
    TypeRule type,
    @Nullable KeyRule key,
    @Nullable EventValues only,
    RetryRange retry,
    EventCodec codec,
    Retention retention,
    StreamPolicy policy,
    long lingerMillis,
    int maxChannels,
    StreamCounters counters,
    @Nullable StoredSpec stored) {

  /** What the entries of a log hold that this number of addresses feed. */
  LogShape shape(int addresses) {
    return new LogShape(addresses, key != null, only != null);
  }
}
