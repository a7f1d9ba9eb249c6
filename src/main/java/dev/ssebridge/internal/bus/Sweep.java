package dev.ssebridge.internal.bus;

import dev.ssebridge.internal.fanout.Loop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Once a second, what is too old is evicted from all logs whose writer is one loop, and channels
 * that nobody needs are removed. One timer, which runs only while there are channels.
 */
final class Sweep {
  static final long INTERVAL_MILLIS = 1000;

  /** How many channels are looked at before others get their turn on the loop. */
  private static final int SLICE = 1000;

  /** The same where more is to be done with each. */
  private static final int SMALL_SLICE = 100;

  private final Loop loop;

  // only the loop
  private final Map<BoundChannel, Consumer<BoundChannel>> channels = new LinkedHashMap<>();
  private @Nullable Runnable stopTimer;

  Sweep(Loop loop) {
    this.loop = loop;
  }

  /**
   * Looks after a channel. Any thread.
   *
   * @param removeIfUnused removes it if nobody needs it
   */
  void add(BoundChannel channel, Consumer<BoundChannel> removeIfUnused) {
    loop.execute(
        () -> {
          channels.put(channel, removeIfUnused);
          if (stopTimer == null) {
            stopTimer = loop.every(INTERVAL_MILLIS, this::sweep);
          }
        });
  }

  /** Looks after it no more. Any thread. */
  void remove(BoundChannel channel) {
    loop.execute(
        () -> {
          channels.remove(channel);
          if (channels.isEmpty() && stopTimer != null) {
            stopTimer.run();
            stopTimer = null;
          }
        });
  }

  /** Has all that are looked after do something, a few at a time. Any thread. */
  void forEach(Consumer<BoundChannel> action) {
    loop.execute(() -> some(new ArrayList<>(channels.keySet()), 0, action));
  }

  private void some(List<BoundChannel> all, int from, Consumer<BoundChannel> action) {
    int to = Math.min(all.size(), from + SMALL_SLICE);
    all.subList(from, to).forEach(action);
    if (to < all.size()) {
      loop.executeAfterOthers(() -> some(all, to, action));
    }
  }

  private void sweep() {
    sweep(new ArrayList<>(channels.keySet()), 0);
  }

  private void sweep(List<BoundChannel> all, int from) {
    int to = Math.min(all.size(), from + SLICE);
    for (BoundChannel channel : all.subList(from, to)) {
      Consumer<BoundChannel> removeIfUnused = channels.get(channel);
      if (removeIfUnused != null) {
        channel.expire();
        removeIfUnused.accept(channel);
      }
    }
    if (to < all.size()) {
      loop.executeAfterOthers(() -> sweep(all, to));
    }
  }
}
