package dev.ssebridge.internal.store.redis;

import dev.ssebridge.spi.HistoryStore;
import dev.ssebridge.spi.HistoryStoreContract;
import dev.ssebridge.testing.RedisServer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** A store in Redis promises what every store does. */
@Tag("slow")
class RedisStoreTest extends HistoryStoreContract {
  @AutoClose private static RedisServer redis;
  private static int stores;

  private String prefix = "";

  @BeforeAll
  static void startRedis() {
    redis = RedisServer.start();
  }

  @Override
  protected HistoryStore newStore() {
    prefix = "sse" + stores++ + ":";
    return sameStoreAgain();
  }

  @Override
  protected HistoryStore sameStoreAgain() {
    return new RedisHistoryStore(
        vertx,
        new RedisStoreSettings.Builder(RedisStoreSettings.Mode.SINGLE, List.of(redis.url()))
            .lease(500)
            .prefix(prefix)
            .lookInterval(200)
            .build());
  }

  @Override
  protected Optional<HistoryStore> storeBeside() {
    return Optional.of(sameStoreAgain());
  }

  @Override
  protected int slack() {
    return 10;
  }
}
