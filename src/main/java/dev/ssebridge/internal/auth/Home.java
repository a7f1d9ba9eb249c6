package dev.ssebridge.internal.auth;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.concurrent.Callable;

/**
 * Where what is done for requests of many verticles runs: a context that belongs to none of them,
 * so that it outlives each. Any thread.
 */
final class Home {
  private final VertxInternal vertx;
  private final ContextInternal context;

  Home(Vertx vertx) {
    this.vertx = (VertxInternal) vertx;
    this.context = this.vertx.createEventLoopContext();
  }

  /** Whose it is. */
  Vertx vertx() {
    return vertx;
  }

  /** Does what blocks, on a worker. */
  <T> Future<T> blocking(Callable<T> work) {
    return context.executeBlocking(work, false);
  }

  /** Runs a task once; not where the result is run before. */
  Runnable after(long millis, Runnable task) {
    long timer = context.setTimer(Math.max(1, millis), fired -> task.run());
    return () -> vertx.cancelTimer(timer);
  }

  /** A client that no end of a verticle closes. */
  HttpClient client(HttpClientOptions options, PoolOptions pool) {
    ContextInternal before = context.beginDispatch();
    try {
      return vertx.createHttpClient(options, pool);
    } finally {
      context.endDispatch(before);
    }
  }
}
