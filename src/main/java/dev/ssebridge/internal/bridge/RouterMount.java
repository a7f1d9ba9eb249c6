package dev.ssebridge.internal.bridge;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;

import dev.ssebridge.internal.address.PathTemplate;
import dev.ssebridge.internal.http.CorsRule;
import dev.ssebridge.internal.http.MethodNotAllowed;
import dev.ssebridge.internal.http.NoContent;
import dev.ssebridge.internal.http.PathHandler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a bridge serves on one router. Routes of the router say which paths those are, so that all
 * others stay as they are without it; what serves a path is looked up when a request is there. A
 * router copies all of its routes for each that is added, so on one of the bridge's own many paths
 * are one route. Guarded by its bridge.
 */
final class RouterMount {
  /** What the routes of one kind, of the bridge's own router, are made anew beyond. */
  private static final int MOST_SPOTS = 50;

  private static final AtomicInteger BEHIND_ALL = new AtomicInteger(1 << 30);

  private final Router router;
  private final RequestGuard guard;
  private final boolean isOwn;
  private final Supplier<ServedPaths> served;
  private final Map<Spot, Route> spots = new LinkedHashMap<>();
  private Router routes;
  private @Nullable Route later;

  private enum Kind {
    STREAM,
    PUBLISH,
    /** Every other method of either: 405. */
    OTHER;

    /** Those of a request that it takes; empty for all. */
    List<HttpMethod> methods() {
      return switch (this) {
        case STREAM -> List.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
        case PUBLISH -> List.of(HttpMethod.POST, HttpMethod.OPTIONS);
        case OTHER -> List.of();
      };
    }

    Set<String> pathsOf(ServedPaths served) {
      List<PathTemplate> paths = new ArrayList<>();
      if (this != PUBLISH) {
        paths.addAll(ServedPaths.paths(served.streams()));
      }
      if (this != STREAM) {
        paths.addAll(ServedPaths.paths(served.posts()));
      }
      return paths.stream().map(PathTemplate::regex).collect(toCollection(LinkedHashSet::new));
    }
  }

  /** What is one route of the router. */
  private record Spot(Kind kind, Set<String> paths) {}

  /**
   * @param isOwn whether it is all the bridge's: other methods of its paths are refused
   * @param served what the bridge serves at the moment
   */
  RouterMount(Router router, RequestGuard guard, boolean isOwn, Supplier<ServedPaths> served) {
    this.router = router;
    this.routes = router;
    this.guard = guard;
    this.isOwn = isOwn;
    this.served = served;
  }

  /** What there is at the beginning is there. */
  void complete(Router empty) {
    if (!isOwn) {
      // Here, so that what is added later is not behind all other handlers of the application.
      later = router.route("/*").subRouter(empty).disable();
      routes = empty;
    }
  }

  /**
   * Leads the paths of what is served next to the bridge, beside those that are led there.
   *
   * @return takes away those that are not served any more, once that is what is served
   */
  Runnable prepare(ServedPaths next) {
    List<Spot> gone = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      if (kind != Kind.OTHER || isOwn) {
        prepare(kind, kind.pathsOf(next), gone);
      }
    }
    return () -> gone.forEach(this::remove);
  }

  private void prepare(Kind kind, Set<String> wanted, List<Spot> gone) {
    Set<String> missing = new LinkedHashSet<>(wanted);
    List<Spot> present = new ArrayList<>();
    for (Spot spot : spots.keySet()) {
      if (spot.kind() == kind) {
        missing.removeAll(spot.paths());
        (spot.paths().stream().anyMatch(wanted::contains) ? present : gone).add(spot);
      }
    }
    if (!isOwn) {
      missing.forEach(path -> add(new Spot(kind, Set.of(path))));
    } else if (present.size() >= MOST_SPOTS) {
      gone.addAll(present);
      add(new Spot(kind, wanted));
    } else if (!missing.isEmpty()) {
      add(new Spot(kind, missing));
    }
  }

  private void add(Spot spot) {
    if (later != null) {
      later.enable();
    }
    Route route = routes.routeWithRegex(spot.paths().stream().collect(joining("|")));
    spot.kind().methods().forEach(route::method);
    if (spot.kind() == Kind.OTHER) {
      // Behind all others, and not .last(): a router finds but one of an order to remove it.
      route.order(BEHIND_ALL.getAndIncrement());
    }
    route.setName("sse-bridge");
    if (spot.kind() == Kind.OTHER) {
      route.handler(this::refuse);
    } else {
      route.handler(this::answer).handler(this::answer); // see RequestGuard.before
      route.failureHandler(this::failed);
    }
    spots.put(spot, route);
  }

  private void remove(Spot spot) {
    Route route = spots.remove(spot);
    if (route != null) {
      route.remove();
    }
  }

  private void answer(RoutingContext context) {
    String path = pathBelow(context);
    HttpServerRequest request = context.request();
    if (served.get().givesTickets(path)) {
      CorsRule.readsByPost(context);
    }
    if (HttpMethod.OPTIONS.equals(request.method())) {
      String allowed = served.get().allowed(path);
      if (allowed == null) {
        context.next();
      } else {
        guard.before(admitted -> tell(admitted, allowed)).handle(context);
      }
      return;
    }
    PathHandler handler = handler(request.method(), path);
    if (handler == null) {
      context.next(); // its route was taken away
      return;
    }
    request.routed(handler.path().toString());
    handler.path().groups(path).forEach(context.pathParams()::put);
    guard.before(handler).handle(context);
  }

  private void failed(RoutingContext context) {
    PathHandler handler = handler(context.request().method(), pathBelow(context));
    if (handler != null) {
      handler.onFailed(context);
    }
    context.next();
  }

  private @Nullable PathHandler handler(HttpMethod method, String path) {
    PathHandler handler = served.get().handler(method, path);
    while (handler != null && handler.isClosed()) {
      handler = served.get().handler(method, path); // another was there before this one was closed
    }
    return handler;
  }

  private static void tell(RoutingContext context, String allowed) {
    context.response().putHeader("allow", allowed);
    NoContent.send(context);
  }

  private void refuse(RoutingContext context) {
    String allowed = served.get().allowed(pathBelow(context));
    if (allowed == null) {
      context.next();
      return;
    }
    guard.tell(context.request());
    MethodNotAllowed.send(context.request(), allowed);
  }

  /** The path of the request without the one that the router is mounted on. */
  private static String pathBelow(RoutingContext context) {
    String path = context.normalizedPath();
    String mountPoint = context.mountPoint();
    if (mountPoint == null) {
      return path;
    }
    return path.substring(mountPoint.length() - (mountPoint.endsWith("/") ? 1 : 0));
  }
}
