package dev.ssebridge.internal.client;

import dev.ssebridge.client.EventSourceException;
import dev.ssebridge.client.EventSourceReason;
import dev.ssebridge.client.EventSourceState;
import dev.ssebridge.client.EventSourceTransition;
import dev.ssebridge.internal.config.GapMode;
import dev.ssebridge.internal.eventstream.Seal;
import dev.ssebridge.internal.text.PrintableText;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a source stands, and who is told: the log, the routes of its address, and whoever asks.
 * Only on the context, but for {@link #now}.
 */
final class SourceStatus {
  private static final System.Logger LOG = System.getLogger(SourceStatus.class.getName());
  private static final String TYPE = "sse.source";

  /** So many streams in a row that end in good order with nothing in them are an outage. */
  private static final int EMPTY_IN_ROW = 2;

  private final String source;
  private final GapMode outages;
  private final Audience audience;
  private final EventBus bus;
  private final Loop loop;
  private final Outages down;
  private final String key;
  private final Warnings trouble;

  private Loop.@Nullable Timer onTrial;
  private boolean empty;

  private volatile Now now;

  /**
   * Where it stands. Holds no text that a remote end wrote.
   *
   * @param state new, connecting, open, waiting or closed
   * @param reason why it is not open, or null where it is or nothing went wrong
   * @param status of the response that was the reason, or -1
   * @param since milliseconds since 1970
   */
  private record Now(String state, @Nullable String reason, int status, long since) {}

  /**
   * @param key how the outages know the source
   */
  SourceStatus(
      String source,
      GapMode outages,
      Audience audience,
      EventBus bus,
      Loop loop,
      Outages down,
      String key) {
    this.source = source;
    this.outages = outages;
    this.audience = audience;
    this.bus = bus;
    this.loop = loop;
    this.down = down;
    this.key = key;
    this.trouble = new Warnings(source, loop, Warnings.SELDOM);
    this.now = new Now("new", null, -1, loop.wallClock().toEpochMilli());
  }

  /** Where it stands, as JSON. Any thread. */
  JsonObject now() {
    Now seen = now;
    JsonObject json =
        new JsonObject()
            .put("state", seen.state())
            .put("open", seen.state().equals("open"))
            .put("since", Instant.ofEpochMilli(seen.since()).toString());
    if (seen.reason() != null) {
      json.put("reason", seen.reason());
    }
    if (seen.status() > 0) {
      json.put("status", seen.status());
    }
    return json;
  }

  /**
   * @param failuresInRow how many connections in a row brought nothing
   */
  void transition(EventSourceTransition transition, int failuresInRow) {
    EventSourceException cause = transition.cause();
    endTrial();
    switch (transition.to()) {
      case OPEN -> {
        if (empty) {
          onTrial = loop.after(TrackRecord.GOOD_MILLIS, this::come);
        } else {
          come();
        }
      }
      case CLOSED -> {
        if (transition.reason() != EventSourceReason.CLOSED) {
          stopped(transition);
        }
      }
      case WAITING -> {
        // One that ends in good order may be open again at the next try.
        empty = cause == null && failuresInRow >= EMPTY_IN_ROW;
        if (cause != null || empty) {
          trouble.warn(
              word(transition.reason())
                  + ": "
                  + (cause == null
                      ? failuresInRow + " streams in a row ended without a sign of life"
                      : cause.getMessage())
                  + "; trying again, next in "
                  + transition.delayMillis()
                  + " ms");
          go("down", transition);
        }
      }
      case CONNECTING -> {}
    }
    take(transition);
  }

  /** It delivers, so it is no longer on trial. */
  void onEvent() {
    if (onTrial != null) {
      endTrial();
      come();
    }
  }

  private void endTrial() {
    if (onTrial != null) {
      onTrial.cancel();
      onTrial = null;
    }
  }

  private void take(EventSourceTransition transition) {
    boolean connecting = transition.to() == EventSourceState.CONNECTING;
    EventSourceException cause = transition.cause();
    Now before = now;
    if (transition.to() == EventSourceState.OPEN) {
      now = new Now("open", null, -1, loop.wallClock().toEpochMilli());
    } else if (connecting && cause == null) {
      // Still down for the reason it went down for.
      now = new Now("connecting", before.reason(), before.status(), before.since());
    } else {
      now =
          new Now(
              word(transition.to()),
              word(transition.reason()),
              cause == null ? -1 : cause.statusCode(),
              before.state().equals("open") || before.reason() == null
                  ? loop.wallClock().toEpochMilli()
                  : before.since());
    }
  }

  private void stopped(EventSourceTransition transition) {
    EventSourceException cause = transition.cause();
    if (cause == null && transition.reason() == EventSourceReason.ENDED) {
      LOG.log(System.Logger.Level.INFO, "source {0}: ended", source);
      return;
    }
    LOG.log(
        System.Logger.Level.ERROR,
        "source {0}: stopped for good, {1}: {2}",
        source,
        word(transition.reason()),
        cause == null
            ? "as the server asked for"
            : PrintableText.of(String.valueOf(cause.getMessage())));
    down.ended(key);
    go("closed", transition);
  }

  /** Somebody wants it stopped, for good as far as is known. */
  void onStopWanted() {
    down.began(key);
    tell("closed", data("closed").put("reason", word(EventSourceReason.CLOSED)));
  }

  private void go(String state, EventSourceTransition transition) {
    if (down.has(key)) {
      return;
    }
    down.began(key);
    EventSourceException cause = transition.cause();
    JsonObject data = data(state).put("reason", word(transition.reason()));
    if (cause != null && cause.statusCode() > 0) {
      data.put("status", cause.statusCode());
    }
    tell(state, data);
  }

  private void come() {
    onTrial = null;
    LOG.log(System.Logger.Level.INFO, "source {0}: open", source);
    trouble.reset();
    if (down.has(key)) {
      down.ended(key);
      tell("open", data("open"));
    }
  }

  private JsonObject data(String state) {
    return new JsonObject().put("source", source).put("state", state);
  }

  private void tell(String state, JsonObject data) {
    if (outages == GapMode.SILENT) {
      return;
    }
    for (String address : audience.addresses()) {
      MultiMap headers =
          MultiMap.caseInsensitiveMultiMap()
              .set(BusMessage.TYPE, TYPE)
              .set(BusMessage.SOURCE, source)
              .set(BusMessage.STATE, state);
      Seal.set(address, headers, data);
      bus.publish(address, data, new DeliveryOptions().setHeaders(headers));
    }
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
