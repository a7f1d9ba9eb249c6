package dev.ssebridge.testing;

import dev.ssebridge.SseBridge;
import dev.ssebridge.SseBridgeOptions;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.StaticHandler;

/** An application that serves files of its own beside a bridge, and says where it listens. */
public final class StaticSite {
  private StaticSite() {}

  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx();
    Router router = Router.router(vertx);
    SseBridge bridge = SseBridge.create(vertx, new SseBridgeOptions()).mountClient(router);
    bridge
        .mount(router)
        .compose(
            mounted -> {
              router.route().handler(StaticHandler.create());
              return vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1");
            })
        .onSuccess(
            server -> System.err.println("listening on http://127.0.0.1:" + server.actualPort()))
        .onFailure(
            failure -> {
              failure.printStackTrace();
              vertx.close();
            });
  }
}
