package dev.ssebridge.internal.client;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.AsyncMap;
import io.vertx.core.shareddata.Lock;
import java.lang.System.Logger.Level;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * By a lock of the cluster. The position is kept in a map that all nodes share, together with a
 * mark of the node that follows. A node that stood still and has lost its turn finds another mark
 * there. In a Vert.x without a cluster, its deployments share the lock.
 */
final class ClusterTurn implements Turn {
  private static final System.Logger LOG = System.getLogger(ClusterTurn.class.getName());
  private static final String SHARED = "sse-bridge.sources";

  /** A lock that somebody has is not waited for, as that takes a thread. */
  private static final long LOCK_MILLIS = 10;

  private final Vertx vertx;
  private final String name;
  private final String key;
  private final String mark = UUID.randomUUID().toString();

  private @Nullable Lock lock;

  /**
   * @param name of the source
   * @param key of the stream that it is
   */
  ClusterTurn(Vertx vertx, String name, String key) {
    this.vertx = vertx;
    this.name = name;
    this.key = key;
  }

  /** What is shared: who follows, and how far he has come. */
  private record Kept(String mark, @Nullable String position) {
    static @Nullable Kept of(@Nullable String text) {
      if (text == null) {
        return null;
      }
      int end = text.indexOf('\n');
      return end < 0
          ? new Kept(text, null)
          : new Kept(text.substring(0, end), text.substring(end + 1));
    }

    String text() {
      return position == null ? mark : mark + '\n' + position;
    }
  }

  @Override
  public long everyMillis() {
    return SingleSource.EVERY_MILLIS;
  }

  @Override
  public Future<Boolean> take() {
    return vertx
        .sharedData()
        .getLockWithTimeout("sse-bridge.source." + name, LOCK_MILLIS)
        .map(
            got -> {
              lock = got;
              return true;
            })
        .otherwise(false);
  }

  /** Does something with what is kept, and where. */
  private <T extends @Nullable Object> Future<T> withKept(
      BiFunction<AsyncMap<String, String>, @Nullable Kept, Future<T>> then) {
    return vertx
        .sharedData()
        .<String, String>getAsyncMap(SHARED)
        .compose(map -> map.get(key).compose(text -> then.apply(map, Kept.of(text))));
  }

  @Override
  public Future<@Nullable String> begin() {
    return withKept(
        (map, kept) -> {
          String position = kept == null ? null : kept.position();
          return map.put(key, new Kept(mark, position).text()).map(position);
        });
  }

  @Override
  public Future<Void> keep(String position) {
    return withKept(
        (map, kept) ->
            isOwn(kept) ? map.put(key, new Kept(mark, position).text()) : Future.succeededFuture());
  }

  @Override
  public Future<Boolean> goesOn() {
    return withKept((map, kept) -> Future.succeededFuture(isOwn(kept)));
  }

  private boolean isOwn(@Nullable Kept kept) {
    return kept == null || kept.mark().equals(mark);
  }

  @Override
  public boolean isOver() {
    return false;
  }

  @Override
  public Future<Void> release() {
    Lock held = lock;
    lock = null;
    if (held != null) {
      try {
        held.release();
      } catch (RuntimeException lost) { // whatever a manager throws that has given it to another
        LOG.log(Level.DEBUG, "source " + name + ": its lock was lost", lost);
      }
    }
    return Future.succeededFuture();
  }
}
