package dev.ssebridge.internal.app;

import dev.ssebridge.internal.admin.ProgramCommands;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;

/**
 * What an administrator may have the program do.
 *
 * @param reloads which run one after the other
 */
record Commands(ReloadRequests reloads) implements ProgramCommands {

  @Override
  public Future<JsonObject> reload() {
    Context asking = Vertx.currentContext();
    return asking == null
        ? Future.fromCompletionStage(reloads.ask())
        : Future.fromCompletionStage(reloads.ask(), asking);
  }

  @Override
  public String logLevel() {
    return ProgramLog.level();
  }

  @Override
  public void logLevel(String level) {
    ProgramLog.level(level);
  }
}
