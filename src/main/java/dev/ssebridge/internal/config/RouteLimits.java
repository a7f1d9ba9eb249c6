package dev.ssebridge.internal.config;

import dev.ssebridge.RouteLimitsOptions;

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
  static RouteLimits of(RouteLimitsOptions options) {
    return new RouteLimits(
        options.getSubscribers(),
        options.getSubscribersPerChannel(),
        options.getChannels(),
        options.getAddresses(),
        options.getParameter(),
        options.getId());
  }
}
