package dev.ssebridge.internal.door;

import dev.ssebridge.client.EventSource;
import dev.ssebridge.client.EventSourceException;
import dev.ssebridge.client.EventSourceReason;
import dev.ssebridge.client.EventSourceState;
import dev.ssebridge.client.EventSourceTransition;
import dev.ssebridge.format.ParseOddity;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.client.EventReader;
import dev.ssebridge.internal.client.GuardedObserver;
import dev.ssebridge.internal.client.StreamObserver;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The handlers of a source. They are set from any thread, and called on its context. */
final class Listeners implements StreamObserver {
  private static final System.Logger LOG = System.getLogger(EventSource.class.getName());

  static final String OVER = "expected a Vert.x that runs, got one that is closed";

  private final boolean once;
  private final Runnable atEnd;
  private final Promise<Void> firstOpen = Promise.promise();

  volatile @Nullable Handler<ServerSentEvent> handler;
  volatile @Nullable Handler<Throwable> exceptionHandler;
  volatile @Nullable Handler<Void> endHandler;
  volatile @Nullable Handler<String> commentHandler;
  volatile @Nullable Handler<Long> retryHandler;
  volatile @Nullable Handler<ParseOddity> oddityHandler;
  volatile @Nullable Handler<EventSourceTransition> stateHandler;
  volatile @Nullable Handler<Buffer> answerHandler;
  private final Map<String, List<Handler<ServerSentEvent>>> byType = new ConcurrentHashMap<>();

  // Only on the context, as long as there is one.
  private BooleanSupplier closed = () -> false;
  private @Nullable EventReader reader;
  private boolean ended;
  private @Nullable EventSourceException failure;

  /**
   * @param once whether the source asks once
   * @param atEnd called first when the source has ended
   */
  Listeners(boolean once, Runnable atEnd) {
    this.once = once;
    this.atEnd = atEnd;
  }

  /** How it is known that the source was closed by the application: then nobody is called. */
  void closedWhen(BooleanSupplier condition) {
    closed = condition;
  }

  /** Completes when there is a stream, or the one answer. */
  Future<Void> firstOpen() {
    return firstOpen.future();
  }

  /** Vert.x is closed, and with it the context: who asks is told where he is. */
  void endWithVertx() {
    if (!ended) {
      ended = true;
      failure = new EventSourceException(EventSourceReason.CLOSED, OVER, null);
      firstOpen.tryFail(failure);
    }
  }

  void on(String type, Handler<ServerSentEvent> listener) {
    byType.computeIfAbsent(type, key -> new CopyOnWriteArrayList<>()).add(listener);
  }

  boolean isRead() {
    return reader != null;
  }

  /** Every event goes to this reader as well. */
  void read(EventReader value) {
    reader = value;
    try {
      value.begin();
    } catch (Throwable e) {
      GuardedObserver.report(this, "subscriber", e);
    }
    if (ended) {
      tellReader(failure);
    }
  }

  @Override
  public void event(ServerSentEvent event) {
    Handler<ServerSentEvent> all = handler;
    if (all != null) {
      tell(all, event);
    }
    if (!byType.isEmpty()) {
      for (Handler<ServerSentEvent> one : byType.getOrDefault(event.effectiveType(), List.of())) {
        tell(one, event);
      }
    }
    EventReader last = reader;
    if (last != null && !closed.getAsBoolean()) {
      last.event(event);
    }
  }

  /** What one of them throws keeps the event from no other. */
  private void tell(Handler<ServerSentEvent> one, ServerSentEvent event) {
    if (closed.getAsBoolean()) {
      return;
    }
    try {
      one.handle(event);
    } catch (Throwable e) {
      GuardedObserver.report(this, "event", e);
    }
  }

  @Override
  public void comment(String text) {
    call(commentHandler, text);
  }

  @Override
  public void retry(long millis) {
    call(retryHandler, millis);
  }

  @Override
  public void oddity(ParseOddity oddity) {
    call(oddityHandler, oddity);
  }

  @Override
  public void transition(EventSourceTransition transition) {
    if (transition.to() == EventSourceState.OPEN || isAnswered(transition)) {
      firstOpen.tryComplete();
    } else if (transition.to() == EventSourceState.CLOSED) {
      EventSourceException cause = transition.cause();
      firstOpen.tryFail(
          cause != null
              ? cause
              : new EventSourceException(
                  transition.reason(), "closed before a stream was open", null));
    }
    call(stateHandler, transition);
  }

  /** No content is an answer, too. */
  private boolean isAnswered(EventSourceTransition transition) {
    return once && transition.reason() == EventSourceReason.NO_CONTENT;
  }

  @Override
  public boolean takesAnswers() {
    return answerHandler != null;
  }

  @Override
  public void answer(Buffer json) {
    firstOpen.tryComplete();
    call(answerHandler, json);
  }

  @Override
  public void handlerFailed(EventSourceException thrown) {
    Handler<Throwable> sink = exceptionHandler;
    if (sink == null) {
      LOG.log(System.Logger.Level.WARNING, thrown.getMessage(), thrown.getCause());
    } else {
      sink.handle(thrown);
    }
  }

  @Override
  public void end(@Nullable EventSourceException cause) {
    atEnd.run();
    ended = true;
    failure = cause;
    try {
      if (cause != null) {
        call(exceptionHandler, cause);
      }
    } finally {
      try {
        Handler<Void> sink = endHandler;
        if (sink != null) {
          sink.handle(null);
        }
      } finally {
        tellReader(cause);
      }
    }
  }

  private void tellReader(@Nullable EventSourceException cause) {
    EventReader last = reader;
    reader = null;
    if (last != null) {
      try {
        last.end(cause);
      } catch (Throwable e) {
        GuardedObserver.report(this, "subscriber", e);
      }
    }
  }

  private static <T> void call(@Nullable Handler<T> one, T value) {
    if (one != null) {
      one.handle(value);
    }
  }
}
