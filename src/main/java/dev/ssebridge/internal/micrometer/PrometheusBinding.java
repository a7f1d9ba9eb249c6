package dev.ssebridge.internal.micrometer;

import dev.ssebridge.internal.metrics.Meter;
import dev.ssebridge.metrics.Distribution;
import dev.ssebridge.metrics.MeterInfo;
import dev.ssebridge.metrics.MeterKind;
import dev.ssebridge.metrics.MetricsSpi;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The meters in a registry of Prometheus, read when it is scraped. Not as meters of Micrometer, for
 * which a histogram is something that is observed value by value, and no series goes by itself.
 */
final class PrometheusBinding implements MultiCollector {
  private final Reader reader;

  private PrometheusBinding(Reader reader) {
    this.reader = reader;
  }

  /** Registers them, until the result is run. */
  static Runnable bind(MeterRegistry registry, Reader reader) {
    PrometheusRegistry prometheus = ((PrometheusMeterRegistry) registry).getPrometheusRegistry();
    PrometheusBinding binding = new PrometheusBinding(reader);
    try {
      prometheus.register(binding);
    } catch (IllegalStateException taken) {
      throw new IllegalArgumentException(
          "expected a registry that has no such meters yet; add all bridges to one BridgeMeters,"
              + " and bind that once",
          taken);
    }
    return () -> prometheus.unregister(binding);
  }

  @Override
  public List<String> getPrometheusNames() {
    return Arrays.stream(Meter.values()).map(meter -> meter.info().name()).toList();
  }

  @Override
  public MetricSnapshots collect() {
    Collected collected = new Collected();
    reader.read(collected);
    collected.finish();
    return collected.all.build();
  }

  /** What is told meter by meter. */
  private static final class Collected implements MetricsSpi {
    private final MetricSnapshots.Builder all = MetricSnapshots.builder();
    private final List<CounterDataPointSnapshot> counters = new ArrayList<>();
    private final List<GaugeDataPointSnapshot> gauges = new ArrayList<>();
    private final List<HistogramDataPointSnapshot> histograms = new ArrayList<>();
    private @Nullable MeterInfo last;

    @Override
    public void value(MeterInfo meter, List<String> tags, double value) {
      begin(meter);
      Labels labels = labels(meter, tags);
      if (meter.kind() == MeterKind.COUNTER) {
        counters.add(new CounterDataPointSnapshot(value, labels, null, 0));
      } else {
        gauges.add(new GaugeDataPointSnapshot(value, labels, null));
      }
    }

    @Override
    public void distribution(MeterInfo meter, List<String> tags, Distribution seen) {
      begin(meter);
      double[] bounds = Arrays.copyOf(seen.bounds(), seen.bounds().length + 1);
      bounds[bounds.length - 1] = Double.POSITIVE_INFINITY;
      histograms.add(
          HistogramDataPointSnapshot.builder()
              .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, seen.counts()))
              .sum(seen.sum())
              .labels(labels(meter, tags))
              .build());
    }

    private static Labels labels(MeterInfo meter, List<String> tags) {
      Labels.Builder labels = Labels.builder();
      for (int i = 0; i < tags.size(); i++) {
        if (!tags.get(i).isEmpty()) { // a label without a value is none
          labels.label(meter.tags().get(i), tags.get(i));
        }
      }
      return labels.build();
    }

    private void begin(MeterInfo meter) {
      if (!meter.equals(last)) {
        finish();
        last = meter;
      }
    }

    private void finish() {
      MeterInfo meter = last;
      if (meter == null) {
        return;
      }
      MetricMetadata metadata = new MetricMetadata(meter.name(), meter.meaning());
      all.metricSnapshot(
          switch (meter.kind()) {
            case COUNTER -> new CounterSnapshot(metadata, List.copyOf(counters));
            case GAUGE -> new GaugeSnapshot(metadata, List.copyOf(gauges));
            case HISTOGRAM -> new HistogramSnapshot(metadata, List.copyOf(histograms));
          });
      counters.clear();
      gauges.clear();
      histograms.clear();
      last = null;
    }
  }
}
