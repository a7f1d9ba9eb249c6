package dev.ssebridge.internal.store;

import dev.ssebridge.spi.HistoryStore;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Shareable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The stores that the bridges of a Vert.x have, by name, for others in it. Any thread. */
public final class StoreDirectory implements Shareable {
  private static final String MAP = "dev.ssebridge.stores";

  private final Map<String, List<HistoryStore>> stores = new ConcurrentHashMap<>();

  private StoreDirectory() {}

  /** That of this Vert.x. */
  public static StoreDirectory of(Vertx vertx) {
    return vertx
        .sharedData()
        .<String, StoreDirectory>getLocalMap(MAP)
        .computeIfAbsent("all", key -> new StoreDirectory());
  }

  /** There is one of this name from now on. */
  public void add(String name, HistoryStore store) {
    stores.computeIfAbsent(name, first -> new CopyOnWriteArrayList<>()).add(store);
  }

  /** There is no more. */
  public void remove(String name, HistoryStore store) {
    stores.getOrDefault(name, List.of()).remove(store);
  }

  /** One of this name, {@code null} where there is none. */
  public @Nullable HistoryStore get(String name) {
    return stores.getOrDefault(name, List.of()).stream().findFirst().orElse(null);
  }
}
