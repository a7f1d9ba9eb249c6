package dev.ssebridge.testing;

import dev.ssebridge.spi.HistoryLease;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** A lease of a {@link FaultyStore}: a node that stands still does not go on with it. */
final class FaultyLease implements HistoryLease {
  private final FaultyStore store;
  private final HistoryLease inner;

  FaultyLease(FaultyStore store, HistoryLease inner) {
    this.store = store;
    this.inner = inner;
  }

  @Override
  public long millis() {
    return inner.millis();
  }

  @Override
  public Future<Boolean> take() {
    return store.unlessFrozen(inner::take);
  }

  @Override
  public boolean isHeld() {
    return inner.isHeld();
  }

  @Override
  public Future<@Nullable String> value() {
    return store.unlessFrozen(inner::value);
  }

  @Override
  public Future<Void> keep(String text) {
    return store.unlessFrozen(() -> inner.keep(text));
  }

  @Override
  public Future<Void> giveBack() {
    return store.unlessFrozen(inner::giveBack);
  }
}
