package dev.ssebridge.internal.subscribe;

import dev.ssebridge.format.EventEncoder;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.format.SseTypes;
import dev.ssebridge.internal.config.Rate;
import dev.ssebridge.internal.config.RouteConfig;
import dev.ssebridge.internal.http.MediaType;
import dev.ssebridge.internal.http.Problem;
import dev.ssebridge.internal.http.TokenBuckets;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Turns a subscriber away for now. An EventSource gives up for good on an error status, so it gets
 * a stream that says when to come back and ends; others get 503, or 429.
 */
final class Refusal {
  private static final long LEAST_RETRY_MILLIS = 1000;

  private Refusal() {}

  static void send(HttpServerRequest request, RouteConfig route, String reason) {
    send(request, route, reason, 503, 0);
  }

  /** The same where it is no use to come again: others than an EventSource get 404. */
  static void orNotFound(HttpServerRequest request, RouteConfig route, String reason) {
    if (isTold(request)) {
      send(request, route, reason);
    } else {
      new Problem(404, reason).send(request);
    }
  }

  /**
   * The same for a client that comes too often: others than an EventSource get 429.
   *
   * @param waitNanos it is no use to come back before
   */
  static void tooOften(
      HttpServerRequest request, RouteConfig route, String reason, long waitNanos) {
    send(request, route, reason, 429, TimeUnit.NANOSECONDS.toMillis(waitNanos) + 1);
  }

  /** The reason where more is asked for than a rate permits. */
  static String overRate(String name, TokenBuckets buckets) {
    Rate rate = buckets.rate();
    return name + ": " + (rate == null ? "none" : rate.text()) + " are permitted from your address";
  }

  private static void send(
      HttpServerRequest request, RouteConfig route, String reason, int status, long leastMillis) {
    // Between once and twice the usual time: who is turned away together comes back spread out.
    long usual = Math.max(Math.max(LEAST_RETRY_MILLIS, leastMillis), route.retry().toMillis());
    long retry = usual + ThreadLocalRandom.current().nextLong(usual + 1);
    if (isTold(request)) {
      ServerSentEvent block =
          ServerSentEvent.builder()
              .retry(retry)
              .comment("refused, " + reason)
              .type(SseTypes.REFUSED)
              .data(new JsonObject().put("reason", reason).encode())
              .build();
      StreamHead.set(request);
      request.response().end(Buffer.buffer(EventEncoder.encode(block)));
    } else {
      request.response().putHeader(HttpHeaders.RETRY_AFTER, Long.toString((retry + 999) / 1000));
      new Problem(status, reason + "; try again later").send(request);
    }
  }

  /** Whether it is told by a stream: an EventSource would give up for good on an error status. */
  private static boolean isTold(HttpServerRequest request) {
    return !HttpMethod.HEAD.equals(request.method()) && MediaType.acceptsEventStream(request);
  }
}
