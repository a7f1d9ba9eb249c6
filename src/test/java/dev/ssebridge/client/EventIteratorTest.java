package dev.ssebridge.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.client.Recorder;
import dev.ssebridge.internal.client.UnrulyOrigin.Peer;
import dev.ssebridge.testing.Deadline;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A thread that may wait reads a source. */
@Timeout(60)
class EventIteratorTest extends EventSourceFixture {
  private static final String THREE = "data: 1\n\ndata: 2\n\nid: 3\ndata: 3\n\n";

  private EventSource once() {
    return track(EventSource.once(vertx, options()));
  }

  private static List<String> rest(Iterator<ServerSentEvent> events) {
    List<String> data = new ArrayList<>();
    events.forEachRemaining(event -> data.add(String.valueOf(event.data())));
    return data;
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(20, TimeUnit.SECONDS);
  }

  private static <T> CompletableFuture<T> onThread(Callable<T> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(task.call());
              } catch (Throwable e) {
                result.completeExceptionally(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return result;
  }

  @Test
  void aThreadOfYourOwnReadsToTheEnd() throws Exception {
    EventSource source = once();
    CompletableFuture<List<String>> read = onThread(() -> rest(source.iterator()));
    origin.next().stream().send(THREE).close();
    assertThat(get(read)).containsExactly("1", "2", "3");
    assertThat(source.state()).isEqualTo(EventSourceState.CLOSED);
    assertThat(source.lastEventId()).isEqualTo("3");
  }

  @Test
  void itReconnectsLikeAnyOther() throws Exception {
    EventSource source = source(options());
    EventIterator events = source.iterator();
    origin.next().stream().send(THREE).close();
    assertThat(events.next().data()).isEqualTo("1");
    Peer second = origin.next();
    assertThat(second.header("last-event-id")).isEqualTo("3");
    second.stream().send("data: 4\n\n");
    for (String expected : List.of("2", "3", "4")) {
      assertThat(events.next().data()).isEqualTo(expected);
    }
    events.close();
    second.awaitClosed();
    assertThat(events.hasNext()).isFalse();
    assertThatThrownBy(events::next).isInstanceOf(NoSuchElementException.class);
    events.close();
  }

  @Test
  void aFailureIsThrownBehindTheEventsBeforeIt() {
    EventSource source = once();
    EventIterator events = source.iterator();
    origin.next().chunked().chunk(THREE).reset();
    assertThat(events.next().data()).isEqualTo("1");
    List<String> more = new ArrayList<>();
    assertThatThrownBy(() -> events.forEachRemaining(event -> more.add(event.data())))
        .isInstanceOf(EventSourceException.class)
        .extracting(failure -> ((EventSourceException) failure).reason())
        .isEqualTo(EventSourceReason.NETWORK_ERROR);
    assertThat(more).isIn(List.of("2", "3"), List.of("2"), List.of());
    assertThatThrownBy(events::hasNext).isInstanceOf(EventSourceException.class);
    events.close();
    assertThat(events.hasNext()).isFalse();
  }

  @Test
  void aRefusalIsThrownWithItsStatus() {
    EventIterator events = once().iterator();
    origin.next().answer("401 Unauthorized");
    assertThatThrownBy(events::hasNext)
        .isInstanceOf(EventSourceException.class)
        .extracting(failure -> ((EventSourceException) failure).statusCode())
        .isEqualTo(401);
  }

  @Test
  void theMarkEndsIt() {
    EventIterator events =
        track(builder(options()).once().until(event -> "[DONE]".equals(event.data())).build())
            .iterator();
    origin.next().stream().send("data: 1\n\ndata: [DONE]\n\ndata: 2\n\n");
    assertThat(rest(events)).containsExactly("1");
  }

  @Test
  void handlersAreCalledBesideIt() throws Exception {
    EventSource source = once();
    List<String> log = new CopyOnWriteArrayList<>();
    Promise<Void> ended = Promise.promise();
    source
        .handler(event -> log.add("all " + event.data()))
        .on("message", event -> log.add("one " + event.data()))
        .endHandler(ended::complete);
    EventIterator events = source.iterator();
    origin.next().stream().send("data: 1\n\n").close();
    assertThat(rest(events)).containsExactly("1");
    await(ended.future());
    assertThat(log).containsExactly("all 1", "one 1");
  }

  @Test
  void beyondAFewEventsNothingIsReadBeforeItIsWanted() throws Exception {
    EventSource source = source(options());
    EventIterator events = source.iterator();
    byte[] piece =
        ("data: " + "x".repeat(1000) + "\n\n").repeat(64).getBytes(StandardCharsets.UTF_8);
    Peer peer = origin.next().stream();
    AtomicInteger sent = new AtomicInteger();
    CompletableFuture<?> flood =
        onThread(
            () -> {
              while (sent.get() < 4000 && peer.trySend(piece)) {
                sent.incrementAndGet();
              }
              return null;
            });
    EventSourceFlowTest.awaitStandstill(sent);
    await(turn(source));
    assertThat(sent.get()).isLessThan(4000);
    assertThat(source.stats().events()).isEqualTo(8);
    for (int i = 0; i < 1000; i++) {
      events.next();
    }
    await(turn(source));
    assertThat(source.stats().events()).isBetween(1000L, 1008L);
    events.close();
    get(flood);
  }

  @Test
  void howMuchIsWantedIsUpToItAlone() throws Exception {
    EventSource source = source(options());
    EventIterator events = source.iterator();
    for (Runnable call :
        List.<Runnable>of(source::pause, source::resume, () -> source.fetch(1), source::iterator)) {
      assertThatThrownBy(call::run).isInstanceOf(IllegalStateException.class);
    }
    events.close();
    await(source.close());
  }

  @Test
  void aThreadThatWaitsIsWokenByTheEndOfTheSource() throws Exception {
    EventSource source = source(options());
    EventIterator events = source.iterator();
    CompletableFuture<Boolean> waiting = onThread(events::hasNext);
    origin.next().stream();
    await(source.close());
    assertThat(get(waiting)).isFalse();

    EventSource closed = source(options());
    await(closed.close());
    assertThat(closed.iterator().hasNext()).isFalse();
  }

  @Test
  void aThreadThatWaitsIsWokenByTheEndOfVertx() throws Exception {
    Vertx own = Vertx.vertx();
    EventIterator events = EventSource.create(own, options()).iterator();
    CompletableFuture<Boolean> waiting = onThread(events::hasNext);
    origin.next().stream();
    await(own.close());
    assertThat(get(waiting)).isFalse();
  }

  @Test
  void anInterruptEndsIt() throws Exception {
    EventSource source = source(options());
    EventIterator events = source.iterator();
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    CompletableFuture<Boolean> interrupted =
        onThread(
            () -> {
              thread.complete(Thread.currentThread());
              try {
                events.next();
                return false;
              } catch (EventSourceException e) {
                return e.getCause() instanceof InterruptedException
                    && Thread.currentThread().isInterrupted();
              }
            });
    Peer peer = origin.next().stream();
    get(thread).interrupt();
    assertThat(get(interrupted)).isTrue();
    peer.awaitClosed();
    assertThat(events.hasNext()).isFalse();
  }

  @Test
  void twoThreadsAtOnceAreRefused() throws Exception {
    EventIterator events = source(options()).iterator();
    CompletableFuture<Boolean> first = onThread(events::hasNext);
    CompletableFuture<Boolean> second = onThread(events::hasNext);
    CompletableFuture<?> failed =
        CompletableFuture.anyOf(
            first.handle((has, failure) -> failure), second.handle((has, failure) -> failure));
    assertThat(get(failed)).isInstanceOf(IllegalStateException.class);
    events.close();
  }

  @Test
  void anEventLoopMustNotWait() throws Exception {
    EventIterator events = source(options()).iterator();
    Promise<Boolean> asked = Promise.promise();
    vertx.runOnContext(
        ignored -> {
          try {
            asked.complete(events.hasNext());
          } catch (RuntimeException e) {
            asked.fail(e);
          }
        });
    assertThatThrownBy(() -> await(asked.future()))
        .hasCauseInstanceOf(IllegalStateException.class)
        .hasMessageContaining("an event loop must not wait for events");
    events.close();
  }

  /** What a worker does with a source that it makes itself. */
  private List<String> onWorker(Vertx owner, int instances, boolean connecting) throws Exception {
    List<CompletableFuture<List<String>>> read = new CopyOnWriteArrayList<>();
    for (int i = 0; i < instances; i++) {
      read.add(new CompletableFuture<>());
    }
    AtomicInteger next = new AtomicInteger();
    // Not awaited: it may be complete no sooner than the workers are free again.
    Future<String> deployed =
        owner.deployVerticle(
            () ->
                new VerticleBase() {
                  @Override
                  public Future<?> start() {
                    CompletableFuture<List<String>> result = read.get(next.getAndIncrement());
                    context.runOnContext(
                        ignored -> {
                          EventSource source = EventSource.once(vertx, options());
                          if (connecting) {
                            connect(source);
                          }
                          try (EventIterator events = source.iterator()) {
                            result.complete(rest(events));
                          } catch (RuntimeException e) {
                            result.completeExceptionally(e);
                          }
                        });
                    return Future.succeededFuture();
                  }
                },
            new DeploymentOptions()
                .setThreadingModel(ThreadingModel.WORKER)
                .setInstances(instances));
    for (int i = 0; i < instances; i++) {
      origin.next().stream().send(THREE).close();
    }
    List<String> all = new ArrayList<>();
    for (CompletableFuture<List<String>> one : read) {
      all.addAll(get(one));
    }
    await(deployed);
    return all;
  }

  @Test
  void aWorkerReadsASourceOfItsOwn() throws Exception {
    assertThat(onWorker(vertx, 1, false)).containsExactly("1", "2", "3");
    assertThat(onWorker(vertx, 1, true)).containsExactly("1", "2", "3");
  }

  @Test
  void allWorkersMayBeWaitingAtOnce() throws Exception {
    Vertx small = Vertx.vertx(new VertxOptions().setWorkerPoolSize(2));
    try {
      assertThat(onWorker(small, 2, true)).containsExactly("1", "2", "3", "1", "2", "3");
    } finally {
      await(small.close());
    }
  }

  @Test
  void aSourceThatAWorkerHasConnectedIsReadElsewhereAndRefusedThere() throws Exception {
    Promise<EventSource> made = Promise.promise();
    Promise<Context> worker = Promise.promise();
    String deployment =
        await(
            vertx.deployVerticle(
                new VerticleBase() {
                  @Override
                  public Future<?> start() {
                    worker.complete(context);
                    made.complete(source(options().setLastEventId("0")));
                    return Future.succeededFuture();
                  }
                },
                new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)));
    EventSource source = await(made.future());
    Recorder recorder = Recorder.of(source);
    connect(source);
    Peer peer = origin.next().stream();
    recorder.awaitState(EventSourceState.OPEN);
    CompletableFuture<EventIterator> taken = new CompletableFuture<>();
    CompletableFuture<Throwable> refused = new CompletableFuture<>();
    await(worker.future())
        .runOnContext(
            ignored -> {
              EventIterator events = source.iterator();
              try {
                taken.completeExceptionally(new AssertionError("" + events.hasNext()));
              } catch (IllegalStateException e) {
                refused.complete(e);
              }
              taken.complete(events);
            });
    assertThat(get(refused)).hasMessageContaining("before connect()");
    peer.send("data: a\n\n");
    assertThat(get(taken).next().data()).isEqualTo("a");
    peer.send("data: b\n\n");
    assertThat(await(await(worker.future()).executeBlocking(() -> get(taken).next().data(), false)))
        .isEqualTo("b");
    await(vertx.undeploy(deployment));
    assertThat(get(taken).hasNext()).isFalse();
  }

