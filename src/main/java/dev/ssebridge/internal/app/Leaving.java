package dev.ssebridge.internal.app;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.AsyncMap;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Which nodes have said that they leave, so that what they leave behind is known to be nothing:
 * kept in the cluster, where others find it after they have gone, however late they look. A word
 * over the event bus may not arrive before its sender is gone. Any thread.
 */
final class Leaving {
  /** The map. */
  static final String MAP = "sse-bridge.cluster.leaving";

  /** How long it is kept there. */
  private static final long KEPT_MILLIS = Duration.ofMinutes(10).toMillis();

  /** How long it may take to say it. */
  private static final long MOST_SECONDS = 5;

  private Leaving() {}

  /** Says it. The result is there when the cluster has it, or after a limited time. */
  static Future<Void> say(Vertx vertx, String node) {
    return map(vertx)
        .compose(map -> map.put(node, true, KEPT_MILLIS))
        .timeout(MOST_SECONDS, TimeUnit.SECONDS);
  }

  /** Whether a node has said it; false as well where nobody can tell. */
  static Future<Boolean> hasSaid(Vertx vertx, String node) {
    return map(vertx).compose(map -> map.get(node)).map(said -> said != null).otherwise(false);
  }

  private static Future<AsyncMap<String, Boolean>> map(Vertx vertx) {
    try {
      return vertx.sharedData().getClusterWideMap(MAP);
    } catch (RuntimeException notThere) { // whatever the manager throws that is none any more
      return Future.failedFuture(notThere);
    }
  }
}
