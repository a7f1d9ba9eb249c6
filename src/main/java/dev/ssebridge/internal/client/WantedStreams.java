package dev.ssebridge.internal.client;

import dev.ssebridge.internal.url.UrlTemplate;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which streams of a source with parameters are followed: one for each address that somebody
 * listens to, from the first who comes until the last has been gone for a while, and no more at the
 * same time than there may be. Knows neither sockets nor the event bus. Only on the loop.
 */
final class WantedStreams {
  /**
   * How many are begun at once; after each pause as many again, so that not all connect together.
   */
  static final int AT_ONCE = 20;

  static final long PACE_MILLIS = 100;

  /** How many positions are kept of streams that are not followed. */
  static final int MOST_POSITIONS = 10_000;

  /** A stream that is followed. */
  interface Stream {
    /** Ends it; completes on any thread with how far it has come, if anywhere. */
    Future<@Nullable String> end();
  }

  /** What they are followed for, and how. */
  interface Host {
    /** The values of the parameters of the URL for which events go to this address, or null. */
    @Nullable Map<String, String> valuesOf(String address);

    boolean hasStreams(String address);

    boolean hasChannel(String address);

    /**
     * Begins to follow one.
     *
     * @param position to go on from, or null for none
     * @param onOver it has come to an end by itself
     */
    Stream open(
        String address, Map<String, String> values, @Nullable String position, Runnable onOver);

    /** The listeners of this address wait for a stream, as there are as many as may be. */
    void tooMany(String address);

    /** The listeners of this address get nothing, as no URL can have its values. */
    void unfit(String address);

    /** It could not even be begun, and is not tried again while somebody listens. */
    void failed(String address, RuntimeException failure);

    /** Those who were told that there are too many have left. */
    void forget(String address);
  }

  /** Where one stands. */
  enum State {
    /** It is to be followed. */
    WANTED,
    /** It is followed. */
    FOLLOWED,
    /** It is being ended, and may be wanted again by then. */
    ENDING,
    /** It has ended by itself, or can never be followed. */
    OVER
  }

  /** One address that somebody listens to, or did until now. */
  static final class Entry {
    final String address;
    final Map<String, String> values;
    State state = State.WANTED;
    boolean isTold;
    boolean hasEnded;
    private @Nullable Stream stream;
    private Loop.@Nullable Timer lingering;

    Entry(String address, Map<String, String> values) {
      this.address = address;
      this.values = values;
    }

    /** Whether it is followed though nobody listens. */
    boolean isLingering() {
      return lingering != null;
    }
  }

  private final Loop loop;
  private final Host host;
  private final int most;
  private final long lingerMillis;

  private final Map<String, Entry> entries = new HashMap<>();
  private final Set<Entry> wanted = new LinkedHashSet<>();
  private final Set<Entry> untold = new LinkedHashSet<>();
  private final Set<Entry> lingering = new LinkedHashSet<>();
  private final Map<String, String> positions = new LinkedHashMap<>();
  private final Tally waiting = new Tally();
  private int places;
  private int ending;
  private int begun;
  private Loop.@Nullable Timer pace;
  private @Nullable Promise<Void> closed;

  WantedStreams(Loop loop, Host host, int most, long lingerMillis) {
    this.loop = loop;
    this.host = host;
    this.most = most;
    this.lingerMillis = lingerMillis;
  }

  /** Goes on from these positions, by address, where somebody may come back to it. */
  void begin(Map<String, String> before) {
    before.forEach(
        (address, position) -> {
          if (host.hasChannel(address)) {
            keep(address, position);
          }
        });
  }

  /** Something has changed at this address. */
  void look(String address) {
    if (closed != null) {
      return;
    }
    if (host.hasStreams(address)) {
      want(address);
    } else {
      Entry entry = entries.get(address);
      if (entry != null) {
        leave(entry);
      }
    }
    if (!host.hasChannel(address)) {
      positions.remove(address); // nobody has a place there any more
    }
  }

  private void want(String address) {
    Entry known = entries.get(address);
    if (known != null) {
      stay(known);
      return;
    }
    Map<String, String> values = host.valuesOf(address);
    if (values == null) {
      return;
    }
    Entry entry = new Entry(address, values);
    entries.put(address, entry);
    if (values.values().stream().allMatch(UrlTemplate::isFit)) {
      enqueue(entry);
    } else {
      entry.state = State.OVER;
      host.unfit(address);
    }
  }

  private void stay(Entry entry) {
    Loop.Timer timer = entry.lingering;
    if (timer != null) {
      timer.cancel();
      entry.lingering = null;
      lingering.remove(entry);
    }
  }

  private void enqueue(Entry entry) {
    entry.state = State.WANTED;
    wanted.add(entry);
    untold.add(entry);
    waiting.set(wanted.size());
    proceed();
  }

  /** Nobody listens any more. */
  private void leave(Entry entry) {
    switch (entry.state) {
      case WANTED -> drop(entry);
      case FOLLOWED, OVER -> {
        // Without a channel there is nobody who could come back to what is published.
        if (lingerMillis == 0 || !host.hasChannel(entry.address)) {
          end(entry);
        } else if (entry.lingering == null) {
          linger(entry);
        }
      }
      case ENDING -> {}
    }
  }

