package dev.ssebridge.internal.bridge;

import io.vertx.core.Closeable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a bridge was mounted. When the last verticle that mounted it is undeployed, it is closed;
 * one that was mounted outside of verticles lives until it is closed. Any thread.
 */
final class Mountings {
  private final Supplier<Future<Void>> close;

  // guarded by this
  private final List<Runnable> removers = new ArrayList<>();
  private final Set<String> deployments = new HashSet<>();
  private boolean elsewhere;
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
    String deployment = context == null ? null : context.deploymentID();
    if (context == null || deployment == null) {
      elsewhere = true;
      return;
    }
    deployments.add(deployment);
    Closeable hook = completion -> onUndeployed().onComplete(completion);
    context.closeFuture().add(hook);
    removers.add(() -> context.closeFuture().remove(hook));
  }

  /** The deployment whose verticles are all that mounted it; {@code null} where there is none. */
  synchronized @Nullable String onlyDeployment() {
    return elsewhere || deployments.size() != 1 ? null : deployments.iterator().next();
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
