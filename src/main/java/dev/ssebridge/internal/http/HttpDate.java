package dev.ssebridge.internal.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The time of a response: "An origin server with a clock MUST generate a Date header field in all
 * 2xx (Successful), 3xx (Redirection), and 4xx (Client Error) responses" (RFC 9110, section 6.6.1).
 * Any thread.
 */
public final class HttpDate {
  /** IMF-fixdate: RFC 9110, section 5.6.7. */
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private static volatile Second latest = new Second(0);

  private HttpDate() {}

  /** Sets it, unless the application has. */
  public static void set(HttpServerResponse response) {
    if (!response.headWritten() && !response.headers().contains(HttpHeaders.DATE)) {
      response.putHeader(HttpHeaders.DATE, at(System.currentTimeMillis()));
    }
  }

  /** Written once a second, however many responses there are. */
  static CharSequence at(long millis) {
    long second = Math.floorDiv(millis, 1000);
    Second known = latest;
    if (known.second != second) {
      known = new Second(second);
      latest = known;
    }
    return known.text;
  }

  private static final class Second {
    private final long second;
    private final CharSequence text;

    Second(long second) {
      this.second = second;
      this.text = HttpHeaders.createOptimized(FORMAT.format(Instant.ofEpochSecond(second)));
    }
  }
}
