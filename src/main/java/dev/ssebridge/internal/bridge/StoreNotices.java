package dev.ssebridge.internal.bridge;

import dev.ssebridge.internal.subscribe.StoreNotice;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Tells the streams of a store that it is down, and that it takes events again. */
final class StoreNotices {
  private static final long INTERVAL_MILLIS = 500;

  private final Vertx vertx;
  private final Channels channels;
  private final Map<String, Boolean> known = new ConcurrentHashMap<>();
  private long timer;

  private StoreNotices(Vertx vertx, Channels channels) {
    this.vertx = vertx;
    this.channels = channels;
  }

  /** Begins, where there is a store whose streams want to know; null where there is none. */
  static @Nullable StoreNotices begin(Vertx vertx, Channels channels, Stores stores) {
    StoreNotices notices = new StoreNotices(vertx, channels);
    stores
        .all()
        .forEach(
            (name, kept) -> {
              if (kept.notice()) {
                notices.known.put(name, true);
              }
            });
    if (notices.known.isEmpty()) {
      return null;
    }
    notices.timer = vertx.setPeriodic(INTERVAL_MILLIS, id -> notices.look(stores));
    return notices;
  }

  private void look(Stores stores) {
    stores
        .all()
        .forEach(
            (name, kept) -> {
              boolean isUp = kept.store().health().isUp();
              Boolean before = known.get(name);
              if (before != null && before != isUp) {
                known.put(name, isUp);
                tell(name, isUp).onFailure(e -> known.put(name, before)); // at the next look
              }
            });
  }

  private Future<Void> tell(String store, boolean isUp) {
    byte[] event = StoreNotice.of(isUp);
    List<Future<Void>> told = new ArrayList<>();
    for (BridgeRoutes bridge : channels.bridges()) {
      bridge.openStreams().loops().forEach(loop -> told.add(loop.send(store, event)));
    }
    return Future.all(told).mapEmpty();
  }

  /** Whether those who are there have been told that it is down. Any thread. */
  boolean isToldDown(String store) {
    return Boolean.FALSE.equals(known.get(store));
  }

  void end() {
    vertx.cancelTimer(timer);
  }
}
