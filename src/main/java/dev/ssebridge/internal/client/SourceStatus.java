package dev.ssebridge.internal.client;

import dev.ssebridge.GapMode;
import dev.ssebridge.client.EventSourceException;
import dev.ssebridge.client.EventSourceReason;
import dev.ssebridge.client.EventSourceState;
import dev.ssebridge.client.EventSourceTransition;
import dev.ssebridge.internal.config.SourceRequest;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a source stands, and who is told: the log, the routes of its address, and all who ask. Only
 * on the context, except for {@link #now}.
 */
final class SourceStatus {
  /**
   * This number of streams in a row that bring nothing is an outage, however they end; the next
   * stream that opens is the end of the outage only when it brings something, or lasts.
   */
  private static final int BARREN_IN_ROW = 2;

  private final String source;
  private final GapMode outages;
  private final SourceRequest.Repeat repeat;
  private final Audience audience;
  private final SourceNotices notices;
  private final SourceVoice voice;
  private final Loop loop;
  private final Outages down;
  private final String key;
  private final Warnings trouble;

  private Loop.@Nullable Timer onTrial;

  /** Streams in a row that were opened and brought nothing. */
  private int barren;

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
      SourceRequest.Repeat repeat,
      Audience audience,
      SourceNotices notices,
      SourceVoice voice,
      Loop loop,
      Outages down,
      String key) {
    this.source = source;
    this.outages = outages;
    this.repeat = repeat;
    this.audience = audience;
    this.notices = notices;
    this.voice = voice;
    this.loop = loop;
    this.down = down;
    this.key = key;
    this.trouble = voice.warnings(Warnings.SELDOM);
    this.now = new Now("new", null, -1, loop.wallClock().toEpochMilli());
  }

  /** All that {@link #state} may be. */
  static final List<String> STATES = List.of("new", "connecting", "open", "waiting", "closed");

  /** Where it stands, in one word. Any thread. */
  String state() {
    return now.state();
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

  /** For how long it has had no stream, in milliseconds; 0 where it has one. Any thread. */
  long downMillis() {
    Now seen = now;
    return seen.state().equals("open")
        ? 0
        : Math.max(0, loop.wallClock().toEpochMilli() - seen.since());
  }

  /**
   * @param failuresInRow how many connections in a row brought nothing
   */
  void transition(EventSourceTransition transition, int failuresInRow) {
    endTrial();
    if (transition.from() == EventSourceState.OPEN) {
      barren = failuresInRow == 0 ? 0 : barren + 1;
    }
    switch (transition.to()) {
      case OPEN -> {
        if (barren < BARREN_IN_ROW) {
          come();
        } else {
          onTrial = loop.after(TrackRecord.GOOD_MILLIS, this::come);
        }
      }
      case CLOSED -> {
        if (transition.reason() != EventSourceReason.CLOSED) {
          stopped(transition);
        }
      }
      case WAITING -> waiting(transition);
      case CONNECTING -> {}
    }
    take(transition);
  }

  private void waiting(EventSourceTransition transition) {
    EventSourceException cause = transition.cause();
    if (cause == null && barren < BARREN_IN_ROW) {
      return; // one that ends in good order may be open again at the next try
    }
    trouble.warn(
        word(transition.reason())
            + ": "
            + (cause == null
                ? barren + " streams in a row ended without a sign of life"
                : cause.getMessage())
            + "; trying again, next in "
            + transition.delayMillis()
            + " ms");
    go("down", transition);
  }

  /** The stream has brought something, so it is no longer on trial. */
  void onLife() {
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
    if (cause == null
        && transition.reason() == EventSourceReason.ENDED
        && repeat instanceof SourceRequest.Once) {
      voice.info("ended");
      return;
    }
    voice.error(
        "stopped for good, "
            + word(transition.reason())
            + ": "
            + (cause == null
                ? reasonOfEnd(transition.reason())
                : String.valueOf(cause.getMessage())));
    down.ended(key);
    go("closed", transition);
  }

  private static String reasonOfEnd(EventSourceReason reason) {
    return reason == EventSourceReason.ENDED
        ? "it ended, and its request may not be repeated (a method that is not safe); \"once\" says"
            + " that this is meant, \"every\" asks again"
        : "as the server asked for";
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
    voice.info("open");
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
    audience.tell(address -> notices.tell(address, state, data));
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
