package dev.ssebridge.internal.store.file;

import dev.ssebridge.spi.HistoryStore;
import java.time.Duration;
import org.junit.jupiter.api.Tag;

/** The contract with segments that are as small as can be, so that all is rolled and moved. */
@Tag("slow")
class ManySegmentsTest extends FileHistoryStoreTest {
  private static final long SEGMENT = 64 * 1024;
  private static final long MOST = 256L * 1024 * 1024;

  @Override
  protected HistoryStore sameStoreAgain() {
    return new FileHistoryStore(
        vertx,
        FileStoreSettings.in(directory)
            .withSizes(SEGMENT, MOST)
            .withFsync(new Fsync(Duration.ofMillis(10))));
  }
}
