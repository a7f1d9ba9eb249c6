package dev.ssebridge.internal.bridge;

import dev.ssebridge.internal.config.StoreConfig;
import dev.ssebridge.internal.store.file.FileHistoryStore;
import dev.ssebridge.internal.store.file.FileStoreSettings;
import dev.ssebridge.internal.store.file.Fsync;
import dev.ssebridge.internal.store.redis.RedisHistoryStore;
import dev.ssebridge.internal.store.redis.RedisStoreSettings;
import dev.ssebridge.spi.HistoryStore;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** The kinds of stores that a configuration may name. */
final class StoreKinds {
  private StoreKinds() {}

  /** One of this kind, which does nothing yet. */
  static HistoryStore make(Vertx vertx, StoreConfig config) {
    return config instanceof StoreConfig.File file
        ? new FileHistoryStore(vertx, settings(file))
        : new RedisHistoryStore(vertx, settings((StoreConfig.Redis) config));
  }

  private static FileStoreSettings settings(StoreConfig.File file) {
    Fsync fsync =
        switch (file.fsync().when()) {
          case NEVER -> Fsync.NEVER;
          case ALWAYS -> Fsync.ALWAYS;
          case EVERY -> new Fsync(file.fsync().every());
        };
    return FileStoreSettings.in(Path.of(file.directory()))
        .withFsync(fsync)
        .withSizes(file.segment(), file.disk());
  }

  private static RedisStoreSettings settings(StoreConfig.Redis redis) {
    long ping = redis.ping().toMillis();
    return new RedisStoreSettings.Builder(
            RedisStoreSettings.Mode.valueOf(redis.mode().name()),
            redis.urls().stream().map(URI::toString).toList())
        .master(redis.master())
        .login(redis.user(), redis.password())
        .sentinelLogin(redis.sentinelUser(), redis.sentinelPassword())
        .trust(redis.ca() == null ? List.of() : List.of(redis.ca()))
        .trustAll(redis.trustAll())
        .prefix(redis.prefix())
        .timeout(redis.timeout().toMillis())
        .pings(ping, 3 * ping)
        .lease(redis.lease().toMillis())
        .build();
  }
}
