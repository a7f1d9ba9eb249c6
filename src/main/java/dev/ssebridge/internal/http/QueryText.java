package dev.ssebridge.internal.http;

import dev.ssebridge.internal.address.PercentEncoding;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.handler.HttpException;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** The query of a request, or a clear refusal. */
final class QueryText {
  private static final Pattern SEPARATORS = Pattern.compile("[&;]");

  private QueryText() {}

  /**
   * The parameters.
   *
   * @param decoder decodes the query of this request; throws where it is malformed
   * @throws BadRequestException if it is not percent-encoded UTF-8; of it no more is told than the
   *     place, as it can hold a ticket
   */
  static MultiMap of(HttpServerRequest request, Supplier<MultiMap> decoder)
      throws BadRequestException {
    String query = request.query();
    if (query != null && query.indexOf('%') >= 0) {
      requireEncoded(query);
    }
    try {
      return decoder.get();
    } catch (IllegalArgumentException | HttpException e) {
      throw malformed(0);
    }
  }

  /** A router takes bytes that are not UTF-8 for a character that nobody has sent. */
  private static void requireEncoded(String query) throws BadRequestException {
    int number = 0;
    for (String each : SEPARATORS.split(query, -1)) {
      number++;
      try {
        PercentEncoding.decode(each);
      } catch (IllegalArgumentException e) {
        throw malformed(number);
      }
    }
  }

  private static BadRequestException malformed(int number) {
    return new BadRequestException(
        400,
        "query: expected percent-encoded UTF-8, got something else"
            + (number == 0 ? "" : " in parameter " + number));
  }
}
