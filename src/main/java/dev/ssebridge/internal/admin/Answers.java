package dev.ssebridge.internal.admin;

import dev.ssebridge.internal.http.BadRequestException;
import dev.ssebridge.internal.http.Problem;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** How the admin interface answers. */
final class Answers {
  private Answers() {}

  /**
   * Answers with what this makes, which takes its time: it is made and encoded on a worker. As
   * workers are few, no others wait behind it.
   */
  static Future<?> later(RoutingContext context, Callable<JsonObject> body) {
    return context
        .vertx()
        .executeBlocking(() -> body.call().toBuffer(), false)
        .onSuccess(text -> json(context, 200, text));
  }

  static void json(RoutingContext context, JsonObject body) {
    json(context, 200, body);
  }

  static void json(RoutingContext context, int status, JsonObject body) {
    json(context, status, body.toBuffer());
  }

  static void json(RoutingContext context, int status, Buffer body) {
    if (isOver(context)) {
      return; // the client has gone
    }
    context
        .response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader(Problem.CONTENT_TYPE_OPTIONS, Problem.NOSNIFF);
    Underway.end(context, body);
  }

  static boolean isOver(RoutingContext context) {
    return context.response().headWritten() || context.response().closed();
  }

  /** The object in the body of a request. */
  static JsonObject body(RoutingContext context) throws BadRequestException {
    @Nullable JsonObject body;
    try {
      body = context.body().asJsonObject();
    } catch (DecodeException | ClassCastException none) {
      body = null;
    }
    if (body == null) {
      throw new BadRequestException(400, "body: expected a JSON object, got none");
    }
    return body;
  }

  static void problem(RoutingContext context, int status, String detail) {
    new Problem(status, detail).send(context.request());
  }
}
