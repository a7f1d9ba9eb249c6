package dev.ssebridge.internal.store.file;

import dev.ssebridge.spi.HistoryStore;
import dev.ssebridge.spi.HistoryStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class FileHistoryStoreTest extends HistoryStoreContract {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  @Override
  protected HistoryStore newStore() {
    return sameStoreAgain();
  }

  @Override
  protected HistoryStore sameStoreAgain() {
    return new FileHistoryStore(vertx, FileStoreSettings.in(directory));
  }

  @Override
  protected int slack() {
    return Block.MOST_EVENTS;
  }
}
