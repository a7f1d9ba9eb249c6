package dev.ssebridge.internal.client;

import dev.ssebridge.spi.HistoryLease;
import io.vertx.core.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * By a lease of a store, with which the position goes from holder to holder: it is there also when
 * all nodes were gone, and only the holder changes it.
 */
final class LeaseTurn implements Turn {
  private final String store;
  private final Supplier<@Nullable HistoryLease> found;
  private @Nullable HistoryLease lease;

  /**
   * @param store its name, for messages
   * @param found the lease, once there is a bridge in this Vert.x that has the store
   */
  LeaseTurn(String store, Supplier<@Nullable HistoryLease> found) {
    this.store = store;
    this.found = found;
  }

  @Override
  public long everyMillis() {
    HistoryLease known = lease;
    return known == null
        ? SingleSource.EVERY_MILLIS
        : Math.max(1, Math.min(SingleSource.EVERY_MILLIS, known.millis() / 3));
  }

  @Override
  public Future<Boolean> take() {
    if (lease == null) {
      lease = found.get();
    }
    HistoryLease known = lease;
    return known == null
        ? Future.failedFuture("no bridge in this Vert.x has a store " + store + " that can lease")
        : known.take();
  }

  @Override
  public Future<@Nullable String> begin() {
    return held().compose(HistoryLease::value);
  }

  @Override
  public Future<Void> keep(String position) {
    return held().compose(known -> known.keep(position));
  }

  @Override
  public Future<Boolean> goesOn() {
    return held().compose(HistoryLease::take);
  }

  private Future<HistoryLease> held() {
    HistoryLease known = lease;
    return known == null
        ? Future.failedFuture("it is not this node's turn")
        : Future.succeededFuture(known);
  }

  @Override
  public boolean isOver() {
    HistoryLease known = lease;
    return known == null || !known.isHeld();
  }

  @Override
  public Future<Void> release() {
    HistoryLease known = lease;
    lease = null; // the bridge may have another store by then
    return known == null ? Future.succeededFuture() : known.giveBack().otherwiseEmpty();
  }
}
