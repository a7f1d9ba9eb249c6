package dev.ssebridge.spi;

/** Why a stream to a subscriber ended. */
public enum CloseReason {
  /** The client closed or lost the connection. */
  CLIENT_GONE("client-gone"),
  /** Its socket took no byte for the route's {@code stalled} time while data waited. */
  STALLED("stalled"),
  /** It was too far behind, and the route's policy is to disconnect. */
  SLOW("slow"),
  /** The route's {@code maxAge} was reached. */
  MAX_AGE("max-age"),
  /** The time was over that a subscribe handler had set for it. */
  EXPIRED("expired"),
  /** The route's {@code maxEvents} were delivered. */
  MAX_EVENTS("max-events"),
  /** The bridge, or the verticle that served it, was shut down. */
  DRAINED("drained"),
  /** The subscriber may no longer have the stream. */
  UNAUTHORIZED("unauthorized"),
  /** The application closed it. */
  APPLICATION("application"),
  /** Something went wrong on the server; the log tells what. */
  ERROR("error");

  private final String word;

  CloseReason(String word) {
    this.word = word;
  }

  /** As it stands in logs and metrics. */
  public String word() {
    return word;
  }
}
