package dev.ssebridge.internal.app;

import dev.ssebridge.SseBridge;
import dev.ssebridge.SseBridgeVerticle;
import io.vertx.ext.web.Router;

/** The bridge, and the pages of the demo beside it. */
final class DemoBridgeVerticle extends SseBridgeVerticle {

  @Override
  protected void configure(SseBridge bridge, Router router) {
    DemoPages.mount(router);
    bridge.mountClient(router);
  }
}
