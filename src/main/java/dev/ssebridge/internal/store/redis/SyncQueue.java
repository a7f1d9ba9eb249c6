package dev.ssebridge.internal.store.redis;

import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Supplier;

/** Runs many jobs, but only a limited number of them at a time. On one context. */
final class SyncQueue {
  private static final int AT_A_TIME = 32;

  private final Queue<Supplier<Future<?>>> waiting = new ArrayDeque<>();
  private int running;
  private boolean pumping;

  void add(Supplier<Future<?>> job) {
    waiting.add(job);
    pump();
  }

  /** Where jobs end at once, however many, the loop goes on and does not call itself. */
  private void pump() {
    if (pumping) {
      return;
    }
    pumping = true;
    try {
      Supplier<Future<?>> job;
      while (running < AT_A_TIME && (job = waiting.poll()) != null) {
        running++;
        begin(job);
      }
    } finally {
      pumping = false;
    }
  }

  private void begin(Supplier<Future<?>> job) {
    Future<?> begun;
    try {
      begun = job.get();
    } catch (RuntimeException | Error e) {
      running--;
      throw e;
    }
    begun.onComplete(
        done -> {
          running--;
          pump();
        });
  }
}
