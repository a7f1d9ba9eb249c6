package dev.ssebridge.internal.door;

import dev.ssebridge.BridgeHealth;
import dev.ssebridge.BridgeHealth.Part;
import dev.ssebridge.internal.bridge.BridgeRoutes;
import dev.ssebridge.internal.bus.CallerContext;
import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.internal.client.SourceGroup;
import dev.ssebridge.spi.StoreHealth;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Looks at how a bridge is. Any thread. */
final class Health {
  private Health() {}

  /**
   * How it is now.
   *
   * @param routes null before it is mounted
   * @param loopTimeout how long a loop may take to answer
   * @param isStopping whether the bridge ends, or is about to
   */
  static Future<BridgeHealth> of(
      Vertx vertx, @Nullable BridgeRoutes routes, Duration loopTimeout, boolean isStopping) {
    return CallerContext.told(
        vertx,
        loops(vertx, loopTimeout)
            .map(loops -> BridgeHealth.of(all(vertx, loops, routes, isStopping))));
  }

  private static List<Part> all(
      Vertx vertx, Part loops, @Nullable BridgeRoutes routes, boolean isStopping) {
    List<Part> parts = new ArrayList<>();
    parts.add(loops);
    parts.add(routes(routes, isStopping));
    parts.add(sources(vertx));
    Map<String, StoreHealth> stores = routes == null ? Map.of() : routes.channels().storeHealth();
    if (!stores.isEmpty()) {
      parts.add(stores(stores));
    }
    return parts;
  }

  private static Part stores(Map<String, StoreHealth> stores) {
    List<String> down = new ArrayList<>();
    stores.forEach(
        (name, health) -> {
          if (!health.isUp()) {
            down.add(name + ": " + health.problem());
          }
        });
    return down.isEmpty()
        ? Part.up(BridgeHealth.STORES)
        : Part.down(BridgeHealth.STORES, String.join("; ", down));
  }

  private static Future<Part> loops(Vertx vertx, Duration timeout) {
    if (CallerContext.isOver(vertx)) {
      return Future.succeededFuture(Part.down(BridgeHealth.LOOPS, "Vert.x is closed"));
    }
    return Hub.of(vertx)
        .loopsAnswer()
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .map(Part.up(BridgeHealth.LOOPS))
        .otherwise(
            Part.down(
                BridgeHealth.LOOPS,
                "an event loop has not answered within " + timeout.toMillis() + " ms"));
  }

  private static Part routes(@Nullable BridgeRoutes routes, boolean isStopping) {
    if (routes == null) {
      return Part.down(BridgeHealth.ROUTES, "the bridge is not mounted");
    }
    if (routes.isClosed()) {
      return Part.down(BridgeHealth.ROUTES, "the bridge is closed");
    }
    if (isStopping || routes.isDraining()) {
      return Part.down(BridgeHealth.ROUTES, "the bridge is shutting down");
    }
    Future<Void> ready = routes.channels().ready();
    return ready.succeeded()
        ? Part.up(BridgeHealth.ROUTES)
        : Part.down(
            BridgeHealth.ROUTES,
            ready.failed() ? "the event bus cannot be listened to" : "not all routes are open yet");
  }

  private static Part sources(Vertx vertx) {
    List<String> down = SourceGroup.downTooLong(vertx);
    return down.isEmpty()
        ? Part.up(BridgeHealth.SOURCES)
        : Part.down(
            BridgeHealth.SOURCES,
            "without a stream for longer than their tolerance: " + String.join(", ", down));
  }
}
