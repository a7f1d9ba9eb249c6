package dev.ssebridge.internal.subscribe;

import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.internal.fanout.Gap;
import dev.ssebridge.internal.fanout.Start;
import dev.ssebridge.internal.http.CorsRule;
import dev.ssebridge.internal.log.Position;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.Consumer;

/** The head of a response that streams events. */
public final class StreamHead {
  static final CharSequence MEDIA_TYPE = HttpHeaders.createOptimized("text/event-stream");

  private static final CharSequence CACHE_CONTROL =
      HttpHeaders.createOptimized("no-store, no-transform");
  private static final CharSequence ACCEL = HttpHeaders.createOptimized("x-accel-buffering");
  private static final CharSequence NO = HttpHeaders.createOptimized("no");
  private static final CharSequence BRIDGE = HttpHeaders.createOptimized(SseHeaders.BRIDGE);
  private static final CharSequence RESUME = HttpHeaders.createOptimized(SseHeaders.RESUME);
  private static final CharSequence MISSED = HttpHeaders.createOptimized(SseHeaders.MISSED);
  private static final CharSequence POSITION = HttpHeaders.createOptimized(SseHeaders.POSITION);
  private static final CharSequence HISTORY = HttpHeaders.createOptimized(SseHeaders.HISTORY);
  private static final CharSequence HEAP = HttpHeaders.createOptimized("heap");
  private static final CharSequence EXPOSED =
      HttpHeaders.createOptimized(SseHeaders.RESUME + ", " + SseHeaders.MISSED);

  private StreamHead() {}

  /** Sets what every event stream says; the head goes out with the first bytes. */
  public static void set(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    response.headers().remove(HttpHeaders.CONTENT_LENGTH); // it was meant for another answer
    response
        .setStatusCode(200)
        .putHeader(HttpHeaders.CONTENT_TYPE, MEDIA_TYPE)
        .putHeader(HttpHeaders.CACHE_CONTROL, CACHE_CONTROL)
        .putHeader(ACCEL, NO);
    // On HTTP/1.0 the end of the connection is the end of the stream; on HTTP/2 there are frames.
    switch (request.version()) {
      case HTTP_1_1 -> response.setChunked(true);
      default -> {}
    }
  }

  /** The same, and where the channel is, in answer to a HEAD. */
  static void set(HttpServerRequest request, String bridge, Position position) {
    set(request);
    HttpServerResponse response = request.response();
    response.putHeader(BRIDGE, bridge);
    response.putHeader(POSITION, position.toString());
    CorsRule.expose(response, POSITION);
  }

  /**
   * Says that the end of the connection is the end of the stream, where the version of HTTP knows
   * no other: Vert.x would keep the connection of a client of HTTP/1.0 that asks for it.
   *
   * @param onHead runs its argument when the head goes out
   */
  public static void closeDelimited(HttpServerRequest request, Consumer<Handler<Void>> onHead) {
    switch (request.version()) {
      case HTTP_1_0 ->
          onHead.accept(
              v -> request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE));
      default -> {}
    }
  }

  /** Ends the connection after a stream whose end nothing else tells. Any thread. */
  public static void endConnection(HttpServerRequest request) {
    switch (request.version()) {
      case HTTP_1_0 -> request.connection().close();
      default -> {}
    }
  }

  /** Says that only what the heap holds could be served, as the store is down. */
  static void heapOnly(HttpServerRequest request) {
    request.response().putHeader(HISTORY, HEAP);
    CorsRule.expose(request.response(), HISTORY);
  }

  /**
   * The same, and how the wish to resume was met.
   *
   * @param bridge the name of this bridge: one that follows it must know where events came from
   */
  static void set(HttpServerRequest request, Start start, String bridge) {
    set(request);
    HttpServerResponse response = request.response();
    response.putHeader(BRIDGE, bridge);
    response.putHeader(RESUME, start.outcome().word());
    Gap gap = start.gap();
    Long missed = gap == null ? null : gap.missed();
    if (missed != null) {
      response.putHeader(MISSED, missed.toString());
    }
    CorsRule.expose(response, EXPOSED);
  }
}
