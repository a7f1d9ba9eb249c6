package dev.ssebridge.internal.bus;

import dev.ssebridge.internal.eventstream.Seal;

/** The headers of a message that say what its body cannot. */
public final class MessageHeaders {
  /** The type of the event. */
  public static final String TYPE = "sse-event";

  /** The reconnection time, in milliseconds. */
  public static final String RETRY = "sse-retry";

  /** What a {@link Receipt} finds a message by; means nothing to anybody else. */
  public static final String RECEIPT = "sse-receipt";

  static final String COMMENT = "sse-comment";

  /** Says that the message is another bridge's report of a gap, whose type no rule may hide. */
  static final String GAP = Seal.GAP;

  /** Says that the message is a source's report of its own state, whose type no rule may hide. */
  static final String STATE = Seal.STATE;

  private MessageHeaders() {}
}
