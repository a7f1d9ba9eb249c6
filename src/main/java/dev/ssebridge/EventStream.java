package dev.ssebridge;

import dev.ssebridge.internal.http.HeaderText;
import dev.ssebridge.internal.http.StreamHead;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.streams.WriteStream;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One response that streams events to one client, for an application that has no bus to bridge:
 *
 * <pre>{@code
 * router.get("/ticks").handler(context -> {
 *   EventStream stream = EventStream.open(context);
 *   stream.send(ServerSentEvent.of("tick", "1"));
 * });
 * }</pre>
 *
 * <p>Also a Vert.x {@link WriteStream}, so that a {@code ReadStream} of events can be piped to it.
 * Every method is to be called on the request's context, where the handlers are called, too.
 */
public final class EventStream implements WriteStream<ServerSentEvent> {
  private static final Buffer HEARTBEAT = Buffer.buffer(":\n\n");

  // set at construction
  private final HttpServerResponse response;
  private final String lastEventId;
  private final Vertx vertx;

  // only the request's context
  private @Nullable Handler<Throwable> exceptionHandler;
  private @Nullable Handler<@Nullable Void> closeHandler;
  private boolean closed;
  private boolean wrote;
  private long heartbeatTimer = -1;

  private EventStream(RoutingContext context) {
    this.response = context.response();
    this.vertx = context.vertx();
    // WHATWG HTML, section 9.2.4: the id is sent as UTF-8.
    String id = HeaderText.of(context.request(), "Last-Event-ID");
    this.lastEventId = id == null ? "" : id;
  }

  /**
   * Answers a request with an event stream: status 200, the headers, and nothing else yet. The head
   * is sent at once, so that a browser's {@code open} event fires.
   *
   * @throws IllegalStateException if something was answered already
   */
  public static EventStream open(RoutingContext context) {
    if (context.response().headWritten()) {
      throw new IllegalStateException("expected a response without a head, it was sent already");
    }
    EventStream stream = new EventStream(context);
    context.addEndHandler(ended -> stream.onEnd());
    StreamHead.set(context.request());
    context.response().writeHead().onFailure(stream::tellFailed);
    return stream;
  }

  /** The id of the last event that the client had before, {@code ""} if it tells none. */
  public String lastEventId() {
    return lastEventId;
  }

  /** Sends an event. The future fails when the peer is gone. */
  public Future<Void> send(ServerSentEvent event) {
    return writeBytes(Buffer.buffer(EventEncoder.encode(event)));
  }

  /** Sends an event of the default type with this data. The future fails when the peer is gone. */
  public Future<Void> send(String data) {
    return send(ServerSentEvent.of(data));
  }

  /** Sends a comment, which clients ignore. The future fails when the peer is gone. */
  public Future<Void> comment(String text) {
    return send(ServerSentEvent.ofComment(text));
  }

  /** The same as {@link #send(ServerSentEvent)}. */
  @Override
  public Future<Void> write(ServerSentEvent event) {
    return send(event);
  }

  /**
   * Sends an empty comment wherever nothing was sent for this long, so that no proxy takes the
   * connection for dead.
   *
   * @param interval at least a millisecond, or {@link Duration#ZERO} for never (the default)
   */
  public EventStream heartbeat(Duration interval) {
    long millis = Objects.requireNonNull(interval, "interval").toMillis();
    stopHeartbeat();
    if (millis > 0 && !closed) {
      heartbeatTimer = vertx.setPeriodic(millis, timer -> beat());
    }
    return this;
  }

  /** Whether more was sent than the client has taken; what is sent all the same is queued. */
  @Override
  public boolean writeQueueFull() {
    return !closed && response.writeQueueFull();
  }

  @Override
  public EventStream setWriteQueueMaxSize(int bytes) {
    if (!closed) {
      response.setWriteQueueMaxSize(bytes);
    }
    return this;
  }

  /** Sets who is told when a full write queue has room again. */
  @Override
  public EventStream drainHandler(@Nullable Handler<@Nullable Void> handler) {
    if (!closed) {
      response.drainHandler(handler);
    }
    return this;
  }

  /** Sets who is told when writing fails. */
  @Override
  public EventStream exceptionHandler(@Nullable Handler<Throwable> handler) {
    exceptionHandler = handler;
    return this;
  }

  /**
   * Sets who is told, exactly once, that the stream has ended: by {@link #close}, or because the
   * client is gone. Told at once where it has ended already.
   */
  public EventStream closeHandler(@Nullable Handler<@Nullable Void> handler) {
    closeHandler = handler;
    if (closed) {
      tellClosed();
    }
    return this;
  }

  /** Whether the stream has ended. */
  public boolean isClosed() {
    return closed;
  }

  /** Ends the response. The browser comes back by itself. Idempotent. */
  public Future<Void> close() {
    return closed || response.ended() ? Future.succeededFuture() : response.end();
  }

  /** The same as {@link #close}. */
  @Override
  public Future<Void> end() {
    return close();
  }

  private Future<Void> writeBytes(Buffer bytes) {
    if (closed || response.ended()) {
      return Future.failedFuture(new IllegalStateException("the stream is closed"));
    }
    wrote = true;
    Future<Void> written = response.write(bytes);
    return exceptionHandler == null ? written : written.onFailure(this::tellFailed);
  }

  private void beat() {
    if (!wrote && !closed && !response.ended() && !response.writeQueueFull()) {
      // A failure means that the client is gone, which the end handler tells.
      response.write(HEARTBEAT).onFailure(gone -> stopHeartbeat());
    }
    wrote = false;
  }

  private void stopHeartbeat() {
    if (heartbeatTimer >= 0) {
      vertx.cancelTimer(heartbeatTimer);
      heartbeatTimer = -1;
    }
  }

  private void onEnd() {
    closed = true;
    stopHeartbeat();
    tellClosed();
  }

  private void tellClosed() {
    Handler<@Nullable Void> handler = closeHandler;
    closeHandler = null;
    if (handler != null) {
      handler.handle(null);
    }
  }

  private void tellFailed(Throwable cause) {
    Handler<Throwable> handler = exceptionHandler;
    if (handler != null) {
      handler.handle(cause);
    }
  }
}
