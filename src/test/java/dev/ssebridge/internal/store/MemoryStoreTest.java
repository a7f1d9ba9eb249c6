package dev.ssebridge.internal.store;

import dev.ssebridge.spi.HistoryStore;
import dev.ssebridge.spi.HistoryStoreContract;
import java.util.Optional;
import org.junit.jupiter.api.Tag;

@Tag("slow")
class MemoryStoreTest extends HistoryStoreContract {
  @SuppressWarnings("NullAway.Init") // with the first store
  private MemoryStore histories;

  @Override
  protected HistoryStore newStore() {
    histories = new MemoryStore(System::currentTimeMillis, 500);
    return histories;
  }

  @Override
  protected HistoryStore sameStoreAgain() {
    return new MemoryStore(histories);
  }

  @Override
  protected Optional<HistoryStore> storeBeside() {
    return Optional.of(new MemoryStore(histories));
  }
}
