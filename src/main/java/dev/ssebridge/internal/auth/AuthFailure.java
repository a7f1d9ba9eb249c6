package dev.ssebridge.internal.auth;

/** Somebody has not shown who he is, or may not do what he asks for. */
public final class AuthFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Kind {
    /** The request shows nothing: 401 without an error code (RFC 6750, section 3.1). */
    MISSING,
    /** What it shows is malformed: 400, {@code invalid_request}. */
    MALFORMED,
    /** What it shows is wrong, expired or revoked: 401, {@code invalid_token}. */
    INVALID,
    /** It shows somebody who may not do this: 403, {@code insufficient_scope}. */
    FORBIDDEN,
    /** It cannot be found out for now: 503. */
    UNAVAILABLE,
    /** Its remote has failed too often: 429. */
    TOO_MANY
  }

  private final Kind kind;
  private final long waitNanos;
  private final boolean isJustOver;

  /**
   * A failure.
   *
   * @param reason for the client; without anything that may be secret
   */
  public AuthFailure(Kind kind, String reason) {
    this(kind, reason, 0, false);
  }

  private AuthFailure(Kind kind, String reason, long waitNanos, boolean isJustOver) {
    super(reason, null, false, false);
    this.kind = kind;
    this.waitNanos = waitNanos;
    this.isJustOver = isJustOver;
  }

  /** The failure of a token that was valid until a moment ago, when it expired. */
  static AuthFailure justOver(String reason) {
    return new AuthFailure(Kind.INVALID, reason, 0, true);
  }

  /** The one of a remote that has failed too often. */
  static AuthFailure tooMany(long waitNanos) {
    return new AuthFailure(
        Kind.TOO_MANY,
        "limits.authFailures: too much that was wrong was shown from your address",
        waitNanos,
        false);
  }

  /**
   * The same one for somebody who has come with a ticket: his page can get another, and goes on.
   */
  public AuthFailure forNow() {
    return new AuthFailure(Kind.UNAVAILABLE, reason(), waitNanos, false);
  }

  /** For how many nanoseconds it is no use to come back. */
  public long waitNanos() {
    return waitNanos;
  }

  /** Whether something was shown, and was wrong; what has just ended is no guess. */
  boolean isOfWhatWasShown() {
    return !isJustOver && (kind == Kind.INVALID || kind == Kind.MALFORMED);
  }

  /** Whether it is a token that was right in all, and has ended a moment ago. */
  public boolean isJustOver() {
    return isJustOver;
  }

  public Kind kind() {
    return kind;
  }

  /** For the client. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
