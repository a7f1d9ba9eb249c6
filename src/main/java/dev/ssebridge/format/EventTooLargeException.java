package dev.ssebridge.format;

/**
 * An event of the stream is larger than {@link EventDecoderOptions#getMaxEventBytes()}, finished or
 * not. The last event id has not moved to it, so a new connection asks for this event again. If you
 * reconnect after this exception, slow down or give up when it repeats.
 */
public final class EventTooLargeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long maxEventBytes;

  EventTooLargeException(long maxEventBytes, long line) {
    super(
        "line "
            + line
            + " of the stream: expected events of at most "
            + maxEventBytes
            + " bytes (maxEventBytes), got a larger one; raise the limit, or skip such events");
    this.maxEventBytes = maxEventBytes;
  }

  /** The limit in bytes that the event went over. */
  public long maxEventBytes() {
    return maxEventBytes;
  }
}
