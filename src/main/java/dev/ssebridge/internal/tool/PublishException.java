package dev.ssebridge.internal.tool;

/** Why something was not published, or may not have been; the message is for people. */
final class PublishException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What became of what was sent. */
  enum Fate {
    /** Nothing of it was taken. */
    NOT_TAKEN,
    /** Nobody knows: it was on its way when the connection broke. */
    UNKNOWN
  }

  private final Fate fate;

  PublishException(Fate fate, String message) {
    super(message);
    this.fate = fate;
  }

  Fate fate() {
    return fate;
  }
}
