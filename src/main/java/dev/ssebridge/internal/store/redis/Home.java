package dev.ssebridge.internal.store.redis;

import io.vertx.core.Vertx;

/** What a channel needs of its store. On the context of the store. */
interface Home {
  Vertx vertx();

  RedisStoreSettings settings();

  Epochs36 epochs();

  /** A mark that no other call has. */
  String nextMark();

  /**
   * Run ids that need not be this server's for its keys to be whole; a star before them where that
   * is so of earlier runs of this server.
   */
  String trusted(RedisSession session);

  /** Why the channel cannot be used now. */
  String problem(Feed feed);

  /** The server refuses to write. */
  void refuses(Feed feed, Throwable failure);

  /** The keys of this channel are on another server. */
  void moved(Feed feed);
}
