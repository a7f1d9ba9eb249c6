package dev.ssebridge.internal.admin;

import dev.ssebridge.internal.client.SourceCommands;
import dev.ssebridge.internal.client.SourceSet.RefusedException;
import dev.ssebridge.internal.http.BadRequestException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/** {@code /sources}: the remote streams that are followed, and commands for them. */
final class SourcesPaths {
  private SourcesPaths() {}

  static Future<?> list(RoutingContext context) throws BadRequestException {
    Query.of(context, Set.of());
    return SourceCommands.list(context.vertx())
        .onSuccess(
            list ->
                Answers.json(
                    context, new JsonObject().put("count", list.size()).put("sources", list)));
  }

  static Future<?> command(RoutingContext context) throws BadRequestException {
    Query.of(context, Set.of());
    String name = context.pathParam("name");
    return done(
        context,
        switch (context.pathParam("command")) {
          case "pause" -> SourceCommands.pause(context.vertx(), name);
          case "resume" -> SourceCommands.resume(context.vertx(), name);
          case "restart" -> SourceCommands.restart(context.vertx(), name);
          default ->
              throw new BadRequestException(
                  404, "path: expected pause, resume or restart at its end, got another word");
        });
  }

  static Future<?> add(RoutingContext context) throws BadRequestException {
    Query.of(context, Set.of());
    return done(
        context,
        SourceCommands.add(context.vertx(), context.pathParam("name"), Answers.body(context)));
  }

  static Future<?> remove(RoutingContext context) throws BadRequestException {
    Query.of(context, Set.of());
    return done(context, SourceCommands.remove(context.vertx(), context.pathParam("name")));
  }

  private static Future<?> done(RoutingContext context, Future<Void> command) {
    return command
        .onSuccess(
            v -> {
              if (!Answers.isOver(context)) {
                context.response().setStatusCode(204).end();
              }
            })
        .recover(
            failure ->
                Future.failedFuture(
                    failure instanceof RefusedException refused
                        ? new BadRequestException(
                            refused.status(), String.valueOf(failure.getMessage()))
                        : failure instanceof IllegalArgumentException
                            ? new BadRequestException(400, String.valueOf(failure.getMessage()))
                            : failure));
  }
}
