package dev.ssebridge.internal.fanout;

import org.jspecify.annotations.Nullable;

/** Something with a time at which it wants to be looked at; a node of a {@link DeadlineWheel}. */
public abstract class Deadline {
  @Nullable Deadline previous;
  @Nullable Deadline next;
  long dueAt;

  /**
   * It is time; the deadline is no longer scheduled. On its loop; must not throw.
   *
   * @param now milliseconds of the loop's clock
   */
  protected abstract void due(long now);

  final boolean isScheduled() {
    return next != null;
  }
}
