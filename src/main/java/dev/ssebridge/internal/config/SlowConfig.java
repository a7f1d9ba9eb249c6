package dev.ssebridge.internal.config;

import dev.ssebridge.SlowOptions;
import dev.ssebridge.SlowPolicy;
import dev.ssebridge.internal.address.ConflationKey;
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
  static SlowConfig of(SlowOptions options, Place at) {
    String key = options.getKey();
    SlowConfig config =
        new SlowConfig(
            LagConfig.of(options.getLag()),
            options.getPolicy(),
            key == null ? null : ConflationKey.parse(key),
            options.getKeys());
    if (at.isFine("policy")) {
      boolean conflates = config.policy == SlowPolicy.CONFLATE;
      if (conflates && key == null) {
        at.problem("key", "missing, required with the policy \"conflate\"");
      } else if (!conflates && key != null) {
        at.problem("key", "expected only with the policy \"conflate\"");
      }
    }
    return config;
  }
}
