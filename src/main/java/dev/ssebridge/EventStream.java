package dev.ssebridge;

import dev.ssebridge.format.EventEncoder;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.http.HeaderText;
import dev.ssebridge.internal.http.RequestLoop;
import dev.ssebridge.internal.subscribe.StreamHead;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.streams.WriteStream;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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
 * <p>Without a router, {@code EventStream.open(request)} does the same for a request.
 *
 * <p>Also a Vert.x {@link WriteStream}, so that a {@code ReadStream} of events can be piped to it.
 * Every method may be called on any thread, a worker's or a virtual one, say, and does its work on
 * the request's context, where the handlers are called, too; what one thread sends stays in order.
 */
public final class EventStream implements WriteStream<ServerSentEvent> {
  private static final Buffer HEARTBEAT = Buffer.buffer(":\n\n");

  // set at construction
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final String lastEventId;
  private final Vertx vertx;

  // written on the request's context, read by anyone
  private volatile boolean closed;

  // only the request's context
  private @Nullable Handler<Throwable> exceptionHandler;
  private @Nullable Handler<@Nullable Void> closeHandler;
  private long lastWrite;
  private long heartbeatNanos;
  private long heartbeatTimer = -1;

  private EventStream(BridgeRequest context, Vertx vertx) {
    this.request = context.request();
    this.response = context.response();
    this.vertx = vertx;
    // WHATWG HTML, section 9.2.4: the id is sent as UTF-8.
    String id = HeaderText.of(request, "Last-Event-ID");
    this.lastEventId = id == null ? "" : id;
  }

  /**
   * Answers a request with an event stream: status 200, the headers, and nothing else yet. The head
   * is sent at once, so that a browser's {@code open} event fires.
   *
   * @throws IllegalStateException if something was answered already
   */
  public static EventStream open(RoutingContext context) {
    return open(new BridgeRequest.Routed(context), context.vertx());
  }

  /**
   * The same without a router: of a request to a handler of the server. Takes the response's end,
   * close and exception handlers, and the one of the end of its headers.
   *
   * @throws IllegalStateException if something was answered already
   */
  public static EventStream open(HttpServerRequest request) {
    return open(new BridgeRequest.Direct(request, List.of()), RequestLoop.vertxOf(request));
  }

  private static EventStream open(BridgeRequest context, Vertx vertx) {
    if (context.response().headWritten()) {
      throw new IllegalStateException("expected a response without a head, it was sent already");
    }
    EventStream stream = new EventStream(context, vertx);
    context.onEnd(cleanly -> stream.here(stream::onEnd));
    StreamHead.set(stream.request);
    StreamHead.closeDelimited(stream.request, context::onHead);
    stream.here(stream::sendHead);
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
    here(
        () -> {
          stopHeartbeat();
          if (millis > 0 && !closed) {
            heartbeatNanos = TimeUnit.MILLISECONDS.toNanos(millis);
            lastWrite = System.nanoTime();
            beatIn(heartbeatNanos);
          }
        });
    return this;
  }

  /** Whether more was sent than the client has taken; what is sent all the same is queued. */
  @Override
  public boolean writeQueueFull() {
    try {
      return !closed && response.writeQueueFull();
    } catch (IllegalStateException e) {
      if (!response.ended()) {
        throw e;
      }
      return false; // ended just now, by another thread
    }
  }

  @Override
  public EventStream setWriteQueueMaxSize(int bytes) {
    here(
        () -> {
          if (isOpen()) {
            response.setWriteQueueMaxSize(bytes);
          }
        });
    return this;
  }

  /** Sets who is told when a full write queue has room again. */
  @Override
  public EventStream drainHandler(@Nullable Handler<@Nullable Void> handler) {
    here(
        () -> {
          if (isOpen()) {
            response.drainHandler(handler);
          }
        });
    return this;
  }

  /** Sets who is told when writing fails. */
  @Override
  public EventStream exceptionHandler(@Nullable Handler<Throwable> handler) {
    here(() -> exceptionHandler = handler);
    return this;
  }

  /**
   * Sets who is told, exactly once, that the stream has ended: by {@link #close}, or because the
   * client is gone. Told at once where it has ended already.
   */
  public EventStream closeHandler(@Nullable Handler<@Nullable Void> handler) {
    here(
        () -> {
          closeHandler = handler;
          if (closed) {
            tellClosed();
          }
        });
    return this;
  }

  /** Whether the stream has ended. */
  public boolean isClosed() {
    return closed;
  }

  /** Ends the response. The browser comes back by itself. Idempotent. */
  public Future<Void> close() {
    return hereAnd(() -> isOpen() ? response.end() : Future.succeededFuture());
  }

  /** The same as {@link #close}. */
  @Override
  public Future<Void> end() {
    return close();
  }

  private void sendHead() {
    // Vert.x announces chunks with a head alone, also where HTTP has none.
    Future<Void> head =
        request.version() == HttpVersion.HTTP_1_0
            ? response.write(Buffer.buffer())
            : response.writeHead();
    head.onFailure(this::tellFailed);
  }

  private Future<Void> writeBytes(Buffer bytes) {
    return hereAnd(() -> writeBytesHere(bytes));
  }

  private Future<Void> writeBytesHere(Buffer bytes) {
    if (!isOpen()) {
      return Future.failedFuture(new IllegalStateException("the stream is closed"));
    }
    lastWrite = System.nanoTime();
    Future<Void> written = response.write(bytes);
    return exceptionHandler == null ? written : written.onFailure(this::tellFailed);
  }

  private boolean isOpen() {
    return !closed && !response.ended();
  }

  /** Does it on the request's context: at once where that is here. */
  private void here(Runnable task) {
    RequestLoop.run(request, task);
  }

  private Future<Void> hereAnd(Supplier<Future<Void>> task) {
    Promise<Void> promise = Promise.promise();
    here(
        () -> {
          try {
            task.get().onComplete(promise);
          } catch (IllegalStateException endedMeanwhile) {
            promise.fail(endedMeanwhile); // by the application, on another thread
          }
        });
    return promise.future();
  }

  private void beatIn(long nanos) {
    // Rounded up, or a timer that comes a moment too early would be followed by many.
    long millis = TimeUnit.NANOSECONDS.toMillis(nanos - 1) + 1;
    heartbeatTimer = vertx.setTimer(millis, timer -> here(this::beat));
  }

  private void beat() {
    if (heartbeatTimer < 0 || !isOpen()) {
      return;
    }
    long left = heartbeatNanos - (System.nanoTime() - lastWrite);
    if (left > 0) {
      beatIn(left);
      return;
    }
    if (!writeQueueFull()) {
      // A failure means that the client is gone, which the end handler tells.
      writeBytesHere(HEARTBEAT).onFailure(gone -> stopHeartbeat());
    }
    if (heartbeatTimer >= 0) {
      beatIn(heartbeatNanos);
    }
  }

  private void stopHeartbeat() {
    if (heartbeatTimer >= 0) {
      vertx.cancelTimer(heartbeatTimer);
      heartbeatTimer = -1;
    }
  }

  private void onEnd() {
    if (closed) {
      return;
    }
    closed = true;
    StreamHead.endConnection(request);
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
