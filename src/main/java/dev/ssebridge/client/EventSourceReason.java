package dev.ssebridge.client;

/** Why an {@link EventSource} went from one state to the next. */
public enum EventSourceReason {
  /** The application asked for the first connection. */
  STARTED,
  /** The reconnection time is over. */
  RECONNECTING,
  /** The application asked for a fresh connection. */
  RESTARTED,
  /** The server answered with an event stream. */
  OPENED,
  /** The server ended the stream in good order. */
  ENDED,
  /** The connection could not be made, or broke. */
  NETWORK_ERROR,
  /** The TLS handshake failed, for example because the server's certificate is not trusted. */
  TLS_ERROR,
  /** The connection was not there in time. */
  CONNECT_TIMEOUT,
  /** The head of the response did not come in time. */
  RESPONSE_TIMEOUT,
  /** An open stream was silent for longer than the idle timeout. */
  IDLE_TIMEOUT,
  /** The server answered 204 (No Content): the client is told to stop. */
  NO_CONTENT,
  /** The server answered with a status that is not 200. */
  HTTP_STATUS,
  /** The server answered 200, but with something that is not an event stream. */
  WRONG_CONTENT_TYPE,
  /** The body is in a content coding that is not supported, or is not what the coding demands. */
  CONTENT_CODING,
  /** A redirect without a usable target, a loop, or too many of them. */
  REDIRECT,
  /** An event was larger than the limit. */
  EVENT_TOO_LARGE,
  /** The request supplier failed, or took too long. */
  REQUEST_FAILED,
  /**
   * The last event id holds control characters or nothing but blanks, which no HTTP header can
   * carry; the connection is made without it.
   */
  UNSENDABLE_LAST_EVENT_ID,
  /** As many connections failed in a row as the options allow. */
  ATTEMPTS_EXHAUSTED,
  /** There was no good stream for longer than the options allow. */
  TIME_EXHAUSTED,
  /** A handler of the application threw an exception; the stream goes on. */
  HANDLER_FAILED,
  /** The application closed the source. */
  CLOSED
}
