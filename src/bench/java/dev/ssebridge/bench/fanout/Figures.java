package dev.ssebridge.bench.fanout;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one round measured; {@code NaN} for what does not apply.
 *
 * @param deliveriesPerSecond from the first publish to the last delivery
 * @param microsPerDelivery processor time of the server
 * @param lastMedian milliseconds until the last reader has a message, median of the messages
 * @param last99 the same, 99th percentile
 * @param each99 milliseconds until a reader has a message, 99th percentile of the deliveries
 * @param heapBytes by which the server's live heap grew
 * @param residentBytes by which the server's memory grew
 * @param noise processors that something else kept busy meanwhile
 */
record Figures(
    double deliveriesPerSecond,
    double microsPerDelivery,
    double lastMedian,
    double last99,
    double each99,
    double heapBytes,
    double residentBytes,
    double noise) {

  /** Of each figure the median over the rounds. */
  static Figures median(List<Figures> rounds) {
    return new Figures(
        median(rounds, Figures::deliveriesPerSecond),
        median(rounds, Figures::microsPerDelivery),
        median(rounds, Figures::lastMedian),
        median(rounds, Figures::last99),
        median(rounds, Figures::each99),
        median(rounds, Figures::heapBytes),
        median(rounds, Figures::residentBytes),
        median(rounds, Figures::noise));
  }

  /** Of one figure the median over the rounds. */
  static <T> double median(List<T> rounds, ToDoubleFunction<T> figure) {
    double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
