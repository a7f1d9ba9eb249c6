package dev.ssebridge.internal.app;

/** Options that make no sense; the message says which. */
final class WrongUsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WrongUsageException(String message) {
    super(message);
  }
}
