package dev.ssebridge.internal.micrometer;

import dev.ssebridge.metrics.MetricsSpi;

/** Tells everything that there is now. Any thread. */
@FunctionalInterface
public interface Reader {
  void read(MetricsSpi spi);
}
