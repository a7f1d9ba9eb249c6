package dev.ssebridge.internal.publish;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** Whether a body went by before anybody asked for it. */
final class LostBody {
  private LostBody() {}

  /** Whether bytes of the body have gone to nobody before they could be asked for. */
  static boolean hasPassedBy(HttpServerRequest request) {
    if (request.isEnded()) {
      return request.bytesRead() > 0 || isDeclared(request);
    }
    return switch (request.version()) {
      case HTTP_1_0, HTTP_1_1 -> request.bytesRead() > 0;
      default -> false; // counts what waits as well; it is seen at the end
    };
  }

  private static boolean isDeclared(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || (length != null && !length.equals("0"));
  }
}
