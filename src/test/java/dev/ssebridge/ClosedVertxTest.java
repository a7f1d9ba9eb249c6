package dev.ssebridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.client.EventIterator;
import dev.ssebridge.client.EventSource;
import dev.ssebridge.client.EventSourceException;
import dev.ssebridge.client.EventSourceState;
import dev.ssebridge.client.SseClientVerticle;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.metrics.BridgeMeters;
import dev.ssebridge.testing.ApiCalls;
import dev.ssebridge.testing.ApiObjects;
import dev.ssebridge.testing.BridgeFixture;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.streams.ReadStream;
import io.vertx.ext.web.Router;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an application holds of a Vert.x that is closed still answers: to close it is no error, what
 * cannot be done fails and says why, and no future stays open.
 */
@Timeout(60)
@Tag("slow")
class ClosedVertxTest {
  /** Methods that give something up: they always succeed. */
  private static final Set<String> ENDS = Set.of("close", "end", "cancel");

  private final Vertx vertx = Vertx.vertx();
  private final ApiObjects objects = new ApiObjects(vertx);

  /** Methods that begin something: they say why they cannot. */
  private static final Set<String> BEGINS =
      Set.of("connect", "send", "write", "comment", "mount", "listen", "addRoute", "addSource");

  /** Where a method is called. */
  private enum Place {
    NO_CONTEXT,
    ITS_CONTEXT
  }

  /**
   * What an application may hold.
   *
   * @param type whose methods are called
   * @param made after it was closed, where nothing of the kind is there before
   */
  private record Kind(String name, Class<?> type, Maker made, boolean isMadeAfter) {
    @Override
    public String toString() {
      return name;
    }
  }

  private interface Maker {
    Object make(ApiObjects objects) throws Exception;
  }

  static List<Kind> kinds() {
    List<Kind> kinds = new ArrayList<>();
    for (boolean after : List.of(false, true)) {
      String when = after ? ", made after it was closed" : "";
      kinds.add(new Kind("bridge" + when, SseBridge.class, objects -> objects.bridge(), after));
      kinds.add(
          new Kind("server" + when, SseBridgeServer.class, objects -> objects.server(), after));
      kinds.add(new Kind("decoded" + when, ReadStream.class, objects -> objects.decoded(), after));
      kinds.add(new Kind("meters" + when, BridgeMeters.class, objects -> objects.meters(), after));
    }
    kinds.add(new Kind("source", EventSource.class, ApiObjects::source, false));
    kinds.add(new Kind("once", EventSource.class, ApiObjects::once, false));
    kinds.add(new Kind("iterator", EventIterator.class, made -> made.source().iterator(), false));
    kinds.add(new Kind("connected source", EventSource.class, ApiObjects::connected, false));
    kinds.add(new Kind("worker's source", EventSource.class, ApiObjects::ofWorker, false));
    kinds.add(new Kind("subscription", Flow.Subscription.class, ApiObjects::read, false));
    kinds.add(new Kind("mounted bridge", SseBridge.class, ApiObjects::mounted, false));
    kinds.add(new Kind("stream", EventStream.class, ApiObjects::stream, false));
    kinds.add(new Kind("listening server", SseBridgeServer.class, ApiObjects::listening, false));
    kinds.add(new Kind("request for a stream", SubscribeRequest.class, ApiObjects::asked, false));
    kinds.add(new Kind("message", PublishRequest.class, ApiObjects::posted, false));
    kinds.add(new Kind("client verticle", SseClientVerticle.class, ApiObjects::client, false));
    return kinds;
  }

