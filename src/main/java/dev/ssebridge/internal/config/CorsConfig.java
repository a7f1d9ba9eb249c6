package dev.ssebridge.internal.config;

import dev.ssebridge.CorsOptions;
import dev.ssebridge.internal.url.WebOrigin;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What pages of other origins may do.
 *
 * @param publishOrigins the origins whose pages may publish
 */
public record CorsConfig(Set<WebOrigin> publishOrigins) {
  static CorsConfig of(CorsOptions options) {
    return new CorsConfig(
        options.getPublishOrigins().stream()
            .map(WebOrigin::parse)
            .collect(Collectors.toUnmodifiableSet()));
  }
}
