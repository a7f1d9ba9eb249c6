package dev.ssebridge.internal.micrometer;

import dev.ssebridge.metrics.Distribution;
import dev.ssebridge.metrics.MeterInfo;
import dev.ssebridge.metrics.MeterKind;
import dev.ssebridge.metrics.MetricsSpi;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The meters in a registry of Micrometer: one of its meters for each series. When one of them is
 * asked for its value, all are read, unless they were just now.
 */
final class RegisteredSeries {
  private static final long NOW_NANOS = 50_000_000;

  private final MeterRegistry registry;
  private final Reader reader;

  // guarded by this
  private final Map<Key, Series> all = new HashMap<>();
  private long readAt = System.nanoTime() - NOW_NANOS;
  private boolean removed;

  RegisteredSeries(MeterRegistry registry, Reader reader) {
    this.registry = registry;
    this.reader = reader;
  }

  private record Key(String name, Tags tags) {}

  private static final class Series {
    private final Meter meter;
    private volatile double value;

    Series(Meter meter) {
      this.meter = meter;
    }
  }

  /** Registers what is new, and takes away what is not there any more. */
  synchronized void refresh() {
    if (removed) {
      return;
    }
    readAt = System.nanoTime();
    Set<Key> gone = new HashSet<>(all.keySet());
    reader.read(new Taken(gone));
    gone.forEach(
        key -> {
          Series series = all.remove(key);
          if (series != null) {
            registry.remove(series.meter);
          }
        });
  }

  /** All of it, for good. */
  synchronized void remove() {
    removed = true;
    all.values().forEach(series -> registry.remove(series.meter));
    all.clear();
  }

  private double valueOf(Key key) {
    synchronized (this) {
      if (System.nanoTime() - readAt >= NOW_NANOS) {
        refresh();
      }
      Series series = all.get(key);
      return series == null ? Double.NaN : series.value;
    }
  }

  private final class Taken implements MetricsSpi {
    private final Set<Key> gone;

    Taken(Set<Key> gone) {
      this.gone = gone;
    }

    @Override
    public void value(MeterInfo meter, List<String> tags, double value) {
      take(meter, "", tagsOf(meter, tags), value);
    }

    @Override
    public void distribution(MeterInfo meter, List<String> tags, Distribution seen) {
      Tags own = tagsOf(meter, tags);
      double[] bounds = seen.bounds();
      long upTo = 0;
      for (int i = 0; i < bounds.length; i++) {
        upTo += seen.counts()[i];
        take(meter, ".bucket", own.and("le", Double.toString(bounds[i])), (double) upTo);
      }
      take(meter, ".bucket", own.and("le", "+Inf"), (double) seen.count());
      take(meter, ".count", own, (double) seen.count());
      take(meter, ".sum", own, seen.sum());
    }

    private static Tags tagsOf(MeterInfo meter, List<String> tags) {
      Tags all = Tags.empty();
      for (int i = 0; i < tags.size(); i++) {
        if (!tags.get(i).isEmpty()) {
          all = all.and(meter.tags().get(i), tags.get(i));
        }
      }
      return all;
    }

    private void take(MeterInfo meter, String suffix, Tags tags, double value) {
      Key key = new Key(meter.name().replace('_', '.') + suffix, tags);
      gone.remove(key);
      Series known = all.get(key);
      if (known == null) {
        known = new Series(register(meter, key));
        all.put(key, known);
      }
      known.value = value;
    }

    private Meter register(MeterInfo meter, Key key) {
      if (meter.kind() == MeterKind.GAUGE) {
        return Gauge.builder(key.name(), key, RegisteredSeries.this::valueOf)
            .strongReference(true)
            .tags(key.tags())
            .description(meter.meaning())
            .register(registry);
      }
      return FunctionCounter.builder(key.name(), key, RegisteredSeries.this::valueOf)
          .tags(key.tags())
          .description(meter.meaning())
          .register(registry);
    }
  }
}
