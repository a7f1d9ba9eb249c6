package dev.ssebridge.internal.client;

import dev.ssebridge.client.EventSourceException;
import dev.ssebridge.client.EventSourceReason;
import dev.ssebridge.client.EventSourceTransition;
import dev.ssebridge.format.ParseOddity;
import dev.ssebridge.format.ServerSentEvent;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** Keeps what an observer throws away from the stream: it is reported, and the stream goes on. */
public final class GuardedObserver implements StreamObserver {
  private static final System.Logger LOG = System.getLogger(StreamFollower.class.getName());

  private final StreamObserver observer;

  GuardedObserver(StreamObserver observer) {
    this.observer = observer;
  }

  @Override
  public void event(ServerSentEvent event) {
    try {
      observer.event(event);
    } catch (Throwable e) {
      report(observer, "event", e);
    }
  }

  @Override
  public void comment(String text) {
    guard("comment", () -> observer.comment(text));
  }

  @Override
  public void position(String lastEventId) {
    guard("position", () -> observer.position(lastEventId));
  }

  @Override
  public void retry(long millis) {
    guard("retry", () -> observer.retry(millis));
  }

  @Override
  public void oddity(ParseOddity oddity) {
    guard("oddity", () -> observer.oddity(oddity));
  }

  @Override
  public void transition(EventSourceTransition transition) {
    guard("state", () -> observer.transition(transition));
  }

  @Override
  public boolean takesAnswers() {
    return observer.takesAnswers();
  }

  @Override
  public void answer(Buffer json) {
    guard("answer", () -> observer.answer(json));
  }

  @Override
  public void end(@Nullable EventSourceException failure) {
    guard("end", () -> observer.end(failure));
  }

  @Override
  public void handlerFailed(EventSourceException failure) {
    handlerFailed(observer, failure);
  }

  private static void handlerFailed(StreamObserver observer, EventSourceException failure) {
    try {
      observer.handlerFailed(failure);
    } catch (Throwable e) {
      if (e != failure) {
        e.addSuppressed(failure);
      }
      LOG.log(System.Logger.Level.WARNING, "the handler of exceptions threw one itself", e);
    }
  }

  private void guard(String which, Runnable call) {
    try {
      call.run();
    } catch (Throwable e) {
      report(observer, which, e);
    }
  }

  /** Tells an observer what one of those behind it threw, whatever it does about it. */
  public static void report(StreamObserver observer, String which, Throwable thrown) {
    handlerFailed(
        observer,
        new EventSourceException(
            EventSourceReason.HANDLER_FAILED, "the " + which + " handler threw " + thrown, thrown));
  }
}
