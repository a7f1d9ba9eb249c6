package dev.ssebridge.internal.metrics;

import static dev.ssebridge.metrics.MeterKind.COUNTER;
import static dev.ssebridge.metrics.MeterKind.GAUGE;
import static dev.ssebridge.metrics.MeterKind.HISTOGRAM;

import dev.ssebridge.metrics.MeterInfo;
import dev.ssebridge.metrics.MeterKind;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * All that the bridge tells of itself: what is registered, and what stands in the documentation, is
 * made of this list. The values of tags are names of the configuration, or of a set that stands
 * here; never anything that a client chooses.
 */
@SuppressWarnings("ImmutableEnumChecker") // what is known of a meter does not change
public enum Meter {
  // streams
  STREAMS_OPEN(GAUGE, "streams_open", "", of("route"), "Streams that are open"),
  STREAMS_OPENED(COUNTER, "streams_opened", "", of("route"), "Streams that were opened"),
  STREAMS_ENDED(
      COUNTER, "streams_ended", "", of("route", "reason"), "Streams that have ended, and why"),
  REPLAY(
      HISTOGRAM,
      "replay_events",
      "events",
      of("route"),
      "Events of the history that a stream began with"),

  // events
  EVENTS_IN(
      COUNTER,
      "events_in",
      "events",
      of("route", "way"),
      "Events that came in: published on the event bus, posted over HTTP, of a source, or out"
          + " of the store, where another node has put them"),
  DELIVERED(
      COUNTER,
      "events_delivered",
      "events",
      of("route"),
      "Events that were written to streams, each stream counted"),
  WRITTEN_BYTES(
      COUNTER,
      "written_bytes",
      "bytes",
      of("route"),
      "Bytes of event streams that were written, before chunks and TLS"),
  FILTERED(
      COUNTER,
      "events_filtered",
      "events",
      of("route"),
      "Events that streams did not get, as they had not asked for their addresses"),
  MERGED(
      COUNTER,
      "events_merged",
      "events",
      of("route"),
      "Events that slow streams did not get, as a newer one of the same key followed"),
  GAPS(COUNTER, "gaps", "", of("route", "reason"), "Gaps that streams were told of"),
  MISSED(
      COUNTER,
      "events_missed",
      "events",
      of("route", "reason"),
      "Events in gaps, as far as their number is known"),
  DROPPED(
      COUNTER,
      "messages_dropped",
      "",
      of("route", "cause"),
      "Messages of the event bus that did not become events though they should have"),
  PUBLISH_TO_APPEND(
      HISTOGRAM,
      "publish_to_append_seconds",
      "seconds",
      of("route"),
      "From the event bus to the history"),
  APPEND_TO_SOCKET(
      HISTOGRAM,
      "append_to_socket_seconds",
      "seconds",
      of("route"),
      "From the history to a socket, of the oldest event of each write; replays are left out"),
  LAG_EVENTS(
      HISTOGRAM,
      "lag_events",
      "events",
      of("route"),
      "How many events a stream is behind: each open stream counts once a second"),
  LAG_SECONDS(
      HISTOGRAM,
      "lag_seconds",
      "seconds",
      of("route"),
      "How old the oldest event is that a stream has yet to get: each open stream counts once a"
          + " second"),

  // history
  CHANNELS(GAUGE, "channels", "", of("route"), "Channels there are"),
  RETAINED_EVENTS(
      GAUGE, "retained_events", "events", of("route"), "Events that the histories hold"),
  RETAINED_BYTES(GAUGE, "retained_bytes", "bytes", of("route"), "Bytes that the histories hold"),
  RETAINED_LIMIT(
      GAUGE, "retained_limit_bytes", "bytes", of(), "Bytes that all histories may hold together"),
  EVICTED(
      COUNTER,
      "events_evicted",
      "events",
      of("route", "limit"),
      "Events that went from the histories, and for which limit"),

  STORE_UP(GAUGE, "store_up", "", of("store"), "1 where a store of history takes events, else 0"),
  STORE_WAITING(
      GAUGE,
      "store_waiting_events",
      "events",
      of("store"),
      "Events that wait until a store of history takes them"),

  // publishing
  PUBLISH_REQUESTS(
      COUNTER,
      "publish_requests",
      "",
      of("rule", "status"),
      "Requests to publish by the status of their answer; `none` where the client left before it"),
  PUBLISH_BYTES(
      COUNTER, "publish_request_bytes", "bytes", of("rule"), "Bytes of the bodies of such"),
  PUBLISH_SECONDS(
      HISTOGRAM,
      "publish_request_seconds",
      "seconds",
      of("rule"),
      "From the head of such a request to the end of its answer"),

