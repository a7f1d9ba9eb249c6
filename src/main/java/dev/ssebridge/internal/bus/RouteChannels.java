package dev.ssebridge.internal.bus;

import dev.ssebridge.internal.fanout.Channel;
import dev.ssebridge.internal.fanout.LoopCounters;
import dev.ssebridge.internal.log.EventLog;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The channels of one route: made on demand, bounded in number, removed when nobody needs them. Any
 * thread.
 */
public final class RouteChannels {
  private final Hub hub;
  private final RetainedBytes retained;
  private final RemoteChannels remotes;
  private final ConcurrentMap<List<String>, BoundChannel> channels = new ConcurrentHashMap<>();

  // guarded by this
  private final Places places = new Places();
  private final Map<List<String>, Long> inherited = new HashMap<>();
  private boolean closed;

  // written by this
  private volatile ChannelSpec spec;

  RouteChannels(Hub hub, ChannelSpec spec, RetainedBytes retained, RemoteChannels remotes) {
    this.remotes = remotes;
    this.hub = hub;
    this.spec = spec;
    this.retained = retained;
  }

  /** Which loop writes to a channel that is made, unless its addresses are consumed already. */
  public enum Placement {
    /** The one that asks: its subscriber or publisher then needs no other. */
    HERE,
    /** Each in turn. */
    ANYWHERE
  }

  /** What a channel is wanted for. */
  public enum Purpose {
    /** A route that has one channel. */
    ROUTE,
    /** Somebody listens. */
    SUBSCRIBE,
    /** Somebody publishes; who comes later may want to have it. */
    PUBLISH
  }

  /**
   * For whom a channel is wanted.
   *
   * @param purpose what for
   * @param placement which loop writes it
   * @param remote by whose request, {@code ""} for nobody's
   */
  public record Wish(Purpose purpose, Placement placement, String remote) {
    /** Of the bridge itself. */
    public static final Wish OF_ROUTE = new Wish(Purpose.ROUTE, Placement.ANYWHERE, "");
  }

  /**
   * The channel of these addresses, made if need be, and held until {@link Channel#release}.
   *
   * <p>Where there are as many channels as there may be, one gives way that nobody uses and that is
   * empty, or that the same remote had made and no other remote has used; for a subscriber also one
   * that nobody has used for as long as an empty one would linger. It is looked for among a few.
   *
   * @return {@code null} where none gives way, or the route is closed
   */
  public @Nullable BoundChannel acquire(List<String> addresses, Wish wish) {
    while (true) {
      BoundChannel bound = channels.get(addresses);
      if (bound == null) {
        bound = make(addresses, wish);
      }
      if (bound == null) {
        return null;
      }
      if (bound.channel().acquire()) {
        bound.usedBy(wish.remote());
        return bound;
      }
      // It is being removed at this moment; the next look finds it gone.
      remove(addresses, bound);
    }
  }

  /** Whether there will be no more channels. */
  public synchronized boolean isClosed() {
    return closed;
  }

  /** The limit that a remote has come to, of this route or of all; 0 where it has not. */
  public synchronized int fullAt(String remote) {
    if (remotes.isFull(remote)) {
      return remotes.limit();
    }
    int share = remotes.limitOf(spec.maxChannels());
    return share < spec.maxChannels() && places.sizeOf(remote) >= share ? share : 0;
  }

  /** The channels there are now. */
  public Collection<BoundChannel> all() {
    return channels.values();
  }

  /** How the channels are made. */
  public ChannelSpec spec() {
    return spec;
  }

  /** From now on the channels, those that there are included, are as this says. */
  public synchronized void change(ChannelSpec other) {
    spec = other;
    channels.values().forEach(bound -> bound.change(other));
  }

  /**
   * Makes no more channels, and hands on the histories that stores have; streams that are open read
   * on to the end of the logs.
   *
   * @return completed once others can have the histories, with how many events were given up of
   *     each, by the addresses; empty where there is no store
   */
  public synchronized Future<Map<List<String>, Long>> retireIfStored() {
    Map<List<String>, Long> lost = new ConcurrentHashMap<>(inherited); // which nobody told yet
    List<Future<Long>> all = new ArrayList<>();
    if (spec.stored() != null) {
      closed = true;
      channels.forEach(
          (addresses, bound) -> {
            StoredHistory history = bound.stored();
            if (history != null) {
              all.add(bound.retire(history).onSuccess(count -> lost.put(addresses, count)));
            }
          });
    }
    return Future.join(all).transform(done -> Future.succeededFuture(lost));
  }

