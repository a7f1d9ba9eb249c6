package dev.ssebridge.internal.bus;

import dev.ssebridge.internal.log.EventLog;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is being read of stores, and what was read last: many who come back at once want the same.
 * However many they are, the reads under way and what is held are limited. Any thread.
 */
final class Stretches {
  /** The most reads under way at once; others wait for their turn. */
  static final int MOST_READS = 32;

  /** The most stretches that are held beside those that are being delivered. */
  static final int MOST_KEPT = 32;

  /** And none for longer than this. */
  static final long KEPT_MILLIS = 5000;

  /** About how many bytes of frames a stretch has; more where a single event has. */
  static final int BYTES = 256 * 1024;

  /** Those who stand close to each other read the same. */
  private static final int ALIGNED = 64;

  /** Who can read. */
  interface Source {
    /** Reads from this sequence on, about {@value #BYTES} bytes. */
    Future<EventLog> fetch(long from);
  }

  private record Place(Source source, String epoch, long from) {}

  private record Kept(EventLog log, long until) {}

  private record Waiting(long wanted, Consumer<@Nullable EventLog> then) {}

  // guarded by this
  private final Map<Place, Kept> kept = new LinkedHashMap<>();
  private final Map<Place, List<Waiting>> underWay = new LinkedHashMap<>();
  private final Queue<Place> turn = new ArrayDeque<>();
  private int reads;
  private boolean starting;

  /**
   * Reads a stretch that this sequence is in.
   *
   * @param oldest nothing before this one can be read
   * @param then told once, on any thread; {@code null} where it could not be read
   */
  void read(
      Source source,
      String epoch,
      long sequence,
      long oldest,
      long now,
      Consumer<@Nullable EventLog> then) {
    long aligned = Math.max(oldest, (sequence - 1) / ALIGNED * ALIGNED + 1);
    EventLog found;
    synchronized (this) {
      forget(now);
      found = find(new Place(source, epoch, aligned), sequence);
      if (found == null && aligned != sequence) {
        found = find(new Place(source, epoch, sequence), sequence);
      }
    }
    if (found != null) {
      then.accept(found);
    } else {
      start(new Place(source, epoch, aligned), new Waiting(sequence, then), now);
    }
  }

  private @Nullable EventLog find(Place place, long sequence) {
    Kept there = kept.get(place);
    return there != null && holds(there.log, sequence) ? there.log : null;
  }

  private static boolean holds(EventLog log, long sequence) {
    return log.floor() <= sequence && sequence <= log.head();
  }

  private void start(Place place, Waiting waiting, long now) {
    synchronized (this) {
      List<Waiting> others = underWay.get(place);
      if (others != null) {
        others.add(waiting);
        return;
      }
      List<Waiting> first = new ArrayList<>();
      first.add(waiting);
      underWay.put(place, first);
      turn.add(place);
    }
    fetchSome(now);
  }

  /** Where reads end at once, however many, the loop goes on and does not call itself. */
  private void fetchSome(long now) {
    Place next;
    while ((next = takeTurn()) != null) {
      Place place = next;
      Future<EventLog> read;
      try {
        read = place.source.fetch(place.from);
      } catch (RuntimeException e) {
        read = Future.failedFuture(e);
      }
      read.onComplete(done -> onRead(place, done.result(), now));
      synchronized (this) {
        starting = false;
      }
    }
  }

  private synchronized @Nullable Place takeTurn() {
    if (starting || reads == MOST_READS) {
      return null;
    }
    Place next = turn.poll();
    if (next != null) {
      reads++;
      starting = true;
    }
    return next;
  }

  private void onRead(Place place, @Nullable EventLog log, long now) {
    List<Waiting> waiting;
    synchronized (this) {
      List<Waiting> all = underWay.remove(place);
      waiting = all == null ? List.of() : all;
      if (log != null) {
        kept.put(place, new Kept(log, now + KEPT_MILLIS));
        if (kept.size() > MOST_KEPT) {
          kept.remove(kept.keySet().iterator().next());
        }
      }
      reads--;
    }
    for (Waiting each : waiting) {
      if (log == null || holds(log, each.wanted) || place.from == each.wanted) {
        each.then.accept(log);
      } else {
        // Large events: the stretch that begins a little earlier does not come so far.
        start(new Place(place.source, place.epoch, each.wanted), each, now);
      }
    }
    fetchSome(now);
  }

  /** Lets go of what nobody has wanted lately. */
  synchronized void forget(long now) {
    Iterator<Kept> all = kept.values().iterator();
    while (all.hasNext() && all.next().until < now) {
      all.remove();
    }
  }
}
