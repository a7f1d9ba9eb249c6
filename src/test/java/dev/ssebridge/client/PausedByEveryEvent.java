package dev.ssebridge.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.client.UnrulyOrigin;
import dev.ssebridge.internal.client.UnrulyOrigin.Peer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * A consumer that pauses its source with every event, works on it elsewhere, and resumes the source
 * from there. The source must neither stop nor deliver while it is paused.
 */
final class PausedByEveryEvent {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final EventSource source;
  private final AtomicInteger events = new AtomicInteger();
  private final AtomicInteger inWork = new AtomicInteger();
  private final AtomicReference<String> wrong = new AtomicReference<>("");

  /**
   * @param elsewhere where the work on an event is done
   */
  PausedByEveryEvent(EventSource source, Consumer<Runnable> elsewhere) {
    this.source = source;
    source.handler(
        event -> {
          int number = events.incrementAndGet();
          if (!String.valueOf(number).equals(event.data())) {
            wrong.compareAndSet("", "expected " + number + ", got " + event.data());
          }
          if (inWork.incrementAndGet() > 1) {
            wrong.compareAndSet("", "event " + number + " came while the source was paused");
          }
          source.pause();
          elsewhere.accept(this::work);
        });
  }

  private void work() {
    inWork.decrementAndGet();
    source.resume();
  }

  void follow(UnrulyOrigin origin, int count) {
    EventSourceFixture.connect(source);
    Peer peer = origin.next().stream();
    Thread sender = new Thread(() -> send(peer, count), "sender");
    sender.setDaemon(true);
    sender.start();
    dev.ssebridge.testing.Deadline.await(
        PATIENCE,
        () -> events.get() == count || !String.valueOf(wrong.get()).isEmpty(),
        () -> count + " events, got " + events.get());
    assertThat(wrong).hasValue("");
  }

  private static void send(Peer peer, int count) {
    StringBuilder piece = new StringBuilder();
    for (int number = 1; number <= count; number++) {
      piece.append("data: ").append(number).append("\n\n");
      if (piece.length() > 30_000 || number == count) {
        peer.trySend(piece.toString().getBytes(StandardCharsets.UTF_8));
        piece.setLength(0);
      }
    }
  }
}
