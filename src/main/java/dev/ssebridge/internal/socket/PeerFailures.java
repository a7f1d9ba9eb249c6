package dev.ssebridge.internal.socket;

import io.netty.handler.codec.http2.Http2Exception;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The exceptions that a peer can cause, as often as it likes, by what it does to its own
 * connection: it is closed or reset, its TLS breaks, or it does not keep to HTTP/2. And the {@link
 * NullPointerException} that Vert.x throws within itself where a connection of HTTP/2 is gone
 * before the reset of a stream that Vert.x never knew.
 */
public final class PeerFailures {
  private static final String HTTP2_OF_VERTX = "io.vertx.core.http.impl.http2.";

  /** Bounds a chain that leads back to itself. */
  private static final int MOST_CAUSES = 20;

  private PeerFailures() {}

  /** Whether it is one, or one is among its causes. */
  public static boolean caused(@Nullable Throwable thrown) {
    Throwable each = thrown;
    for (int depth = 0; each != null && depth < MOST_CAUSES; depth++) {
      // Those of TLS are of the first kind.
      if (each instanceof IOException || each instanceof Http2Exception || isOfVertx(each)) {
        return true;
      }
      each = each.getCause();
    }
    return false;
  }

  private static boolean isOfVertx(Throwable thrown) {
    StackTraceElement[] trace = thrown.getStackTrace();
    return thrown instanceof NullPointerException
        && trace.length > 0
        && trace[0].getClassName().startsWith(HTTP2_OF_VERTX);
  }
}
