package dev.ssebridge.internal.micrometer;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.vertx.core.Vertx;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/** The registries that show the meters. Any thread. */
public final class Bindings {
  private static final System.Logger LOG = System.getLogger(Bindings.class.getName());

  /** How many milliseconds pass between two looks for series that have come or gone. */
  public static final long EVERY_MILLIS = 5000;

  private static final String PROMETHEUS =
      "io.micrometer.prometheusmetrics.PrometheusMeterRegistry";

  private final Vertx vertx;
  private final Reader reader;

  // guarded by this
  private final List<Runnable> removers = new ArrayList<>();
  private boolean closed;

  /** None yet. */
  public Bindings(Vertx vertx, Reader reader) {
    this.vertx = vertx;
    this.reader = reader;
  }

  /** Registers the meters there. */
  public synchronized void add(MeterRegistry registry) {
    if (closed) {
      throw new IllegalStateException("expected metrics that are not closed");
    }
    if (registry instanceof CompositeMeterRegistry composite) {
      composite.getRegistries().forEach(this::add);
    } else if (isOfPrometheus(registry)) {
      removers.add(PrometheusBinding.bind(registry, reader));
    } else {
      RegisteredSeries series = new RegisteredSeries(registry, reader);
      series.refresh();
      long timer = vertx.setPeriodic(EVERY_MILLIS, id -> refresh(series));
      removers.add(
          () -> {
            vertx.cancelTimer(timer);
            series.remove();
          });
    }
  }

  /**
   * Not on the loop: it takes its time with many routes, and waits for a read that is on its way.
   */
  private void refresh(RegisteredSeries series) {
    vertx
        .executeBlocking(
            () -> {
              series.refresh();
              return null;
            })
        .onFailure(e -> LOG.log(Level.WARNING, "the meters cannot be refreshed", e));
  }

  /** By name: the class need not be there. */
  private static boolean isOfPrometheus(MeterRegistry registry) {
    for (Class<?> type = registry.getClass(); type != null; type = type.getSuperclass()) {
      if (type.getName().equals(PROMETHEUS)) {
        return true;
      }
    }
    return false;
  }

  /** Takes the meters from all registries. */
  public synchronized void close() {
    closed = true;
    removers.forEach(Runnable::run);
    removers.clear();
  }
}
