package dev.ssebridge.internal.tool;

import dev.ssebridge.client.EventSource;
import dev.ssebridge.client.EventSourceTransition;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Hands what a source brings over to the thread of the command, which may wait for one who reads
 * its output. That is why only a few events are fetched ahead; beyond them nothing is read from the
 * socket. The event loop never waits.
 */
final class TailFeed implements AutoCloseable {
  private static final int WINDOW = 8;

  /** The most changes of state that wait while nobody reads; further ones are left out. */
  private static final int MOST_MOVES = 1000;

  private final EventSource source;
  private final BlockingQueue<TailSignal> signals = new LinkedBlockingQueue<>();
  private final AtomicInteger moves = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  // On the event loop.
  private String comment = "";

  // On the thread of the command.
  private int taken;

  /**
   * @param client what the source connects with
   */
  TailFeed(EventSource source, WatchedClient client) {
    this.source = source;
    source.pause();
    source.fetch(WINDOW);
    source.handler(event -> signals.add(new TailSignal.Event(event, Instant.now())));
    source.commentHandler(this::heard);
    source.stateHandler(step -> moved(step, client));
    source.exceptionHandler(failure::set);
    source.endHandler(end -> signals.add(new TailSignal.Over(failure.get())));
  }

  /** Begins. */
  void start() {
    // How it goes is told by the handlers as well.
    Future<Void> connected = source.connect();
    connected.onComplete(ignored -> {});
  }

  private void heard(String text) {
    if (!text.isBlank()) {
      comment = text.strip();
    }
  }

  private void moved(EventSourceTransition step, WatchedClient client) {
    if (moves.incrementAndGet() <= MOST_MOVES) {
      signals.add(new TailSignal.Moved(step, client.latest(), source.responseHeaders(), comment));
    } else {
      moves.decrementAndGet();
    }
    comment = "";
  }

  /** Makes those who wait leave; from any thread. */
  void leave() {
    signals.add(new TailSignal.Leave());
  }

  /** Nobody reads what is written any longer; from any thread. */
  void unread() {
    signals.add(new TailSignal.Unread());
  }

  /** What happens next, or null if nothing does within that time. */
  @Nullable TailSignal next(long millis) throws InterruptedException {
    TailSignal signal = signals.poll(millis, TimeUnit.MILLISECONDS);
    if (signal instanceof TailSignal.Moved) {
      moves.decrementAndGet();
    } else if (signal instanceof TailSignal.Event && ++taken == WINDOW / 2) {
      source.fetch(taken);
      taken = 0;
    }
    return signal;
  }

  @Override
  public void close() {
    ToolVertx.finish(source.close());
  }
}
