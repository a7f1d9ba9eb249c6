package dev.ssebridge.internal.bridge;

import dev.ssebridge.internal.config.HttpConfig;
import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.http.HostRule;
import dev.ssebridge.internal.http.Problem;
import dev.ssebridge.internal.http.RequestLoop;
import dev.ssebridge.internal.socket.Rejection;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** What a request of a router has to pass before a handler of the bridge sees it. */
final class RequestGuard {
  private volatile long stalledMillis;
  private volatile @Nullable HostRule hosts;

  RequestGuard(HttpConfig config) {
    this.stalledMillis = config.stalled().toMillis();
    this.hosts = HostRule.ofRouter(config);
  }

  /** From now on requests have to pass what this says. */
  void change(HttpConfig config) {
    stalledMillis = config.stalled().toMillis();
    hosts = HostRule.ofRouter(config);
  }

  /** The handler behind this, on the request's context. */
  Handler<RoutingContext> before(Handler<RoutingContext> handler) {
    return context ->
        RequestLoop.run(
            context.request(),
            () -> {
              if (EmbeddedRules.admit(context, stalledMillis) && isForUs(context)) {
                handler.handle(context);
              }
            });
  }

  private boolean isForUs(RoutingContext context) {
    HostRule rule = hosts;
    Problem problem = rule == null ? null : rule.problemOf(context.request());
    if (problem != null) {
      Rejection.send(context.vertx(), new BridgeRequest.Routed(context), problem);
    }
    return problem == null;
  }
}
