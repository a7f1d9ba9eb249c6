package dev.ssebridge.internal.tool;

/** What was asked for makes no sense; the message says what was expected, and holds no secret. */
final class UsageException extends Exception {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
