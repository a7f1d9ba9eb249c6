package dev.ssebridge.internal.store;

import dev.ssebridge.spi.HistoryStore;
import dev.ssebridge.spi.HistoryStoreContract;
import java.util.Optional;
import org.junit.jupiter.api.Tag;

/** The repair of a bad link is what the contract asks for. */
@Tag("slow")
class BadLinkStoreTest extends HistoryStoreContract {
  private final long seed = System.nanoTime();

  @SuppressWarnings("NullAway.Init") // with the first store
  private MemoryStore histories;

  @Override
  protected HistoryStore newStore() {
    System.out.println("seed " + seed);
    histories = new MemoryStore(System::currentTimeMillis);
    return new BadLinkStore(histories, vertx, seed);
  }

  @Override
  protected HistoryStore sameStoreAgain() {
    return new BadLinkStore(new MemoryStore(histories), vertx, seed + 1);
  }

  @Override
  protected Optional<HistoryStore> storeBeside() {
    return Optional.of(new BadLinkStore(new MemoryStore(histories), vertx, seed + 2));
  }
}