  @Test
  void executeBlockingReadsASourceOfItsEventLoop() throws Exception {
    Future<List<String>> read =
        vertx.executeBlocking(() -> rest(EventSource.once(vertx, options()).iterator()));
    origin.next().stream().send(THREE).close();
    assertThat(await(read)).containsExactly("1", "2", "3");
  }

  @Test
  void theStreamOfAReadStreamIsTheSame() throws Exception {
    EventSource source = source(options());
    CompletableFuture<List<String>> read =
        onThread(
            () -> {
              try (var events = source.blockingStream()) {
                return events.limit(2).map(ServerSentEvent::data).toList();
              }
            });
    Peer peer = origin.next().stream().send(THREE);
    assertThat(get(read)).containsExactly("1", "2");
    peer.awaitClosed();
  }

  @Test
  void manyEventsComeThroughInTheirOrder() throws Exception {
    int count = 50_000;
    HttpServer server =
        await(
            vertx
                .createHttpServer()
                .requestHandler(
                    request -> {
                      StringBuilder text = new StringBuilder();
                      for (int i = 0; i < count; i++) {
                        text.append("data: ").append(i).append("\n\n");
                      }
                      request
                          .response()
                          .putHeader("content-type", "text/event-stream")
                          .end(text.toString());
                    })
                .listen(0, "127.0.0.1"));
    EventSource source =
        track(
            EventSource.once(
                vertx, new EventSourceOptions("http://127.0.0.1:" + server.actualPort() + "/")));
    int expected = 0;
    try (EventIterator events = source.iterator()) {
      while (events.hasNext()) {
        assertThat(events.next().data()).isEqualTo("" + expected++);
      }
    }
    assertThat(expected).isEqualTo(count);
    Deadline.await(() -> source.stats().events() == count, () -> "" + source.stats());
  }
}
