package dev.ssebridge.internal.admin;

import dev.ssebridge.internal.http.BadRequestException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Set;

/** {@code /openapi.json}: the paths of the admin interface, as OpenAPI describes them. */
final class Description {
  private Description() {}

  static Future<?> tell(RoutingContext context) throws BadRequestException {
    Query.of(context, Set.of());
    return context
        .vertx()
        .executeBlocking(Description::read, false)
        .onSuccess(text -> Answers.json(context, 200, text));
  }

  private static Buffer read() {
    try (InputStream in = Description.class.getResourceAsStream("openapi.json")) {
      if (in == null) {
        throw new IllegalStateException("no openapi.json");
      }
      return Buffer.buffer(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
