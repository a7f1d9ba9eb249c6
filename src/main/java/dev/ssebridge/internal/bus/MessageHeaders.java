package dev.ssebridge.internal.bus;

/** Headers of messages that only this process understands. */
public final class MessageHeaders {
  /** What a {@link Receipt} finds a message by; means nothing to anybody else. */
  public static final String RECEIPT = "sse-receipt";

  /** What names begin with, of headers and of fields, that only the bridge itself may set. */
  private static final String OWN = "sse-";

  private MessageHeaders() {}

  /** Whether only the bridge itself may set a header or field of this name. */
  public static boolean isOwn(String name) {
    return name.regionMatches(true, 0, OWN, 0, OWN.length());
  }
}
