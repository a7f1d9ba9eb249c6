package dev.ssebridge.internal.bus;

import dev.ssebridge.internal.metrics.Cells;
import dev.ssebridge.internal.metrics.Meter;
import dev.ssebridge.internal.metrics.Scale;
import dev.ssebridge.internal.metrics.Snapshot;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** How late the event loops come to what they are to do, while somebody watches. Any thread. */
final class LoopDelays {
  static final long EVERY_MILLIS = 100;

  private final List<Watched> loops = new CopyOnWriteArrayList<>();

  // guarded by this
  private int watchers;

  /** One loop more there is. */
  synchronized void add(VertxLoop loop) {
    Watched added = new Watched(loops.size(), loop);
    loops.add(added);
    if (watchers > 0) {
      added.begin();
    }
  }

  /** Somebody wants to know, until the result is run. */
  synchronized Runnable watch() {
    if (watchers++ == 0) {
      loops.forEach(Watched::begin);
    }
    return this::unwatch;
  }

  private synchronized void unwatch() {
    if (--watchers == 0) {
      loops.forEach(Watched::end);
    }
  }

  /** What was seen so far. */
  void read(Snapshot into) {
    for (Watched each : loops) {
      into.add(
          Meter.LOOP_DELAY, Scale.SECONDS.read(each.cells::get), Integer.toString(each.number));
    }
  }

  private static final class Watched {
    private final int number;
    private final VertxLoop loop;
    private final Cells cells = new Cells(Scale.SECONDS.cells());

    // only the loop, once it is watched
    private long dueAt;

    // guarded by the delays
    private Runnable end = () -> {};

    Watched(int number, VertxLoop loop) {
      this.number = number;
      this.loop = loop;
    }

    void begin() {
      dueAt = System.nanoTime() + EVERY_MILLIS * 1_000_000;
      end = loop.every(EVERY_MILLIS, this::look);
    }

    void end() {
      end.run();
    }

    private void look() {
      long now = System.nanoTime();
      Scale.SECONDS.observe(cells, 0, Math.max(0, now - dueAt), 1);
      dueAt = System.nanoTime() + EVERY_MILLIS * 1_000_000; // as its timer, from its end on
    }
  }
}
