package dev.ssebridge.internal.door;

import dev.ssebridge.BridgeHealth;
import dev.ssebridge.internal.admin.Administered;
import dev.ssebridge.internal.admin.ProgramCommands;
import dev.ssebridge.internal.bridge.BridgeRoutes;
import dev.ssebridge.internal.config.AdminConfig;
import dev.ssebridge.internal.http.Problem;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What the admin interface on the router of an application tells of.
 *
 * @param bridge of the application
 */
record OfApplication(EmbeddedBridge bridge) implements Administered {

  @Override
  public AdminConfig admin() {
    return bridge.admin();
  }

  @Override
  public @Nullable String name() {
    return bridge.name();
  }

  @Override
  public @Nullable BridgeRoutes routes() {
    return bridge.routes();
  }

  @Override
  public Future<BridgeHealth> health() {
    return bridge.health(admin().loopTimeout(), false);
  }

  @Override
  public String metrics() {
    return bridge.meters().text();
  }

  @Override
  public JsonObject config() {
    return bridge.shown();
  }

  @Override
  public @Nullable Problem problemOfHost(HttpServerRequest request) {
    BridgeRoutes present = bridge.routes();
    return present == null ? null : present.problemOfHost(request);
  }

  @Override
  public void lookAfterConnection(HttpServerRequest request) {
    bridge.lookAfterConnection(request);
  }

  @Override
  public @Nullable ProgramCommands program() {
    return null;
  }
}
