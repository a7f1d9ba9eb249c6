package dev.ssebridge.internal.config;

import org.jspecify.annotations.Nullable;

/**
 * What becomes of a subscriber that cannot keep up.
 *
 * @param lag when it counts as too slow
 * @param policy what happens then
 * @param key by what {@link SlowPolicy#CONFLATE} merges events, null with the other policies
 * @param keys how many different keys are told apart
 */
public record SlowConfig(LagConfig lag, SlowPolicy policy, @Nullable ConflationKey key, int keys) {
  private static final int MOST_KEYS = 1_000_000;

  static SlowConfig read(ConfigObject in) {
    SlowConfig config =
        new SlowConfig(
            in.block("lag", LagConfig::read),
            in.get("policy", ValueType.oneOf(SlowPolicy.class), "gap"),
            in.optional("key", ValueType.parsed(ConflationKey::parse)),
            in.get("keys", ValueType.integer(1, MOST_KEYS), 10_000));
    boolean conflates = config.policy == SlowPolicy.CONFLATE;
    if (conflates && !in.has("key")) {
      in.problem("key", "missing, required with the policy \"conflate\"");
    } else if (!conflates && in.has("key")) {
      in.problem("key", "expected only with the policy \"conflate\"");
    }
    in.end();
    return config;
  }
}
