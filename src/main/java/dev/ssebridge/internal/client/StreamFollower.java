package dev.ssebridge.internal.client;

import dev.ssebridge.EventSourceException;
import dev.ssebridge.EventSourceOptions;
import dev.ssebridge.EventSourceReason;
import dev.ssebridge.EventSourceRequestSupplier;
import dev.ssebridge.EventSourceState;
import dev.ssebridge.EventSourceStats;
import dev.ssebridge.EventSourceTransition;
import io.vertx.core.Future;
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
 * <p>Everything happens on one context: calls must come from it, and call-backs are made on it.
 * Every method may be called from within a call-back.
 */
public final class StreamFollower {
  // Set at construction.
  private final EventSourceOptions options;
  private final Exchange.Opener opener;
  private final Loop loop;
  private final StreamObserver observer;
  private final TrackRecord record;
  private final ResponsePolicy policy;
  private final EventFlow flow;

  // Where it stands.
  private @Nullable EventSourceState state;
  private @Nullable Connection connection;
  private Loop.@Nullable Timer waiting;
  private @Nullable EventSourceException lastFailure;
  private @Nullable EventSourceException finalFailure;
  private @Nullable Future<Void> released;
  private Map<String, List<String>> responseHeaders = Map.of();
  private long delay;
  private boolean ended;
  private boolean restartAfterChunk;
  private boolean refreshed;

  // What it counts.
  private long attempts;
  private long opened;
  private long failures;

  StreamFollower(
      EventSourceOptions options,
      Exchange.Opener opener,
      Loop loop,
      DoubleSupplier chance,
      StreamObserver observer) {
    this.options = options;
    this.opener = opener;
    this.loop = loop;
    this.observer = new GuardedObserver(observer);
    this.policy = new ResponsePolicy(options.isStrict());
    this.record = new TrackRecord(options, chance);
    this.flow = new EventFlow(options, this.observer, new FlowEvents());
  }

  /** A follower on this context, with an HTTP client and a connection pool of its own. */
  public static StreamFollower create(
      Vertx vertx, VertxLoop loop, EventSourceOptions options, StreamObserver observer) {
    return new StreamFollower(
        options,
        HttpExchange.opener(vertx, loop, options),
        loop,
        () -> ThreadLocalRandom.current().nextDouble(),
        observer);
  }

  /** Makes the first connection; no effect later. */
  public void start() {
    if (state == null) {
      record.started(loop.now());
      connect(EventSourceReason.STARTED, null);
    }
  }

  /**
   * Drops the connection and makes a fresh one at once; no effect before the start or at the end.
   */
  public void restart() {
    if (state == null || state == EventSourceState.CLOSED) {
      return;
    }
    record.dropped(loop.now());
    drop();
    if (flow.isDecoding()) {
      // What the chunk still holds is delivered first: the next request must ask for what follows.
      restartAfterChunk = true;
    } else {
      connect(EventSourceReason.RESTARTED, null);
    }
  }

  /** Delivers nothing more and stops reading the socket. */
  public void pause() {
    flow.pause();
  }

  /** Delivers so many more events, and reads the socket for them. */
  public void fetch(long amount) {
    flow.fetch(amount);
  }

  /**
   * Closes from any state, at once. Idempotent.
   *
   * @return completes when the connections are closed; nothing is called back from then on
   */
  public Future<Void> close() {
    drop();
    flow.discard();
    if (state != EventSourceState.CLOSED) {
      move(EventSourceState.CLOSED, EventSourceReason.CLOSED, null, 0);
    }
    tellEnd();
    return release();
  }

  /** The state, or null before the start. */
  public @Nullable EventSourceState state() {
    return state;
  }

  /** The last event id delivered; {@code ""} for none. */
  public String lastEventId() {
    return flow.deliveredId();
  }

  /** The headers of the latest stream by lower-case name; empty before there was one. */
  public Map<String, List<String>> responseHeaders() {
    return responseHeaders;
  }

  /** What it has done so far. */
  public EventSourceStats stats() {
    return new EventSourceStats(
        state,
        attempts,
        opened,
        failures,
        record.failuresInRow(),
        flow.events(),
        flow.comments(),
        flow.bytes(),
        flow.oddities(),
        flow.deliveredId(),
        delay);
  }

  private void connect(EventSourceReason reason, @Nullable EventSourceException cause) {
    String id = flow.arrivedId();
    boolean sendable = HeaderText.isSendable(id);
    Connection next =
        new Connection(
            options,
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
      if (!flow.isFlowing()) {
        next.pause();
      }
      next.start(
          new EventSourceRequestSupplier.Attempt(attempts, options.request(), id, lastFailure));
    }
  }

