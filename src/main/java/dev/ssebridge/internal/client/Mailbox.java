package dev.ssebridge.internal.client;

import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;

/**
 * Lets one thing happen at a time. A call-back of the application may wait, on a virtual thread,
 * and meanwhile the wire, timers and the API go on: what they bring waits here until it has
 * returned. After some milliseconds of work others have their turn on the context. Only on the
 * context.
 *
 * <p>Bounded by those who write: there is never more than one start, one restart, one close, one
 * timer that fired and one head of a response. The socket is not read while this is not {@linkplain
 * #isFree free}.
 */
final class Mailbox {
  private static final int STEPS_OF_A_TURN = 1000;
  private static final long MILLIS_OF_A_TURN = 2;

  private final Loop loop;
  private final BooleanSupplier work;
  private final Runnable settled;
  private final ArrayDeque<Runnable> letters = new ArrayDeque<>();
  private boolean busy;
  private boolean scheduled;

  /**
   * @param work does the next thing that is to be done besides the letters; false if there is none
   * @param settled called after every turn
   */
  Mailbox(Loop loop, BooleanSupplier work, Runnable settled) {
    this.loop = loop;
    this.work = work;
    this.settled = settled;
  }

  /** Whether nobody is at work, nor about to be: what is put in now is taken at once. */
  boolean isFree() {
    return !busy && !scheduled;
  }

  /** How many letters wait. */
  int size() {
    return letters.size();
  }

  /** Takes the letter now, or when what is at work is done; for what the context itself calls. */
  void put(Runnable letter) {
    letters.add(letter);
    go();
  }

  /** There is work; begins with it now, or when what is at work is done. */
  void go() {
    if (isFree()) {
      turn();
    }
  }

  /**
   * Takes the letter soon, never before this returns; for what the application calls: its call must
   * not have to wait for a call-back.
   */
  void post(Runnable letter) {
    letters.add(letter);
    wake();
  }

  /** There is work; begins with it soon, never before this returns. */
  void wake() {
    if (isFree()) {
      schedule();
    }
  }

  /** The loop has become another one: what it was to do is done there. */
  void moved() {
    if (scheduled) {
      schedule();
    }
  }

  private void schedule() {
    scheduled = true;
    loop.defer(
        () -> {
          scheduled = false;
          turn();
        });
  }

  private void turn() {
    busy = true;
    boolean more = true;
    try {
      more = takeSome();
    } finally {
      busy = false;
      if (more) {
        schedule();
      }
      settled.run();
    }
  }

  /** All letters, and some of the work; whether there may be more of it. */
  private boolean takeSome() {
    long begun = loop.now();
    int steps = 0;
    while (true) {
      Runnable letter = letters.poll();
      if (letter != null) {
        letter.run();
      } else if (steps++ == STEPS_OF_A_TURN || loop.now() - begun > MILLIS_OF_A_TURN) {
        return true;
      } else if (!work.getAsBoolean()) {
        return false;
      }
    }
  }
}
