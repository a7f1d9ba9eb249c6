package dev.ssebridge.internal.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Answers OPTIONS of one path with the methods that the bridge serves there; changed under the lock
 * of its bridge.
 */
public final class Allowed {
  private static final AtomicInteger BEHIND_ALL = new AtomicInteger(1 << 30);

  private final List<HttpMethod> methods = new CopyOnWriteArrayList<>();
  private final String regex;
  private final Route route;
  private @Nullable Route others;

  /**
   * @param guard what stands before the handler
   */
  public Allowed(Router router, String regex, UnaryOperator<Handler<RoutingContext>> guard) {
    this.regex = regex;
    this.route =
        router
            .routeWithRegex(HttpMethod.OPTIONS, regex)
            .handler(
                guard.apply(
                    context -> {
                      context.response().putHeader("allow", header());
                      NoContent.send(context);
                    }));
  }

  public void add(HttpMethod... more) {
    methods.addAll(List.of(more));
  }

  /**
   * Serves these no more. Without any method left, the path is no longer served.
   *
   * @return whether none is left
   */
  public boolean remove(HttpMethod... gone) {
    methods.removeAll(List.of(gone));
    if (methods.isEmpty()) {
      route.remove();
      if (others != null) {
        others.remove();
      }
    }
    return methods.isEmpty();
  }

  /** From now on answers every other method of the path that no route is found for: 405. */
  public void refuseOthers(Router router) {
    others =
        router
            .routeWithRegex(regex)
            // Behind all others, and not .last(): a router finds but one of an order to remove it.
            .order(BEHIND_ALL.getAndIncrement())
            .handler(
                context -> {
                  String served = header();
                  context.response().putHeader("allow", served);
                  new Problem(405, "method: expected one of " + served + ", got another")
                      .send(context.response());
                });
  }

  private String header() {
    return Stream.concat(methods.stream(), Stream.of(HttpMethod.OPTIONS))
        .map(HttpMethod::name)
        .collect(Collectors.joining(", "));
  }
}
