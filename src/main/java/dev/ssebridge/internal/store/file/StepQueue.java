package dev.ssebridge.internal.store.file;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Steps on their way to the writer. No more than callers wait for. Any thread. */
final class StepQueue {
  private final BlockingQueue<Step> steps = new LinkedBlockingQueue<>();
  private boolean ended;

  /** Adds a step, which fails at once where nobody takes it any more. */
  void add(Step step) {
    synchronized (this) {
      if (!ended) {
        steps.add(step);
        return;
      }
    }
    step.failed(closed());
  }

  boolean isEmpty() {
    return steps.isEmpty();
  }

  /** Takes all there are, once there is one or the time is over. */
  void take(List<Step> to, long nanos) throws InterruptedException {
    Step first = steps.poll(Math.max(1, nanos), TimeUnit.NANOSECONDS);
    if (first != null) {
      to.add(first);
      steps.drainTo(to);
    }
  }

  /** Takes no more; returns those that nobody took. */
  synchronized List<Step> end() {
    ended = true;
    List<Step> rest = new ArrayList<>();
    steps.drainTo(rest);
    return rest;
  }

  static IllegalStateException closed() {
    return new IllegalStateException("the store is closed");
  }
}
