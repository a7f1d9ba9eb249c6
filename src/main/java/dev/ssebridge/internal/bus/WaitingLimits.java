package dev.ssebridge.internal.bus;

import java.util.ArrayList;
import java.util.List;

/**
 * How many messages may wait on their way from the event bus to the logs, over all event loops of a
 * Vert.x; the bridge that permits the most decides. Any thread.
 */
final class WaitingLimits {
  // guarded by this
  private final List<Waiting> bridges = new ArrayList<>();
  private int loops = 1;

  // written with the lock
  private volatile Waiting each = Waiting.DEFAULT;
  private volatile Waiting all = Waiting.DEFAULT;

  /**
   * A limit.
   *
   * @param events messages
   * @param bytes what they take of memory, estimated
   */
  record Waiting(long events, long bytes) {
    static final Waiting DEFAULT = new Waiting(50_000, 16 << 20);
  }

  synchronized void open(Waiting waiting) {
    bridges.add(waiting);
    divide();
  }

  synchronized void close(Waiting waiting) {
    bridges.remove(waiting);
    divide();
  }

  /** {@code count} event loops take messages. */
  synchronized void loops(int count) {
    loops = Math.max(loops, count);
    divide();
  }

  /** What may wait for one loop. */
  Waiting each() {
    return each;
  }

  /** What may wait for all of them. */
  Waiting all() {
    return all;
  }

  private void divide() {
    long events = bridges.stream().mapToLong(Waiting::events).max().orElse(Waiting.DEFAULT.events);
    long bytes = bridges.stream().mapToLong(Waiting::bytes).max().orElse(Waiting.DEFAULT.bytes);
    all = new Waiting(events, bytes);
    each = new Waiting(Math.max(1, events / loops), Math.max(1, bytes / loops));
  }
}
