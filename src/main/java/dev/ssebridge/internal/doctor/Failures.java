package dev.ssebridge.internal.doctor;

import dev.ssebridge.internal.tls.NotTls;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Says in a few words why something failed. */
final class Failures {
  private static final int DEPTH = 8;

  private Failures() {}

  static String words(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; i < DEPTH && cause != null; i++, cause = cause.getCause()) {
      String words = known(cause);
      if (words != null) {
        return words;
      }
    }
    String message = root(failure).getMessage();
    return message == null ? failure.getClass().getSimpleName() : Text.of(message);
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    for (int i = 0; i < DEPTH && root.getCause() != null; i++) {
      root = root.getCause();
    }
    return root;
  }

  private static @Nullable String known(Throwable cause) {
    String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    if (cause instanceof UnknownHostException) {
      return "unknown host";
    }
    if (cause instanceof NoRouteToHostException || message.contains("network is unreachable")) {
      return "not reachable";
    }
    if (message.contains("timed out") || cause instanceof TimeoutException) {
      return "no answer in time";
    }
    if (cause instanceof ConnectException) {
      return message.contains("refused") ? "refused" : null;
    }
    if (message.contains("connection reset") || message.contains("broken pipe")) {
      return "the connection was reset";
    }
    if (NotTls.isCauseOf(cause)) {
      return "the answer is not TLS";
    }
    if (cause instanceof ClosedChannelException || message.contains("connection was closed")) {
      return "the connection was closed";
    }
    return null;
  }
}
