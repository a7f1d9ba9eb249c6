package dev.ssebridge.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.client.Recorder;
import dev.ssebridge.internal.client.UnrulyOrigin.Peer;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.MemoryProbe;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pausing, closing, and handlers that misbehave. */
@Tag("slow")
class EventSourceFlowTest extends EventSourceFixture {

  @Test
  void client16WhilePausedNothingIsDeliveredAndNothingIsLost() throws Exception {
    EventSource source = source(options());
    Recorder recorder = Recorder.of(source);
    source.pause();
    connect(source);
    origin.next().stream().send("data: 1\n\n: c\n\ndata: 2\n\ndata: 3\n\ndata: 4\n\n");
    recorder.awaitState(EventSourceState.OPEN);
    EventSourceReconnectTest.sleep(50);
    assertThat(recorder.events).isEmpty();
    source.fetch(1);
    assertThat(recorder.data(1)).containsExactly("1");
    EventSourceReconnectTest.sleep(20);
    assertThat(recorder.events).isEmpty();
    assertThat(recorder.comments).isEmpty();
    assertThat(source.lastEventId()).isEmpty();
    source.fetch(2);
    assertThat(recorder.data(2)).containsExactly("2", "3");
    assertThat(recorder.comments).containsExactly(" c");
    source.resume();
    assertThat(recorder.data(1)).containsExactly("4");
  }

  @Test
  void client16PausingFromWithinTheHandlerTakesEffectAtOnce() {
    EventSource source = source(options());
    Recorder recorder = Recorder.of(source);
    source.handler(
        event -> {
          recorder.events.add(event);
          source.pause();
        });
    connect(source);
    origin.next().stream().send("data: 1\n\ndata: 2\n\ndata: 3\n\n");
    assertThat(recorder.data(1)).containsExactly("1");
    EventSourceReconnectTest.sleep(30);
    assertThat(recorder.events).isEmpty();
    source.fetch(1);
    assertThat(recorder.data(1)).containsExactly("2");
    EventSourceReconnectTest.sleep(30);
    assertThat(recorder.events).isEmpty();
  }

  @Test
  void client16PausingStopsTheServersWritesAndDoesNotTripTheIdleTimeout() throws Exception {
    EventSource source = source(options().setIdleTimeout(Duration.ofMillis(200)));
    Recorder recorder = Recorder.of(source);
    source.pause();
    connect(source);
    Peer peer = origin.next().stream();
    byte[] events =
        "data: 0123456789abcdef0123456789abcdef\n\n".repeat(100).getBytes(StandardCharsets.UTF_8);
    AtomicBoolean stuck = new AtomicBoolean(true);
    int limit = 20_000;
    AtomicInteger written = new AtomicInteger();
    Thread writer =
        new Thread(
            () -> {
              for (int i = 0; i < limit && peer.trySend(events); i++) {
                written.set(i + 1);
              }
              stuck.set(false);
            });
    writer.setDaemon(true);
    writer.start();
    Deadline.await(() -> written.get() > 0, () -> "something written");
    EventSourceReconnectTest.sleep(450);
    awaitStandstill(written);
    assertThat(stuck).as("80 MB were taken while paused").isTrue();
    assertThat(recorder.transitions.stream().map(EventSourceTransition::to))
        .doesNotContain(EventSourceState.WAITING);
    int before = written.get();
    source.fetch(before * 50L);
    recorder.data(before * 50);
    assertThat(recorder.events).isEmpty();
    assertThat(await(source.close()) == null).isTrue();
    writer.join(20_000);
  }

  @Test
  void client16MemoryStaysFlatWhilePausedInFrontOfAFlood() throws Exception {
    EventSource source = source(options());
    Recorder recorder = Recorder.of(source);
    connect(source);
    Peer peer = origin.next().stream().send("data: first\n\n");
    recorder.event();
    source.pause();
    await(turn(source));
    MemoryProbe before = MemoryProbe.measure();
    byte[] events =
        ("data: " + "x".repeat(1000) + "\n\n:\n").repeat(64).getBytes(StandardCharsets.UTF_8);
    AtomicInteger sent = new AtomicInteger();
    Thread flood =
        new Thread(
            () -> {
              while (sent.get() < 4000 && peer.trySend(events)) {
                sent.incrementAndGet();
              }
            });
    flood.setDaemon(true);
    flood.start();
    awaitStandstill(sent);
    long read = source.stats().bytes();
    MemoryProbe after = MemoryProbe.measure();
    assertThat(sent.get()).as("pieces of 64 KB sent").isLessThan(4000);
    assertThat(read).as("bytes read").isLessThan(256 * 1024);
    assertThat(after.heap() + after.direct() - before.heap() - before.direct())
        .as("%s before, %s after", before, after)
        .isLessThan(8 << 20);
    assertThat(recorder.events).isEmpty();
    await(source.close());
    flood.join(20_000);
  }

