package dev.ssebridge.client;

/** Where an {@link EventSource} stands. */
public enum EventSourceState {
  /** A connection is being made: from the request supplier to the head of the response. */
  CONNECTING,
  /** A stream is open and being read. */
  OPEN,
  /** The last connection is over; the next one follows after the reconnection time. */
  WAITING,
  /** It is over for good: no connection, no timer, no further event. */
  CLOSED
}
