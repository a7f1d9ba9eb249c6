package dev.ssebridge.internal.app;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

/** Tells when the compilers of the JVM have little left to do. */
final class Compilation {
  static final long WINDOW_NANOS = 300_000_000;

  /** Compiled for less than that in a window: three tenths of it. */
  static final long QUIET_MILLIS = 90;

  /** The counter rises when a compilation ends, and one may take longer than a window. */
  static final int QUIET_WINDOWS = 3;

  private final LongSupplier nanos;
  private final LongSupplier compiled;

  private long windowBegin;
  private long spent;
  private int quiet;

  /**
   * @param nanos a clock that never goes back
   * @param compiled milliseconds that were spent on compiling, negative where that is not known
   */
  Compilation(LongSupplier nanos, LongSupplier compiled) {
    this.nanos = nanos;
    this.compiled = compiled;
    this.windowBegin = nanos.getAsLong();
    this.spent = compiled.getAsLong();
  }

  /** That of this JVM. */
  static Compilation here() {
    CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
    return compilers != null && compilers.isCompilationTimeMonitoringSupported()
        ? new Compilation(System::nanoTime, compilers::getTotalCompilationTime)
        : new Compilation(System::nanoTime, () -> -1);
  }

  /** Whether little was compiled in the last windows; false where the JVM does not tell. */
  boolean isOver() {
    long now = nanos.getAsLong();
    if (now - windowBegin >= WINDOW_NANOS) {
      windowBegin = now;
      long before = spent;
      spent = compiled.getAsLong();
      quiet = spent >= 0 && spent - before < QUIET_MILLIS ? quiet + 1 : 0;
    }
    return quiet >= QUIET_WINDOWS;
  }
}
