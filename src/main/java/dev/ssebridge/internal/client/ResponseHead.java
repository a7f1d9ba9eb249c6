package dev.ssebridge.internal.client;

import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Status and headers of a response, as plain values.
 *
 * @param status the status code
 * @param headers the values by lower-case name
 */
record ResponseHead(int status, Map<String, List<String>> headers) {

  static ResponseHead of(int status, MultiMap headers) {
    Map<String, List<String>> copy = new LinkedHashMap<>();
    for (Map.Entry<String, String> header : headers) {
      copy.computeIfAbsent(header.getKey().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
          .add(header.getValue());
    }
    copy.replaceAll((name, values) -> Collections.unmodifiableList(values));
    return new ResponseHead(status, Collections.unmodifiableMap(copy));
  }

  /** All values of this lower-case name. */
  List<String> values(String name) {
    return headers.getOrDefault(name, List.of());
  }

  /** The last value of this lower-case name, or null. */
  @Nullable String header(String name) {
    List<String> values = values(name);
    return values.isEmpty() ? null : values.get(values.size() - 1);
  }
}
