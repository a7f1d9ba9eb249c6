package dev.ssebridge.internal.client;

import dev.ssebridge.internal.config.SourceConfig;
import dev.ssebridge.internal.metrics.Snapshot;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** One configured source, whether it is one stream or many. Any thread. */
interface FollowedSource {
  /** Its name. */
  String name();

  /** What it was made of. */
  SourceConfig config();

  /** Begins to follow; that there is a connection is not waited for. */
  void start();

  /**
   * Stops for good: awaits the replies that are on their way, for a limited time, and keeps the
   * position.
   *
   * @return completes when nothing is handed over any more and the position is kept
   */
  Future<Void> stop();

  /** The same for one whose place another takes: completes with the position to go on from. */
  Future<@Nullable String> stopForSuccessor();

  /** The same, and the routes of its address are told that it was wanted. */
  Future<@Nullable String> pause();

  /** Whether it is open, and if not, why. */
  JsonObject state();

  /** Whether it has been without a stream for longer than its configuration bears. */
  boolean isDownTooLong();

  /** What it is, where it stands and what it has done. */
  Future<JsonObject> status();

  /** What it has done, as meters show it. */
  void read(Snapshot into);
}
