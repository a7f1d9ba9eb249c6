package dev.ssebridge.format;

/**
 * The names that a bridge and its clients have agreed on: of headers of messages on the event bus,
 * of own fields of events, and of headers of HTTP.
 */
public final class SseHeaders {
  /** Message, and request of a publisher: the type of the event. */
  public static final String EVENT = "sse-event";

  /** Message: the reconnection time of the event, in milliseconds. */
  public static final String RETRY = "sse-retry";

  /** Message: a comment that goes before the event. */
  public static final String COMMENT = "sse-comment";

  /**
   * Message: what names it. A message whose name is among the last that a channel has had is not
   * stored again, so that a publisher that does not know what became of it may publish it once
   * more.
   */
  public static final String MESSAGE_ID = "sse-message-id";

  /** Message that was posted, without a body: what came was a JSON {@code null}. */
  public static final String JSON_NULL = "sse-json-null";

  /** Message of a source: the id that the event had at its remote end. */
  public static final String ID = "sse-id";

  /** Message of a source: the name of the source. */
  public static final String SOURCE = "sse-source";

  /** Message of a source about itself: {@code down}, {@code open} or {@code closed}. */
  public static final String STATE = "sse-state";

  /** Dead letter: why the event could not be handed over. */
  public static final String REASON = "sse-reason";

  /** Dead letter: the address that the event was meant for. */
  public static final String ADDRESS = "sse-address";

  /** Message, and own field of an event: how many events a gap is of, or {@code unknown}. */
  public static final String GAP = "sse-gap";

  /** Message, and own field: the bridges that the event came over. */
  public static final String PATH = "sse-path";

  /** Message, and own field: the id that the event had where it was first read. */
  public static final String ORIGIN_ID = "sse-origin-id";

  /**
   * Message, and own field: the id that the event had at the first bridge of its path. Unlike the
   * id where it was first read, which any server may give twice, it is given once.
   */
  public static final String FIRST_ID = "sse-first-id";

  /** Response: the name of the bridge among those that follow each other. */
  public static final String BRIDGE = "sse-bridge";

  /** Response to a stream: {@code fresh}, {@code complete}, {@code gap} or {@code reset}. */
  public static final String RESUME = "sse-resume";

  /** Response to a stream: how many events are missing between the id asked for and the first. */
  public static final String MISSED = "sse-missed";

  /**
   * Response to a stream: {@code heap} where its store is down, and only what this process holds in
   * its heap could be served; older events may come back with the store.
   */
  public static final String HISTORY = "sse-history";

  /** Response: where a channel is, or the id of the last message published. */
  public static final String POSITION = "sse-position";

  private SseHeaders() {}
}
