package dev.ssebridge.internal.bus;

/** Headers of messages that only this process understands. */
public final class MessageHeaders {
  /** What a {@link Receipt} finds a message by; means nothing to anybody else. */
  public static final String RECEIPT = "sse-receipt";

  private MessageHeaders() {}
}
