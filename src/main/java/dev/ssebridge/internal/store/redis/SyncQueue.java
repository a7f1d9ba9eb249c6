package dev.ssebridge.internal.store.redis;

import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Supplier;

/** Lets some of many things be done at a time. On one context. */
final class SyncQueue {
  private static final int AT_A_TIME = 32;

  private final Queue<Supplier<Future<?>>> waiting = new ArrayDeque<>();
  private int running;

  void add(Supplier<Future<?>> job) {
    waiting.add(job);
    pump();
  }

  private void pump() {
    while (running < AT_A_TIME) {
      Supplier<Future<?>> job = waiting.poll();
      if (job == null) {
        return;
      }
      running++;
      job.get()
          .onComplete(
              done -> {
                running--;
                pump();
              });
    }
  }
}
