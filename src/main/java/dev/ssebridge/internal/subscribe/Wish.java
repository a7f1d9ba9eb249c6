package dev.ssebridge.internal.subscribe;

import dev.ssebridge.internal.fanout.Start;
import dev.ssebridge.internal.http.BridgeRequest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request for a stream that was understood, and what it is granted. Immutable.
 *
 * @param context the request
 * @param remote who sent it
 * @param parameters of its path
 * @param offered the addresses of the channel
 * @param addresses those of them that it gets, in the same order
 * @param from where it begins
 * @param endAt when it ends, {@code null} for no such time
 * @param attributes what is said of it
 */
record Wish(
    BridgeRequest context,
    String remote,
    Map<String, String> parameters,
    List<String> offered,
    List<String> addresses,
    Start.From from,
    @Nullable Instant endAt,
    Map<String, Object> attributes) {

  Wish withAddresses(List<String> offered, List<String> addresses) {
    return new Wish(context, remote, parameters, offered, addresses, from, endAt, attributes);
  }

  Wish withEnd(Instant end) {
    Instant earliest = endAt == null || end.isBefore(endAt) ? end : endAt;
    return new Wish(context, remote, parameters, offered, addresses, from, earliest, attributes);
  }

  Wish withAttributes(Map<String, Object> more) {
    return new Wish(context, remote, parameters, offered, addresses, from, endAt, more);
  }
}
