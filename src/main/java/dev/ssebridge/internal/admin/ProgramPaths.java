package dev.ssebridge.internal.admin;

import dev.ssebridge.internal.http.BadRequestException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/** {@code /config}, {@code /reload} and {@code /log-level}. */
final class ProgramPaths {
  private ProgramPaths() {}

  static Future<?> config(RoutingContext context, Administered subject) throws BadRequestException {
    Query.of(context, Set.of());
    Answers.json(context, subject.config());
    return Future.succeededFuture();
  }

  static Future<?> reload(RoutingContext context, ProgramCommands program)
      throws BadRequestException {
    Query.of(context, Set.of());
    return program
        .reload()
        .onSuccess(told -> Answers.json(context, told.containsKey("problems") ? 409 : 200, told));
  }

  static Future<?> logLevel(RoutingContext context, ProgramCommands program)
      throws BadRequestException {
    Query.of(context, Set.of());
    Answers.json(context, new JsonObject().put("level", program.logLevel()));
    return Future.succeededFuture();
  }

  static Future<?> setLogLevel(RoutingContext context, ProgramCommands program)
      throws BadRequestException {
    Query.of(context, Set.of());
    JsonObject body = Answers.body(context);
    if (!(body.getValue("level") instanceof String level) || body.size() != 1) {
      throw new BadRequestException(
          400, "body: expected {\"level\": ..} with a text and nothing else, got something else");
    }
    try {
      program.logLevel(level);
    } catch (IllegalArgumentException none) {
      throw new BadRequestException(400, "body, /level: " + none.getMessage());
    }
    return logLevel(context, program);
  }
}
