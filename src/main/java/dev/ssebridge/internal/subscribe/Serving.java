package dev.ssebridge.internal.subscribe;

import dev.ssebridge.WriterMode;
import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.internal.http.BridgeRequest;
import io.vertx.core.http.HttpServerRequest;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What the streams of a route are opened with.
 *
 * @param streams those that are open
 * @param undecided the requests that wait for a handler of the application
 * @param listener what they need to know of the bridge
 * @param interruptions what becomes of streams that others end
 * @param writer how they are written
 * @param closed whether the route was taken away
 * @param replaced whether another one has its path then
 */
record Serving(
    Hub hub,
    StreamRoute route,
    OpenStreams streams,
    Set<Decision> undecided,
    StreamListener listener,
    Interruptions interruptions,
    Supplier<WriterMode> writer,
    BooleanSupplier closed,
    BooleanSupplier replaced) {
  private static final System.Logger LOG = System.getLogger(Serving.class.getName());

  /**
   * Answers a request that came before there were no streams any more. Where that is for good, who
   * is no EventSource is told what a request gets that comes now. An EventSource is told to come
   * back, as the streams of the route are: a route that is removed and added again loses nobody.
   */
  void refuseClosed(HttpServerRequest request) {
    if (listener.gate().isShut()) {
      Refusal.send(request, route.config(), "the server is shutting down");
    } else if (replaced.getAsBoolean()) {
      Refusal.send(request, route.config(), "the route was changed");
    } else {
      Refusal.orNotFound(request, route.config(), "the route was removed");
    }
  }

  /** Answers a request whose stream could not be opened, not for a fault of its own. */
  void fail(BridgeRequest request, RuntimeException cause) {
    LOG.log(Level.ERROR, "route " + route.name() + ": a stream could not be opened", cause);
    request.fail(cause);
  }
}