  // who asks
  AUTH_DECISIONS(
      COUNTER,
      "auth_decisions",
      "",
      of("wish", "result"),
      "What was decided about those who had to show who they are: `permitted`, or why not"),

  // sources: of the Vert.x
  SOURCE_STATE(
      GAUGE,
      "source_state",
      "",
      Scope.VERTX,
      of("source", "state"),
      "1 for the state that a source is in, 0 for the others; of a source with parameters how many"
          + " streams are in it"),
  SOURCE_UNFOLLOWED(
      GAUGE,
      "source_unfollowed_addresses",
      "",
      Scope.VERTX,
      of("source"),
      "Addresses that are listened to and wait, as a source with parameters follows as many as it"
          + " may"),
  SOURCE_TURNED_AWAY(
      COUNTER,
      "source_turned_away",
      "",
      Scope.VERTX,
      of("source"),
      "Addresses that were listened to and not followed: there were as many streams as may be, or"
          + " no URL can have such a value"),
  SOURCE_RECONNECTS(
      COUNTER,
      "source_reconnects",
      "",
      Scope.VERTX,
      of("source", "reason"),
      "Connections to a source that ended and are made again, and why they ended"),
  SOURCE_EVENTS(
      COUNTER,
      "source_events",
      "events",
      Scope.VERTX,
      of("source"),
      "Events that came of a source"),
  SOURCE_BYTES(
      COUNTER,
      "source_received_bytes",
      "bytes",
      Scope.VERTX,
      of("source"),
      "Bytes of bodies that came of a source"),
  SOURCE_AGE(
      GAUGE,
      "source_last_event_age_seconds",
      "seconds",
      Scope.VERTX,
      of("source"),
      "How long ago the last event came, or the source was made"),
  SOURCE_GAPS(
      COUNTER, "source_gaps", "", Scope.VERTX, of("source"), "Gaps that the other end has told of"),
  SOURCE_MISSED(
      COUNTER,
      "source_events_missed",
      "events",
      Scope.VERTX,
      of("source"),
      "Events in such gaps, as far as their number is known"),
  SOURCE_DEAD(
      COUNTER,
      "source_dead_letters",
      "events",
      Scope.VERTX,
      of("source"),
      "Events that nobody would have, or that had no form that the address takes"),
  SOURCE_IN_FLIGHT(
      GAUGE,
      "source_in_flight_events",
      "events",
      Scope.VERTX,
      of("source"),
      "Events of a source that are not done with"),

  // the process
  WAITING(
      GAUGE,
      "waiting_messages",
      "",
      Scope.VERTX,
      of(),
      "Messages that wait between the event bus and the histories"),
  LOOP_DELAY(
      HISTOGRAM,
      "loop_delay_seconds",
      "seconds",
      Scope.VERTX,
      of("loop"),
      "How late an event loop came to a task, ten times a second"),
  DIRECT_MEMORY(
      GAUGE,
      "direct_memory_bytes",
      "bytes",
      Scope.VERTX,
      of("pool"),
      "Memory beside the heap: what Netty has taken, and what is in buffers of the JDK"),
  DIRECT_MEMORY_LIMIT(
      GAUGE, "direct_memory_limit_bytes", "bytes", Scope.VERTX, of(), "What Netty may take of it");

  /** What the names of all begin with. */
  public static final String PREFIX = "ssebridge_";

  /** What a meter is of. */
  private enum Scope {
    /** One bridge, which has a name where there are several. */
    BRIDGE("bridge"),
    /** All bridges and sources of a Vert.x. */
    VERTX;

    private final String[] tags;

    Scope(String... tags) {
      this.tags = tags;
    }
  }

  private final MeterInfo info;

  Meter(MeterKind kind, String name, String unit, String[] tags, String meaning) {
    this(kind, name, unit, Scope.BRIDGE, tags, meaning);
  }

  Meter(MeterKind kind, String name, String unit, Scope scope, String[] tags, String meaning) {
    List<String> all = Stream.concat(Arrays.stream(scope.tags), Arrays.stream(tags)).toList();
    info = new MeterInfo(PREFIX + name, kind, unit, all, meaning);
  }

  private static String[] of(String... tags) {
    return tags;
  }

  /** What is known of it. */
  public MeterInfo info() {
    return info;
  }
}
