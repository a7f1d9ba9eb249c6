package dev.ssebridge.internal.socket;

import io.vertx.core.http.HttpServerResponse;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * What a response says of itself in {@link HttpServerResponse#bytesWritten}, and with it access
 * logs and metrics. There is no public way to count what goes to the socket past the response; for
 * a response without the field that is expected, all bytes go the public way.
 */
final class WrittenBytes {
  private static final System.Logger LOG = System.getLogger(WrittenBytes.class.getName());

  private static final String RESPONSE = "io.vertx.core.http.impl.http1.Http1ServerResponse";

  /** A constant for the compiler, as this is done with every write. */
  private static final @Nullable VarHandle FIELD = field();

  private final HttpServerResponse response;

  private WrittenBytes(HttpServerResponse response) {
    this.response = response;
  }

  /** Whether responses are as expected. */
  static boolean isKnown() {
    return FIELD != null;
  }

  /** The count of this response, or {@code null} where it cannot be had. */
  static @Nullable WrittenBytes of(HttpServerResponse response) {
    return FIELD != null && FIELD.coordinateTypes().get(0).isInstance(response)
        ? new WrittenBytes(response)
        : null;
  }

  /**
   * {@code bytes} bytes of the body went past the response. On its loop, as with all that it
   * counts.
   */
  void add(long bytes) {
    VarHandle field = FIELD;
    if (field != null) {
      field.set(response, (long) field.get(response) + bytes);
    }
  }

  private static @Nullable VarHandle field() {
    try {
      Class<?> type = Class.forName(RESPONSE, false, HttpServerResponse.class.getClassLoader());
      MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
      return lookup.findVarHandle(type, "bytesWritten", long.class);
    } catch (ReflectiveOperationException | RuntimeException other) {
      LOG.log(Level.DEBUG, "another response than expected: writing the public way", other);
      return null;
    }
  }
}
