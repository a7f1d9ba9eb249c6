package dev.ssebridge.format;

/** The types of the events that a bridge itself sends; all of them begin with {@code sse.}. */
public final class SseTypes {
  /** What the names of all of them begin with; nobody else may send one. */
  public static final String PREFIX = "sse.";

  /** Events were missed; the usual {@code gapType} of a route. */
  public static final String GAP = "sse.gap";

  /** A source went down, is open again, or was closed. */
  public static final String SOURCE = "sse.source";

  private SseTypes() {}
}
