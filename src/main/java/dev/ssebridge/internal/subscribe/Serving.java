package dev.ssebridge.internal.subscribe;

import dev.ssebridge.WriterMode;
import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.internal.http.BridgeRequest;
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
 */
record Serving(
    Hub hub,
    StreamRoute route,
    OpenStreams streams,
    Set<Decision> undecided,
    StreamListener listener,
    Interruptions interruptions,
    Supplier<WriterMode> writer,
    BooleanSupplier closed) {
  private static final System.Logger LOG = System.getLogger(Serving.class.getName());

  /** Why there are no streams any more. */
  String whyClosed() {
    return listener.gate().isShut()
        ? "the server is shutting down"
        : "the route was removed or changed";
  }

  /** Answers a request whose stream could not be opened, not for a fault of its own. */
  void fail(BridgeRequest request, RuntimeException cause) {
    LOG.log(Level.ERROR, "route " + route.name() + ": a stream could not be opened", cause);
    request.fail(cause);
  }
}
