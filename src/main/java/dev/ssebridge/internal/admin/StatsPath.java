package dev.ssebridge.internal.admin;

import dev.ssebridge.format.EventEncoder;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.bridge.BridgeRoutes;
import dev.ssebridge.internal.http.BadRequestException;
import dev.ssebridge.internal.http.MediaType;
import dev.ssebridge.internal.subscribe.Lags;
import dev.ssebridge.internal.subscribe.StreamHead;
import io.netty.util.internal.PlatformDependent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code /stats}: the figures of the bridge, once as JSON, or once a second as events for clients
 * that accepts {@code text/event-stream}. They are put together once for all, not on an event loop,
 * and only while somebody listens; a listener who does not take them misses some.
 */
final class StatsPath {
  private static final System.Logger LOG = System.getLogger(StatsPath.class.getName());

  static final long EVERY_MILLIS = 1000;

  /** The most listeners at the same time. */
  static final int MOST_LISTENERS = 32;

  private static final int QUEUE_BYTES = 256 * 1024;

  private final Vertx vertx;
  private final Administered subject;
  private final Supplier<JsonObject> sources;
  private final Predicate<RoutingContext> isStillAdmitted;

  // guarded by this
  private final Set<RoutingContext> listeners = new LinkedHashSet<>();
  private long timer = -1;
  private boolean asking;

  /**
   * @param isStillAdmitted whether who was let pass once would be still
   */
  StatsPath(
      Vertx vertx,
      Administered subject,
      Supplier<JsonObject> sources,
      Predicate<RoutingContext> isStillAdmitted) {
    this.vertx = vertx;
    this.subject = subject;
    this.sources = sources;
    this.isStillAdmitted = isStillAdmitted;
  }

  Future<?> tell(RoutingContext context) throws BadRequestException {
    Query.of(context, Set.of());
    return lags().compose(lags -> Answers.later(context, () -> figures(lags)));
  }

  Future<?> follow(RoutingContext context) throws BadRequestException {
    Query.of(context, Set.of());
    open(context);
    return Future.succeededFuture();
  }

  /** A stream has no end, so a HEAD is answered as for the other form. */
  static boolean wantsEvents(RoutingContext context) {
    if (HttpMethod.HEAD.equals(context.request().method())) {
      return false;
    }
    return MediaType.acceptsEventStream(context.request());
  }

  private synchronized void open(RoutingContext context) throws BadRequestException {
    if (listeners.size() >= MOST_LISTENERS) {
      throw new BadRequestException(
          503, "expected at most " + MOST_LISTENERS + " listeners to /stats, got one more");
    }
    listeners.add(context);
    context.addEndHandler(
        gone -> {
          leave(context);
          StreamHead.endConnection(context.request());
        });
    StreamHead.set(context.request());
    StreamHead.closeDelimited(context.request(), context::addHeadersEndHandler);
    context.response().setWriteQueueMaxSize(QUEUE_BYTES).write(Buffer.buffer());
    if (timer < 0) {
      // Of no deployment: the one of the first listener may end before the others.
      timer =
          ((VertxInternal) vertx).createEventLoopContext().setPeriodic(EVERY_MILLIS, id -> tick());
      tick();
    }
  }

  private synchronized void leave(RoutingContext context) {
    listeners.remove(context);
    if (listeners.isEmpty() && timer >= 0) {
      vertx.cancelTimer(timer);
      timer = -1;
    }
  }

  private synchronized void tick() {
    if (!asking) {
      asking = true;
      lags()
          .compose(lags -> vertx.executeBlocking(() -> event(lags), false))
          .onComplete(this::send, this::failed);
    }
  }

  private Buffer event(Lagging lags) {
    return Buffer.buffer(EventEncoder.encode(ServerSentEvent.of(figures(lags).encode())));
  }

  /** What puts together how far streams are behind, null where a loop does not say it. */
  @FunctionalInterface
  private interface Lagging {
    Lags.@Nullable Summary get();
  }

  private Future<Lagging> lags() {
    @Nullable BridgeRoutes routes = subject.routes();
    if (routes == null) {
      return Future.succeededFuture(() -> Lags.Summary.NONE);
    }
    return routes
        .streams()
        .lags()
        .timeout(EVERY_MILLIS, TimeUnit.MILLISECONDS)
        .map(found -> (Lagging) found::get)
        .otherwise(late -> () -> null);
  }

  private synchronized void failed(Throwable failure) {
    asking = false;
    LOG.log(Level.ERROR, "the figures could not be put together", failure);
  }

  private void send(Buffer event) {
    List<RoutingContext> present;
    synchronized (this) {
      asking = false;
      present = List.copyOf(listeners);
    }
    for (RoutingContext each : present) {
      HttpServerResponse response = each.response();
      if (response.closed() || response.ended()) {
        leave(each); // it was gone before it was listened to
      } else if (!isStillAdmitted.test(each)) {
        response.end();
      } else if (!response.writeQueueFull()) {
        response.write(event); // that one is gone is told by itself
      }
    }
  }

  private JsonObject figures(Lagging lagging) {
    @Nullable BridgeRoutes routes = subject.routes();
    JsonObject figures = routes == null ? new JsonObject() : routes.stats();
    if (routes != null) {
      Lags.@Nullable Summary lags = lagging.get();
      JsonObject byRoute = figures.getJsonObject("routes");
      byRoute.forEach(
          each ->
              ((JsonObject) each.getValue())
                  .put("lag", lags == null ? null : json(lags.of(each.getKey()))));
      figures
          .put("lag", lags == null ? null : json(lags.all()))
          .put(
              "limits",
              new JsonObject()
                  .put("streams", routes.channels().mostStreams())
                  .put("retainedBytes", routes.channels().retainedLimit()));
    }
    Runtime runtime = Runtime.getRuntime();
    return figures
        .put("time", Instant.now().toString())
        .put("sources", sources.get())
        .put(
            "memory",
            new JsonObject()
                .put("heapUsed", runtime.totalMemory() - runtime.freeMemory())
                .put("heapMax", runtime.maxMemory())
                .put("direct", Math.max(0, PlatformDependent.usedDirectMemory()))
                .put("directMax", PlatformDependent.maxDirectMemory()));
  }

  private static JsonObject json(Lags.Lag lag) {
    return new JsonObject()
        .put("streams", lag.streams())
        .put("p50", lag.p50())
        .put("p99", lag.p99())
        .put("max", lag.max());
  }

  /** Ends the streams to those who listen. */
  void close() {
    List<RoutingContext> present;
    synchronized (this) {
      present = List.copyOf(listeners);
    }
    present.forEach(
        each -> {
          if (!each.response().closed() && !each.response().ended()) {
            each.response().end();
          }
        });
  }
}
