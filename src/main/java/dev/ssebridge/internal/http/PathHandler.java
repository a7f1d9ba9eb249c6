package dev.ssebridge.internal.http;

import dev.ssebridge.internal.address.PathTemplate;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/** What answers the requests of one path, through a router or straight from the server. */
public interface PathHandler extends Handler<RoutingContext> {

  /** The path that it answers. */
  PathTemplate path();

  /** Answers a request of this path, on its context. */
  void serve(BridgeRequest request);

  /** Whether it serves nothing any more. */
  default boolean isClosed() {
    return false;
  }

  /** On the request's context: the code that mounts this sees to it. */
  @Override
  default void handle(RoutingContext context) {
    serve(new BridgeRequest.Routed(context));
  }

  /** A request of this path has failed. On the thread of the code that has failed it. */
  default void onFailed(RoutingContext context) {}

  /**
   * Answers a request if it is of this path; false where a router has to look at it. It may come
   * from another thread than its own, {@code executeBlocking}, say.
   */
  default boolean serveIfMatching(HttpServerRequest request) {
    BridgeRequest direct = BridgeRequest.Direct.of(request, path());
    if (direct == null) {
      return false;
    }
    RequestLoop.run(request, () -> serve(direct));
    return true;
  }
}
