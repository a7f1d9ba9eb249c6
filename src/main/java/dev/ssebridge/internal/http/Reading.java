package dev.ssebridge.internal.http;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;

/**
 * Reads one body at the pace of the log: the next bytes are taken once what was published of the
 * last ones has been appended, so that a fast publisher waits instead of filling a queue.
 */
final class Reading {
  private static final System.Logger LOG = System.getLogger(Reading.class.getName());

  private final Vertx vertx;
  private final BridgeRequest context;
  private final HttpServerRequest request;
  private final BodyReader reader;
  private final Consumer<Runnable> fence;
  private final Context loop;
  private final Runnable onDone;
  private boolean failed;
  private boolean done;

  /**
   * @param fence runs a task once all that was published before has been appended
   * @param onDone run once, when nothing more will be published
   */
  Reading(
      Vertx vertx,
      BridgeRequest context,
      BodyReader reader,
      Consumer<Runnable> fence,
      Runnable onDone) {
    this.vertx = vertx;
    this.context = context;
    this.request = context.request();
    this.reader = reader;
    this.fence = fence;
    this.onDone = onDone;
    this.loop = Vertx.currentContext();
  }

  void start() {
    Buffer body = context.bodyRead();
    if (body != null) {
      onChunk(body);
      onEnd();
      return;
    }
    request.exceptionHandler(this::onBroken);
    request.handler(this::onChunk);
    request.endHandler(v -> onEnd());
    request.resume(); // whoever has paused it, to look something up
  }

  private void onChunk(Buffer chunk) {
    if (failed) {
      return;
    }
    try {
      long before = reader.published();
      reader.read(chunk);
      if (reader.published() != before && !request.isEnded()) {
        request.pause();
        fence.accept(() -> loop.runOnContext(v -> request.resume()));
      }
    } catch (BadRequestException e) {
      fail(e);
    }
  }

  private void onEnd() {
    if (failed) {
      return;
    }
    try {
      reader.end();
      context.response().setStatusCode(202);
      if (reader.isStreaming()) {
        context
            .response()
            .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
            .end(new JsonObject().put("published", reader.published()).toBuffer());
      } else {
        context.response().end();
      }
    } catch (BadRequestException e) {
      fail(e);
    } finally {
      done();
    }
  }

  /** Nothing more will be read: {@link #start} has failed. */
  void abandon() {
    failed = true;
    done();
  }

  private void done() {
    if (!done) {
      done = true;
      onDone.run();
    }
  }

  private void fail(BadRequestException e) {
    failed = true;
    done();
    Problem problem = e.problem();
    PublishHandler.refuse(
        vertx,
        context,
        reader.isStreaming() ? problem.with("published", reader.published()) : problem);
  }

  /** The sender is gone in the middle of a body; there is nobody to answer. */
  private void onBroken(Throwable cause) {
    if (!failed) {
      failed = true;
      done();
      LOG.log(
          Level.DEBUG,
          () -> "a body broke off after " + reader.published() + " messages: " + cause);
    }
  }
}
