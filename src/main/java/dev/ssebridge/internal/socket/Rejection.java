package dev.ssebridge.internal.socket;

import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.http.Problem;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** The answer to a request whose body may not have been read, and will not be. */
public final class Rejection {
  private Rejection() {}

  /** Answers, and reads no more of the body. On the request's context. */
  public static void send(Vertx vertx, BridgeRequest context, Problem problem) {
    HttpServerRequest request = context.request();
    boolean more = !request.isEnded();
    if (more) {
      switch (request.version()) {
        // What is left of the body would be taken for the next request.
        case HTTP_1_0, HTTP_1_1 -> {
          context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
          ConnectionGate gate = ConnectionGate.of(request.connection());
          if (gate != null) {
            gate.close();
          }
        }
        default -> {}
      }
    }
    problem.send(context.request());
    if (more) {
      Lingering.start(vertx, request);
    }
  }
}
