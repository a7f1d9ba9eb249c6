package dev.ssebridge.internal.config;

import dev.ssebridge.client.EventSourceRequest;
import dev.ssebridge.client.SourceOptions;
import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How often the request of a source is made, with whose credentials, and the way it takes.
 *
 * @param auth the credentials, or null for none
 * @param repeat what follows on a stream that has ended in good order
 * @param proxy the HTTP proxy, or null for none
 * @param way the connection
 */
public record SourceRequest(
    @Nullable SourceAuth auth, Repeat repeat, @Nullable SourceProxy proxy, SourceWay way) {
  private static final Pattern METHOD = Pattern.compile("[A-Z][A-Z0-9-]{0,31}");

  /** Methods whose answers are no streams (RFC 9110, section 9.3). */
  private static final Set<String> WITHOUT_STREAM = Set.of("HEAD", "CONNECT", "TRACE");

  /** What follows on a stream that has ended in good order. */
  public sealed interface Repeat {}

  /** Another connection, after the reconnection time. */
  public record Follow() implements Repeat {}

  /** Nothing. */
  public record Once() implements Repeat {}

  /**
   * The same request again.
   *
   * @param pause how long after the end
   */
  public record Every(Duration pause) implements Repeat {}

  static SourceRequest of(SourceOptions options, Place at) {
    String proxy = options.getProxy();
    if (proxy != null && !options.getStream().getResolver().getServers().isEmpty()) {
      at.problem("resolver", "not used with \"proxy\", which looks up the host itself");
    }
    return new SourceRequest(
        SourceAuth.of(options.getAuth(), at.at("auth")),
        repeat(options, at),
        proxy == null ? null : SourceProxy.parse(proxy),
        SourceWay.of(options, at));
  }

  private static Repeat repeat(SourceOptions options, Place at) {
    Duration every = options.getEvery();
    if (options.isOnce() && every != null) {
      at.problem("every", "expected either \"once\" or \"every\", got both");
    }
    return options.isOnce() ? new Once() : every == null ? new Follow() : new Every(every);
  }

  /** A method whose answer can be a stream. */
  public static HttpMethod parseMethod(String text) {
    if (!METHOD.matcher(text).matches() || WITHOUT_STREAM.contains(text)) {
      throw UnfitValueException.expected("a method such as \"GET\" or \"POST\"", text);
    }
    return HttpMethod.valueOf(text);
  }

  /** Refuses a header that cannot be sent, or that is not the user's to set. */
  public static void requireHeader(String name, String value) {
    try {
      EventSourceRequest.get("http://localhost/").withHeader(name, value);
    } catch (IllegalArgumentException e) {
      throw new UnfitValueException(String.valueOf(e.getMessage()));
    }
  }

  /** Refuses a last event id that cannot be sent. */
  public static void requireEventId(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\r' || c == '\n' || c == 0) {
        throw new UnfitValueException("expected no CR, LF and NUL, got one at index " + i);
      }
    }
  }
}
