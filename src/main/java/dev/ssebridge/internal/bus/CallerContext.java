package dev.ssebridge.internal.bus;

import io.netty.util.concurrent.EventExecutorGroup;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;

/**
 * The context of the caller: what it does next belongs to its verticle, as what Vert.x itself
 * completes, or else a server that it makes then would outlive it.
 */
public final class CallerContext {
  private CallerContext() {}

  /** The same, completed on the context of the caller, if it is on one. Any thread. */
  public static <T> Future<T> told(Vertx vertx, Future<T> future) {
    ContextInternal caller = ((VertxInternal) vertx).getContext();
    if (caller == null || isOver(vertx)) {
      return future;
    }
    Promise<T> told = caller.promise();
    future.onComplete(told);
    return told.future();
  }

  /** Whether a Vert.x is closed, or as good as: no context of it does anything any more. */
  public static boolean isOver(Vertx vertx) {
    EventExecutorGroup loops = ((VertxInternal) vertx).nettyEventLoopGroup();
    return loops.isShuttingDown();
  }

  /** Why nothing can be begun where {@link #isOver} says so. */
  public static IllegalStateException over() {
    return new IllegalStateException("expected a Vert.x that runs, got one that is closed");
  }
}