  /** Until nothing more was taken for a while. */
  static void awaitStandstill(AtomicInteger sent) {
    int last;
    do {
      last = sent.get();
      EventSourceReconnectTest.sleep(150);
    } while (sent.get() != last);
  }

  @Test
  void client16APausedSourceKeepsItsPlaceOverABreak() {
    EventSource source = source(options());
    Recorder recorder = Recorder.of(source);
    source.handler(
        event -> {
          recorder.events.add(event);
          source.pause();
        });
    connect(source);
    origin.next().stream().send("id: 1\ndata: 1\n\nid: 2\ndata: 2\n\n").close();
    assertThat(recorder.data(1)).containsExactly("1");
    source.fetch(1);
    assertThat(recorder.data(1)).containsExactly("2");
    source.fetch(1);
    Peer second = origin.next();
    assertThat(second.header("last-event-id")).isEqualTo("2");
    second.stream().send("id: 3\ndata: 3\n\n");
    assertThat(recorder.data(1)).containsExactly("3");
  }

  /** Where a source is when it is closed. */
  enum Moment {
    NEW,
    SUPPLYING,
    CONNECTING,
    OPEN,
    PAUSED,
    WAITING,
    ENDED
  }

  @ParameterizedTest
  @EnumSource(Moment.class)
  void client15ClosesFromAnyStateAtOnceAndCallsNothingAfterwards(Moment moment) throws Exception {
    // Where it waits, that must not be over before it is closed.
    Duration retry = moment == Moment.WAITING ? Duration.ofHours(1) : Duration.ofMillis(30);
    EventSourceBuilder builder = builder(options(policy -> policy.setRetry(retry)));
    Promise<EventSourceRequest> later = Promise.promise();
    if (moment == Moment.SUPPLYING) {
      builder.withRequestSupplier(attempt -> later.future());
    }
    EventSource source = source(builder);
    Recorder recorder = Recorder.of(source);
    Peer peer = reach(moment, source, recorder);
    await(source.close());
    long calls = recorder.calls.get();
    later.complete(EventSourceRequest.get(origin.url("/late")));
    if (peer != null) {
      peer.awaitClosed();
    }
    EventSourceReconnectTest.sleep(80);
    assertThat(recorder.calls.get()).isEqualTo(calls);
    assertThat(recorder.ends).hasSize(1);
    assertThat(recorder.exceptions).isEmpty();
    assertThat(origin.poll(10)).isNull();
    await(source.close());
    assertThat(recorder.calls.get()).isEqualTo(calls);
    if (moment != Moment.ENDED) {
      recorder.awaitClosed(EventSourceReason.CLOSED);
    }
  }

  private @org.jspecify.annotations.Nullable Peer reach(
      Moment moment, EventSource source, Recorder recorder) {
    if (moment == Moment.NEW) {
      return null;
    }
    connect(source);
    if (moment == Moment.SUPPLYING) {
      recorder.awaitState(EventSourceState.CONNECTING);
      return null;
    }
    Peer peer = origin.next();
    switch (moment) {
      case OPEN, PAUSED -> {
        peer.stream().send("data: 1\n\n");
        recorder.data(1);
        if (moment == Moment.PAUSED) {
          source.pause();
          peer.send("data: 2\n\ndata: 3\n\n");
        }
      }
      case WAITING -> {
        peer.close();
        recorder.awaitState(EventSourceState.WAITING);
        return null;
      }
      case ENDED -> {
        peer.answer("204 No Content");
        recorder.take(recorder.ends, "the end");
        recorder.ends.add("end");
        return null;
      }
      default -> {}
    }
    return peer;
  }

