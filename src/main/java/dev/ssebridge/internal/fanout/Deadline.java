package dev.ssebridge.internal.fanout;

/** Something with a time at which it wants to be looked at, by a {@link DeadlineWheel}. */
public abstract class Deadline {
  static final int NOWHERE = -1;

  // where it is in the wheel, for the wheel alone
  int slot = NOWHERE;
  int index;
  long dueAt;

  /**
   * It is time; the deadline is no longer scheduled. On its loop; must not throw.
   *
   * @param now milliseconds of the loop's clock
   */
  protected abstract void due(long now);

  final boolean isScheduled() {
    return slot != NOWHERE;
  }
}
