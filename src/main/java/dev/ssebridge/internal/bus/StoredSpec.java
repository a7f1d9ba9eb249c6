package dev.ssebridge.internal.bus;

import dev.ssebridge.spi.HistoryRetention;
import dev.ssebridge.spi.HistoryStore;
import io.vertx.core.Future;

/**
 * How the histories of a route are kept beside the heap.
 *
 * @param store where
 * @param name of the store, for messages
 * @param retention how much of each is kept there
 * @param waiting how much may wait for it
 * @param isShared whether other nodes append to it as well, each what was published on it
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
    boolean servesHeap,
    String shape,
    Future<Void> started) {}
