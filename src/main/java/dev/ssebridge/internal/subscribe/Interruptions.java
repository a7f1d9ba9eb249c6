package dev.ssebridge.internal.subscribe;

import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells of streams of a route that neither the bridge nor the client has ended: by which status,
 * and by whom, as far as the stack of calls shows it. One line in {@value #SECONDS} seconds at the
 * most, with how many there were. Any thread.
 */
final class Interruptions {
  static final int SECONDS = 10;

  private static final System.Logger LOG = System.getLogger(Interruptions.class.getName());

  private static final String HANDLERS = "io.vertx.ext.web.handler.";
  private static final String CONTEXT = "io.vertx.ext.web.impl.RoutingContext";
  private static final String TIMEOUT = HANDLERS + "impl.TimeoutHandlerImpl";

  /** Who only passes on what somebody else wants. */
  private static final List<String> OTHERS =
      List.of("java.", "jdk.", "sun.", "io.netty.", "io.vertx.", "dev.ssebridge.internal.");

  private static final int MOST_PLACES = 64;

  /** Where a request keeps whose code has failed it. */
  private static final String FAILED_BY = "dev.ssebridge.failedBy";

  private static final StackWalker STACK = StackWalker.getInstance();

  // set at construction
  private final String route;
  private final LongSupplier nanos;

  // written by any thread
  private final AtomicLong untold = new AtomicLong();
  private final AtomicLong toldAt;
  private volatile boolean timed;
  private final Set<Place> looked = ConcurrentHashMap.newKeySet();

  /** A route on a router, which may be mounted on several paths. */
  private record Place(Route mounted, @Nullable String path) {}

  Interruptions(String route, LongSupplier nanos) {
    this.route = route;
    this.nanos = nanos;
    this.toldAt = new AtomicLong(nanos.getAsLong() - TimeUnit.SECONDS.toNanos(SECONDS));
  }

  /**
   * Looks for handlers that break streams, among those that call this. Once for each place that the
   * bridge is mounted at, as they stay where they are; at the first {@value #MOST_PLACES} places.
   */
  void lookForHandlers(RoutingContext routing) {
    if (timed
        || looked.size() >= MOST_PLACES
        || !looked.add(new Place(routing.currentRoute(), routing.mountPoint()))) {
      return;
    }
    timed = STACK.walk(frames -> frames.anyMatch(f -> f.getClassName().equals(TIMEOUT)));
    if (timed) {
      LOG.log(
          Level.WARNING,
          "route "
              + route
              + ": a TimeoutHandler stands before the bridge, and will end each stream when its"
              + " time is over; put it on other paths only, and use maxAge if streams are to end");
    }
  }

  /**
   * A request has failed. Whose code that was is found on the stack of calls now; a stream that is
   * reset for it may end later.
   */
  void onFailed(RoutingContext routing) {
    if (routing.response().headWritten() && isTime(nanos.getAsLong())) {
      routing.put(FAILED_BY, callerOf(true));
    }
  }

  private boolean isTime(long now) {
    return now - toldAt.get() >= TimeUnit.SECONDS.toNanos(SECONDS);
  }

  /**
   * A stream was ended by code of the application, which is found on the stack of calls.
   *
   * @param routing the context of the router, {@code null} without one
   */
  void report(@Nullable RoutingContext routing) {
    long count = untold.incrementAndGet();
    long last = toldAt.get();
    long now = nanos.getAsLong();
    if (!isTime(now) || !toldAt.compareAndSet(last, now)) {
      return;
    }
    untold.addAndGet(-count);
    RoutingContext failed = routing != null && routing.failed() ? routing : null;
    String how =
        failed != null
            ? "a handler has failed the request with status " + statusOf(failed)
            : "the response was ended by somebody else";
    LOG.log(
        failed != null ? Level.WARNING : Level.INFO,
        String.format(
            Locale.ROOT,
            "route %s: %s, which has ended a stream (%d since this was last told): by %s",
            route,
            how,
            count,
            by(failed)),
        failed == null ? null : failed.failure());
  }

  private static int statusOf(RoutingContext routing) {
    return routing.statusCode() < 0 ? 500 : routing.statusCode();
  }

  private String by(@Nullable RoutingContext failed) {
    String before = failed == null ? null : failed.get(FAILED_BY);
    String caller = before == null || before.isEmpty() ? callerOf(failed != null) : before;
    if (!caller.isEmpty()) {
      return caller.startsWith(TIMEOUT) ? "the TimeoutHandler, " + caller : caller;
    }
    if (failed == null || failed.failure() != null) {
      return "code unknown";
    }
    return timed
        ? "a TimeoutHandler, it seems, for one stands before the bridge"
        : "code unknown, maybe a TimeoutHandler";
  }

  /**
   * The first call on the stack that is of interest, or {@code ""}.
   *
   * @param failed whether that which has failed a request, where there is one, and not a handler of
   *     failures that was called for it
   */
  private static String callerOf(boolean failed) {
    List<StackTraceElement> calls =
        STACK.walk(frames -> frames.map(StackWalker.StackFrame::toStackTraceElement).toList());
    int failing = 0;
    for (int i = 0; failed && i < calls.size(); i++) {
      if (isFail(calls.get(i))) {
        failing = i;
      }
    }
    return calls.stream()
        .skip(failing)
        .filter(call -> isOfInterest(call.getClassName()))
        .map(StackTraceElement::toString)
        .findFirst()
        .orElse("");
  }

  private static boolean isFail(StackTraceElement call) {
    return call.getMethodName().equals("fail") && call.getClassName().startsWith(CONTEXT);
  }

  private static boolean isOfInterest(String name) {
    return name.startsWith(HANDLERS) || OTHERS.stream().noneMatch(name::startsWith);
  }
}
