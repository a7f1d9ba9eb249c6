package dev.ssebridge.internal.app;

import dev.ssebridge.SseBridge;
import dev.ssebridge.metrics.BridgeMeters;
import dev.ssebridge.metrics.SseBridgeMetrics;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import io.vertx.micrometer.VertxPrometheusOptions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the program measures: the meters of the bridge, and those of Vert.x where that is wanted.
 * What costs a look now and then is measured from the first reading on.
 */
final class ProgramMetrics {
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE");

  // guarded by this
  private @Nullable PrometheusMeterRegistry registry;
  private @Nullable BridgeMeters meters;

  /** Has a Vert.x that is being made measure itself. */
  synchronized VertxBuilder ofVertx(VertxBuilder builder, VertxOptions options) {
    PrometheusMeterRegistry made = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    made.config().meterFilter(MeterFilter.replaceTagValues("method", ProgramMetrics::knownMethod));
    made.config().meterFilter(MeterFilter.deny(ProgramMetrics::namesARemote));
    registry = made;
    options.setMetricsOptions(
        new MicrometerMetricsOptions()
            .setEnabled(true)
            .setPrometheusOptions(new VertxPrometheusOptions().setEnabled(true)));
    return builder.with(options).withMetrics(new MicrometerMetricsFactory(made));
  }

  /** The pools of HTTP clients, by host and port. */
  private static boolean namesARemote(Meter.Id id) {
    return id.getName().startsWith("vertx.pool.") && "http".equals(id.getTag("pool_type"));
  }

  /** A client may send any word for a method, and none of its own becomes a series. */
  private static String knownMethod(String method) {
    return METHODS.contains(method) ? method : "other";
  }

  /**
   * All of it, as Prometheus reads it, with the media type {@link BridgeMeters#TEXT_TYPE}.
   *
   * @param bridge any of those that share their channels
   */
  synchronized String text(Vertx vertx, SseBridge bridge) {
    BridgeMeters present = meters;
    if (present == null) {
      present = BridgeMeters.of(vertx).add(bridge);
      meters = present;
      if (registry != null) {
        new SseBridgeMetrics(vertx, present).bindTo(registry);
      }
    }
    return registry == null ? present.text() : registry.scrape();
  }
}
