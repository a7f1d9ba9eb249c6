package dev.ssebridge.spi;

import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the history of channels behind their logs, so that a position outlives the process that
 * issued it. A log in the heap stays what subscribers read; a store fills it, and is asked for what
 * the heap does not hold.
 *
 * <p><b>What a position promises.</b> The sequences of a channel are dense and begin with 1. A pair
 * of epoch and sequence names one event for ever and is never given twice. A store that cannot
 * promise this any more, because it has lost what it had acknowledged, goes on under another epoch.
 *
 * <p>Methods may be called from any thread and never block. Futures are completed on the context of
 * the caller if it has one; bad arguments fail a future with {@link IllegalArgumentException},
 * calls out of turn with {@link IllegalStateException}. One channel that fails does not disturb the
 * others, nor does a follower that throws. What throws instead of answering has failed, and is
 * asked again.
 *
 * <p>Lost events ({@link StoredEvent#lost}) are kept as one: in limits, a run of them counts as one
 * event without bytes.
 */
public interface HistoryStore {

  /**
   * Begins to work: takes what it needs and finds what it had. Called once, before all others.
   *
   * @return completed once channels can be opened, or it is known why not: {@link #health} tells
   */
  Future<Void> start();

  /**
   * Opens a channel, a new one or one that was there before. Of one name there is one channel open
   * at a time: it may be opened again once the future of its {@link Channel#close} is completed.
   *
   * @param name of at most 1,024 characters, the same after a restart and on every node
   * @param retention how much is kept of it
   * @param follower told of all that comes into the channel from then on, on the context of the
   *     caller, which is one of an event loop; not before the future is completed
   * @return fails where the store is down; the bridge then asks again
   */
  Future<Channel> open(String name, HistoryRetention retention, Follower follower);

  /** Whether it takes events now. At once. */
  StoreHealth health();

  /**
   * A lease that all nodes have in common which have this store.
   *
   * @param name of what is leased, of at most 1,024 characters, the same on every node; names of
   *     channels are others
   * @return {@code null} where nodes do not share the store, or it cannot lease
   */
  default @Nullable HistoryLease lease(String name) {
    return null;
  }

  /**
   * Writes what it was given and lets go of everything. An append that is under way is completed or
   * fails; the channels that are open are closed. Closing once more does nothing.
   */
  Future<Void> close();

  /** The history of one channel in a store. */
  interface Channel {

    /** The first part of its positions: 1 to 20 of the characters {@code 0-9a-z}. */
    String epoch();

    /** The sequence of its newest event, 0 before the first, as far as the follower was told. */
    long head();

    /** The oldest sequence that can be read, {@code head() + 1} where there is none. */
    long oldest();

    /**
     * Appends events in this order, all or none. There is one call at a time; the next one comes
     * when this one is decided.
     *
     * <p>An event whose {@linkplain StoredEvent#messageId message id} is among those of the last
     * {@value #REMEMBERED_IDS} events that had one, of this epoch and this append included, is left
     * out, and its receipt tells where it is. It may be one that is no longer kept; but after a
     * restart, a store need not remember the ids of those.
     *
     * @param events at least one; no more than {@value #MOST_EVENTS}
     * @return completed when their fate is known, after the follower was told of them; fails only
     *     where it is sure that none of them is in the channel. Where a link breaks or a disk does
     *     not answer, the store finds out before it completes this, however long that takes
     */
    Future<StoreReceipt> append(List<StoredEvent> events);

    /**
     * Reads a stretch. It ends with {@link #head} at the latest. Of lost events that begin before
     * the stretch, those within it are given.
     *
     * @param epoch of the sequence
     * @param from the sequence of the first event that is wanted; what is older than {@link
     *     #oldest} is left out
     * @param mostBytes of frames; one event is read in any case
     * @return without events where {@code from} is newer than the head, with {@code head() + 1} as
     *     the next one; fails where that epoch is no more
     */
    Future<StoredStretch> read(String epoch, long from, long mostBytes);

    /**
     * Reads the newest events: as many as are within both limits, and are no newer than {@link
     * #head}.
     *
     * @param mostEvents 0 or more
     * @param mostBytes of frames
     */
    Future<StoredStretch> readNewest(long mostEvents, long mostBytes);

    /**
     * The sequence of the oldest event whose {@linkplain StoredEvent#time time} is this or later,
     * {@code head() + 1} where there is none.
     *
     * @param time wall-clock milliseconds
     */
    Future<Long> firstSince(long time);

    /**
     * Looks whether others have appended: somebody knows a position that the follower was not told
     * of. Where nobody else appends there is nothing to do.
     *
     * @return completed once the follower was told of all that was in the channel when this was
     *     called
     */
    default Future<Void> refresh() {
      return Future.succeededFuture();
    }

    /**
     * The lease of this channel. Once it was asked for, an append made here is refused unless this
     * node has the lease in the store, when the events would come into the channel. Appends of
     * others that do not ask for it are not.
     *
     * @return the same each time; {@code null} where the {@linkplain HistoryStore#lease store has
     *     none}
     */
    default @Nullable HistoryLease lease() {
      return null;
    }

    /** From now on keeps as much of it as this says. */
    void retain(HistoryRetention retention);

    /**
     * Tells the follower nothing more. What is kept stays. An append that is under way is decided
     * first; what is asked later fails. Closing once more does nothing.
     */
    Future<Void> close();
  }

  /** The most events in one append. */
  int MOST_EVENTS = 1024;

  /** How many message ids of a channel are remembered: the newest ones. */
  int REMEMBERED_IDS = 1024;

  /** Learns what comes into a channel. On one event loop; must not block. */
  interface Follower {

    /**
     * These events are in the channel, own ones and those of others: each once, in order, and
     * without a hole.
     *
     * @param first the sequence of the first of them; that of the next is {@code first} and the
     *     {@linkplain StoredEvent#span span} of the first
     */
    void appended(long first, List<StoredEvent> events);

    /**
     * All after the head and up to this sequence were in the channel, and cannot be had any more:
     * the store has let go of them before it could tell.
     */
    void evicted(long upTo);

    /**
     * What was in the channel is lost, in whole or in part: it goes on under another epoch.
     *
     * @param head of the new epoch, 0 where it has no event; those that it has are not told of, but
     *     may be {@linkplain Channel#readNewest read}
     */
    void restarted(String epoch, long head);
  }
}
