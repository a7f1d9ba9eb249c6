package dev.ssebridge.internal.socket;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The exceptions that a peer can cause, as often as it likes, by what it does to its own
 * connection: it is closed or reset, its TLS breaks, what it sends cannot be decoded or breaks off,
 * or it does not keep to HTTP/2. And each {@link NullPointerException} that Vert.x throws within
 * itself where a connection is gone: of HTTP/2 before the reset of a stream that Vert.x never knew,
 * of HTTP/1.1 while requests wait behind others.
 */
public final class PeerFailures {
  private static final String HTTP2_OF_VERTX = "io.vertx.core.http.impl.http2.";

  /**
   * What the message of the other one begins with: Vert.x asks a request of HTTP/1.1 for an answer
   * that it has not begun, as it waits behind others, when its connection is gone.
   */
  private static final String HTTP1_OF_VERTX =
      "Cannot invoke \"io.vertx.core.http.impl.http1.Http1ServerResponse.";

  /** Whom Vert.x asks for the event loop of a connection. */
  private static final String LOOPS_OF_VERTX = "io.vertx.core.net.impl.VertxEventLoopGroup";

  /** Bounds a chain that leads back to itself. */
  private static final int MOST_CAUSES = 20;

  private PeerFailures() {}

  /** Whether it is one, or one is among its causes. */
  public static boolean caused(@Nullable Throwable thrown) {
    Throwable each = thrown;
    for (int depth = 0; each != null && depth < MOST_CAUSES; depth++) {
      // Those of TLS are of the first kind.
      if (each instanceof IOException
          || each instanceof Http2Exception
          || isOfADecoder(each)
          || isOfVertx(each)) {
        return true;
      }
      each = each.getCause();
    }
    return false;
  }

  /**
   * Whether a text tells that Vert.x has thrown within itself where it was handed a failure that
   * {@linkplain #caused is one}. Netty tells of a handler that throws by text only.
   */
  public static boolean toldOfVertx(@Nullable String text) {
    return text != null && text.contains(HTTP1_OF_VERTX);
  }

  /**
   * Whether Vert.x has no event loop for a connection: it came while the server ended, behind the
   * last of its instances and before its socket was closed.
   */
  public static boolean cameTooLate(@Nullable Throwable thrown) {
    return thrown instanceof IllegalStateException && isThrownBy(LOOPS_OF_VERTX, thrown);
  }

  /** What Netty cannot decode; where it has a cause, that may be a decoder's own fault. */
  private static boolean isOfADecoder(Throwable thrown) {
    return thrown instanceof PrematureChannelClosureException
        || (thrown instanceof DecoderException && thrown.getCause() == null);
  }

  private static boolean isOfVertx(Throwable thrown) {
    return thrown instanceof NullPointerException && isThrownBy(HTTP2_OF_VERTX, thrown);
  }

  private static boolean isThrownBy(String place, Throwable thrown) {
    StackTraceElement[] trace = thrown.getStackTrace();
    return trace.length > 0 && trace[0].getClassName().startsWith(place);
  }
}