  @AfterEach
  void dropConnections() {
    objects.close();
    BridgeFixture.get(vertx.close());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyMethodAnswersAndNoFutureStaysOpen(Kind kind) throws Exception {
    List<ApiCalls.Call> calls =
        ApiCalls.of(
            kind.type() == ReadStream.class ? objects.decoded().getClass() : kind.type(), vertx);
    List<Object> targets = new ArrayList<>();
    Context context = vertx.getOrCreateContext();
    if (!kind.isMadeAfter()) {
      for (int i = 0; i < calls.size() * Place.values().length; i++) {
        targets.add(kind.made().make(objects));
      }
    }
    BridgeFixture.get(vertx.close());
    if (kind.isMadeAfter()) {
      for (int i = 0; i < calls.size() * Place.values().length; i++) {
        targets.add(kind.made().make(objects));
      }
    }
    List<String> problems = new ArrayList<>();
    for (Place place : Place.values()) {
      for (ApiCalls.Call call : calls) {
        Object target = targets.remove(0);
        at(place, context, () -> check(call, target, call + " at " + place, problems));
      }
    }
    assertThat(problems).isEmpty();
  }

  private static void at(Place place, Context context, Runnable task) {
    if (place == Place.NO_CONTEXT) {
      task.run();
    } else {
      ((ContextInternal) context).dispatch(task);
    }
  }

  private static void check(ApiCalls.Call call, Object target, String what, List<String> problems) {
    String name = call.name();
    boolean ends = ENDS.contains(name);
    Object result;
    try {
      result = call.on(target);
    } catch (IllegalStateException
        | IllegalArgumentException
        | EventSourceException
        | NoSuchElementException e) {
      if (ends || e.getMessage() == null) {
        problems.add(what + " threw " + e);
      }
      return;
    } catch (Throwable e) {
      problems.add(what + " threw " + e);
      return;
    }
    if (result instanceof Future<?> future) {
      Throwable failure = outcome(future, what, problems);
      String said = failure == null ? null : failure.getMessage();
      boolean isClear = said != null && (!BEGINS.contains(name) || said.contains("closed"));
      if (failure != null && (ends || !isClear)) {
        problems.add(what + " failed with " + failure);
      }
    }
  }

  private static @Nullable Throwable outcome(Future<?> future, String what, List<String> problems) {
    CountDownLatch done = new CountDownLatch(1);
    try {
      future.onComplete(result -> done.countDown());
      if (!done.await(2, TimeUnit.SECONDS)) {
        problems.add(what + " stays open");
        return null;
      }
    } catch (InterruptedException | RuntimeException e) {
      problems.add(what + ": onComplete threw " + e);
    }
    return future.cause();
  }

  @Test
  void aReaderOfASourceThatWasClosedWithItsVertxIsToldSo() {
    EventSource source = objects.source();
    BridgeFixture.get(vertx.close());
    List<String> told = new ArrayList<>();
    source.publisher().subscribe(new Told(told));
    assertThat(told).containsExactly("subscribed", "complete");
    assertThat(source.state()).isEqualTo(EventSourceState.CLOSED);
    assertThat(source.connect().cause())
        .isInstanceOf(EventSourceException.class)
        .hasMessage("closed before a stream was open");
  }

  private record Told(List<String> told) implements Flow.Subscriber<ServerSentEvent> {
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      told.add("subscribed");
      subscription.request(1);
    }

    @Override
    public void onNext(ServerSentEvent event) {
      told.add("event");
    }

    @Override
    public void onError(Throwable cause) {
      told.add("failed");
    }

    @Override
    public void onComplete() {
      told.add("complete");
    }
  }

  @Test
  void whatIsBegunSaysThatItsVertxIsClosed() {
    BridgeFixture.get(vertx.close());
    String said = "expected a Vert.x that runs, got one that is closed";
    assertThat(objects.bridge().mount(Router.router(vertx)).cause())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(said);
    assertThat(objects.server().listen().cause())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(said);
    assertThatThrownBy(objects::source).isInstanceOf(IllegalStateException.class).hasMessage(said);
    assertThatThrownBy(objects::once).isInstanceOf(IllegalStateException.class).hasMessage(said);
  }
}
