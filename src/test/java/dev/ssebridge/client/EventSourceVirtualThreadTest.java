package dev.ssebridge.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.client.Recorder;
import dev.ssebridge.internal.client.UnrulyOrigin.Peer;
import dev.ssebridge.testing.Deadline;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Handlers that wait, on a virtual thread, while the stream goes its way. */
@EnabledForJreRange(min = JRE.JAVA_21)
@Timeout(300)
class EventSourceVirtualThreadTest extends EventSourceFixture {
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger overlaps = new AtomicInteger();
  private final CompletableFuture<Void> disconnected = new CompletableFuture<>();
  private final AtomicBoolean waits = new AtomicBoolean();
  private final List<String> deployments = new ArrayList<>();
  private Promise<Void> gate = Promise.promise();
  private CompletableFuture<Void> waiting = new CompletableFuture<>();
  private HttpClient client;

  @BeforeEach
  void makeClient() {
    client =
        vertx
            .httpClientBuilder()
            .withConnectHandler(
                connection -> {
                  connection.exceptionHandler(failure -> {});
                  connection.closeHandler(closed -> disconnected.complete(null));
                })
            .build();
  }

  @AfterEach
  void undeployAll() throws Exception {
    gate.tryComplete();
    for (String deployment : deployments) {
      await(vertx.undeploy(deployment));
    }
    await(client.close());
    assertThat(overlaps).as("handlers called while another one waited").hasValue(0);
  }

  /** A source of a verticle on virtual threads. */
  private EventSource deploy(EventSourceOptions options) throws Exception {
    return deploy(builder(options));
  }

