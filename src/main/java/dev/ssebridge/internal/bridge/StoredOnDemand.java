package dev.ssebridge.internal.bridge;

import dev.ssebridge.internal.bus.BoundChannel;
import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.internal.bus.OutgoingMessages;
import dev.ssebridge.internal.bus.RouteChannels.Placement;
import dev.ssebridge.internal.bus.RouteChannels.Purpose;
import dev.ssebridge.internal.bus.RouteChannels.Wish;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What is published on this node is recorded, also where nobody listens yet: opens the channels of
 * stored routes with parameters for it, in time. On the thread of the publisher.
 */
final class StoredOnDemand implements OutgoingMessages.Opener {
  /** Nobody's request. */
  private static final Wish WISH = new Wish(Purpose.PUBLISH, Placement.ANYWHERE, "");

  private final Hub hub;

  // guarded by this
  private boolean isBegun;

  // written by the thread that configures
  private volatile List<ServedRoute> routes = List.of();

  StoredOnDemand(Hub hub) {
    this.hub = hub;
  }

  /** From now on what is published here is seen: before the first channel of a store is opened. */
  synchronized void begin() {
    if (!isBegun) {
      isBegun = true;
      hub.outgoing().add(this);
    }
  }

  /** Sees nothing more. */
  synchronized void end() {
    routes = List.of();
    hub.outgoing().remove(this);
  }

  /** From now on these routes are served. */
  void serve(Collection<ServedRoute> served) {
    routes =
        served.stream()
            .filter(route -> route.config().history().isStored())
            .filter(ServedRoute::isOfOneAddressOnDemand)
            .toList();
  }

  @Override
  public List<BoundChannel> open(String address) {
    List<BoundChannel> held = List.of();
    for (ServedRoute route : routes) {
      Map<String, String> values = route.match(address);
      if (values != null && route.isFitting(values)) {
        BoundChannel bound = route.channels().acquire(List.of(address), WISH);
        if (bound != null) {
          held = held.isEmpty() ? new ArrayList<>(1) : held;
          held.add(bound);
        } else if (!route.channels().isClosed()) {
          route.counters().onUnrecorded();
          hub.warnings()
              .dropped(
                  "route "
                      + route.name()
                      + ": message not recorded, no more channels may be opened by what is"
                      + " published (limits.channels, limits.channelsPerRemote)");
        }
      }
    }
    return held;
  }
}
