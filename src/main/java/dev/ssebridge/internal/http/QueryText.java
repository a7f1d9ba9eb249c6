package dev.ssebridge.internal.http;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.handler.HttpException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The query of a request, or a clear refusal. */
final class QueryText {
  private QueryText() {}

  /**
   * @param decoder decodes the query of this request; throws where it is malformed
   */
  static MultiMap of(HttpServerRequest request, Supplier<MultiMap> decoder)
      throws BadRequestException {
    try {
      return decoder.get();
    } catch (IllegalArgumentException | HttpException malformed) {
      throw new BadRequestException(
          400,
          "query: expected two hexadecimal digits after each \"%\", got \""
              + firstMalformed(request.query())
              + "\"");
    }
  }

  private static String firstMalformed(@Nullable String query) {
    String text = query == null ? "" : query;
    for (String part : text.split("[&;]", -1)) {
      try {
        QueryStringDecoder.decodeComponent(part);
      } catch (IllegalArgumentException malformed) {
        return part;
      }
    }
    return text;
  }
}
