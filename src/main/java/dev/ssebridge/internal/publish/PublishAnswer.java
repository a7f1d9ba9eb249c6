package dev.ssebridge.internal.publish;

import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.internal.bus.Receipt;
import dev.ssebridge.internal.http.CorsRule;
import dev.ssebridge.internal.http.Problem;
import dev.ssebridge.internal.log.Position;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Answers a body that was published: that it was accepted, or, where the publisher prefers to know,
 * the id of its last message, once that is in the log.
 *
 * @param receipt tells that id, or {@code null} where nobody wants to know
 */
record PublishAnswer(HttpServerResponse response, Pace pace, @Nullable Receipt receipt) {
  private static final CharSequence APPLIED = HttpHeaders.createOptimized("preference-applied");
  private static final CharSequence POSITION = HttpHeaders.createOptimized(SseHeaders.POSITION);
  private static final CharSequence EXPOSED =
      HttpHeaders.createOptimized(SseHeaders.POSITION + ", preference-applied");

  /** After the end of the body, on its context. */
  void give(BodyReader reader) {
    long published = reader.published();
    boolean streaming = reader.isStreaming();
    Receipt asked = receipt;
    if (asked == null || published == 0) {
      accepted(streaming, published);
      return;
    }
    Context loop = Vertx.currentContext();
    pace.whenAppended(
        () -> {
          Position position = asked.position();
          loop.runOnContext(
              v -> {
                if (position == null) {
                  accepted(streaming, published);
                } else {
                  represent(position, published);
                }
              });
        });
  }

  private void accepted(boolean streaming, long published) {
    response.setStatusCode(202).putHeader(Problem.CONTENT_TYPE_OPTIONS, Problem.NOSNIFF);
    if (streaming) {
      end(new JsonObject().put("published", published));
    } else {
      response.end();
    }
  }

  private void represent(Position position, long published) {
    String id = position.toString();
    response
        .setStatusCode(200)
        .putHeader(Problem.CONTENT_TYPE_OPTIONS, Problem.NOSNIFF)
        .putHeader(POSITION, id)
        .putHeader(APPLIED, Preference.APPLIED);
    CorsRule.expose(response, EXPOSED);
    end(new JsonObject().put("id", id).put("published", published));
  }

  private void end(JsonObject body) {
    response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json").end(body.toBuffer());
  }
}
