package dev.ssebridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
@Tag("slow")
class EventStreamTest {
  private final SseProbes probes = new SseProbes();
  private final Queue<Opened> opened = new ConcurrentLinkedQueue<>();
  private volatile Consumer<EventStream> onOpen = stream -> {};
  private int port;

  /** A stream, and the context it is to be used on. */
  private record Opened(EventStream stream, Context context) {
    <T> T call(Callable<T> task) {
      io.vertx.core.Promise<T> promise = io.vertx.core.Promise.promise();
      context.runOnContext(
          v -> {
            try {
              promise.complete(task.call());
            } catch (Exception e) {
              promise.fail(e);
            }
          });
      return BridgeFixture.get(promise.future());
    }

    Future<Void> send(ServerSentEvent event) {
      return call(() -> stream.send(event));
    }
  }

  @BeforeEach
  void serve(Vertx vertx) {
    Router router = Router.router(vertx);
    router.get("/s").handler(this::open);
    router.get("/twice").handler(this::openTwice);
    router
        .get("/length")
        .handler(
            context -> {
              context.response().putHeader("content-length", "3");
              open(context);
            });
    HttpServer server =
        BridgeFixture.get(
            vertx
                .createHttpServer()
                .requestHandler(
                    request -> {
                      if ("/direct".equals(request.path())) {
                        open(EventStream.open(request), vertx);
                      } else {
                        router.handle(request);
                      }
                    })
                .listen(0, "127.0.0.1"));
    port = server.actualPort();
  }

  @AfterEach
  void dropConnections() {
    probes.close();
  }

  private void open(RoutingContext context) {
    open(EventStream.open(context), context.vertx());
  }

  private void open(EventStream stream, Vertx vertx) {
    onOpen.accept(stream);
    opened.add(new Opened(stream, vertx.getOrCreateContext()));
  }

  private void openTwice(RoutingContext context) {
    EventStream.open(context);
    try {
      EventStream.open(context);
    } catch (IllegalStateException expected) {
      context.response().end("data: " + expected.getMessage() + "\n\n");
    }
  }

  private Opened awaitOpened() {
    Deadline.await(() -> !opened.isEmpty(), () -> "a stream");
    return opened.remove();
  }

  @Test
  void whoAsksForTheHeadAloneGetsNoBody() {
    SseProbe asked = probes.request(port, "HEAD", "/direct");
    Opened here = awaitOpened();
    assertThat(here.call(() -> here.stream().send("a").failed())).isTrue();
    BridgeFixture.get(here.call(here.stream()::close));
    assertThat(asked.header("content-type")).startsWith("text/event-stream");
    SseProbe other = probes.get(port, "/direct");
    awaitOpened().send(ServerSentEvent.of("b"));
    other.awaitData("b"); // and nothing has come behind the head
  }

