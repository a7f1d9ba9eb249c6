package dev.ssebridge.internal.door;

import dev.ssebridge.EventStream;
import dev.ssebridge.RouteOptions;
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
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One response that streams events, on its request's context. */
public final class ResponseStream implements EventStream {
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

  private ResponseStream(BridgeRequest context, Vertx vertx) {
    this.request = context.request();
    this.response = context.response();
    this.vertx = vertx;
    // WHATWG HTML, section 9.2.4: the id is sent as UTF-8.
    String id = HeaderText.of(request, "Last-Event-ID");
    this.lastEventId = id == null ? "" : id;
  }

  /** {@link EventStream#open(RoutingContext)}. */
  public static EventStream open(RoutingContext context) {
    Objects.requireNonNull(context, "context");
    return open(new BridgeRequest.Routed(context), context.vertx());
  }

  /** {@link EventStream#open(HttpServerRequest)}. */
  public static EventStream open(HttpServerRequest request) {
    Objects.requireNonNull(request, "request");
    return open(new BridgeRequest.Direct(request, List.of()), RequestLoop.vertxOf(request));
  }

  private static EventStream open(BridgeRequest context, Vertx vertx) {
    if (context.response().headWritten()) {
      throw new IllegalStateException("expected a response without a head, it was sent already");
    }
    ResponseStream stream = new ResponseStream(context, vertx);
    context.onEnd(cleanly -> stream.here(stream::onEnd));
    StreamHead.set(stream.request);
    StreamHead.closeDelimited(stream.request, context::onHead);
    stream.here(stream::sendHead);
    return stream;
  }

  @Override
  public String lastEventId() {
    return lastEventId;
  }

  @Override
  public Future<Void> send(ServerSentEvent event) {
    return writeBytes(Buffer.buffer(EventEncoder.encode(event)));
  }

  @Override
  public Future<Void> send(String data) {
    return send(ServerSentEvent.of(data));
  }

  @Override
  public Future<Void> comment(String text) {
    return send(ServerSentEvent.ofComment(text));
  }

  @Override
  public Future<Void> write(ServerSentEvent event) {
    return send(event);
  }

  @Override
  public EventStream heartbeat(Duration interval) {
    Objects.requireNonNull(interval, "interval");
    // The same bounds as those of a route, in the same words.
    long millis = new RouteOptions("/", "x").setHeartbeat(interval).getHeartbeat().toMillis();
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

  @Override
  public EventStream exceptionHandler(@Nullable Handler<Throwable> handler) {
    here(() -> exceptionHandler = handler);
    return this;
  }

  @Override
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

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public Future<Void> close() {
    return hereAnd(
        () -> isOpen() ? response.end() : Future.succeededFuture(), Future::succeededFuture);
  }

  @Override
  public Future<Void> end() {
    return close();
  }

  private void sendHead() {
    Future<Void> head;
    if (HttpMethod.HEAD.equals(request.method())) {
      head = response.end(); // it is all of the answer, so the stream is closed
    } else if (request.version() == HttpVersion.HTTP_1_0) {
      head = response.write(Buffer.buffer()); // Vert.x announces chunks with a head alone
    } else {
      head = response.writeHead();
    }
    head.onFailure(this::tellFailed);
  }

  private Future<Void> writeBytes(Buffer bytes) {
    return hereAnd(() -> writeBytesHere(bytes), ResponseStream::failedAsClosed);
  }

  private Future<Void> writeBytesHere(Buffer bytes) {
    if (!isOpen()) {
      return failedAsClosed();
    }
    lastWrite = System.nanoTime();
    Future<Void> written = response.write(bytes);
    return exceptionHandler == null ? written : written.onFailure(this::tellFailed);
  }

  private static Future<Void> failedAsClosed() {
    return Future.failedFuture(new IllegalStateException("the stream is closed"));
  }

  private boolean isOpen() {
    return !closed && !response.ended();
  }

  /** Does it on the request's context: at once where that is here; false where Vert.x is closed. */
  private boolean here(Runnable task) {
    return RequestLoop.run(request, task);
  }

  private Future<Void> hereAnd(Supplier<Future<Void>> task, Supplier<Future<Void>> never) {
    Promise<Void> promise = Promise.promise();
    boolean taken =
        here(
            () -> {
              try {
                task.get().onComplete(promise);
              } catch (IllegalStateException endedMeanwhile) {
                promise.fail(endedMeanwhile); // by the application, on another thread
              }
            });
    return taken ? promise.future() : never.get();
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
