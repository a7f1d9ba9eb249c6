package dev.ssebridge.internal.config;

/**
 * Limits of the bridge as a whole.
 *
 * @param subscribers open subscriptions
 * @param subscribersPerRemote open subscriptions of one remote address
 * @param retained bytes of history kept over all channels together
 */
public record LimitsConfig(int subscribers, int subscribersPerRemote, long retained) {
  private static final int MOST = 100_000_000;

  static LimitsConfig read(ConfigObject in) {
    LimitsConfig config =
        new LimitsConfig(
            in.get("subscribers", ValueType.integer(1, MOST), 100_000),
            in.get("subscribersPerRemote", ValueType.integer(1, MOST), 20_000),
            in.get("retained", ValueType.size(1), "256MiB"));
    in.end();
    return config;
  }
}
