package dev.ssebridge.spi;

import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * Something that one node has at a time: it is taken, taken again before its time is over, and
 * given back. A node that is not heard of for that time has lost it, and another may take it.
 * Beside it there is a text, which goes from holder to holder.
 *
 * <p>By its own clock a node knows only that it <em>has lost</em> it. That it still has it is known
 * where it is kept: what depends on it is checked there, at that moment, as {@link #keep} is, and
 * appends to a channel whose {@linkplain HistoryStore.Channel#lease lease} was asked for.
 *
 * <p>Methods may be called from any thread and never block. Futures are completed on the context of
 * the caller if it has one.
 */
public interface HistoryLease {

  /** How long it is held without being taken again, in milliseconds; 3 or more. */
  long millis();

  /**
   * Takes it, or goes on with it. To be called about three times in {@link #millis} by the one who
   * has it or wants it.
   *
   * <p>As long as one call after the other says that it is held, nobody else has had it in between:
   * one that is lost is not taken anew by the call that finds it out, but by the next one.
   *
   * @return whether it is held now; {@code false} where another node has it, or it was lost. Fails
   *     where the store cannot be asked
   */
  Future<Boolean> take();

  /**
   * Whether it was held the last time that {@link #take} was asked, less than {@link #millis} ago.
   */
  boolean isHeld();

  /**
   * The text that a holder has kept last, this one or an earlier one; {@code null} where there is
   * none, or where it is so long ago that the store has forgotten it.
   */
  Future<@Nullable String> value();

  /**
   * Keeps a text for the next one who has the lease.
   *
   * @param text of at most 4,096 characters
   * @return fails, and keeps nothing, where it is not held at that moment
   */
  Future<Void> keep(String text);

  /** Lets another node have it at once. Does nothing where it is not held. */
  Future<Void> giveBack();
}
