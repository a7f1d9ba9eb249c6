package dev.ssebridge.internal.config;

/**
 * Limits of one route.
 *
 * @param subscribers open subscriptions of the route
 * @param subscribersPerChannel open subscriptions of one channel
 * @param channels channels that exist at a time
 * @param addresses addresses that one subscriber may pick
 * @param parameter characters of a path parameter
 * @param id characters of a last event id
 */
public record RouteLimits(
    int subscribers,
    int subscribersPerChannel,
    int channels,
    int addresses,
    int parameter,
    int id) {
  private static final int MOST_SUBSCRIBERS = 100_000_000;
  private static final int MOST_CHANNELS = 10_000_000;

  static RouteLimits read(ConfigObject in) {
    RouteLimits limits =
        new RouteLimits(
            in.get("subscribers", ValueType.integer(1, MOST_SUBSCRIBERS), 100_000),
            in.get("subscribersPerChannel", ValueType.integer(1, MOST_SUBSCRIBERS), 100_000),
            in.get("channels", ValueType.integer(1, MOST_CHANNELS), 10_000),
            in.get("addresses", ValueType.integer(1, 1000), 100),
            in.get("parameter", ValueType.integer(1, 4096), 256),
            in.get("id", ValueType.integer(1, 4096), 256));
    in.end();
    return limits;
  }
}
