package dev.ssebridge.internal.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What pages of other origins may do.
 *
 * @param publishOrigins the origins whose pages may publish
 */
public record CorsConfig(Set<WebOrigin> publishOrigins) {
  private static final int MOST = 1000;

  static CorsConfig read(ConfigObject in) {
    List<WebOrigin> origins =
        in.optionalList("publishOrigins", ValueType.parsed(WebOrigin::parse), MOST);
    in.end();
    return new CorsConfig(origins == null ? Set.of() : Set.copyOf(new LinkedHashSet<>(origins)));
  }
}
