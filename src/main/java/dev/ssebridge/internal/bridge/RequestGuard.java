package dev.ssebridge.internal.bridge;

import dev.ssebridge.internal.config.AuthConfig;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.HttpConfig;
import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.http.CorsRule;
import dev.ssebridge.internal.http.HostRule;
import dev.ssebridge.internal.http.Problem;
import dev.ssebridge.internal.http.RequestLoop;
import dev.ssebridge.internal.socket.Rejection;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a request of a router has to pass before a handler of the bridge sees it. */
final class RequestGuard {
  private static final String PASSED = "dev.ssebridge.passed";

  private volatile BridgeConfig config;
  private volatile long stalledMillis;
  private volatile @Nullable HostRule hosts;
  private volatile @Nullable CorsRule cors;

  /** Whether nobody stands before the bridge. */
  private volatile boolean isOwn;

  RequestGuard(BridgeConfig config) {
    this.config = config;
    change(config);
  }

  /** From now on requests have to pass what this says. */
  void change(BridgeConfig next) {
    HttpConfig http = next.http();
    AuthConfig auth = next.auth();
    config = next;
    stalledMillis = http.stalled().toMillis();
    hosts = HostRule.ofRouter(http);
    cors = CorsRule.of(http.cors(), isOwn, auth == null ? Set.of() : auth.passedOn());
  }

  /** The server is the bridge's own. */
  void standAlone() {
    isOwn = true;
    change(config);
  }

  /** Has a page see an answer that no handler of the bridge gives, where it may read. */
  void tell(HttpServerRequest request) {
    CorsRule rule = cors;
    if (rule != null) {
      rule.tell(request);
    }
  }

  /** What pages of other origins may do; null where that is up to the application. */
  @Nullable CorsRule cors() {
    return cors;
  }

  /**
   * The handler behind this, on the request's context. It is to stand on its route twice, as the
   * handler of Vert.x for pages of other origins goes on by itself to the next one of the route.
   */
  Handler<RoutingContext> before(Handler<RoutingContext> handler) {
    return context ->
        RequestLoop.run(
            context.request(),
            () -> {
              CorsRule rule = cors;
              if (rule != null && context.get(PASSED) == this) {
                handler.handle(context);
              } else if (EmbeddedRules.admit(context, stalledMillis) && isForUs(context)) {
                if (rule == null) {
                  handler.handle(context);
                } else {
                  context.put(PASSED, this);
                  rule.handle(context);
                }
              }
            });
  }

  /** Why a request is for another host than those that are named; null where it is not. */
  @Nullable Problem problemOfHost(HttpServerRequest request) {
    HostRule rule = hosts;
    return rule == null ? null : rule.problemOf(request);
  }

  private boolean isForUs(RoutingContext context) {
    Problem problem = problemOfHost(context.request());
    if (problem != null) {
      tell(context.request());
      Rejection.send(context.vertx(), new BridgeRequest.Routed(context), problem);
    }
    return problem == null;
  }
}
