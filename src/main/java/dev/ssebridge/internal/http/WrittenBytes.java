package dev.ssebridge.internal.http;

import io.vertx.core.http.HttpServerResponse;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a response says of itself in {@link HttpServerResponse#bytesWritten}, and with it access
 * logs and metrics. There is no public way to count what goes to the socket past the response; of a
 * response without the field that is expected, all bytes go the public way.
 */
final class WrittenBytes {
  private static final System.Logger LOG = System.getLogger(WrittenBytes.class.getName());

  /** By the class of the response; another where an application has wrapped it. */
  private static final ClassValue<Optional<VarHandle>> FIELDS =
      new ClassValue<>() {
        @Override
        protected Optional<VarHandle> computeValue(Class<?> type) {
          return fieldOf(type);
        }
      };

  private final HttpServerResponse response;
  private final VarHandle field;

  private WrittenBytes(HttpServerResponse response, VarHandle field) {
    this.response = response;
    this.field = field;
  }

  /** The count of this response, or {@code null} where it cannot be had. */
  static @Nullable WrittenBytes of(HttpServerResponse response) {
    VarHandle field = FIELDS.get(response.getClass()).orElse(null);
    return field == null ? null : new WrittenBytes(response, field);
  }

  /** So many bytes of the body went past the response. */
  void add(long bytes) {
    long unused = (long) field.getAndAdd(response, bytes);
  }

  private static Optional<VarHandle> fieldOf(Class<?> type) {
    try {
      MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
      return Optional.of(lookup.findVarHandle(type, "bytesWritten", long.class));
    } catch (ReflectiveOperationException | RuntimeException other) {
      LOG.log(Level.DEBUG, "another response than expected: writing the public way", other);
      return Optional.empty();
    }
  }
}
