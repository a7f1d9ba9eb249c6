package dev.ssebridge.internal.client;

import dev.ssebridge.EventSourceException;
import dev.ssebridge.EventSourceReason;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the head of a response means for the stream: open it, follow, try again, or stop.
 *
 * <p>Strict is what the standard has browsers do (WHATWG HTML, section 9.2.3): 200 and {@code
 * text/event-stream} or nothing. Otherwise the statuses by which servers say "not now" are tried
 * again.
 */
final class ResponsePolicy {
  private static final Set<Integer> NOT_NOW = Set.of(408, 425, 429, 500, 502, 503, 504);

  private final boolean strict;

  ResponsePolicy(boolean strict) {
    this.strict = strict;
  }

  /** What to do. */
  sealed interface Verdict {}

  /** Read the body, an event stream in this content coding. */
  record Open(ContentCoding coding) implements Verdict {}

  /** Follow the Location. */
  record Redirect() implements Verdict {}

  /** Stop for good; the failure is null where the server asked for it with a 204. */
  record Stop(@Nullable EventSourceException failure) implements Verdict {}

  /** Ask the request supplier once more; without one, or the second time, stop for good. */
  record Refresh(EventSourceException failure) implements Verdict {}

  /** Wait, at least so many milliseconds, and try again. */
  record Retry(EventSourceException failure, long floorMillis) implements Verdict {}

  Verdict judge(ResponseHead head, Instant now) {
    int status = head.status();
    if (status == 200) {
      return judgeBody(head);
    }
    if (status == 204) {
      return new Stop(null);
    }
    if (Redirects.isRedirect(status)) {
      return new Redirect();
    }
    EventSourceException failure =
        failure(
            EventSourceReason.HTTP_STATUS,
            "expected status 200, got " + status + hint(status),
            head);
    if (strict) {
      return new Stop(failure);
    }
    if (NOT_NOW.contains(status)) {
      return new Retry(failure, RetryAfter.millis(head.header("retry-after"), now));
    }
    return status == 401 ? new Refresh(failure) : new Stop(failure);
  }

  private static Verdict judgeBody(ResponseHead head) {
    String type = head.header("content-type");
    if (!isEventStream(type)) {
      String got = type == null ? "none" : "\"" + type + "\"";
      return new Stop(
          failure(
              EventSourceReason.WRONG_CONTENT_TYPE,
              "expected content type text/event-stream, got " + got,
              head));
    }
    String coding = head.header("content-encoding");
    ContentCoding known = ContentCoding.of(coding);
    return known != null
        ? new Open(known)
        : new Stop(
            failure(
                EventSourceReason.CONTENT_CODING,
                "expected content coding gzip, deflate or identity, got \"" + coding + "\"",
                head));
  }

  /** The essence of the type alone counts (WHATWG HTML, section 9.2.5); parameters do not. */
  private static boolean isEventStream(@Nullable String type) {
    if (type == null) {
      return false;
    }
    int end = type.indexOf(';');
    String essence = end < 0 ? type : type.substring(0, end);
    return essence.strip().toLowerCase(Locale.ROOT).equals("text/event-stream");
  }

  private static String hint(int status) {
    return switch (status) {
      case 401, 403 -> " (are the credentials right?)";
      case 404, 410 -> " (is the URL right?)";
      case 431 -> " (is the last event id too long for the server?)";
      default -> "";
    };
  }

  private static EventSourceException failure(
      EventSourceReason reason, String message, ResponseHead head) {
    return new EventSourceException(reason, message, null, head.status(), head.headers());
  }
}
