package dev.ssebridge.internal.client;

import dev.ssebridge.client.EventIterator;
import dev.ssebridge.client.EventSourceException;
import dev.ssebridge.client.EventSourceReason;
import dev.ssebridge.format.ServerSentEvent;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Hands the events of a source over to a thread that waits for them. */
public final class BlockingEvents implements EventIterator, EventReader {
  /** How many events are fetched ahead. */
  static final int WINDOW = 8;

  private final Feed feed;
  private final ReentrantLock lock = new ReentrantLock();

  // guarded by the lock
  private final ArrayDeque<ServerSentEvent> buffer = new ArrayDeque<>(WINDOW);
  private @Nullable Promise<Void> waiting;
  private @Nullable EventSourceException failure;
  private boolean ended;
  private int taken;

  /** An iterator over what this feed brings. */
  public BlockingEvents(Feed feed) {
    this.feed = feed;
  }

  @Override
  public void begin() {
    feed.fetch(WINDOW);
  }

  @Override
  public void event(ServerSentEvent event) {
    Promise<Void> woken;
    lock.lock();
    try {
      if (ended) {
        return;
      }
      buffer.add(event);
      woken = takeWaiting();
    } finally {
      lock.unlock();
    }
    wake(woken);
  }

  @Override
  public void end(@Nullable EventSourceException cause) {
    Promise<Void> woken;
    lock.lock();
    try {
      if (ended) {
        return;
      }
      ended = true;
      failure = cause;
      woken = takeWaiting();
    } finally {
      lock.unlock();
    }
    wake(woken);
  }

  @Override
  public boolean hasNext() {
    requireThatItMayWait();
    while (true) {
      Promise<Void> signal;
      lock.lock();
      try {
        if (!buffer.isEmpty()) {
          return true;
        }
        if (ended) {
          return throwOrEnd();
        }
        if (waiting != null) {
          throw new IllegalStateException("expected one thread to wait for events, got two");
        }
        signal = Promise.promise();
        waiting = signal;
      } finally {
        lock.unlock();
      }
      await(signal.future());
    }
  }

  private boolean throwOrEnd() {
    if (failure != null) {
      throw failure;
    }
    return false;
  }

  @Override
  public ServerSentEvent next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the source has ended");
    }
    int more = 0;
    ServerSentEvent event;
    lock.lock();
    try {
      event = buffer.poll();
      if (event == null) {
        throw new NoSuchElementException("the iterator was closed");
      }
      taken++;
      if (taken >= WINDOW / 2) {
        more = taken;
        taken = 0;
      }
    } finally {
      lock.unlock();
    }
    if (more > 0) {
      feed.fetch(more);
    }
    return event;
  }

  @Override
  public void close() {
    Promise<Void> woken;
    lock.lock();
    try {
      ended = true;
      failure = null;
      buffer.clear();
      woken = takeWaiting();
    } finally {
      lock.unlock();
    }
    feed.close();
    wake(woken);
  }

  private @Nullable Promise<Void> takeWaiting() {
    Promise<Void> promise = waiting;
    waiting = null;
    return promise;
  }

  private static void wake(@Nullable Promise<Void> promise) {
    if (promise != null) {
      promise.complete();
    }
  }

  private void requireThatItMayWait() {
    if (Context.isOnEventLoopThread()) {
      throw new IllegalStateException(
          "an event loop must not wait for events: iterate on a virtual thread, a worker or a"
              + " thread of your own, or set a handler");
    }
    if (feed.isHeldByCaller()) {
      throw new IllegalStateException(
          "the source needs this worker context itself, since it was connected on it: ask for the"
              + " iterator before connect(), or iterate elsewhere");
    }
  }

  /** On a virtual thread of Vert.x the context goes on meanwhile. */
  private void await(Future<Void> signal) {
    try {
      if (Context.isOnWorkerThread()) {
        CountDownLatch done = new CountDownLatch(1);
        signal.onComplete(ignored -> done.countDown());
        done.await();
      } else {
        signal.await();
      }
    } catch (InterruptedException e) {
      // Future.await throws one, too, though it does not say so.
      close();
      Thread.currentThread().interrupt();
      throw new EventSourceException(
          EventSourceReason.CLOSED, "interrupted while waiting for an event; closed", e);
    }
  }
}
