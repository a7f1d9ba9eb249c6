package dev.ssebridge.internal.fanout;

import dev.ssebridge.SlowPolicy;
import org.jspecify.annotations.Nullable;

/**
 * How the subscribers of a channel are served.
 *
 * @param heartbeatMillis a comment is sent where nothing was written for this long; 0 for never
 * @param stalledMillis a subscriber whose socket takes no byte for this long while data waits is
 *     closed; 0 for never
 * @param gapType the type of the event that reports a gap, or {@code null} to report none
 * @param lag how far behind is too far
 * @param slow what happens then
 * @param conflateKeys the most keys that {@link SlowPolicy#CONFLATE} keeps apart
 * @param newestOnReset whether a subscriber that comes with an id of another log begins with the
 *     next event, and not with the oldest
 */
public record StreamPolicy(
    long heartbeatMillis,
    long stalledMillis,
    @Nullable String gapType,
    LagLimits lag,
    SlowPolicy slow,
    int conflateKeys,
    boolean newestOnReset) {

  /** One where a subscriber that comes with an id of another log gets all that is retained. */
  public StreamPolicy(
      long heartbeatMillis,
      long stalledMillis,
      @Nullable String gapType,
      LagLimits lag,
      SlowPolicy slow,
      int conflateKeys) {
    this(heartbeatMillis, stalledMillis, gapType, lag, slow, conflateKeys, false);
  }
}
