package dev.ssebridge.internal.app;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/** Tells when the compilers of the JVM have nothing left to do. */
final class Compilation {
  private static final long WINDOW_NANOS = 500_000_000;

  /** Of the window. */
  private static final long QUIET_MILLIS = 150;

  private final @Nullable CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
  private long windowEnd = System.nanoTime() + WINDOW_NANOS;
  private long spent = spent();

  /** Whether little was compiled in the last half second; false where the JVM does not tell. */
  boolean isOver() {
    if (System.nanoTime() - windowEnd < 0) {
      return false;
    }
    windowEnd = System.nanoTime() + WINDOW_NANOS;
    long before = spent;
    spent = spent();
    return spent >= 0 && spent - before < QUIET_MILLIS;
  }

  /** Milliseconds, -1 where they are not known. */
  private long spent() {
    return compilers != null && compilers.isCompilationTimeMonitoringSupported()
        ? compilers.getTotalCompilationTime()
        : -1;
  }
}
