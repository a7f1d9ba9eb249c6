package dev.ssebridge.internal.client;

import dev.ssebridge.client.EventSourceException;
import dev.ssebridge.client.EventSourceReason;
import dev.ssebridge.client.EventSourceRequestSupplier;
import dev.ssebridge.client.EventSourceState;
import dev.ssebridge.client.EventSourceStats;
import dev.ssebridge.client.EventSourceTransition;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.config.SourceRequest;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows one event stream over any number of connections (WHATWG HTML, section 9.2.3): the state
 * machine between the wire ({@link Exchange}) and the application ({@link StreamObserver}).
 *
 * <p>Everything happens on one context: calls must come from it, and call-backs are made on it, one
 * at a time. Every method may be called from within a call-back, also while that waits for
 * something; no method calls back before it returns.
 */
public final class StreamFollower {
  // Set at construction.
  private final SourcePlan plan;
  private final Exchange.Opener opener;
  private final Loop loop;
  private final StreamObserver observer;
  private final TrackRecord record;
  private final Sequel sequel;
  private final ResponsePolicy policy;
  private final EventFlow flow;
  private final Mailbox mailbox;

  // Where it stands.
  private @Nullable EventSourceState state;
  private @Nullable Connection connection;
  // What follows on its end; done once all is delivered that came before, as far as it is wanted.
  private @Nullable Runnable over;
  private Loop.@Nullable Timer waiting;
  private @Nullable EventSourceException lastFailure;
  private @Nullable EventSourceException finalFailure;
  private @Nullable Future<Void> released;
  private Map<String, List<String>> responseHeaders = Map.of();
  private long delay;
  private boolean started;
  private boolean restarting;
  private boolean closed;
  private boolean ended;

  // The same, to be read from any thread.
  private volatile Standing standing = Standing.START;

  // What it counts.
  private long attempts;
  private long opened;
  private long failures;

  StreamFollower(
      SourcePlan plan,
      Exchange.Opener opener,
      Loop loop,
      DoubleSupplier chance,
      StreamObserver observer) {
    this(plan, opener, loop, chance, observer, false);
  }

  private StreamFollower(
      SourcePlan plan,
      Exchange.Opener opener,
      Loop loop,
      DoubleSupplier chance,
      StreamObserver observer,
      boolean once) {
    this.plan = plan;
    this.opener = opener;
    this.loop = loop;
    this.observer = new GuardedObserver(observer);
    this.record = new TrackRecord(plan.reconnect(), chance);
    this.policy =
        once ? ResponsePolicy.once(observer::takesAnswers) : ResponsePolicy.of(plan.reconnect());
    this.sequel = once ? Sequel.once(plan, record) : Sequel.of(plan, record);
    this.flow =
        new EventFlow(
            plan.decoder(), plan.options().getLastEventId(), this.observer, new FlowEvents());
    this.mailbox = new Mailbox(loop, this::step, this::settle);
  }

  /** A follower on this context, with an HTTP client and a connection pool of its own. */
  public static StreamFollower create(
      Vertx vertx, VertxLoop loop, SourcePlan plan, StreamObserver observer) {
    return create(vertx, loop, plan, observer, false);
  }

  /** The same for a stream that is asked for once: it ends with the response, well or badly. */
  public static StreamFollower once(
      Vertx vertx, VertxLoop loop, SourcePlan plan, StreamObserver observer) {
    return create(vertx, loop, plan, observer, true);
  }

  private static StreamFollower create(
      Vertx vertx, VertxLoop loop, SourcePlan plan, StreamObserver observer, boolean once) {
    return new StreamFollower(
        plan,
        HttpExchange.opener(vertx, loop, plan),
        loop,
        () -> ThreadLocalRandom.current().nextDouble(),
        observer,
        once);
  }

  /** Sets what follows on a stream that has ended in good order; before the start. */
  void repeat(SourceRequest.Repeat value) {
    sequel.repeat(value);
  }

  /** Makes the first connection; no effect later. */
  public void start() {
    if (!started) {
      started = true;
      mailbox.post(this::begin);
    }
  }

  private void begin() {
    if (state == null) {
      record.started(loop.now());
      connect(EventSourceReason.STARTED, null);
    }
  }

  /**
   * Drops the connection and makes a fresh one at once; no effect before the start or at the end,
   * nor on what is asked for once.
   */
  public void restart() {
    if (state == null || state == EventSourceState.CLOSED || sequel.isOnce()) {
      return;
    }
    record.dropped(loop.now());
    sequel.dropped();
    drop();
    if (!restarting) {
      restarting = true;
      mailbox.post(this::beginAgain);
    }
  }

  private void beginAgain() {
    restarting = false;
    if (state != EventSourceState.CLOSED) {
      // First what is here already: the next request must ask for what follows.
      flow.breakOff();
      connect(EventSourceReason.RESTARTED, null);
    }
  }

