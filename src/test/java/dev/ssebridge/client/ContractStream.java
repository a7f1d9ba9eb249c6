package dev.ssebridge.client;

import dev.ssebridge.format.ServerSentEvent;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One stream of the {@link ContractService}. Call-backs are posted one after the other; the next
 * event is asked for when the one before is posted, so nothing piles up here.
 */
final class ContractStream {
  private static final long CALLBACK_TIMEOUT = 5000;

  private final HttpClient callbacks;
  private final String callbackUrl;
  private final EventSourceBuilder builder;
  private final Context context;

  // Only on the context.
  private final ArrayDeque<JsonObject> waiting = new ArrayDeque<>();
  private @Nullable EventSource source;
  private int posted;
  private boolean posting;
  private boolean paused;
  private boolean fetched;
  private boolean closed;
  private final List<Promise<Void>> untilIdle = new ArrayList<>();

  ContractStream(
      Vertx vertx, HttpClient callbacks, String callbackUrl, EventSourceBuilder builder) {
    this.callbacks = callbacks;
    this.callbackUrl = callbackUrl;
    this.builder = builder;
    this.context = vertx.getOrCreateContext();
  }

  void start() {
    context.runOnContext(
        ignored -> {
          EventSource made = builder.build();
          source = made;
          made.handler(this::event);
          made.commentHandler(
              text -> add(new JsonObject().put("kind", "comment").put("comment", text)));
          made.stateHandler(this::transition);
          made.endHandler(end -> add(new JsonObject().put("kind", "closed")));
          made.pause();
          more();
          made.connect().onComplete(opened -> {});
        });
  }

  private void event(ServerSentEvent event) {
    fetched = false;
    add(
        new JsonObject()
            .put("kind", "event")
            .put(
                "event",
                new JsonObject()
                    .put("type", event.effectiveType())
                    .put("data", event.data())
                    .put("id", event.id() == null ? "" : event.id())));
  }

  private void transition(EventSourceTransition transition) {
    EventSourceException cause = transition.cause();
    if (cause != null && cause.reason() != EventSourceReason.UNSENDABLE_LAST_EVENT_ID) {
      add(
          new JsonObject()
              .put("kind", "error")
              .put("error", cause.reason() + ": " + cause.getMessage()));
    }
  }

  private void add(JsonObject callback) {
    if (!closed) {
      waiting.add(callback);
      post();
    }
  }

  private void post() {
    JsonObject next = posting ? null : waiting.poll();
    if (next == null) {
      return;
    }
    posting = true;
    callbacks
        .request(
            new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(callbackUrl + "/" + ++posted)
                .putHeader("content-type", "application/json")
                .setTimeout(CALLBACK_TIMEOUT))
        .compose(request -> request.send(next.toBuffer()))
        .compose(HttpClientResponse::end)
        .onComplete(done -> context.runOnContext(ignored -> wasPosted()));
  }

  private void wasPosted() {
    posting = false;
    post();
    more();
    if (!posting) {
      untilIdle.forEach(Promise::complete);
      untilIdle.clear();
    }
  }

  /** Asks for one more event, unless one is on its way here or out. */
  private void more() {
    EventSource from = source;
    if (from != null && !closed && !paused && !fetched && waiting.isEmpty() && !posting) {
      fetched = true;
      from.fetch(1);
    }
  }

  void restart() {
    context.runOnContext(
        ignored -> {
          if (source != null) {
            source.restart();
          }
        });
  }

  /** Completes when no event is on its way to a call-back. */
  Future<Void> pause() {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        ignored -> {
          paused = true;
          fetched = false;
          if (source != null) {
            source.pause();
          }
          whenIdle().onComplete(done);
        });
    return done.future();
  }

  void resume() {
    context.runOnContext(
        ignored -> {
          paused = false;
          more();
        });
  }

  /** Completes when the source is closed and no call-back is on its way. */
  Future<Void> close() {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        ignored -> {
          closed = true;
          waiting.clear();
          Future<Void> stopped = source == null ? Future.succeededFuture() : source.close();
          stopped.eventually(this::whenIdle).onComplete(done);
        });
    return done.future();
  }

  private Future<Void> whenIdle() {
    if (!posting) {
      return Future.succeededFuture();
    }
    Promise<Void> idle = Promise.promise();
    untilIdle.add(idle);
    return idle.future();
  }
}
