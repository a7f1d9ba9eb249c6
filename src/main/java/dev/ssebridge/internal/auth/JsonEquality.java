package dev.ssebridge.internal.auth;

import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Compares values of JSON: a number is no other for its class in Java, nor for a zero behind it.
 */
final class JsonEquality {
  private JsonEquality() {}

  static boolean areEqual(@Nullable Object one, @Nullable Object other) {
    if (one instanceof Number a && other instanceof Number b && isFinite(a) && isFinite(b)) {
      return new BigDecimal(a.toString()).compareTo(new BigDecimal(b.toString())) == 0;
    }
    return Objects.equals(one, other);
  }

  private static boolean isFinite(Number number) {
    return Double.isFinite(number.doubleValue());
  }

  /** Whether each key of the second is in the first, with an equal value, objects likewise. */
  static boolean holds(JsonObject json, JsonObject wanted) {
    for (Map.Entry<String, Object> each : wanted) {
      Object found = json.getValue(each.getKey());
      boolean isThere =
          each.getValue() instanceof JsonObject inner
              ? found instanceof JsonObject object && holds(object, inner)
              : areEqual(each.getValue(), found);
      if (!isThere) {
        return false;
      }
    }
    return true;
  }
}
