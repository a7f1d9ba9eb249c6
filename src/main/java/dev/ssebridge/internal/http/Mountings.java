package dev.ssebridge.internal.http;

import io.vertx.core.Closeable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Where a bridge was mounted. When the last verticle that mounted it is undeployed, it is closed;
 * one that was mounted outside of verticles lives until it is closed. Any thread.
 */
final class Mountings {
  private final Supplier<Future<Void>> close;

  // guarded by this
  private final List<Runnable> removers = new ArrayList<>();
  private int open;

  /**
   * @param close closes the bridge
   */
  Mountings(Supplier<Future<Void>> close) {
    this.close = close;
  }

  /** It is mounted, by the verticle whose context this is called on, if any. */
  synchronized void add(Vertx vertx) {
    open++;
    ContextInternal context = ((VertxInternal) vertx).getContext();
    if (context == null || context.deploymentID() == null) {
      return;
    }
    Closeable hook = completion -> onUndeployed().onComplete(completion);
    context.closeFuture().add(hook);
    removers.add(() -> context.closeFuture().remove(hook));
  }

  /** It was closed. */
  synchronized void clear() {
    removers.forEach(Runnable::run);
    removers.clear();
  }

  private Future<Void> onUndeployed() {
    synchronized (this) {
      open--;
      if (open > 0) {
        return Future.succeededFuture();
      }
    }
    return close.get();
  }
}