  @Test
  void aLengthThatWasSetBeforeIsNotThatOfAStream() {
    SseProbe asked = probes.get(port, "/length");
    awaitOpened().send(ServerSentEvent.of("longer than three"));
    asked.awaitData("longer than three");
    assertThat(asked.head().toLowerCase(Locale.ROOT)).doesNotContain("content-length");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/s", "/direct"})
  void theHeadIsSentBeforeAnythingElse(String path) {
    SseProbe probe = probes.get(port, path);

    assertThat(probe.status()).isEqualTo(200);
    assertThat(probe.header("content-type")).isEqualTo("text/event-stream");
    assertThat(probe.header("cache-control")).isEqualTo("no-store, no-transform");
    assertThat(probe.header("x-accel-buffering")).isEqualTo("no");
    assertThat(probe.body()).isEmpty();
  }

  @Test
  void eventsAndCommentsArriveAsTheyWereSent() {
    onOpen = stream -> stream.send("at once");
    SseProbe probe = probes.get(port, "/s");
    Opened opened = awaitOpened();
    ServerSentEvent full =
        ServerSentEvent.builder().id("7").type("t").data("a\nb").retry(500).build();
    BridgeFixture.get(opened.send(full));
    BridgeFixture.get(opened.call(() -> opened.stream.comment("note\nwell")));

    probe.awaitComments(2);
    assertThat(probe.data()).containsExactly("at once", "a\nb");
    assertThat(probe.events().get(1).type()).isEqualTo("t");
    assertThat(probe.lastEventId()).isEqualTo("7");
    assertThat(probe.retry()).isEqualTo(500);
  }

  @Test
  void theLastEventIdIsReadAsUtf8AndEmptyWithoutOne() {
    probes.get(port, "/s", "Last-Event-ID: \u20ac-\u00e9");
    assertThat(awaitOpened().stream.lastEventId()).isEqualTo("\u20ac-\u00e9");
    probes.get(port, "/s");
    assertThat(awaitOpened().stream.lastEventId()).isEmpty();
  }

  @Test
  void aFullQueueIsToldAndDrainsWhenTheReaderGoesOn() {
    SseProbe probe = probes.receiveBuffer(16 * 1024).get(port, "/s");
    Opened opened = awaitOpened();
    probe.head();
    probe.stopReading();
    AtomicInteger drained = new AtomicInteger();
    opened.call(() -> opened.stream.drainHandler(v -> drained.incrementAndGet()));
    ServerSentEvent big = ServerSentEvent.of("x".repeat(100_000));
    int sent = 0;
    while (!opened.call(opened.stream::writeQueueFull)) {
      opened.send(big);
      sent++;
      assertThat(sent).as("events that a socket takes").isLessThan(1000);
    }
    assertThat(drained).hasValue(0);

    probe.goOn();
    Deadline.await(() -> drained.get() > 0, () -> "the drain handler");
    probe.awaitEvents(sent);
    assertThat(opened.call(opened.stream::writeQueueFull)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/s", "/direct"})
  void everyEndIsToldExactlyOnceAndSendingFailsFromThenOn(String path) {
    List<Consumer<SseProbe>> ends =
        List.of(SseProbe::close, SseProbe::reset, SseProbe::finish, probe -> {});
    for (int i = 0; i < ends.size(); i++) {
      AtomicInteger closed = new AtomicInteger();
      onOpen = stream -> stream.closeHandler(v -> closed.incrementAndGet());
      SseProbe probe = probes.get(port, path);
      Opened opened = awaitOpened();
      probe.head();
      assertThat(opened.stream.isClosed()).isFalse();
      ends.get(i).accept(probe);
      if (i == ends.size() - 1) {
        BridgeFixture.get(opened.call(opened.stream::close));
        probe.awaitEnd();
      }
      Deadline.await(() -> closed.get() > 0, () -> "the close handler");

      Future<Void> late = opened.send(ServerSentEvent.of("late"));
      Deadline.await(late::isComplete, () -> "a result");
      assertThat(late.failed()).isTrue();
      BridgeFixture.get(opened.call(opened.stream::close));
      BridgeFixture.get(opened.call(opened.stream::end));
      assertThat(opened.call(opened.stream::writeQueueFull)).isFalse();
      assertThat(opened.stream.isClosed()).isTrue();
      assertThat(closed).hasValue(1);
      AtomicInteger told = new AtomicInteger();
      opened.call(() -> opened.stream.closeHandler(v -> told.incrementAndGet()));
      assertThat(told).hasValue(1);
    }
  }

  @Test
  void whatTheClientHadNotTakenWhenItLeftFails() {
    SseProbe probe = probes.receiveBuffer(16 * 1024).get(port, "/s");
    Opened opened = awaitOpened();
    probe.head();
    probe.stopReading();
    List<Future<Void>> results = new ArrayList<>();
    ServerSentEvent big = ServerSentEvent.of("x".repeat(100_000));
    while (!opened.call(opened.stream::writeQueueFull)) {
      results.add(opened.send(big));
    }
    probe.reset();
    Deadline.await(
        () -> results.stream().allMatch(Future::isComplete), () -> "a result of every send");
    assertThat(results.get(results.size() - 1).failed()).isTrue();
  }

  @Test
  void heartbeatsAreSentWhereNothingElseIs() {
    onOpen = stream -> stream.heartbeat(Duration.ofMillis(20));
    SseProbe probe = probes.get(port, "/s");
    probe.awaitComments(3);
    Opened opened = awaitOpened();
    opened.call(() -> opened.stream.heartbeat(Duration.ZERO));
    BridgeFixture.get(opened.send(ServerSentEvent.of("still here")));
    probe.awaitData("still here");
    BridgeFixture.get(opened.call(opened.stream::close));
    probe.awaitEnd();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"PT-0.001S", "PT-2400000H", "PT0.0001S", "PT1.0005S", "P3651D", "P9999999D"})
  void aHeartbeatHasTheBoundsOfTheOneOfARoute(Duration interval) {
    probes.get(port, "/s");
    EventStream stream = awaitOpened().stream;

    IllegalArgumentException ofRoute =
        catchThrowableOfType(
            IllegalArgumentException.class,
            () -> new RouteOptions("/r", "r").setHeartbeat(interval));
    assertThatThrownBy(() -> stream.heartbeat(interval))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(ofRoute.getMessage())
        .hasMessageStartingWith("heartbeat: expected a duration such as");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT0.001S", "P3650D"})
  void theBoundsOfAHeartbeatAreWithinThem(Duration interval) {
    probes.get(port, "/s");
    EventStream stream = awaitOpened().stream;
    assertThat(stream.heartbeat(interval)).isSameAs(stream);
  }

  @Test
  void aHeartbeatComesAnIntervalAfterTheLastWriteAndNotUpToTwo() {
    // All on one loop, so that the timers keep their order however late they are.
    onOpen =
        stream -> {
          stream.heartbeat(Duration.ofMillis(800));
          Vertx.currentContext().owner().setTimer(400, t -> sendAndBeLateAfter(stream, "x", 1100));
        };
    SseProbe probe = probes.get(port, "/s");
    probe.awaitData("late");

    assertThat(probe.body()).isEqualTo("data: x\n\n:\n\ndata: late\n\n");
  }

  private static void sendAndBeLateAfter(EventStream stream, String data, long millis) {
    stream.send(data);
    Vertx.currentContext().owner().setTimer(millis, t -> stream.send("late"));
  }

  @Test
  void aSecondOpeningIsAMistakeThatSaysSo() {
    assertThat(probes.get(port, "/twice").awaitEvents(1).get(0).data()).contains("sent already");
  }
}
