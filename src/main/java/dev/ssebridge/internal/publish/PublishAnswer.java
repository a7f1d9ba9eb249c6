package dev.ssebridge.internal.publish;

import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.internal.bus.Receipt;
import dev.ssebridge.internal.http.AnswerBody;
import dev.ssebridge.internal.http.CorsRule;
import dev.ssebridge.internal.http.Problem;
import dev.ssebridge.internal.log.Position;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Answers a body that was published, once that is in the logs that it feeds: that it was accepted,
 * or, where the publisher prefers to know, the id of its last message.
 *
 * @param receipt tells what has become of the messages, or {@code null} where nobody has to know
 * @param asked whether the publisher prefers to know the id
 */
record PublishAnswer(
    HttpServerRequest request, Pace pace, @Nullable Receipt receipt, boolean asked) {
  /** Seconds. */
  static final String STORE_RETRY_AFTER = "5";

  static final String NO_ANSWER = "it has not answered within " + Pace.STORE_MILLIS + " ms";

  private static final CharSequence APPLIED = HttpHeaders.createOptimized("preference-applied");
  private static final CharSequence POSITION = HttpHeaders.createOptimized(SseHeaders.POSITION);
  private static final CharSequence EXPOSED =
      HttpHeaders.createOptimized(SseHeaders.POSITION + ", preference-applied");

  /** Nothing was published. */
  static Problem storeDown(String problem) {
    return new Problem(503, "the store of the history takes nothing now: " + problem);
  }

  /** After the end of the body, on its context. */
  void give(BodyReader reader) {
    long published = reader.published();
    boolean streaming = reader.isStreaming();
    if (published == 0) {
      accepted(streaming, published);
      return;
    }
    Context loop = Vertx.currentContext();
    pace.appended()
        .onComplete(
            appended ->
                loop.runOnContext(
                    v -> {
                      if (response().headWritten()) {
                        return; // a publish handler has answered it after all
                      }
                      if (appended.succeeded()) {
                        decided(streaming, published);
                      } else {
                        undecided(published, 0);
                      }
                    }));
  }

  private void decided(boolean streaming, long published) {
    Receipt told = receipt;
    if (told != null && told.failed() > 0) {
      undecided(published, told.failed());
      return;
    }
    Position position = told == null || !asked ? null : told.position();
    if (position == null) {
      accepted(streaming, published);
    } else {
      represent(position, published);
    }
  }

  private void undecided(long published, long failed) {
    response().putHeader(HttpHeaders.RETRY_AFTER, STORE_RETRY_AFTER);
    String why =
        failed > 0
            ? "the store of the history did not take all of it"
            : "the store of the history: " + NO_ANSWER;
    undecided(why).with("published", published).send(request);
  }

  /** Others on the event bus have the messages, and the history may have them. */
  static Problem undecided(String why) {
    return new Problem(
            504,
            "undecided: "
                + why
                + "; the history may have it, and others on the event bus; send it again with the"
                + " same Idempotency-Key")
        .with("undecided", true);
  }

  private void accepted(boolean streaming, long published) {
    response().setStatusCode(202).putHeader(Problem.CONTENT_TYPE_OPTIONS, Problem.NOSNIFF);
    if (streaming) {
      end(new JsonObject().put("published", published));
    } else {
      AnswerBody.none(request);
    }
  }

  private void represent(Position position, long published) {
    String id = position.toString();
    response()
        .setStatusCode(200)
        .putHeader(Problem.CONTENT_TYPE_OPTIONS, Problem.NOSNIFF)
        .putHeader(POSITION, id)
        .putHeader(APPLIED, Preference.APPLIED);
    CorsRule.expose(response(), EXPOSED);
    end(new JsonObject().put("id", id).put("published", published));
  }

  private HttpServerResponse response() {
    return request.response();
  }

  private void end(JsonObject body) {
    response().putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
    AnswerBody.end(request, body.toBuffer());
  }
}
