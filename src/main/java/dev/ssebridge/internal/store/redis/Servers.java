package dev.ssebridge.internal.store.redis;

import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the keys are. On the context of the store. */
interface Servers {
  /** Connects; completed once it is known whether that goes well. */
  Future<Void> start();

  /** The session for a key, null where there is none now. */
  @Nullable RedisSession session(String key);

  /** Why there is none. */
  String problem(String key);

  /** Why nothing can be done at all; null where something can. */
  @Nullable String problem();

  /** All sessions that there are. */
  List<RedisSession> sessions();

  /** A server said that keys are elsewhere. */
  void moved();

  /** What has this session is to look for another one. */
  void drop(RedisSession session);

  void close();
}
