package dev.ssebridge.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.client.EventSource;
import dev.ssebridge.client.EventSourceException;
import dev.ssebridge.client.EventSourceReason;
import dev.ssebridge.client.EventSourceState;
import dev.ssebridge.client.EventSourceTransition;
import dev.ssebridge.format.ParseOddity;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.testing.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Keeps what an {@link EventSource} tells, for a test to wait for. */
public final class Recorder {
  private static final long PATIENCE_SECONDS = Deadline.PATIENCE.toSeconds();

  public final BlockingQueue<ServerSentEvent> events = new LinkedBlockingQueue<>();
  public final BlockingQueue<String> comments = new LinkedBlockingQueue<>();
  public final BlockingQueue<Long> retries = new LinkedBlockingQueue<>();
  public final BlockingQueue<ParseOddity> oddities = new LinkedBlockingQueue<>();
  public final BlockingQueue<EventSourceTransition> transitions = new LinkedBlockingQueue<>();
  public final BlockingQueue<Throwable> exceptions = new LinkedBlockingQueue<>();
  public final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
  public final List<Thread> threads = new CopyOnWriteArrayList<>();
  public final AtomicLong calls = new AtomicLong();

  /** Records this source from now on. */
  public static Recorder of(EventSource source) {
    Recorder recorder = new Recorder();
    source.handler(event -> recorder.record(recorder.events, event));
    source.commentHandler(text -> recorder.record(recorder.comments, text));
    source.retryHandler(millis -> recorder.record(recorder.retries, millis));
    source.oddityHandler(oddity -> recorder.record(recorder.oddities, oddity));
    source.stateHandler(transition -> recorder.record(recorder.transitions, transition));
    source.exceptionHandler(failure -> recorder.record(recorder.exceptions, failure));
    source.endHandler(end -> recorder.record(recorder.ends, "end"));
    return recorder;
  }

  private <T> void record(BlockingQueue<T> queue, T value) {
    calls.incrementAndGet();
    threads.add(Thread.currentThread());
    queue.add(value);
  }

  /** The next event. */
  public ServerSentEvent event() {
    return take(events, "an event");
  }

  /** The data of the next so many events. */
  public List<String> data(int count) {
    List<String> data = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      data.add(String.valueOf(event().data()));
    }
    return data;
  }

  /** The next transition into this state; those before it are passed over. */
  public EventSourceTransition awaitState(EventSourceState state) {
    while (true) {
      EventSourceTransition transition = take(transitions, "a transition to " + state);
      if (transition.to() == state) {
        return transition;
      }
    }
  }

  /** The next wait, with its reason. */
  public EventSourceTransition awaitWaiting(EventSourceReason reason) {
    EventSourceTransition transition = awaitState(EventSourceState.WAITING);
    assertThat(transition.reason()).isEqualTo(reason);
    return transition;
  }

  /** The end for good, with its reason. */
  public EventSourceTransition awaitClosed(EventSourceReason reason) {
    EventSourceTransition transition = awaitState(EventSourceState.CLOSED);
    assertThat(transition.reason()).isEqualTo(reason);
    return transition;
  }

  /** What went wrong in this transition. */
  public static EventSourceException causeOf(EventSourceTransition transition) {
    return Objects.requireNonNull(transition.cause(), "expected a cause, got " + transition);
  }

  /** The next of what a handler was told. */
  public <T> T take(BlockingQueue<T> queue, String what) {
    try {
      T value = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (value == null) {
        throw new AssertionError(
            "expected " + what + ", got none; events " + events + ", transitions " + transitions);
      }
      return value;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
