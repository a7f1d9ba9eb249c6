package dev.ssebridge.internal.web;

import dev.ssebridge.testing.Deadline;
import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicInteger;

/** Publishes a number every 20 ms, until it is stopped. */
final class Publisher implements AutoCloseable {
  private static final int EVERY_MILLIS = 20;

  private final Vertx vertx;
  private final ModuleSite site;
  private final AtomicInteger last = new AtomicInteger();
  private final long timer;
  private boolean stopped;

  Publisher(Vertx vertx, ModuleSite site) {
    this.vertx = vertx;
    this.site = site;
    timer = vertx.setPeriodic(EVERY_MILLIS, tick -> publish());
  }

  private synchronized void publish() {
    if (!stopped) {
      int next = last.incrementAndGet();
      site.publish(next, next);
    }
  }

  /** Waits until so many more were published, and returns the last one. */
  int awaitMore(int count) {
    int until = last.get() + count;
    Deadline.await(() -> last.get() >= until, () -> "number " + until + ", got " + last);
    return until;
  }

  /** The last number until now. */
  int last() {
    return last.get();
  }

  /** Publishes no more; returns the last number. */
  synchronized int stop() {
    stopped = true;
    return last.get();
  }

  @Override
  public void close() {
    stop();
    vertx.cancelTimer(timer);
  }
}
