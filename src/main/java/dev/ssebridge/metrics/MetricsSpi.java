package dev.ssebridge.metrics;

import java.util.List;

/**
 * What reads the meters: implement it to have them wherever you want them, without Micrometer. It
 * is told of every series that there is now, each once, those of a meter one after the other;
 * routes, rules and sources that are taken away are missing the next time.
 *
 * <pre>{@code
 * meters.read(new MetricsSpi() {
 *   public void value(MeterInfo meter, List<String> tags, double value) {
 *     statsd.gauge(meter.name() + tags, value);
 *   }
 *   public void distribution(MeterInfo meter, List<String> tags, Distribution seen) {
 *     statsd.gauge(meter.name() + tags, seen.sum() / seen.count());
 *   }
 * });
 * }</pre>
 *
 * <p>Called on the thread of the reader, and not kept. An exception ends the reading.
 */
public interface MetricsSpi {

  /**
   * A counter or a gauge.
   *
   * @param tags the values of {@link MeterInfo#tags}, in their order
   */
  void value(MeterInfo meter, List<String> tags, double value);

  /**
   * A histogram.
   *
   * @param tags the values of {@link MeterInfo#tags}, in their order
   */
  void distribution(MeterInfo meter, List<String> tags, Distribution seen);
}
