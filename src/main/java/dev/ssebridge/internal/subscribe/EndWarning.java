package dev.ssebridge.internal.subscribe;

import dev.ssebridge.format.EventEncoder;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.format.SseTypes;
import dev.ssebridge.internal.auth.Access;
import dev.ssebridge.internal.fanout.Deadline;
import dev.ssebridge.internal.fanout.FanoutLoop;
import dev.ssebridge.internal.fanout.Subscriber;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Tells a stream that it is about to end, because the token of its subscriber does. On its loop.
 */
final class EndWarning extends Deadline {
  private final FanoutLoop loop;
  private final Subscriber subscriber;
  private final Instant end;

  private EndWarning(FanoutLoop loop, Subscriber subscriber, Instant end) {
    this.loop = loop;
    this.subscriber = subscriber;
    this.end = end;
  }

  /** The warning of a stream; {@code null} where it gets none. */
  static @Nullable EndWarning of(
      Serving serving, Wish wish, FanoutLoop loop, Subscriber subscriber) {
    Access access = serving.listener().access();
    Duration before = access == null ? Duration.ZERO : access.config().warning();
    Instant end = wish.who() == null ? null : wish.who().expires();
    if (before.isZero() || end == null) {
      return null;
    }
    long left = Wish.millisUntil(end, serving.hub().clock().getAsLong()) - before.toMillis();
    EndWarning warning = new EndWarning(loop, subscriber, end);
    loop.scheduleIn(warning, Math.max(1, left));
    return warning;
  }

  @Override
  protected void due(long now) {
    String data = new JsonObject().put("expires", end.toString()).encode();
    subscriber.send(
        EventEncoder.encode(ServerSentEvent.builder().type(SseTypes.AUTH).data(data).build()));
  }

  void cancel() {
    loop.cancel(this);
  }
}
