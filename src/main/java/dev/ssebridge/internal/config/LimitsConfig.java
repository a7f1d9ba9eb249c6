package dev.ssebridge.internal.config;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/**
 * Limits of the bridge as a whole.
 *
 * @param subscribers open subscriptions
 * @param subscribersPerRemote open subscriptions of one remote address
 * @param connectionsPerRemote open connections of one remote address, or null for what follows from
 *     the descriptors of the process
 * @param channelsPerRemote channels that exist because of requests of one remote address
 * @param retained bytes of history kept over all channels together
 * @param waiting messages on their way to the channels
 */
public record LimitsConfig(
    int subscribers,
    int subscribersPerRemote,
    @Nullable Integer connectionsPerRemote,
    int channelsPerRemote,
    long retained,
    WaitingConfig waiting) {
  private static final int MOST = 100_000_000;

  static LimitsConfig read(ConfigObject in) {
    LimitsConfig config =
        new LimitsConfig(
            in.get("subscribers", ValueType.integer(1, MOST), 100_000),
            in.get("subscribersPerRemote", ValueType.integer(1, MOST), 20_000),
            in.optional("connectionsPerRemote", ValueType.integer(1, MOST)),
            in.get("channelsPerRemote", ValueType.integer(1, MOST), 5000),
            in.get("retained", ValueType.size(1), "256MiB"),
            in.block("waiting", WaitingConfig::read));
    in.end();
    return config;
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