  /** Delivers nothing more and stops reading the socket. */
  public void pause() {
    flow.pause();
    settle();
  }

  /** Delivers {@code amount} more events, and reads the socket for them. */
  public void fetch(long amount) {
    flow.fetch(amount);
    mailbox.wake();
  }

  /**
   * Closes from any state, at once. Idempotent.
   *
   * @return completes when the connections are closed. Nothing is called back from then on, unless
   *     a call-back is still waiting for something: the state and the end are told after it
   */
  public Future<Void> close() {
    drop();
    flow.discard();
    if (!closed) {
      closed = true;
      EventSourceState from = state;
      state = EventSourceState.CLOSED;
      delay = 0;
      publish();
      mailbox.post(() -> tellClosed(from));
    }
    Promise<Void> done = Promise.promise();
    // Behind the letter, but not waiting for it: a call-back may be waiting for just this.
    release()
        .onComplete(
            result -> {
              if (!loop.defer(() -> done.handle(result))) {
                done.handle(result);
              }
            });
    return done.future();
  }

  private void tellClosed(@Nullable EventSourceState from) {
    if (from != EventSourceState.CLOSED) {
      observer.transition(
          EventSourceTransition.builder()
              .from(from)
              .to(EventSourceState.CLOSED)
              .reason(EventSourceReason.CLOSED)
              .attempt(attempts)
              .build());
    }
    tellEnd();
  }

  /** Whether somebody has closed it: nothing more is to be called back. */
  public boolean isClosed() {
    return closed;
  }

  /** Whether it was started. */
  public boolean isStarted() {
    return started;
  }

  /** The loop has become another one. Before the start. */
  public void moved() {
    mailbox.moved();
  }

  /** The state, or null before the start; like all below from any thread. */
  public @Nullable EventSourceState state() {
    return standing.state();
  }

  /** The last event id delivered; {@code ""} for none. */
  public String lastEventId() {
    return flow.deliveredId();
  }

  /** The headers of the latest stream by lower-case name; empty before there was one. */
  public Map<String, List<String>> responseHeaders() {
    return standing.responseHeaders();
  }

  /** What it has done so far. */
  public EventSourceStats stats() {
    Standing now = standing;
    return EventSourceStats.builder()
        .state(now.state())
        .attempts(now.attempts())
        .opened(now.opened())
        .failures(now.failures())
        .failuresInRow(now.failuresInRow())
        .events(flow.events())
        .comments(flow.comments())
        .bytes(flow.bytes())
        .oddities(flow.oddities())
        .lastEventId(flow.deliveredId())
        .delayMillis(now.delayMillis())
        .build();
  }

  private void publish() {
    standing =
        new Standing(
            state, attempts, opened, failures, record.failuresInRow(), delay, responseHeaders);
  }

  /** How much waits for a call-back to return. */
  int waitingLetters() {
    return mailbox.size();
  }

  /** Connections that failed in a row. */
  int failuresInRow() {
    return record.failuresInRow();
  }

  private void connect(EventSourceReason reason, @Nullable EventSourceException cause) {
    String id = flow.arrivedId();
    boolean sendable = HeaderText.isSendable(id);
    Connection next =
        new Connection(
            plan,
            opener,
            loop,
            policy,
            id.isEmpty() || !sendable ? null : id,
            new ConnectionEvents());
    connection = next;
    attempts++;
    EventSourceException told = sendable || cause != null ? cause : unsendable();
    move(EventSourceState.CONNECTING, reason, told, 0);
    if (connection == next) {
      next.start(EventSourceRequestSupplier.Attempt.of(attempts, plan.request(), id, lastFailure));
    }
  }

  private static EventSourceException unsendable() {
    return new EventSourceException(
        EventSourceReason.UNSENDABLE_LAST_EVENT_ID,
        "the last event id holds control characters or just blanks, which no header can carry;"
            + " connecting without Last-Event-ID",
        null);
  }

  private void open(ResponseHead head) {
    lastFailure = null;
    record.opened(loop.now());
    sequel.opened();
    opened++;
    responseHeaders = head.headers();
    move(EventSourceState.OPEN, EventSourceReason.OPENED, null, 0);
  }

  /** What is to be done besides the letters: deliver, decode, and only then go on to the next. */
  private boolean step() {
    try {
      if (flow.step()) {
        return true;
      }
      if (over != null && flow.isOpen()) {
        if (sequel.isOnce() && flow.hasMore()) {
          // Nobody sends it again: it waits until it is wanted.
          return flow.lookAhead();
        }
        flow.endOfBody();
        return true;
      }
    } catch (EventSourceException e) {
      broken(e);
      return true;
    }
    Runnable end = over;
    if (end == null) {
      return false;
    }
    over = null;
    connection = null;
    end.run();
    return true;
  }

  private void broken(EventSourceException failure) {
    Connection reading = connection;
    if (reading != null) {
      reading.close();
      ResponsePolicy.Retry verdict = new ResponsePolicy.Retry(failure, 0);
      over = () -> goOn(sequel.after(verdict, reading.method(), loop.now()));
    }
  }

