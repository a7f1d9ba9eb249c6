package dev.ssebridge.internal.tls;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Whether a TLS connection failed because what came was no TLS at all, but plain HTTP, say. */
public final class NotTls {
  /** What to do about it. */
  public static final String ADVICE =
      "what answers there speaks plain HTTP, not TLS: say http:// instead of https://";

  private static final int DEPTH = 8;

  private NotTls() {}

  /** Whether this, or what it comes from, is that. */
  public static boolean isCauseOf(@Nullable Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < DEPTH; depth++) {
      // NotSslRecordException of Netty, whose class is not always the one of this class loader.
      String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
      if (message.contains("not an ssl/tls record")) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
