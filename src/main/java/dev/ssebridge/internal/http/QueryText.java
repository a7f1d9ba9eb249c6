package dev.ssebridge.internal.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.handler.HttpException;
import java.net.URLDecoder;
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
        URLDecoder.decode(part, UTF_8);
      } catch (IllegalArgumentException malformed) {
        return part;
      }
    }
    return text;
  }
}