  private void goOn(Sequel.Step step) {
    lastFailure = step.failure();
    failures += step.failure() == null ? 0 : 1;
    if (opened == 0 && plan.reconnect().isFailFast() && step instanceof Sequel.Wait) {
      finish(step.reason(), step.failure());
    } else if (step instanceof Sequel.Wait wait) {
      waiting = loop.after(wait.millis(), () -> mailbox.put(this::reconnect));
      move(EventSourceState.WAITING, wait.reason(), wait.failure(), wait.millis());
    } else if (step instanceof Sequel.Again again) {
      connect(again.reason(), again.failure());
    } else {
      finish(step.reason(), step.failure());
    }
  }

  private boolean isMark(ServerSentEvent event) {
    try {
      return plan.until().test(event);
    } catch (RuntimeException | Error e) {
      observer.handlerFailed(
          new EventSourceException(
              EventSourceReason.HANDLER_FAILED, "the end predicate threw " + e, e));
      return false;
    }
  }

  private void endAtMark() {
    if (state != EventSourceState.CLOSED) {
      move(EventSourceState.CLOSED, EventSourceReason.ENDED, null, 0);
      tellEnd();
      release();
    }
  }

  private void reconnect() {
    if (waiting != null) {
      waiting = null;
      connect(EventSourceReason.RECONNECTING, null);
    }
  }

  private void finish(EventSourceReason reason, @Nullable EventSourceException failure) {
    drop();
    finalFailure = failure;
    move(EventSourceState.CLOSED, reason, failure, 0);
    flow.finish();
    release();
  }

  private void drop() {
    over = null;
    if (connection != null) {
      connection.close();
      connection = null;
    }
    if (waiting != null) {
      waiting.cancel();
      waiting = null;
    }
  }

  private Future<Void> release() {
    if (released == null) {
      released = opener.close();
    }
    return released;
  }

  private void move(
      EventSourceState to,
      EventSourceReason reason,
      @Nullable EventSourceException cause,
      long delayMillis) {
    EventSourceState from = state;
    state = to;
    delay = delayMillis;
    publish();
    observer.transition(
        EventSourceTransition.builder()
            .from(from)
            .to(to)
            .reason(reason)
            .cause(cause)
            .attempt(attempts)
            .delayMillis(delayMillis)
            .build());
  }

  private void tellEnd() {
    if (!ended) {
      ended = true;
      observer.end(finalFailure);
    }
  }

  /** The socket is read while nothing that came from it waits for anything. */
  private void settle() {
    Connection reading = connection;
    if (reading == null) {
      return;
    }
    if (mailbox.isFree() && flow.isReading()) {
      reading.resume();
    } else {
      reading.pause();
    }
  }

  /** From the wire; by the time it is told, the connection may have been dropped. */
  private final class ConnectionEvents implements Connection.Listener {
    @Override
    public void opened(Connection from, ContentCoding coding, ResponseHead head) {
      if (from == connection) {
        flow.begin(coding);
        mailbox.put(
            () -> {
              if (from == connection) {
                open(head);
              }
            });
      }
    }

    @Override
    public void bytes(Connection from, Buffer chunk) {
      if (from == connection) {
        record.bytes(loop.now());
        flow.bytes(chunk);
        mailbox.go();
        if (!mailbox.isFree()) {
          from.pause();
        }
      }
    }

    @Override
    public void answered(Connection from, ResponseHead head, Buffer text) {
      over(
          from,
          () -> {
            responseHeaders = head.headers();
            publish();
            observer.answer(text);
            if (state != EventSourceState.CLOSED) {
              finish(EventSourceReason.ENDED, null);
            }
          });
    }

    @Override
    public void ended(Connection from) {
      over(from, () -> goOn(sequel.afterEnd(from.method(), loop.now())));
    }

    @Override
    public void refused(Connection from, ResponsePolicy.Ending verdict) {
      over(from, () -> goOn(sequel.after(verdict, from.method(), loop.now())));
    }

    private void over(Connection from, Runnable next) {
      if (from == connection) {
        over = next;
        mailbox.go();
      }
    }

    @Override
    public boolean isBusy() {
      return !mailbox.isFree();
    }
  }

  /** From the flow. */
  private final class FlowEvents implements EventFlow.Owner {
    @Override
    public void arrived() {
      record.delivered();
    }

    @Override
    public void heartbeat() {
      record.heartbeat();
    }

    @Override
    public void retry(long millis) {
      record.serverRetry(millis);
    }

    @Override
    public boolean isEnd(ServerSentEvent event) {
      boolean end = isMark(event);
      if (end) {
        drop();
        flow.discard();
        mailbox.post(StreamFollower.this::endAtMark);
      }
      return end;
    }

    @Override
    public void drained() {
      tellEnd();
    }
  }
}
