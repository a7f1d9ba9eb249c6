package dev.ssebridge.internal.client;

import dev.ssebridge.client.EventSourceException;
import dev.ssebridge.client.EventSourceReason;
import dev.ssebridge.client.ReconnectPolicy;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the head of a response means for the stream: open it, follow, try again, or stop. By
 * classes: "a client MUST [..] treat an unrecognized status code as being equivalent to the x00
 * status code of that class" (RFC 9110, section 15).
 *
 * <p>Strict is what the standard has browsers do (WHATWG HTML, section 9.2.3): 200 and {@code
 * text/event-stream} or nothing.
 */
final class ResponsePolicy {
  /** The client errors that pass by themselves: too slow, too early, too often. */
  private static final Set<Integer> NOT_NOW = Set.of(408, 425, 429);

  /** The successes that have a meaning of their own, which is not "here is what you asked for". */
  private static final Set<Integer> OTHER_SUCCESSES =
      Set.of(201, 202, 203, 205, 206, 207, 208, 226);

  private final boolean strict;
  private final @Nullable BooleanSupplier wantsJson;

  private ResponsePolicy(boolean strict, @Nullable BooleanSupplier wantsJson) {
    this.strict = strict;
    this.wantsJson = wantsJson;
  }

  /** For a source that is asked for again. */
  static ResponsePolicy of(ReconnectPolicy policy) {
    return new ResponsePolicy(policy.isStrict(), null);
  }

  /**
   * For a source that is asked for once: any success will do, and may have no content.
   *
   * @param wantsJson whether a JSON document will do as well as a stream
   */
  static ResponsePolicy once(BooleanSupplier wantsJson) {
    return new ResponsePolicy(false, wantsJson);
  }

  /** What to do. */
  sealed interface Verdict {}

  /** Read the body, an event stream in this content coding. */
  record Open(ContentCoding coding) implements Verdict {}

  /** Read the body as a whole: it is JSON, and that will do. */
  record Whole(ContentCoding coding) implements Verdict {}

  /** Follow the Location. */
  record Redirect() implements Verdict {}

  /** There is no stream, or no more of it. */
  sealed interface Ending extends Verdict {
    /** What went wrong; null where the server asked for the end with a 204. */
    @Nullable EventSourceException failure();

    /** Milliseconds to wait at least before another try. */
    default long floorMillis() {
      return 0;
    }

    /** The same with this failure. */
    Ending with(EventSourceException failure);
  }

  /** Stop for good. */
  record Stop(@Nullable EventSourceException failure) implements Ending {
    @Override
    public Stop with(EventSourceException other) {
      return new Stop(other);
    }
  }

  /** Ask the request supplier once more; without one, or the second time, it is a refusal. */
  record Refresh(EventSourceException failure, long floorMillis) implements Ending {
    @Override
    public Refresh with(EventSourceException other) {
      return new Refresh(other, floorMillis);
    }
  }

  /** Wait and try again. */
  record Retry(EventSourceException failure, long floorMillis) implements Ending {
    @Override
    public Retry with(EventSourceException other) {
      return new Retry(other, floorMillis);
    }
  }

  /** Another try hardly mends this: up to the options whether there is one, after a long wait. */
  record Refused(EventSourceException failure, long floorMillis) implements Ending {
    @Override
    public Refused with(EventSourceException other) {
      return new Refused(other, floorMillis);
    }
  }

  Verdict judge(ResponseHead head, Instant now) {
    int status = head.status();
    if (status == 204 || (wantsJson != null && (status == 202 || status == 205))) {
      return new Stop(null);
    }
    if (status == 200 || (!strict && isOtherSuccess(status))) {
      return judgeBody(head, now);
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
    long floor = floor(head, now);
    if (isServerError(status) || NOT_NOW.contains(status)) {
      return new Retry(failure, floor);
    }
    return status == 401 ? new Refresh(failure, floor) : new Refused(failure, floor);
  }

  /** A success that nobody has defined yet is taken for a 200. */
  private boolean isOtherSuccess(int status) {
    boolean defined = OTHER_SUCCESSES.contains(status) && wantsJson == null;
    return status > 200 && status < 300 && !defined;
  }

  /**
   * "A client that receives a response with an invalid status code SHOULD process the response as
   * if it had a 5xx (Server Error) status code" (RFC 9110, section 15).
   */
  private static boolean isServerError(int status) {
    return status >= 500 || status < 100;
  }

  private static long floor(ResponseHead head, Instant now) {
    return RetryAfter.millis(head.values("retry-after"), now);
  }

  private Verdict judgeBody(ResponseHead head, Instant now) {
    String type = head.header("content-type");
    ContentCoding coding = ContentCoding.of(head.values("content-encoding"));
    if (isJson(type) && coding != null && wantsJson != null && wantsJson.getAsBoolean()) {
      return new Whole(coding);
    }
    if (!isEventStream(type)) {
      String got = type == null ? "none" : "\"" + type + "\"";
      return refused(
          EventSourceReason.WRONG_CONTENT_TYPE,
          "expected content type text/event-stream, got " + got,
          head,
          now);
    }
    return coding != null
        ? new Open(coding)
        : refused(
            EventSourceReason.CONTENT_CODING,
            "expected content coding gzip, deflate or identity, got \""
                + String.join(", ", head.values("content-encoding"))
                + "\"",
            head,
            now);
  }

  /** What a redirect to nowhere means. */
  Ending unusable(EventSourceException failure) {
    return strict ? new Stop(failure) : new Refused(failure, 0);
  }

  private Verdict refused(
      EventSourceReason reason, String message, ResponseHead head, Instant now) {
    EventSourceException failure = failure(reason, message, head);
    return strict ? new Stop(failure) : new Refused(failure, floor(head, now));
  }

  private static boolean isEventStream(@Nullable String type) {
    return essence(type).equals("text/event-stream");
  }

  private static boolean isJson(@Nullable String type) {
    String essence = essence(type);
    return essence.equals("application/json") || essence.endsWith("+json");
  }

  /** The essence of the type alone counts (WHATWG HTML, section 9.2.5); parameters do not. */
  private static String essence(@Nullable String type) {
    if (type == null) {
      return "";
    }
    int end = type.indexOf(';');
    return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
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
