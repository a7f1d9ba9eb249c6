package dev.ssebridge.format;

/** The types of the events that a bridge itself sends; all of them begin with {@code sse.}. */
public final class SseTypes {
  /** What the names of all of them begin with; nobody else may send one. */
  public static final String PREFIX = "sse.";

  /** Events were missed; the usual {@code gapType} of a route. */
  public static final String GAP = "sse.gap";

  /**
   * Tells a page why it got no stream for now, as {@code {"reason": ..}}; the stream then ends, and
   * an {@code EventSource} comes back by itself.
   */
  public static final String REFUSED = "sse.refused";

  /** Tells that a stream is about to end because the token does: {@code {"expires": ..}}. */
  public static final String AUTH = "sse.auth";

  /** The store of the history is down, or takes events again: {@code {"state": "down"}}. */
  public static final String STORE = "sse.store";

  /** A source went down, is open again, or was closed. */
  public static final String SOURCE = "sse.source";

  private SseTypes() {}
}
