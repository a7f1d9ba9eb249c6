package dev.ssebridge.internal.http;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import java.lang.System.Logger.Level;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Where a request belongs: the context of its connection, also where another thread passes it on.
 */
public final class RequestLoop {
  private static final System.Logger LOG = System.getLogger(RequestLoop.class.getName());

  private RequestLoop() {}

  /**
   * Runs the task on the request's own context: at once where this is its thread. An application
   * may pass a request on from {@code executeBlocking}, or from any thread of its own. Any thread.
   *
   * @return false where Vert.x is closed, so that the task never runs
   */
  public static boolean run(HttpServerRequest request, Runnable task) {
    ContextInternal own = contextOf(request);
    if (own == null || own.inThread()) {
      task.run();
      return true;
    }
    return runSoon(own, task);
  }

  /**
   * Runs the task on the context of a request, and not before this returns. Any thread.
   *
   * @return false where Vert.x is closed, so that the task never runs
   */
  public static boolean runSoon(Context context, Runnable task) {
    try {
      context.runOnContext(v -> task.run());
      return true;
    } catch (RejectedExecutionException shutDown) {
      LOG.log(Level.DEBUG, "the context of a request was shut down", shutDown);
      return false;
    }
  }

  /**
   * The Vert.x that serves a request.
   *
   * @throws IllegalStateException if it cannot be told, on a thread that is none of Vert.x
   */
  public static Vertx vertxOf(HttpServerRequest request) {
    Context own = contextOf(request);
    Context context = own == null ? Vertx.currentContext() : own;
    if (context == null) {
      throw new IllegalStateException("expected a thread of Vert.x, got another");
    }
    return context.owner();
  }

  private static @Nullable ContextInternal contextOf(HttpServerRequest request) {
    try {
      return request instanceof HttpServerRequestInternal known ? known.context() : null;
    } catch (LinkageError moved) {
      LOG.log(Level.DEBUG, "another Vert.x than expected: requests stay where they are", moved);
      return null;
    }
  }
}
