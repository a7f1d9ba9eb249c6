package dev.ssebridge.internal.admin;

import dev.ssebridge.internal.http.BadRequestException;
import dev.ssebridge.internal.text.JsonTexts;
import dev.ssebridge.internal.text.PrintableText;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.regex.Pattern;

/** {@code /config}, {@code /reload} and {@code /log-level}. */
final class ProgramPaths {
  private static final Pattern URL = Pattern.compile("(?i)[a-z][a-z0-9+.-]*://");

  private ProgramPaths() {}

  static Future<?> config(RoutingContext context, Administered subject) throws BadRequestException {
    Query query = Query.of(context, Set.of("origins"));
    boolean isWithOrigins = query.flag("origins");
    return Answers.later(
        context,
        () -> {
          JsonObject config = JsonTexts.replaced(subject.config(), ProgramPaths::withoutQuery);
          return isWithOrigins
              ? new JsonObject().put("config", config).put("origins", subject.origins())
              : config;
        });
  }

  /** Queries of URLs, and names and passwords in them, are secrets of somebody. */
  private static String withoutQuery(String text) {
    return URL.matcher(text).lookingAt() ? PrintableText.ofUrl(text) : text;
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
