package dev.ssebridge.internal.http;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** Where a request belongs: the context of its connection, whoever passes it on. */
public final class RequestLoop {
  private static final System.Logger LOG = System.getLogger(RequestLoop.class.getName());

  private RequestLoop() {}

  /**
   * Runs the task on the request's own context: at once where this is its thread. An application
   * may pass a request on from {@code executeBlocking}, or from any thread of its own. Any thread.
   */
  public static void run(HttpServerRequest request, Runnable task) {
    ContextInternal own = contextOf(request);
    if (own == null || own.inThread()) {
      task.run();
    } else {
      own.runOnContext(v -> task.run());
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
