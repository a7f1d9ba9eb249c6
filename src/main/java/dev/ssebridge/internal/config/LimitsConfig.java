package dev.ssebridge.internal.config;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.ssebridge.LimitsOptions;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Limits of the bridge as a whole.
 *
 * @param subscribers open subscriptions
 * @param subscribersPerRemote open subscriptions of one remote address, or null for what follows
 *     from {@code subscribers}
 * @param connectionsPerRemote open connections of one remote address, or null for what follows from
 *     the descriptors of the process
 * @param channelsPerRemote channels that exist because of requests of one remote address, or null
 *     for what follows from the channels of each route
 * @param retained bytes of history kept over all channels together
 * @param bodies bytes that bodies to publish hold together, until they are published
 * @param decision how long an application's handler may take to decide about a request
 * @param publishRate how often messages may be published over HTTP
 * @param subscribeRate how often one remote address may ask for streams, or null for as often as it
 *     likes
 * @param authFailures how often one may fail to prove who it is, or null for as often as it likes
 * @param waiting messages on their way to the channels
 */
public record LimitsConfig(
    int subscribers,
    @Nullable Integer subscribersPerRemote,
    @Nullable Integer connectionsPerRemote,
    @Nullable Integer channelsPerRemote,
    long retained,
    long bodies,
    Duration decision,
    PublishRates publishRate,
    @Nullable Rate subscribeRate,
    @Nullable Rate authFailures,
    WaitingConfig waiting) {
  private static final int MOST = 100_000_000;
  private static final int SUBSCRIBERS_PER_REMOTE = 20_000;
  private static final int CHANNELS_PER_REMOTE = 5000;

  static LimitsConfig of(LimitsOptions options, Place at) {
    Integer perRemote = options.getSubscribersPerRemote();
    int all = options.getSubscribers();
    if (all != new LimitsOptions().getSubscribers() && perRemote != null && perRemote > all) {
      at.problem(
          "subscribersPerRemote",
          "expected at most limits.subscribers, which is " + all + ", got " + perRemote);
    }
    return new LimitsConfig(
        all,
        perRemote,
        options.getConnectionsPerRemote(),
        options.getChannelsPerRemote(),
        options.getRetained(),
        options.getBodies(),
        options.getDecision(),
        PublishRates.of(options.getPublishRate(), at.at("publishRate")),
        Rate.of(options.getSubscribeRate()),
        Rate.of(options.getAuthFailures()),
        WaitingConfig.of(options.getWaiting()));
  }

  /** Open subscriptions of one remote address; if not given, no more than half of all. */
  public int mostSubscribersPerRemote() {
    return share(subscribersPerRemote, SUBSCRIBERS_PER_REMOTE, subscribers);
  }

  /** Channels of one remote address over all routes. */
  public int mostChannelsPerRemote() {
    return channelsPerRemote == null ? CHANNELS_PER_REMOTE : channelsPerRemote;
  }

  /**
   * Channels of one remote address on one route; if not given, no more than half of them.
   *
   * @param all channels that the route may have
   */
  public int mostChannelsPerRemote(int all) {
    return share(channelsPerRemote, CHANNELS_PER_REMOTE, all);
  }

  /** So that no remote address locks all others out, unless the user says that it may. */
  private static int share(@Nullable Integer given, int usual, int all) {
    return given == null ? Math.min(usual, all - all / 2) : Math.min(given, all);
  }

  /** Open connections of one remote address; if not given, three quarters of what there may be. */
  public int mostConnectionsPerRemote() {
    if (connectionsPerRemote != null) {
      return connectionsPerRemote;
    }
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        ? (int) Math.min(MOST, Math.max(1, system.getMaxFileDescriptorCount() / 4 * 3))
        : MOST;
  }
}
