package dev.ssebridge.metrics;

import dev.ssebridge.SseBridge;
import dev.ssebridge.internal.micrometer.Bindings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.vertx.core.Vertx;
import java.util.Objects;

/**
 * The meters of bridges and sources in registries of Micrometer, which has to be on the class path:
 *
 * <pre>{@code
 * new SseBridgeMetrics(vertx, bridge).bindTo(registry);
 * }</pre>
 *
 * <p>A registry of Prometheus shows all of them exactly as {@link BridgeMeters#text} does,
 * histograms included. In any other the names have dots, and a histogram is a counter {@code
 * name.bucket} for each value of the tag {@code le}, {@code name.count} and {@code name.sum};
 * series of routes and sources that come and go follow within {@value Bindings#EVERY_MILLIS} ms.
 * Any thread.
 */
public final class SseBridgeMetrics implements MeterBinder, AutoCloseable {
  private final BridgeMeters meters;
  private final boolean isOwn;
  private final Bindings bindings;

  /** Those of one bridge, and of all sources and event loops of its Vert.x. */
  public SseBridgeMetrics(Vertx vertx, SseBridge bridge) {
    this(vertx, BridgeMeters.of(vertx).add(bridge), true);
  }

  /** These, which are the caller's to close. */
  public SseBridgeMetrics(Vertx vertx, BridgeMeters meters) {
    this(Objects.requireNonNull(vertx, "vertx"), Objects.requireNonNull(meters, "meters"), false);
  }

  private SseBridgeMetrics(Vertx vertx, BridgeMeters meters, boolean isOwn) {
    this.meters = meters;
    this.isOwn = isOwn;
    this.bindings = new Bindings(vertx, meters::read);
  }

  /**
   * Registers them; in a composite registry with each that it is made of now.
   *
   * @throws IllegalArgumentException if a registry of Prometheus has meters of these names already:
   *     bind one of these, with all bridges in its {@link BridgeMeters}
   * @throws IllegalStateException if this is closed
   */
  @Override
  public void bindTo(MeterRegistry registry) {
    bindings.add(Objects.requireNonNull(registry, "registry"));
  }

  /** Takes them from all registries. Idempotent. */
  @Override
  public void close() {
    bindings.close();
    if (isOwn) {
      meters.close();
    }
  }
}
