package dev.ssebridge.metrics;

import dev.ssebridge.SseBridge;
import dev.ssebridge.SseBridgeServer;
import dev.ssebridge.internal.bridge.BridgeMetrics;
import dev.ssebridge.internal.bridge.Channels;
import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.internal.client.SourceGroup;
import dev.ssebridge.internal.door.EmbeddedBridge;
import dev.ssebridge.internal.metrics.Meter;
import dev.ssebridge.internal.metrics.PrometheusText;
import dev.ssebridge.internal.metrics.Snapshot;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the bridges and the sources of a Vert.x count and measure, to be read by whatever wants it;
 * needs no library:
 *
 * <pre>{@code
 * BridgeMeters meters = BridgeMeters.of(vertx).add(bridge);
 * router.get("/metrics").handler(context -> context.response()
 *     .putHeader("content-type", BridgeMeters.TEXT_TYPE)
 *     .end(meters.text()));
 * }</pre>
 *
 * <p>The counters are kept in any case. While there is an object of this class that is not
 * {@linkplain #close closed}, the bridge also finds out once a second how far each stream is
 * behind, and ten times a second how late each event loop is. Methods may be called from any
 * thread.
 */
public final class BridgeMeters implements AutoCloseable {
  /** The media type of {@link #text}. */
  public static final String TEXT_TYPE = PrometheusText.MEDIA_TYPE;

  private final Vertx vertx;
  // guarded by this
  private final List<Runnable> unwatch = new ArrayList<>();

  private Map<String, EmbeddedBridge> bridges = Map.of();
  private boolean closed;

  private BridgeMeters(Vertx vertx) {
    this.vertx = vertx;
    unwatch.add(Hub.of(vertx).watchLoops());
  }

  /** Those of all sources and of the event loops of a Vert.x; its bridges are to be added. */
  public static BridgeMeters of(Vertx vertx) {
    return new BridgeMeters(Objects.requireNonNull(vertx, "vertx"));
  }

  /** What is known of all meters that there may be. */
  public static List<MeterInfo> all() {
    return Arrays.stream(Meter.values()).map(Meter::info).toList();
  }

  /** Adds those of a bridge that needs no name, as there is no other. Before or after mounting. */
  public BridgeMeters add(SseBridge bridge) {
    return add("", bridge);
  }

  /**
   * Adds those of a bridge. Of bridges that share channels one is enough; more are not counted
   * twice.
   *
   * @param name the value of the tag {@code bridge}; there is no such tag where it is empty
   * @param bridge one of {@link SseBridge#create}, or of a {@link SseBridgeServer}
   * @throws IllegalArgumentException if another bridge has this name, or if the bridge is of
   *     another kind
   * @throws IllegalStateException if these are closed
   */
  public synchronized BridgeMeters add(String name, SseBridge bridge) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(bridge, "bridge");
    if (closed) {
      throw new IllegalStateException("expected meters that are not closed");
    }
    if (!(bridge instanceof EmbeddedBridge made)) {
      throw new IllegalArgumentException(
          "expected a bridge of SseBridge.create, got a " + bridge.getClass().getName());
    }
    Map<String, EmbeddedBridge> more = new LinkedHashMap<>(bridges);
    if (more.putIfAbsent(name, made) != null) {
      throw new IllegalArgumentException(
          "expected a name for each bridge, got \"" + name + "\" for a second one");
    }
    bridges = more;
    unwatch.add(made.watchLag());
    return this;
  }

  /**
   * Tells everything that there is now, meter by meter in the order of {@link #all}. Of a bridge
   * that is not mounted, or is closed, there is nothing. Waits for nobody, but takes some tenths of
   * a millisecond for each route: with hundreds of them, read on a worker and not on an event loop.
   */
  public void read(MetricsSpi spi) {
    Objects.requireNonNull(spi, "spi");
    Snapshot now = new Snapshot();
    Map<String, EmbeddedBridge> present;
    synchronized (this) {
      if (closed) {
        return;
      }
      present = bridges;
    }
    present.forEach(
        (name, bridge) -> {
          Channels measured = bridge.measured();
          if (measured != null) {
            BridgeMetrics.read(measured, name, now);
          }
        });
    SourceGroup.read(vertx, now);
    Hub.of(vertx).read(now);
    now.tell(spi);
  }

  /** The same as a text that Prometheus reads, in its format 0.0.4. */
  public String text() {
    PrometheusText text = new PrometheusText();
    read(text);
    return text.toString();
  }

  /** Nothing is read any more, nor looked at. Idempotent. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      bridges = Map.of();
      unwatch.forEach(Runnable::run);
    }
  }
}
