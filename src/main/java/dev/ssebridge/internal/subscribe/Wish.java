package dev.ssebridge.internal.subscribe;

import dev.ssebridge.internal.auth.Identity;
import dev.ssebridge.internal.fanout.Start;
import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.spi.CloseReason;
import io.vertx.ext.auth.User;
import io.vertx.ext.web.RoutingContext;
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
 * @param label of the events that it gets, {@code null} for all
 * @param from where it begins
 * @param endAt when it ends, {@code null} for no such time
 * @param attributes what is said of it
 * @param asker who asks
 */
record Wish(
    BridgeRequest context,
    String remote,
    Map<String, String> parameters,
    List<String> offered,
    List<String> addresses,
    @Nullable String label,
    Start.From from,
    @Nullable Instant endAt,
    Map<String, Object> attributes,
    Asker asker) {

  Wish withAddresses(List<String> offered, List<String> addresses) {
    return new Wish(
        context, remote, parameters, offered, addresses, label, from, endAt, attributes, asker);
  }

  /**
   * The same with what its channel has anyway, so that an open stream keeps none of its own.
   *
   * @param same the offered addresses as the channel has them
   */
  Wish ofChannel(List<String> same) {
    return same.equals(offered) && same.equals(addresses) ? withAddresses(same, same) : this;
  }

  Wish withFrom(Start.From other) {
    return new Wish(
        context, remote, parameters, offered, addresses, label, other, endAt, attributes, asker);
  }

  Wish withEnd(Instant end) {
    Instant earliest = endAt == null || end.isBefore(endAt) ? end : endAt;
    return new Wish(
        context, remote, parameters, offered, addresses, label, from, earliest, attributes, asker);
  }

  Wish withAttributes(Map<String, Object> more) {
    return new Wish(
        context, remote, parameters, offered, addresses, label, from, endAt, more, asker);
  }

  /** Who has shown who he is; {@code null} where nobody has to. */
  @Nullable Identity who() {
    return asker.who();
  }

  /** What the client comes back with; {@code null} for nothing. */
  @Nullable String lastEventId() {
    return from instanceof Start.After after ? after.id() : null;
  }

  /** Who asks, as the application knows him. */
  @Nullable User user() {
    RoutingContext routing = context.routing();
    Identity who = who();
    if (who != null) {
      return who.user();
    }
    return routing == null ? null : routing.user();
  }

  /** How long it is until a time, 0 or less where it is over. */
  static long millisUntil(Instant end, long now) {
    try {
      return Math.subtractExact(end.toEpochMilli(), now);
    } catch (ArithmeticException farAway) {
      return end.getEpochSecond() < 0 ? 0 : Long.MAX_VALUE;
    }
  }

  /** Why it ends at its time. */
  CloseReason reasonOfEnd() {
    Identity who = who();
    return who != null && who.expires() != null && who.expires().equals(endAt)
        ? CloseReason.UNAUTHORIZED
        : CloseReason.EXPIRED;
  }
}
