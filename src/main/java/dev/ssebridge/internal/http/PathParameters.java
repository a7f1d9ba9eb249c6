package dev.ssebridge.internal.http;

import dev.ssebridge.internal.config.PathTemplate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The values of a path's parameters in a request that matched {@link PathTemplate#regex()}. */
final class PathParameters {
  private PathParameters() {}

  /**
   * @param given the value of a parameter by its place from the left, or {@code null}
   * @param maxLength characters of one value
   * @throws BadRequestException if a value is empty or too long
   */
  static Map<String, String> of(
      IntFunction<@Nullable String> given, PathTemplate path, int maxLength)
      throws BadRequestException {
    List<String> names = path.parameters();
    if (names.isEmpty()) {
      return Map.of();
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      String value = given.apply(i);
      if (value == null || value.isEmpty()) {
        throw new BadRequestException(
            400, "path " + path + ": expected a value for :" + names.get(i) + ", got none");
      }
      if (value.length() > maxLength) {
        throw BadRequestException.overLimit(
            "path "
                + path
                + ": expected at most "
                + maxLength
                + " characters (limits.parameter) for :"
                + names.get(i)
                + ", got "
                + value.length());
      }
      values.put(names.get(i), value);
    }
    return values;
  }
}
