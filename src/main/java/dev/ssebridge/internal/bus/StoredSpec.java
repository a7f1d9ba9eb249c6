package dev.ssebridge.internal.bus;

import dev.ssebridge.spi.HistoryRetention;
import dev.ssebridge.spi.HistoryStore;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * How the histories of a route are kept beside the heap.
 *
 * @param store where
 * @param name of the store, for messages
 * @param retention how much of each is kept there
 * @param waiting how much may wait for it
 * @param isShared whether other nodes append to it as well
 * @param leases of the store, where one node at a time records what is published on all; {@code
 *     null} where each records what is published on it
 * @param servesHeap whether those who come back while the store is down get what the heap has
 * @param shape what else than its route makes a history another one, for its name in the store
 * @param started completed once channels can be opened
 */
public record StoredSpec(
    HistoryStore store,
    String name,
    HistoryRetention retention,
    UnstoredLimits waiting,
    boolean isShared,
    @Nullable LeaseCounts leases,
    boolean servesHeap,
    String shape,
    Future<Void> started) {

  /** Whether only what is published on this node of a cluster is recorded here. */
  boolean isOfThisNode() {
    return isShared && leases == null;
  }
}
