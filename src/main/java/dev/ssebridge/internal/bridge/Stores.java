package dev.ssebridge.internal.bridge;

import dev.ssebridge.StoreOptions.Outage;
import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.internal.bus.LeaseCounts;
import dev.ssebridge.internal.bus.StoredSpec;
import dev.ssebridge.internal.bus.UnstoredLimits;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.HistoryConfig;
import dev.ssebridge.internal.config.RouteConfig;
import dev.ssebridge.internal.config.StoreConfig;
import dev.ssebridge.internal.store.StoreDirectory;
import dev.ssebridge.internal.text.PrintableText;
import dev.ssebridge.internal.text.Sha256;
import dev.ssebridge.spi.HistoryRetention;
import dev.ssebridge.spi.HistoryStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The stores of history of a configuration, and those that an application brings. Any thread. */
final class Stores {
  private static final System.Logger LOG = System.getLogger(Stores.class.getName());

  /** How long a store may take to write what it was given. */
  private static final long CLOSE_SECONDS = 30;

  private static final int SHAPE_BYTES = 8;

  private final Map<String, Kept> all = new TreeMap<>();
  private final StoreDirectory directory;

  /**
   * One of them.
   *
   * @param leases what becomes of channels that one node at a time records
   * @param started completed once channels can be opened
   */
  record Kept(
      HistoryStore store,
      UnstoredLimits waiting,
      LeaseCounts leases,
      boolean isShared,
      boolean servesHeap,
      boolean notice,
      Future<Void> started) {}

  Stores(Vertx vertx, BridgeConfig config, Map<String, HistoryStore> brought, Hub hub) {
    directory = StoreDirectory.of(vertx);
    Map<String, HistoryStore> made = new LinkedHashMap<>();
    config.stores().forEach((name, each) -> made.put(name, StoreKinds.make(vertx, each)));
    made.forEach((name, store) -> begin(name, store, config.stores().get(name), hub));
    // Of those that an application brings nothing is known: others may append to them as well.
    brought.forEach((name, store) -> begin(name, store, null, hub));
  }

  private void begin(String name, HistoryStore store, @Nullable StoreConfig config, Hub hub) {
    Future<Void> started =
        store
            .start()
            .onFailure(
                e ->
                    LOG.log(
                        Level.ERROR,
                        PrintableText.of("history store " + name + " cannot be started"),
                        e));
    boolean isShared = !(config instanceof StoreConfig.File);
    boolean servesHeap = config != null && config.outage() == Outage.HEAP;
    boolean notice = config != null && config.notice();
    directory.add(name, store);
    all.put(
        name,
        new Kept(
            store, hub.unstoredLimits(), new LeaseCounts(), isShared, servesHeap, notice, started));
  }

  /**
   * Where a route keeps its history beside the heap; {@code null} for nowhere.
   *
   * @param free completed once the former owner of the history has let go of it
   */
  @Nullable StoredSpec of(RouteConfig route, Future<Void> free) {
    HistoryConfig history = route.history();
    if (!history.isStored()) {
      return null;
    }
    Kept kept = all.get(history.store());
    if (kept == null) {
      throw new IllegalArgumentException("no store " + history.store());
    }
    if (history.isLeased() && kept.store().lease(history.store()) == null) {
      throw new IllegalArgumentException(
          "history.record: expected a store that can lease with \"lease\", got " + history.store());
    }
    return new StoredSpec(
        kept.store(),
        history.store(),
        new HistoryRetention(history.events(), history.bytes(), history.age().toMillis()),
        kept.waiting(),
        kept.isShared(),
        history.isLeased() ? kept.leases() : null,
        kept.servesHeap(),
        shape(route),
        kept.started().eventually(() -> free));
  }

  /** Events for some must never be taken for those of others, or of everybody. */
  private static String shape(RouteConfig route) {
    return route.only().isEmpty()
        ? ""
        : " only "
            + HexFormat.of()
                .formatHex(Sha256.of(new TreeMap<>(route.only()).toString()), 0, SHAPE_BYTES);
  }

  /** By name. */
  Map<String, Kept> all() {
    return all;
  }

  /** Has them write what they were given, and let go of everything. */
  Future<Void> close() {
    all.forEach((name, kept) -> directory.remove(name, kept.store()));
    List<Future<Void>> closed = new ArrayList<>();
    all.forEach(
        (name, kept) ->
            closed.add(
                kept.store()
                    .close()
                    .timeout(CLOSE_SECONDS, TimeUnit.SECONDS)
                    .recover(
                        e -> {
                          LOG.log(
                              Level.ERROR,
                              PrintableText.of("history store " + name + " was not closed well"),
                              e);
                          return Future.succeededFuture();
                        })));
    return Future.all(closed).mapEmpty();
  }
}
