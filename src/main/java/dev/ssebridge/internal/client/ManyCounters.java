package dev.ssebridge.internal.client;

import dev.ssebridge.client.EventSourceStats;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the connections of a source with many streams have counted, those included that are followed
 * no more: a counter never goes back. Any thread.
 */
final class ManyCounters {
  /** Who listened and was not followed. */
  final Tally turnedAway = new Tally();

  // guarded by this
  private Sums past = new Sums(0, 0, 0, 0, 0, 0);

  /** Of any number of streams. */
  record Sums(long attempts, long opened, long failures, long events, long bytes, long oddities) {
    private Sums with(EventSourceStats one) {
      return new Sums(
          attempts + one.attempts(),
          opened + one.opened(),
          failures + one.failures(),
          events + one.events(),
          bytes + one.bytes(),
          oddities + one.oddities());
    }
  }

  /** A stream begins; none of this address is there. */
  synchronized void begin(Map<String, RemoteSource> open, String address, RemoteSource stream) {
    open.put(address, stream);
  }

  /** A stream is among those that are followed no more. */
  synchronized void end(Map<String, RemoteSource> open, String address) {
    @Nullable RemoteSource stream = open.remove(address);
    if (stream != null) {
      past = past.with(stream.stats());
    }
  }

  /** Of all, these included, which are open. */
  synchronized Sums sums(Map<String, RemoteSource> open) {
    Sums all = past;
    for (RemoteSource stream : open.values()) {
      all = all.with(stream.stats());
    }
    return all;
  }

  JsonObject toJson(Map<String, RemoteSource> open) {
    Sums all = sums(open);
    return new JsonObject()
        .put("turnedAway", turnedAway.get())
        .put("attempts", all.attempts())
        .put("opened", all.opened())
        .put("failures", all.failures())
        .put("events", all.events())
        .put("bytes", all.bytes())
        .put("oddities", all.oddities());
  }
}
