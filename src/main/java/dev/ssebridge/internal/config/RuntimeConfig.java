package dev.ssebridge.internal.config;

import dev.ssebridge.RuntimeOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The Vert.x that the program runs on.
 *
 * @param eventLoops threads that serve connections, or null for what Vert.x takes
 * @param workers threads for what may block
 * @param preferNative whether the transport of the operating system is used
 * @param blockedThreadCheck how often it is looked whether a thread is blocked
 * @param maxEventLoopTime how long an event loop may be busy with one task
 * @param maxWorkerTime how long another thread may
 * @param blockedThreadTrace after how long the log says with what
 * @param metrics whether Vert.x measures itself
 */
public record RuntimeConfig(
    @Nullable Integer eventLoops,
    int workers,
    boolean preferNative,
    Duration blockedThreadCheck,
    Duration maxEventLoopTime,
    Duration maxWorkerTime,
    Duration blockedThreadTrace,
    boolean metrics) {

  static RuntimeConfig of(RuntimeOptions options) {
    return new RuntimeConfig(
        options.getEventLoops(),
        options.getWorkers(),
        options.isPreferNative(),
        options.getBlockedThreadCheck(),
        options.getMaxEventLoopTime(),
        options.getMaxWorkerTime(),
        options.getBlockedThreadTrace(),
        options.isMetrics());
  }
}
