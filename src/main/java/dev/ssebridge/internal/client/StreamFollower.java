package dev.ssebridge.internal.client;

import dev.ssebridge.EventSourceException;
import dev.ssebridge.EventSourceOptions;
import dev.ssebridge.EventSourceReason;
import dev.ssebridge.EventSourceRequestSupplier;
import dev.ssebridge.EventSourceState;
import dev.ssebridge.EventSourceStats;
import dev.ssebridge.EventSourceTransition;
import dev.ssebridge.ParseOddity;
import dev.ssebridge.ServerSentEvent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
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
  /** A stream that stayed open this long was a good one, even if it delivered nothing. */
  private static final long GOOD_MILLIS = 60_000;

  // Set at construction.
  private final EventSourceOptions options;
  private final Exchange.Opener opener;
  private final Loop loop;
  private final StreamObserver observer;
  private final Backoff backoff;
  private final ResponsePolicy policy;
  private final Delivery delivery;
  private final DecodedStream stream;

  // Where it stands.
  private @Nullable EventSourceState state;
  private @Nullable Connection connection;
  private Loop.@Nullable Timer waiting;
  private @Nullable EventSourceException lastFailure;
  private @Nullable EventSourceException finalFailure;
  private @Nullable Future<Void> released;
  private Map<String, List<String>> responseHeaders = Map.of();
  private String deliveredId;
  private long delay;
  private boolean ended;
  private boolean restartAfterChunk;

  // What it remembers of connections gone by.
  private int failuresInRow;
  private int failuresBefore;
  private boolean delivered;
  private boolean refreshed;
  private long openedAt;
  private long goodAt;

  // What it counts.
  private long attempts;
  private long opened;
  private long failures;
  private long events;
  private long comments;
  private long bytes;
  private long oddities;

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
    this.backoff =
        new Backoff(
            options.reconnectDelay().toMillis(),
            options.maxReconnectDelay().toMillis(),
            options.jitter(),
            chance);
    this.delivery = new Delivery(new ToObserver());
    this.stream =
        new DecodedStream(
            options.decoder(), options.lastEventId(), delivery::isFlowing, new ToDelivery());
    this.deliveredId = options.lastEventId();
  }

  /** A follower on this context, with an HTTP client and a connection pool of its own. */
  public static StreamFollower create(
      Vertx vertx, VertxLoop loop, EventSourceOptions options, StreamObserver observer) {
    HttpClient client =
        vertx
            .httpClientBuilder()
            .with(options.httpClient())
            .with(options.pool())
            .withConnectHandler(ClientConnections::prepare)
            .build();
    HttpExchange.Timeouts timeouts =
        new HttpExchange.Timeouts(
            options.connectTimeout().toMillis(),
            options.responseTimeout().toMillis(),
            options.idleTimeout().toMillis());
    return new StreamFollower(
        options,
        HttpExchange.with(client, loop, timeouts),
        loop,
        () -> ThreadLocalRandom.current().nextDouble(),
        observer);
  }

  /** Makes the first connection; no effect later. */
  public void start() {
    if (state == null) {
      goodAt = loop.now();
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
    drop();
    if (stream.isDecoding()) {
      // What the chunk still holds is delivered first: the next request must ask for what follows.
      restartAfterChunk = true;
    } else {
      connect(EventSourceReason.RESTARTED, null);
    }
  }

  /** Delivers nothing more and stops reading the socket. */
  public void pause() {
    delivery.pause();
  }

  /** Delivers so many more events, and reads the socket for them. */
  public void fetch(long amount) {
    delivery.fetch(amount);
  }

  /**
   * Closes from any state, at once. Idempotent.
   *
   * @return completes when the connections are closed; nothing is called back from then on
   */
  public Future<Void> close() {
    drop();
    delivery.discard();
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
    return deliveredId;
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
        failuresInRow,
        events,
        comments,
        bytes,
        oddities,
        deliveredId,
        delay);
  }

  private void connect(EventSourceReason reason, @Nullable EventSourceException cause) {
    String id = stream.lastEventId();
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
      if (!delivery.isFlowing()) {
        next.pause();
      }
      next.start(
          new EventSourceRequestSupplier.Attempt(attempts, options.request(), id, lastFailure));
    }
  }

  private static EventSourceException unsendable() {
    return new EventSourceException(
        EventSourceReason.UNSENDABLE_LAST_EVENT_ID,
        "the last event id holds control characters, which no header can carry;"
            + " connecting without Last-Event-ID",
        null);
  }

  private void open(ContentCoding coding, ResponseHead head) {
    failuresBefore = failuresInRow;
    delivered = false;
    refreshed = false;
    lastFailure = null;
    openedAt = loop.now();
    opened++;
    responseHeaders = head.headers();
    stream.begin(coding);
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
    stream.end();
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
    settleFailures(reason);
    long wait = backoff.delay(failuresInRow, floorMillis);
    long elapsed = loop.now() - goodAt + wait;
    long maxElapsed = options.maxElapsed().toMillis();
    if (options.maxAttempts() > 0 && failuresInRow >= options.maxAttempts()) {
      exhausted(
          EventSourceReason.ATTEMPTS_EXHAUSTED, failuresInRow + " failures in a row", failure);
    } else if (maxElapsed > 0 && elapsed > maxElapsed) {
      exhausted(
          EventSourceReason.TIME_EXHAUSTED, "no good stream for " + maxElapsed + " ms", failure);
    } else {
      waiting = loop.after(wait, this::reconnect);
      move(EventSourceState.WAITING, reason, failure, wait);
    }
  }

  /** A good stream makes a fresh start, except before an event that will be too large again. */
  private void settleFailures(EventSourceReason reason) {
    long now = loop.now();
    boolean good = delivered || (state == EventSourceState.OPEN && now - openedAt >= GOOD_MILLIS);
    if (good) {
      goodAt = now;
    }
    failuresInRow =
        !good
            ? failuresInRow + 1
            : reason == EventSourceReason.EVENT_TOO_LARGE ? failuresBefore + 1 : 0;
    delivered = false;
  }

  private void exhausted(
      EventSourceReason reason, String message, @Nullable EventSourceException last) {
    finish(reason, new EventSourceException(reason, message + ", giving up", last));
  }

  private void reconnect() {
    waiting = null;
    connect(EventSourceReason.RECONNECTING, null);
  }

  private void finish(EventSourceReason reason, @Nullable EventSourceException failure) {
    drop();
    finalFailure = failure;
    move(EventSourceState.CLOSED, reason, failure, 0);
    delivery.end();
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
    if (reading == null || stream.isDecoding()) {
      return;
    }
    if (!delivery.isFlowing()) {
      reading.pause();
    } else if (stream.hasMore()) {
      decode(stream::decodeMore);
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
      bytes += chunk.length();
      decode(() -> stream.decode(chunk));
    }

    @Override
    public void ended() {
      connection = null;
      stream.end();
      await(EventSourceReason.ENDED, null, 0);
    }

    @Override
    public void refused(ResponsePolicy.Verdict verdict) {
      StreamFollower.this.refused(verdict);
    }
  }

  /** From the decoder. */
  private final class ToDelivery implements DecodedStream.Sink {
    @Override
    public void event(ServerSentEvent event) {
      delivered = true;
      delivery.event(event);
    }

    @Override
    public void comment(String text) {
      comments++;
      delivery.comment(text);
    }

    @Override
    public void position(String lastEventId) {
      delivery.position(lastEventId);
    }

    @Override
    public void retry(long millis) {
      backoff.serverRetry(millis);
      if (!ended) {
        observer.retry(millis);
      }
    }

    @Override
    public void oddity(ParseOddity oddity) {
      oddities++;
      if (!ended) {
        observer.oddity(oddity);
      }
    }
  }

  /** To the application. */
  private final class ToObserver implements Delivery.Target {
    @Override
    public void event(ServerSentEvent event) {
      events++;
      String id = event.id();
      deliveredId = id == null ? "" : id;
      observer.event(event);
    }

    @Override
    public void comment(String text) {
      observer.comment(text);
    }

    @Override
    public void position(String lastEventId) {
      deliveredId = lastEventId;
      observer.position(lastEventId);
    }

    @Override
    public void end() {
      tellEnd();
    }

    @Override
    public void demand(boolean present) {
      applyDemand();
    }
  }
}
