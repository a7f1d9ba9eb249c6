package dev.ssebridge.internal.bus;

import dev.ssebridge.internal.fanout.Channel;
import dev.ssebridge.internal.log.EventLog;
import dev.ssebridge.internal.log.LogShape;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The channels of one route: made on demand, bounded in number, removed when nobody needs them. Any
 * thread.
 */
public final class RouteChannels {
  private final Hub hub;
  private final ChannelSpec spec;
  private final RetainedBytes retained;
  private final ConcurrentMap<List<String>, BoundChannel> channels = new ConcurrentHashMap<>();
  private boolean closed;

  RouteChannels(Hub hub, ChannelSpec spec, RetainedBytes retained) {
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

  /**
   * The channel of these addresses, made if need be, and held until {@link Channel#release}.
   *
   * @return {@code null} where the route has as many channels as it may, all of them in use, or is
   *     closed
   */
  public @Nullable BoundChannel acquire(List<String> addresses, Placement placement) {
    while (true) {
      BoundChannel bound = channels.get(addresses);
      if (bound == null) {
        bound = make(addresses, placement);
      }
      if (bound == null) {
        return null;
      }
      if (bound.channel().acquire()) {
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

  /** The channels there are now. */
  public Collection<BoundChannel> all() {
    return channels.values();
  }

  /** How the channels are made. */
  public ChannelSpec spec() {
    return spec;
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

  private synchronized @Nullable BoundChannel make(List<String> addresses, Placement placement) {
    BoundChannel known = channels.get(addresses);
    if (known != null) {
      return known;
    }
    if (closed || !hasPlace()) {
      return null;
    }
    BoundChannel bound = open(addresses, placement);
    bound.attach(hub.consumers());
    channels.put(addresses, bound);
    bound.writer().sweep().add(bound, this::removeIfUnused);
    // Whoever comes next shall have a new one, which tries again.
    bound.ready().onFailure(e -> remove(addresses, bound));
    return bound;
  }

  /**
   * Whether there may be one more channel; the longest idle one that nobody listens to gives way.
   */
  private boolean hasPlace() {
    if (channels.size() < spec.maxChannels()) {
      return true;
    }
    return channels.values().stream()
        .filter(bound -> bound.channel().users() == 0)
        .max(Comparator.comparingLong(bound -> bound.channel().idleMillis()))
        .filter(bound -> bound.channel().removeIfUnused())
        .map(bound -> remove(bound.addresses(), bound))
        .orElse(false);
  }

  private BoundChannel open(List<String> addresses, Placement placement) {
    String epoch = hub.openEpoch();
    LogShape shape = new LogShape(addresses.size(), spec.key() != null);
    EventLog log = new EventLog(epoch, spec.retention(), shape);
    String name = spec.route() + " " + String.join(",", addresses);
    Channel channel = new Channel(name, log, spec.policy(), spec.counters(), hub.clock());
    Loops.OnLoop asked = placement == Placement.HERE ? hub.loops().here() : hub.loops().next();
    Loops.OnLoop writer = hub.consumers().loopOf(addresses.get(0), asked);
    return new BoundChannel(channel, addresses, spec, hub, retained, writer);
  }

  private boolean remove(List<String> addresses, BoundChannel bound) {
    if (!channels.remove(addresses, bound)) {
      return false;
    }
    bound.close();
    bound.writer().sweep().remove(bound);
    hub.closeEpoch(bound.channel().log().epoch());
    return true;
  }
}