  private EventSource deploy(EventSourceBuilder builder) throws Exception {
    Promise<EventSource> made = Promise.promise();
    VerticleBase verticle =
        new VerticleBase() {
          @Override
          public Future<?> start() {
            made.complete(builder.build());
            return Future.succeededFuture();
          }
        };
    deployments.add(
        await(
            vertx.deployVerticle(
                verticle,
                new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))));
    return await(made.future());
  }

  /** Calls this one, but waits at the gate the first time that the text is the one to wait for. */
  private <T> Handler<T> at(String text, Handler<T> handler) {
    return value -> {
      if (running.incrementAndGet() > 1) {
        overlaps.incrementAndGet();
      }
      try {
        handler.handle(value);
        if (String.valueOf(value).contains(text) && waits.getAndSet(false)) {
          waiting.complete(null);
          Future.await(gate.future());
        }
      } finally {
        running.decrementAndGet();
      }
    };
  }

  private Recorder waitAt(EventSource source, String text) {
    waits.set(true);
    Recorder recorder = Recorder.of(source);
    source.handler(at(text, recorder.events::add));
    source.commentHandler(at(text, recorder.comments::add));
    source.retryHandler(at(text, recorder.retries::add));
    source.oddityHandler(at(text, recorder.oddities::add));
    source.stateHandler(at(text, recorder.transitions::add));
    source.endHandler(at(text, ignored -> recorder.ends.add("end")));
    return recorder;
  }

  private void awaitWaiting() throws Exception {
    waiting.get(20, TimeUnit.SECONDS);
  }

  private void awaitDisconnected(EventSource source) throws Exception {
    disconnected.get(20, TimeUnit.SECONDS);
    await(turn(source));
    await(turn(source));
  }

  private void release() {
    Promise<Void> old = gate;
    gate = Promise.promise();
    waiting = new CompletableFuture<>();
    old.complete();
  }

  @Test
  void client20AConnectionThatBreaksWhileTheHandlerWaitsIsFollowedByAnother() throws Exception {
    EventSource source = deploy(builder(options()).withClient(client));
    Recorder recorder = waitAt(source, "data=2");
    connect(source);
    Peer peer =
        origin.next().stream().send("id: 1\ndata: 1\n\nid: 2\ndata: 2\n\nid: 3\ndata: 3\n\n");
    awaitWaiting();
    peer.reset();
    awaitDisconnected(source);
    assertThat(recorder.data(2)).containsExactly("1", "2");
    assertThat(recorder.events).isEmpty();
    assertThat(source.stats().state()).isEqualTo(EventSourceState.OPEN);
    release();
    assertThat(recorder.data(1)).containsExactly("3");
    recorder.awaitWaiting(EventSourceReason.NETWORK_ERROR);
    Peer second = origin.next();
    assertThat(second.header("last-event-id")).isEqualTo("3");
    second.stream().send("id: 4\ndata: 4\n\n");
    assertThat(recorder.data(1)).containsExactly("4");
    assertThat(recorder.exceptions).isEmpty();
  }

  @Test
  void client20AStreamThatEndsWhileTheHandlerWaitsIsFollowedByAnother() throws Exception {
    EventSource source = deploy(options());
    Recorder recorder = waitAt(source, "data=1");
    connect(source);
    origin.next().chunked().chunk("id: 1\ndata: 1\n\nid: 2\ndata: 2\n\n").end().close();
    awaitWaiting();
    await(turn(source));
    assertThat(recorder.data(1)).containsExactly("1");
    release();
    assertThat(recorder.data(1)).containsExactly("2");
    recorder.awaitWaiting(EventSourceReason.ENDED);
    origin.next().stream().send("data: 3\n\n");
    assertThat(recorder.data(1)).containsExactly("3");
  }

  @Test
  void client14TheTimeThatAHandlerWaitsIsNoSilenceButWhatFollowsMayBe() throws Exception {
    EventSource source = deploy(options().setIdleTimeout(Duration.ofMillis(200)));
    Recorder recorder = waitAt(source, "data=1");
    connect(source);
    Peer peer = origin.next().stream().send("id: 1\ndata: 1\n\n");
    awaitWaiting();
    Promise<Void> later = Promise.promise();
    vertx.setTimer(400, fired -> later.complete());
    peer.send("id: 2\ndata: 2\n\n");
    await(later.future());
    release();
    assertThat(recorder.data(2)).containsExactly("1", "2");
    recorder.awaitWaiting(EventSourceReason.IDLE_TIMEOUT);
    Peer second = origin.next();
    assertThat(second.header("last-event-id")).isEqualTo("2");
    second.stream().send("data: 3\n\n");
    assertThat(recorder.data(1)).containsExactly("3");
  }

  @Test
  void client15ClosingDoesNotWaitForAHandlerThatWaits() throws Exception {
    EventSource source = deploy(options());
    Recorder recorder = waitAt(source, "data=1");
    connect(source);
    Peer peer = origin.next().stream().send("data: 1\n\ndata: 2\n\n");
    awaitWaiting();
    await(source.close());
    peer.awaitClosed();
    assertThat(source.stats().state()).isEqualTo(EventSourceState.CLOSED);
    assertThat(recorder.ends).isEmpty();
    release();
    recorder.awaitClosed(EventSourceReason.CLOSED);
    assertThat(recorder.take(recorder.ends, "the end")).isEqualTo("end");
    await(turn(source));
    assertThat(recorder.data(1)).containsExactly("1");
    assertThat(recorder.events).isEmpty();
    assertThat(recorder.ends).isEmpty();
  }

  @Test
  void client15AVerticleIsUndeployedWhatItsHandlerEverWaitsFor() throws Exception {
    EventSource source = deploy(options());
    Recorder recorder = waitAt(source, "data=1");
    connect(source);
    Peer peer = origin.next().stream().send("data: 1\n\n");
    awaitWaiting();
    await(vertx.undeploy(deployments.remove(0)));
    peer.awaitClosed();
    recorder.take(recorder.ends, "the end");
    assertThat(recorder.take(recorder.exceptions, "the interruption"))
        .hasMessageContaining("event");
  }

  @Test
  void client15AHandlerMayWaitForTheEndOfTheSourceItself() throws Exception {
    EventSource source = deploy(options());
    Recorder recorder = Recorder.of(source);
    source.handler(
        event -> {
          recorder.events.add(event);
          Future.await(turn(source));
          Future.await(source.close());
          recorder.comments.add("closed");
        });
    connect(source);
    origin.next().stream().send("data: 1\n\ndata: 2\n\n");
    assertThat(recorder.take(recorder.comments, "the end of the handler")).isEqualTo("closed");
    recorder.awaitClosed(EventSourceReason.CLOSED);
    recorder.take(recorder.ends, "the end");
    assertThat(recorder.data(1)).containsExactly("1");
    assertThat(recorder.events).isEmpty();
  }

  @Test
  void client15ARestartWhileTheHandlerWaitsGoesOnBehindWhatHasCome() throws Exception {
    EventSource source = deploy(options());
    Recorder recorder = waitAt(source, "data=1");
    connect(source);
    Peer peer = origin.next().stream().send("id: 1\ndata: 1\n\nid: 2\ndata: 2\n\n");
    awaitWaiting();
    for (int i = 0; i < 10_000; i++) {
      source.restart();
    }
    await(turn(source));
    peer.awaitClosed();
    assertThat(origin.poll(20)).as("a request before the handler has returned").isNull();
    release();
    assertThat(recorder.data(2)).containsExactly("1", "2");
    Peer second = origin.next();
    assertThat(second.header("last-event-id")).isEqualTo("2");
    second.stream().send("id: 3\ndata: 3\n\n");
    assertThat(recorder.data(1)).containsExactly("3");
    assertThat(origin.poll(20)).isNull();
  }

  @Test
  void client16PauseAndFetchWhileTheHandlerWaitsHoldWhenItReturns() throws Exception {
    EventSource source = deploy(options());
    Recorder recorder = waitAt(source, "data=1");
    connect(source);
    origin.next().stream().send("data: 1\n\ndata: 2\n\ndata: 3\n\ndata: 4\n\n");
    awaitWaiting();
    for (int i = 0; i < 10_000; i++) {
      source.resume();
      source.pause();
    }
    source.fetch(2);
    await(turn(source));
    release();
    assertThat(recorder.data(3)).containsExactly("1", "2", "3");
    assertThat(source.stats().events()).isEqualTo(3);
    source.resume();
    assertThat(recorder.data(1)).containsExactly("4");
  }

  @Test
  void client16WhileTheHandlerWaitsTheSocketIsNotRead() throws Exception {
    EventSource source = deploy(options());
    Recorder recorder = waitAt(source, "data=0");
    connect(source);
    Peer peer = origin.next().stream().send("data: 0\n\n");
    awaitWaiting();
    byte[] events =
        ("data: " + "x".repeat(1000) + "\n\n").repeat(64).getBytes(StandardCharsets.UTF_8);
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
    EventSourceFlowTest.awaitStandstill(sent);
    int taken = sent.get();
    assertThat(taken).as("pieces of 64 KB taken").isLessThan(4000);
    assertThat(source.stats().bytes()).isLessThan(256 * 1024);
    release();
    Deadline.await(() -> recorder.events.size() > taken * 64, () -> "all that was sent");
    await(source.close());
    flood.join(20_000);
  }

  @Test
  void client20EveryKindOfHandlerMayWaitOverABreak() throws Exception {
    for (String text : List.of("comment", "7", "UNKNOWN", "data=1", "to=OPEN", "to=WAITING")) {
      EventSource source = deploy(options());
      Recorder recorder = waitAt(source, text);
      connect(source);
      Peer first = origin.next().stream();
      first.trySend(
          ": comment\nretry: 7\nfoo: x\nid: 1\ndata: 1\n\n".getBytes(StandardCharsets.UTF_8));
      if (text.equals("to=WAITING")) {
        assertThat(recorder.data(1)).containsExactly("1");
        first.reset();
        awaitWaiting();
      } else {
        awaitWaiting();
        first.reset();
      }
      await(turn(source));
      release();
      // What had come only as far as the socket when it broke is sent again.
      Peer second = origin.next();
      second.stream();
      if (second.header("last-event-id") == null) {
        second.send("id: 1\ndata: 1\n\n");
      }
      second.send("id: 2\ndata: 2\n\n");
      if (!text.equals("to=WAITING")) {
        assertThat(recorder.data(1)).as(text).containsExactly("1");
      }
      assertThat(recorder.data(1)).as(text).containsExactly("2");
      assertThat(recorder.exceptions).as(text).isEmpty();
      await(source.close());
    }
  }

  @Test
  void client03ASupplierThatWaitsForEverIsGivenUpLikeAnyOther() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    EventSource source =
        deploy(
            builder(options().setConnectTimeout(Duration.ofMillis(100)))
                .withRequestSupplier(
                    attempt -> {
                      if (asked.incrementAndGet() == 1) {
                        Future.await(gate.future());
                      }
                      return Future.succeededFuture(attempt.request());
                    }));
    Recorder recorder = Recorder.of(source);
    connect(source);
    recorder.awaitWaiting(EventSourceReason.REQUEST_FAILED);
    origin.next().stream().send("data: 1\n\n");
    assertThat(recorder.data(1)).containsExactly("1");
    release();
    await(turn(source));
    assertThat(origin.poll(20)).as("a request of the one that was given up").isNull();
  }

  /** What the handler does in a thread of another kind, one event at a time. */
  @Test
  void client16CallsFromForeignVirtualThreadsKeepTheBackpressure() throws Exception {
    EventSource source = deploy(options());
    var threads =
        (java.util.concurrent.ExecutorService)
            Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    try {
      new PausedByEveryEvent(source, work -> threads.execute(work)).follow(origin, 20_000);
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void client16ExecuteBlockingOfAVirtualThreadKeepsTheBackpressure() throws Exception {
    EventSource source = deploy(options());
    new PausedByEveryEvent(
            source,
            work ->
                io.vertx.core.Vertx.currentContext()
                    .<Void>executeBlocking(
                        () -> {
                          work.run();
                          return null;
                        }))
        .follow(origin, 20_000);
  }

  @Test
  void client20FuturesOfAVirtualThreadCanBeAwaitedThere() throws Exception {
    CompletableFuture<EventSourceStats> stats = new CompletableFuture<>();
    VerticleBase verticle =
        new VerticleBase() {
          @Override
          public Future<?> start() {
            EventSource source = EventSource.create(vertx, options());
            Thread thread = Thread.currentThread();
            Future.await(source.connect());
            EventSourceStats got = source.stats();
            Future.await(source.close());
            if (Thread.currentThread() != thread) {
              return Future.failedFuture("another thread");
            }
            stats.complete(got);
            return Future.succeededFuture();
          }
        };
    Future<String> deployed =
        vertx.deployVerticle(
            verticle, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD));
    origin.next().stream();
    deployments.add(await(deployed));
    assertThat(value(stats).state()).isEqualTo(EventSourceState.OPEN);
  }

  private static <T> T value(CompletableFuture<T> future)
      throws InterruptedException, ExecutionException {
    return future.get();
  }

  @Test
  void aResponseIsDecodedForAHandlerThatWaits() throws Exception {
    BlockingQueue<String> out = new LinkedBlockingQueue<>();
    VerticleBase verticle =
        new VerticleBase() {
          @Override
          public Future<?> start() {
            return client
                .request(HttpMethod.GET, origin.port(), "127.0.0.1", "/stream")
                .compose(
                    request ->
                        request
                            .send()
                            .map(
                                response ->
                                    EventStreams.decode(response)
                                        .endHandler(end -> out.add("end"))
                                        .handler(
                                            event -> {
                                              Future.await(vertx.timer(1));
                                              out.add(String.valueOf(event.data()));
                                            })));
          }
        };
    Future<String> deployed =
        vertx.deployVerticle(
            verticle, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD));
    StringBuilder stream = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      stream.append("data: ").append(i).append("\n\n");
    }
    origin.next().stream().send(stream.toString()).close();
    deployments.add(await(deployed));
    for (int i = 0; i < 50; i++) {
      assertThat(out.poll(20, TimeUnit.SECONDS)).isEqualTo("" + i);
    }
    assertThat(out.poll(20, TimeUnit.SECONDS)).isEqualTo("end");
  }
}