  private static EventSourceException unsendable() {
    return new EventSourceException(
        EventSourceReason.UNSENDABLE_LAST_EVENT_ID,
        "the last event id holds control characters or just blanks, which no header can carry;"
            + " connecting without Last-Event-ID",
        null);
  }

  private void open(ContentCoding coding, ResponseHead head) {
    refreshed = false;
    lastFailure = null;
    record.opened(loop.now());
    opened++;
    responseHeaders = head.headers();
    flow.begin(coding);
    move(EventSourceState.OPEN, EventSourceReason.OPENED, null, 0);
  }

  private void decode(Runnable step) {
    Connection reading = connection;
    try {
      step.run();
    } catch (EventSourceException e) {
      if (connection == reading && reading != null) {
        reading.refuse(new ResponsePolicy.Retry(e, 0));
      }
      return;
    } finally {
      if (restartAfterChunk) {
        restartAfterChunk = false;
        if (state != EventSourceState.CLOSED) {
          connect(EventSourceReason.RESTARTED, null);
        }
      }
    }
    applyDemand();
  }

  private void refused(ResponsePolicy.Verdict verdict) {
    connection = null;
    flow.endOfBody();
    if (verdict instanceof ResponsePolicy.Retry retry) {
      await(retry.failure().reason(), retry.failure(), retry.floorMillis());
    } else if (verdict instanceof ResponsePolicy.Refresh refresh) {
      failures++;
      lastFailure = refresh.failure();
      if (options.requestSupplier() != null && !refreshed) {
        refreshed = true;
        connect(refresh.failure().reason(), refresh.failure());
      } else {
        finish(refresh.failure().reason(), refresh.failure());
      }
    } else if (verdict instanceof ResponsePolicy.Stop stop) {
      EventSourceException failure = stop.failure();
      finish(failure == null ? EventSourceReason.NO_CONTENT : failure.reason(), failure);
    }
  }

  private void await(
      EventSourceReason reason, @Nullable EventSourceException failure, long floorMillis) {
    lastFailure = failure;
    failures += failure == null ? 0 : 1;
    TrackRecord.Next next = record.over(reason, floorMillis, loop.now());
    if (next instanceof TrackRecord.Wait wait) {
      waiting = loop.after(wait.millis(), this::reconnect);
      move(EventSourceState.WAITING, reason, failure, wait.millis());
    } else if (next instanceof TrackRecord.GiveUp enough) {
      finish(enough.reason(), new EventSourceException(enough.reason(), enough.message(), failure));
    }
  }

  private void reconnect() {
    waiting = null;
    connect(EventSourceReason.RECONNECTING, null);
  }

  private void finish(EventSourceReason reason, @Nullable EventSourceException failure) {
    drop();
    finalFailure = failure;
    move(EventSourceState.CLOSED, reason, failure, 0);
    flow.finish();
    release();
  }

  private void drop() {
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
    observer.transition(new EventSourceTransition(from, to, reason, cause, attempts, delayMillis));
  }

  private void tellEnd() {
    if (!ended) {
      ended = true;
      observer.end(finalFailure);
    }
  }

  /** While a chunk is decoded the socket is left alone: it would hand over the next one at once. */
  private void applyDemand() {
    Connection reading = connection;
    if (reading == null || flow.isDecoding()) {
      return;
    }
    if (!flow.isFlowing()) {
      reading.pause();
    } else if (flow.hasMore()) {
      decode(flow::more);
    } else {
      reading.resume();
    }
  }

  /** From the wire. */
  private final class ConnectionEvents implements Connection.Listener {
    @Override
    public void opened(ContentCoding coding, ResponseHead head) {
      open(coding, head);
    }

    @Override
    public void bytes(Buffer chunk) {
      decode(() -> flow.bytes(chunk));
    }

    @Override
    public void ended() {
      connection = null;
      flow.endOfBody();
      await(EventSourceReason.ENDED, null, 0);
    }

    @Override
    public void refused(ResponsePolicy.Verdict verdict) {
      StreamFollower.this.refused(verdict);
    }
  }

  /** From the flow. */
  private final class FlowEvents implements EventFlow.Owner {
    @Override
    public void arrived() {
      record.delivered();
    }

    @Override
    public void retry(long millis) {
      record.serverRetry(millis);
    }

    @Override
    public void demandChanged() {
      applyDemand();
    }

    @Override
    public void drained() {
      tellEnd();
    }
  }
}