  @Test
  void client15ClosingFromWithinAnyHandlerIsTheLastThingThatHappens() {
    for (String where : List.of("event", "comment", "retry", "open", "waiting")) {
      EventSource source = source(options());
      Recorder recorder = Recorder.of(source);
      Runnable close = () -> source.close().onComplete(done -> recorder.ends.add("closed"));
      source.handler(
          event -> {
            recorder.events.add(event);
            close.run();
          });
      if (where.equals("comment")) {
        source.commentHandler(text -> close.run());
      } else if (where.equals("retry")) {
        source.retryHandler(millis -> close.run());
      }
      source.stateHandler(
          transition -> {
            if (transition.to().name().equalsIgnoreCase(where)) {
              close.run();
            }
          });
      connect(source);
      Peer peer = origin.next();
      if (where.equals("waiting")) {
        peer.close();
      } else {
        peer.trySend(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: c\nretry: 5\ndata: 1\n\ndata: 2\n\n"
                .getBytes(StandardCharsets.UTF_8));
      }
      assertThat(recorder.take(recorder.ends, "the end")).isEqualTo("end");
      assertThat(recorder.take(recorder.ends, "closed")).isEqualTo("closed");
      assertThat(recorder.events.size()).isEqualTo(where.equals("event") ? 1 : 0);
      assertThat(origin.poll(30)).as(where).isNull();
    }
  }

  @Test
  void client20AHandlerThatThrowsIsReportedAndTheStreamGoesOn() {
    EventSource source = source(options());
    Recorder recorder = Recorder.of(source);
    source.handler(
        event -> {
          recorder.events.add(event);
          throw new IllegalStateException("boom " + event.data());
        });
    source.commentHandler(
        text -> {
          throw new AssertionError("comment");
        });
    source.stateHandler(
        transition -> {
          throw new IllegalStateException("state " + transition.to());
        });
    connect(source);
    origin.next().stream().send(": c\n\ndata: 1\n\ndata: 2\n\n").close();
    origin.next().stream().send("data: 3\n\n");
    assertThat(recorder.data(3)).containsExactly("1", "2", "3");
    String told = recorder.exceptions.toString();
    assertThat(told).contains("boom 1", "boom 2", "AssertionError: comment", "state OPEN");
    assertThat(recorder.exceptions)
        .allSatisfy(
            failure ->
                assertThat(((EventSourceException) failure).reason())
                    .isEqualTo(EventSourceReason.HANDLER_FAILED));
  }

  @Test
  void client20AnExceptionHandlerThatThrowsKillsNothingEither() {
    EventSource source = source(options());
    Recorder recorder = Recorder.of(source);
    source.handler(
        event -> {
          recorder.events.add(event);
          throw new IllegalStateException("boom");
        });
    source.exceptionHandler(
        failure -> {
          throw new IllegalStateException("boom again");
        });
    connect(source);
    origin.next().stream().send("data: 1\n\ndata: 2\n\n");
    assertThat(recorder.data(2)).containsExactly("1", "2");
  }

  @Test
  void client20AnExceptionHandlerMayThrowWhatItWasGiven() {
    EventSource source = source(options());
    Recorder recorder = Recorder.of(source);
    source.handler(
        event -> {
          recorder.events.add(event);
          throw new IllegalStateException("boom");
        });
    source.exceptionHandler(
        failure -> {
          throw (EventSourceException) failure;
        });
    connect(source);
    origin.next().stream().send("data: 1\n\ndata: 2\n\n").close();
    origin.next().stream().send("data: 3\n\n");
    assertThat(recorder.data(3)).containsExactly("1", "2", "3");
  }

  @Test
  void client20AllHandlersAreCalledOnTheContextTheSourceWasMadeOn() throws Exception {
    Context context = vertx.getOrCreateContext();
    Promise<Recorder> made = Promise.promise();
    AtomicReference<Thread> thread = new AtomicReference<>();
    context.runOnContext(
        ignored -> {
          thread.set(Thread.currentThread());
          made.complete(follow(options()));
        });
    Recorder recorder = await(made.future());
    origin.next().stream().send("retry: 10\n: c\ndata: 1\n\nfoo\n").close();
    origin.next().answer("204 No Content");
    recorder.take(recorder.ends, "the end");
    assertThat(Set.copyOf(recorder.threads)).containsExactly(thread.get());
    assertThat(recorder.transitions.stream().map(EventSourceTransition::to).toList())
        .containsExactly(
            EventSourceState.CONNECTING,
            EventSourceState.OPEN,
            EventSourceState.WAITING,
            EventSourceState.CONNECTING,
            EventSourceState.CLOSED);
  }

