package dev.ssebridge.internal.socket;

import dev.ssebridge.internal.http.Problem;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How large the head of a request may be. The decoder of HTTP/1 stops there; that of HTTP/2 goes on
 * for a while, so that such a request can be told why it is refused.
 *
 * @param line bytes of the first line
 * @param headers bytes of all headers
 */
record RequestSizes(int line, int headers) {
  /** What a line of HTTP/1.1 has beside method and target, and a header beside name and value. */
  private static final int OF_A_LINE = " ".length() + " HTTP/1.1".length();

  private static final int OF_A_HEADER = ": ".length();

  static RequestSizes of(HttpServerOptions options) {
    return new RequestSizes(options.getMaxInitialLineLength(), options.getMaxHeaderSize());
  }

  /** The answer to a request of HTTP/2 that is larger, or none; its parts count as in HTTP/1.1. */
  @Nullable Problem problemOfHttp2(HttpServerRequest request) {
    String target = request.uri();
    if (target != null && request.method().name().length() + target.length() + OF_A_LINE > line) {
      return lineTooLong();
    }
    long size = 0;
    for (Map.Entry<String, String> header : request.headers()) {
      size += header.getKey().length() + header.getValue().length() + OF_A_HEADER;
    }
    return size > headers ? headersTooLarge() : null;
  }

  /** The answer to a request that could not be decoded because it is larger, or none. */
  @Nullable Problem problemOf(@Nullable Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return lineTooLong();
    }
    return cause instanceof TooLongHttpHeaderException ? headersTooLarge() : null;
  }

  private Problem lineTooLong() {
    return new Problem(
        414,
        "request line: expected at most "
            + line
            + " bytes (http.maxInitialLineLength), got more; ask for less at a time, or have the"
            + " limit raised");
  }

  private Problem headersTooLarge() {
    return new Problem(
        431,
        "headers: expected at most "
            + headers
            + " bytes (http.maxHeaderSize), got more; send fewer, cookies for example, or have the"
            + " limit raised");
  }
}
