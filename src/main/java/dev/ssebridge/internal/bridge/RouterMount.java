package dev.ssebridge.internal.bridge;

import dev.ssebridge.internal.http.Allowed;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a bridge serves on one router. Guarded by its bridge. */
final class RouterMount {
  private final Router router;
  private final RequestGuard guard;
  private final boolean isOwn;
  private final Map<String, Allowed> allowed = new HashMap<>();
  private final Map<String, Runnable> removers = new HashMap<>();
  private final List<Runnable> publishRemovers = new ArrayList<>();
  private Router routes;
  private @Nullable Route later;
  private boolean isComplete;

  /**
   * @param isOwn whether it is all the bridge's: other methods of its paths are refused
   */
  RouterMount(Router router, RequestGuard guard, boolean isOwn) {
    this.router = router;
    this.routes = router;
    this.guard = guard;
    this.isOwn = isOwn;
  }

  /** What there is at the beginning is there. */
  void complete(Router empty) {
    isComplete = true;
    if (isOwn) {
      allowed.values().forEach(methods -> methods.refuseOthers(router));
    } else {
      // Here, so that what is added later is not behind all other handlers of the application.
      later = router.route("/*").subRouter(empty).disable();
      routes = empty;
    }
  }

  /** Serves the streams of a route; once for each name. */
  void subscribe(String name, String path, Handler<RoutingContext> handler) {
    enable();
    Allowed methods = methodsOf(path);
    methods.add(HttpMethod.GET, HttpMethod.HEAD);
    Route get = routes.routeWithRegex(HttpMethod.GET, path).handler(guard.before(handler));
    Route head = routes.routeWithRegex(HttpMethod.HEAD, path).handler(guard.before(handler));
    removers.put(
        name,
        () -> {
          get.remove();
          head.remove();
          if (methods.remove(HttpMethod.GET, HttpMethod.HEAD)) {
            allowed.remove(path, methods);
          }
        });
  }

  private void enable() {
    if (later != null) {
      later.enable();
    }
  }

  /** Whether it serves a route of this name. */
  boolean subscribes(String name) {
    return removers.containsKey(name);
  }

  /** Serves a path to publish to. */
  void publish(String path, Handler<RoutingContext> handler) {
    enable();
    Allowed methods = methodsOf(path);
    methods.add(HttpMethod.POST);
    Route post = routes.routeWithRegex(HttpMethod.POST, path).handler(guard.before(handler));
    publishRemovers.add(
        () -> {
          post.remove();
          if (methods.remove(HttpMethod.POST)) {
            allowed.remove(path, methods);
          }
        });
  }

  /**
   * Serves other things from now on, in their order; what is among them and was served before is
   * served at every moment.
   *
   * @param all subscribes and publishes them
   */
  void replace(Runnable all) {
    List<Runnable> before = new ArrayList<>(removers.values());
    before.addAll(publishRemovers);
    removers.clear();
    publishRemovers.clear();
    allowed.clear();
    all.run();
    before.forEach(Runnable::run);
  }

  /** Serves a route no more. */
  void remove(String name) {
    Runnable remover = removers.remove(name);
    if (remover != null) {
      remover.run();
    }
  }

  private Allowed methodsOf(String path) {
    return allowed.computeIfAbsent(
        path,
        regex -> {
          Allowed methods = new Allowed(routes, regex, guard::before);
          if (isOwn && isComplete) {
            methods.refuseOthers(routes);
          }
          return methods;
        });
  }
}