  @Test
  void client15ASourceOfAVerticleIsClosedWithIt() throws Exception {
    List<Recorder> recorders = new ArrayList<>();
    VerticleBase verticle =
        new VerticleBase() {
          @Override
          public Future<?> start() {
            EventSource source = EventSource.create(vertx, options());
            recorders.add(Recorder.of(source));
            connect(source);
            return Future.succeededFuture();
          }
        };
    String deployment = await(vertx.deployVerticle(verticle, new DeploymentOptions()));
    Peer peer = origin.next().stream();
    await(vertx.undeploy(deployment));
    peer.awaitClosed();
    assertThat(origin.poll(50)).isNull();
    assertThat(recorders.get(0).ends).hasSize(1);
  }

  @Test
  void client12AVerticleThatReturnsConnectFailsToDeployWithFailFast() throws Exception {
    origin.goAway();
    EventSourceOptions options =
        new EventSourceOptions(origin.url("/"))
            .setReconnect(new ReconnectPolicy().setFailFast(true));
    VerticleBase verticle =
        new VerticleBase() {
          @Override
          public Future<?> start() {
            return EventSource.create(vertx, options).connect();
          }
        };
    Throwable failure =
        await(vertx.deployVerticle(verticle).map(id -> new Throwable(id)).otherwise(e -> e));
    assertThat(failure).isInstanceOf(EventSourceException.class);
    assertThat(((EventSourceException) failure).reason())
        .isEqualTo(EventSourceReason.NETWORK_ERROR);
  }

  @Test
  void client19StatsTellWhatItHasDone() throws Exception {
    EventSource source = source(options());
    Recorder recorder = Recorder.of(source);
    connect(source);
    origin.next().answer("503 Busy");
    origin
        .next()
        .head("200 OK", "Content-Type: text/event-stream", "X-Server: this")
        .send(": c\nfoo: bar\nid: 7\ndata: 1\n\n");
    recorder.data(1);
    EventSourceStats stats = source.stats();
    assertThat(stats.state()).isEqualTo(EventSourceState.OPEN);
    assertThat(stats.attempts()).isEqualTo(2);
    assertThat(stats.opened()).isEqualTo(1);
    assertThat(stats.failures()).isEqualTo(1);
    assertThat(stats.events()).isEqualTo(1);
    assertThat(stats.comments()).isEqualTo(1);
    assertThat(stats.oddities()).isEqualTo(1);
    assertThat(stats.bytes()).isEqualTo(28);
    assertThat(stats.lastEventId()).isEqualTo("7");
    assertThat(source.responseHeaders().get("x-server")).containsExactly("this");
  }

  @Test
  void client16APipeEndsWithTheSourceAndNotWithABreak() throws Exception {
    EventSource source = source(options());
    List<String> written = new ArrayList<>();
    Future<Void> piped = source.pipeTo(new Sink(written));
    connect(source);
    origin.next().stream().send("data: 1\n\n").reset();
    origin.next().stream().send("data: 2\n\n").close();
    origin.next().answer("204 No Content");
    await(piped);
    assertThat(written).contains("2");
  }

  /** Takes everything. */
  private record Sink(List<String> written)
      implements io.vertx.core.streams.WriteStream<ServerSentEvent> {
    @Override
    public Sink exceptionHandler(io.vertx.core.Handler<Throwable> handler) {
      return this;
    }

    @Override
    public Future<Void> write(ServerSentEvent event) {
      written.add(String.valueOf(event.data()));
      return Future.succeededFuture();
    }

    @Override
    public Future<Void> end() {
      return Future.succeededFuture();
    }

    @Override
    public Sink setWriteQueueMaxSize(int size) {
      return this;
    }

    @Override
    public boolean writeQueueFull() {
      return false;
    }

    @Override
    public Sink drainHandler(io.vertx.core.Handler<Void> handler) {
      return this;
    }
  }

  @Test
  void client15VertxThatIsClosedClosesItsSources() throws Exception {
    Vertx own = Vertx.vertx();
    EventSource source = EventSource.create(own, options());
    Recorder recorder = Recorder.of(source);
    connect(source);
    Peer peer = origin.next().stream();
    recorder.awaitState(EventSourceState.OPEN);
    own.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    peer.awaitClosed();
    assertThat(origin.poll(50)).isNull();
  }
}