  /**
   * Goes on with histories of others, and tells in their place what was lost on the way: of each
   * the number of events that is given here by its addresses, and maybe some that were published
   * meanwhile.
   */
  public synchronized void inherit(Map<List<String>, Long> lost) {
    lost.forEach(
        (addresses, count) -> {
          BoundChannel bound = channels.get(addresses);
          if (bound == null) {
            inherited.put(addresses, count);
          } else {
            bound.lostBefore(count);
          }
        });
  }

  /** Closes all channels; from then on there are none. */
  public synchronized void close() {
    closed = true;
    channels.forEach(this::remove);
  }

  /** Removes a channel if nobody needs it. On the channel's writer. */
  private void removeIfUnused(BoundChannel bound) {
    if (bound.isUnused() && bound.channel().removeIfUnused()) {
      remove(bound.addresses(), bound);
    }
  }

  private synchronized @Nullable BoundChannel make(List<String> addresses, Wish wish) {
    BoundChannel known = channels.get(addresses);
    if (known != null) {
      return known;
    }
    if (closed || !hasPlace(wish)) {
      return null;
    }
    BoundChannel bound = open(addresses, wish.placement());
    bound.attach(hub.consumers());
    Long lost = inherited.remove(addresses);
    if (lost != null) {
      bound.lostBefore(lost);
    }
    bound.place = places.take(bound, wish.remote());
    remotes.add(wish.remote());
    hub.listened().opened(addresses);
    channels.put(addresses, bound);
    bound.writer().sweep().add(bound, this::removeIfUnused);
    // The next one who comes gets a new one, which tries again.
    bound.ready().onFailure(e -> remove(addresses, bound));
    return bound;
  }

  /** Whether there may be one more channel, after one that nobody needs has given way. */
  private boolean hasPlace(Wish wish) {
    if (wish.purpose() != Purpose.ROUTE && fullAt(wish.remote()) > 0) {
      return giveWay(places.idlestOf(wish.remote(), this::isOnlyItsOwn));
    }
    return places.size() < spec.maxChannels()
        || giveWay(places.idlest(BoundChannel::isUnused))
        || giveWay(places.idlestOf(wish.remote(), this::isOnlyItsOwn))
        || (wish.purpose() != Purpose.PUBLISH && giveWay(places.idlest(this::isLongUnused)));
  }

  /** What others use as well stays theirs, even if this one has made it. */
  private boolean isOnlyItsOwn(BoundChannel bound) {
    return (!bound.isShared() && !bound.hasUnstored()) || isLongUnused(bound);
  }

  private boolean isLongUnused(BoundChannel bound) {
    return bound.isIdleFor(spec.lingerMillis()) && !bound.hasUnstored();
  }

  private boolean giveWay(@Nullable BoundChannel bound) {
    return bound != null && bound.channel().removeIfUnused() && remove(bound.addresses(), bound);
  }

  private BoundChannel open(List<String> addresses, Placement placement) {
    String epoch = hub.openEpoch();
    Loops.OnLoop asked = placement == Placement.HERE ? hub.loops().here() : hub.loops().next();
    Loops.OnLoop writer = hub.consumers().loopOf(addresses.get(0), asked);
    LoopCounters counters = spec.counters().on(writer.loop());
    EventLog log =
        new EventLog(
            epoch, spec.retention(), spec.shape(addresses.size()), retained.slack(), counters);
    String name = spec.route() + " " + String.join(",", addresses);
    Channel channel = new Channel(name, log, spec.policy(), spec.counters(), hub.clock());
    return new BoundChannel(channel, addresses, spec, hub, retained, writer);
  }

  private boolean remove(List<String> addresses, BoundChannel bound) {
    if (!channels.remove(addresses, bound)) {
      return false;
    }
    synchronized (this) {
      Places.Place place = bound.place;
      if (place != null) {
        places.free(place);
        remotes.remove(place.remote());
      }
    }
    hub.listened().closed(addresses);
    bound.close();
    bound.writer().sweep().remove(bound);
    if (!bound.isRetired()) {
      hub.closeEpoch(bound.channel().log().epoch());
    }
    return true;
  }
}
