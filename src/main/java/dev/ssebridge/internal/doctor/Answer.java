package dev.ssebridge.internal.doctor;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The head of an answer, and what its body brings from then on. Close it: a stream goes on until
 * then.
 *
 * @param version of HTTP
 * @param status such as 200
 * @param headers as they came
 * @param took how long the head took from the request on, connecting not included; nanoseconds
 * @param body what comes behind it
 * @param stop ends the exchange
 */
record Answer(
    HttpVersion version, int status, MultiMap headers, long took, Recording body, Runnable stop)
    implements AutoCloseable {

  @Nullable String header(String name) {
    return headers.get(name);
  }

  List<String> all(String name) {
    return headers.getAll(name);
  }

  /** In lower case, or "". */
  String lower(String name) {
    String value = headers.get(name);
    return value == null ? "" : value.strip().toLowerCase(Locale.ROOT);
  }

  /** As people say it. */
  String versionName() {
    return switch (version) {
      case HTTP_1_0 -> "HTTP/1.0";
      case HTTP_1_1 -> "HTTP/1.1";
      case HTTP_2 -> "HTTP/2";
      default -> version.toString();
    };
  }

  @Override
  public void close() {
    stop.run();
  }
}
