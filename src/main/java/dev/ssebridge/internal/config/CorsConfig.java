package dev.ssebridge.internal.config;

import dev.ssebridge.CorsOptions;
import dev.ssebridge.internal.url.OriginPattern;
import dev.ssebridge.internal.url.WebOrigin;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What pages of other origins may do.
 *
 * @param origins whose pages may read; empty for none
 * @param publishOrigins the origins whose pages may publish
 * @param credentials whether they may send those of their user
 * @param maxAge how long a browser may remember what it was told
 */
public record CorsConfig(
    List<OriginPattern> origins,
    Set<WebOrigin> publishOrigins,
    boolean credentials,
    Duration maxAge) {
  /** Pages of other origins may do nothing. */
  static final CorsConfig NONE = new CorsConfig(List.of(), Set.of(), false, Duration.ZERO);

  static CorsConfig of(CorsOptions options, Place at) {
    List<OriginPattern> origins =
        options.getOrigins().stream().map(OriginPattern::parse).distinct().toList();
    boolean isAny = origins.contains(OriginPattern.ANY);
    if (isAny && origins.size() > 1) {
      at.problem("origins", "expected either \"*\" alone or a list of others, got both");
    }
    if (isAny && options.isCredentials()) {
      at.problem(
          "credentials",
          "expected false beside the origin \"*\", or any page could read what its visitor may;"
              + " name the origins");
    }
    if (options.getMaxAge().toMillis() % 1000 != 0) {
      at.problem("maxAge", "expected whole seconds, got " + options.getMaxAge().toMillis() + "ms");
    }
    Effects.require(options, at);
    return new CorsConfig(
        origins,
        options.getPublishOrigins().stream()
            .map(WebOrigin::parse)
            .collect(Collectors.toUnmodifiableSet()),
        options.isCredentials(),
        options.getMaxAge());
  }

  /** Whether pages of any other origin may do anything. */
  public boolean isEmpty() {
    return origins.isEmpty() && publishOrigins.isEmpty();
  }
}
