package dev.ssebridge.internal.bridge;

import dev.ssebridge.internal.bus.BoundChannel;
import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.internal.bus.RouteChannels.Placement;
import dev.ssebridge.internal.bus.RouteChannels.Purpose;
import dev.ssebridge.internal.bus.RouteChannels.Wish;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryContext;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is published on this node is recorded, also where nobody listens yet: opens the channels of
 * stored routes with parameters before the event bus looks who gets a message. Called by the event
 * bus for all that is published here, on the thread of the publisher.
 */
final class StoredOnDemand {
  private static final System.Logger LOG = System.getLogger(StoredOnDemand.class.getName());

  /** Nobody's request. */
  private static final Wish WISH = new Wish(Purpose.PUBLISH, Placement.ANYWHERE, "");

  private final Vertx vertx;
  private final Hub hub;
  private final Handler<DeliveryContext<Object>> interceptor = this::onPublish;

  // written with the lock of the channels
  private volatile List<ServedRoute> routes = List.of();

  StoredOnDemand(Vertx vertx, Hub hub) {
    this.vertx = vertx;
    this.hub = hub;
  }

  /** From now on these routes are served. With the lock of the channels. */
  void serve(Iterable<ServedRoute> served) {
    List<ServedRoute> stored = new ArrayList<>();
    for (ServedRoute route : served) {
      if (route.isOfOneAddressOnDemand() && route.config().history().isStored()) {
        stored.add(route);
      }
    }
    boolean was = !routes.isEmpty();
    routes = List.copyOf(stored);
    if (was == stored.isEmpty()) {
      if (was) {
        vertx.eventBus().removeOutboundInterceptor(interceptor);
      } else {
        vertx.eventBus().addOutboundInterceptor(interceptor);
      }
    }
  }

  /** Whatever happens here, the message goes its way. */
  private void onPublish(DeliveryContext<Object> delivery) {
    List<BoundChannel> held = List.of();
    try {
      if (!delivery.send()) {
        held = hold(delivery.message().address());
        if (!held.isEmpty()) {
          hub.handOver(delivery.message());
        }
      }
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a message that is published may not be recorded", e);
    }
    try {
      delivery.next();
    } finally {
      held.forEach(BoundChannel::releaseAppended);
    }
  }

  private List<BoundChannel> hold(String address) {
    List<BoundChannel> held = new ArrayList<>(1);
    for (ServedRoute route : routes) {
      Map<String, String> values = route.match(address);
      if (values != null && route.isFitting(values)) {
        BoundChannel bound = route.channels().acquire(List.of(address), WISH);
        if (bound != null) {
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
