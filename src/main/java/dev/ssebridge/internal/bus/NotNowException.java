package dev.ssebridge.internal.bus;

/** Something cannot be had now, and the message says why to the client, without secrets. */
public final class NotNowException extends Exception {
  private static final long serialVersionUID = 1;

  NotNowException(String reason) {
    super(reason, null, false, false);
  }
}
