package dev.ssebridge.internal.http;

import io.vertx.core.http.HttpHeaders;

/** Headers of the bridge's own that more than one kind of answer has. */
public final class SseHeaders {
  /** Where a channel is, or the id of a published message. */
  public static final CharSequence POSITION = HttpHeaders.createOptimized("sse-position");

  private SseHeaders() {}
}
