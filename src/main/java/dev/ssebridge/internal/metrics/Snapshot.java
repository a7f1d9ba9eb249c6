package dev.ssebridge.internal.metrics;

import dev.ssebridge.metrics.Distribution;
import dev.ssebridge.metrics.MetricsSpi;
import java.util.Collections;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What all meters show at a time, brought together meter by meter. For one thread. */
public final class Snapshot {
  private final Map<Meter, Map<List<String>, Series>> series = new EnumMap<>(Meter.class);
  private final Set<Object> read = Collections.newSetFromMap(new IdentityHashMap<>());

  /**
   * @param seen of a histogram
   */
  private record Series(List<String> tags, double value, @Nullable Distribution seen) {}

  /** Whether this is read for the first time: what several share counts once. */
  public boolean begin(Object whatIsRead) {
    return read.add(whatIsRead);
  }

  /** A counter or gauge; of two that have equal tags the first counts. */
  public void add(Meter meter, double value, String... tags) {
    add(meter, new Series(List.of(tags), value, null));
  }

  /** The same. */
  public void add(Meter meter, long value, String... tags) {
    add(meter, (double) value, tags);
  }

  /** A histogram. */
  public void add(Meter meter, Distribution seen, String... tags) {
    add(meter, new Series(List.of(tags), 0, seen));
  }

  private void add(Meter meter, Series one) {
    if (one.tags().size() != meter.info().tags().size()) {
      throw new IllegalArgumentException(
          meter.info().name() + ": expected " + meter.info().tags() + ", got " + one.tags());
    }
    series.computeIfAbsent(meter, m -> new LinkedHashMap<>()).putIfAbsent(one.tags(), one);
  }

  /** Tells all of it. */
  public void tell(MetricsSpi spi) {
    series.forEach(
        (meter, all) -> {
          for (Series one : all.values()) {
            if (one.seen() == null) {
              spi.value(meter.info(), one.tags(), one.value());
            } else {
              spi.distribution(meter.info(), one.tags(), one.seen());
            }
          }
        });
  }
}
