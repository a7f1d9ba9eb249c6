package dev.ssebridge.client;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What went wrong with a connection of an {@link EventSource}, with its {@link #reason()}. */
public final class EventSourceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final EventSourceReason reason;
  private final int statusCode;
  private final transient @Nullable Map<String, List<String>> headers;
  private final transient @Nullable Buffer body;

  /** A failure without a response. */
  public EventSourceException(EventSourceReason reason, String message, @Nullable Throwable cause) {
    this(reason, message, cause, -1, Map.of());
  }

  /** A failure that a response with this status and these headers told of. */
  public EventSourceException(
      EventSourceReason reason,
      String message,
      @Nullable Throwable cause,
      int statusCode,
      Map<String, List<String>> headers) {
    this(reason, message, cause, statusCode, headers, Buffer.buffer());
  }

  /** A failure that a response with this status, these headers and this body told of. */
  public EventSourceException(
      EventSourceReason reason,
      String message,
      @Nullable Throwable cause,
      int statusCode,
      Map<String, List<String>> headers,
      Buffer body) {
    super(Objects.requireNonNull(message, "message"), cause);
    this.reason = Objects.requireNonNull(reason, "reason");
    this.statusCode = statusCode;
    this.headers = Objects.requireNonNull(headers, "headers");
    this.body = Objects.requireNonNull(body, "body");
  }

  /** The kind of failure. */
  public EventSourceReason reason() {
    return reason;
  }

  /** The status of the response, or -1 where there was none. */
  public int statusCode() {
    return statusCode;
  }

  /** The headers of the response by lower-case name; empty where there was none. */
  public Map<String, List<String>> headers() {
    return headers == null ? Map.of() : headers;
  }

  /**
   * What the response said, without its content coding: the first 8 KiB of the body at most; empty
   * where there was none. Where the attempts or the time are exhausted, that of the last response.
   */
  public Buffer body() {
    return body == null ? Buffer.buffer() : body.copy();
  }

  /** The same with this body. */
  public EventSourceException withBody(Buffer text) {
    return new EventSourceException(
        reason, String.valueOf(getMessage()), getCause(), statusCode, headers(), text);
  }
}