  private void linger(Entry entry) {
    if (entry.state == State.OVER && lingering.size() >= most) {
      end(entry);
      return;
    }
    entry.lingering = loop.after(lingerMillis, () -> end(entry));
    lingering.add(entry);
    proceed(); // it may have to give way at once
  }

  private void drop(Entry entry) {
    wanted.remove(entry);
    untold.remove(entry);
    waiting.set(wanted.size());
    entries.remove(entry.address);
    if (entry.isTold) {
      host.forget(entry.address);
    }
  }

  private void end(Entry entry) {
    stay(entry);
    Stream stream = entry.stream;
    if (stream == null) {
      drop(entry);
      return;
    }
    entry.state = State.ENDING;
    ending++;
    stream
        .end()
        .onComplete(
            done -> {
              String position = done.result();
              loop.execute(() -> ended(entry, position));
            });
  }

  private void ended(Entry entry, @Nullable String position) {
    entry.stream = null;
    places--;
    ending--;
    Promise<Void> end = closed;
    if (!entry.hasEnded && position != null && host.hasChannel(entry.address)) {
      keep(entry.address, position);
    }
    if (end != null) {
      if (places == 0) {
        end.tryComplete();
      }
    } else if (entry.hasEnded) {
      entry.hasEnded = false;
      entry.state = State.OVER;
      if (!host.hasStreams(entry.address)) {
        leave(entry);
      }
      proceed();
    } else if (host.hasStreams(entry.address)) {
      enqueue(entry);
    } else {
      entries.remove(entry.address);
      proceed();
    }
  }

  /** It has come to an end by itself: it is not followed again while somebody listens. */
  private void over(Entry entry) {
    if (entry.state == State.FOLLOWED) {
      entry.hasEnded = true;
      end(entry);
    }
  }

  private void keep(String address, String position) {
    positions.remove(address);
    positions.put(address, position);
    if (positions.size() > MOST_POSITIONS) {
      Iterator<String> eldest = positions.keySet().iterator();
      eldest.next();
      eldest.remove();
    }
  }

  /** Follows what is wanted, as far as that may be now. */
  private void proceed() {
    while (!wanted.isEmpty() && closed == null) {
      if (places >= most) {
        makeRoom();
        return;
      }
      if (begun >= AT_ONCE) {
        return; // the timer goes on
      }
      Entry entry = wanted.iterator().next();
      wanted.remove(entry);
      untold.remove(entry);
      waiting.set(wanted.size());
      open(entry);
    }
  }

  private void open(Entry entry) {
    places++;
    begun++;
    if (pace == null) {
      pace = loop.after(PACE_MILLIS, this::onPace);
    }
    entry.state = State.FOLLOWED;
    entry.isTold = false; // that it is open is told by the stream
    String position = positions.remove(entry.address);
    try {
      entry.stream = host.open(entry.address, entry.values, position, () -> over(entry));
    } catch (RuntimeException e) {
      places--;
      entry.state = State.OVER;
      host.failed(entry.address, e);
    }
  }

  private void onPace() {
    pace = null;
    begun = 0;
    proceed();
  }

  /** Those that nobody listens to give way; where there are none, who waits is told. */
  private void makeRoom() {
    for (Entry idle : List.copyOf(lingering)) {
      if (ending >= wanted.size()) {
        break;
      }
      if (idle.state == State.FOLLOWED) {
        end(idle);
      }
    }
    if (ending >= wanted.size()) {
      return;
    }
    List<Entry> late = new ArrayList<>(untold);
    untold.clear();
    for (Entry entry : late) {
      if (!entry.isTold) {
        entry.isTold = true;
        host.tooMany(entry.address);
      }
    }
  }

  /** Ends all of them, and completes with their positions by address. */
  Future<Map<String, String>> close() {
    Promise<Void> end = Promise.promise();
    closed = end;
    wanted.clear();
    untold.clear();
    waiting.set(0);
    if (pace != null) {
      pace.cancel();
    }
    for (Entry entry : List.copyOf(entries.values())) {
      stay(entry);
      if (entry.state == State.FOLLOWED) {
        end(entry);
      } else if (entry.isTold) {
        host.forget(entry.address);
      }
    }
    if (places == 0) {
      end.tryComplete();
    }
    return end.future().map(done -> new LinkedHashMap<>(positions));
  }

  /** How many are followed, those that nobody listens to included. */
  int followed() {
    return places;
  }

  /** How many of them nobody listens to. */
  int lingering() {
    int count = 0;
    for (Entry entry : lingering) {
      count += entry.state == State.FOLLOWED ? 1 : 0;
    }
    return count;
  }

  /** How many addresses are listened to, and not followed for want of a place. Any thread. */
  long waiting() {
    return waiting.get();
  }

  /** All that there are. */
  Iterable<Entry> entries() {
    return entries.values();
  }
}
