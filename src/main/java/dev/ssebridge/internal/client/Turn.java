package dev.ssebridge.internal.client;

import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is of those that could follow a source, and how far the last one has come, which
 * all of them can see. Only on the context of the source.
 */
interface Turn {

  /** How often it is to be tried, and looked whether it is still this one's. */
  long everyMillis();

  /** Takes it where nobody has it; whether that is so. */
  Future<Boolean> take();

  /** Begins it: says how far the one before has come, null where that is not known. */
  Future<@Nullable String> begin();

  /**
   * Keeps a position for the next one whose turn it is.
   *
   * @return may be completed or fail where somebody else is the next already; then it is not kept
   */
  Future<Void> keep(String position);

  /** Whether it is still this one's; fails where that cannot be seen. */
  Future<Boolean> goesOn();

  /** Whether it has been unknown for so long that it counts as over. */
  boolean isOver();

  /** Leaves it to the next. */
  Future<Void> release();
}
