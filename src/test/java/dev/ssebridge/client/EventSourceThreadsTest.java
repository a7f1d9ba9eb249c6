package dev.ssebridge.client;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls from whatever thread, and who has the context meanwhile. */
@Timeout(300)
@Tag("slow")
class EventSourceThreadsTest extends EventSourceFixture {
  private static final int MANY = 20_000;
  private static final int VERY_MANY = 300_000;

  private static <T> T on(Context context, Supplier<T> task) throws Exception {
    Promise<T> made = Promise.promise();
    context.runOnContext(ignored -> made.complete(task.get()));
    return await(made.future());
  }

  private static Context workerContext() throws Exception {
    Promise<Context> made = Promise.promise();
    VerticleBase verticle =
        new VerticleBase() {
          @Override
          public Future<?> start() {
            made.complete(context);
            return Future.succeededFuture();
          }
        };
    await(
        vertx.deployVerticle(
            verticle, new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)));
    return await(made.future());
  }

  private static void block(Runnable work) {
    vertx.<Void>executeBlocking(
        () -> {
          work.run();
          return null;
        });
  }

  /** Where the work on an event is done. */
  enum Work {
    EXECUTE_BLOCKING_OF_THE_HANDLER,
    EXECUTE_BLOCKING_OF_A_WORKER,
    A_FOREIGN_THREAD
  }

  @ParameterizedTest
  @EnumSource(Work.class)
  void client16WorkInAnotherThreadKeepsTheBackpressure(Work work) throws Exception {
    keepsTheBackpressure(work, MANY);
  }

  @Tag("heavy")
  @ParameterizedTest
  @EnumSource(Work.class)
  void client16WorkInAnotherThreadKeepsTheBackpressureForLong(Work work) throws Exception {
    keepsTheBackpressure(work, VERY_MANY);
  }

  private void keepsTheBackpressure(Work work, int events) throws Exception {
    Context context =
        work == Work.EXECUTE_BLOCKING_OF_A_WORKER ? workerContext() : vertx.getOrCreateContext();
    EventSource source = on(context, () -> source(options()));
    ExecutorService foreign = Executors.newSingleThreadExecutor();
    try {
      Consumer<Runnable> elsewhere =
          work == Work.A_FOREIGN_THREAD ? foreign::execute : EventSourceThreadsTest::block;
      new PausedByEveryEvent(source, elsewhere).follow(origin, events);
    } finally {
      foreign.shutdown();
    }
  }

  /** Where the caller of a future is. */
  enum Caller {
    OF_THE_SOURCE,
    ANOTHER_LOOP,
    WORKER,
    IN_EXECUTE_BLOCKING
  }

  @ParameterizedTest
  @EnumSource(Caller.class)
  void client20FuturesCompleteOnTheContextOfTheCaller(Caller caller) throws Exception {
    Context own = vertx.getOrCreateContext();
    EventSource source = on(own, () -> source(options()));
    Context context =
        switch (caller) {
          case OF_THE_SOURCE, IN_EXECUTE_BLOCKING -> own;
          case ANOTHER_LOOP -> vertx.getOrCreateContext();
          case WORKER -> workerContext();
        };
    List<Supplier<Future<?>>> calls = List.of(source::connect, source::close, source::connect);
    boolean answered = false;
    for (Supplier<Future<?>> call : calls) {
      Future<Context> completed = completedOn(context, call, caller == Caller.IN_EXECUTE_BLOCKING);
      if (!answered) {
        origin.next().stream();
        answered = true;
      }
      assertThat(await(completed)).isSameAs(((ContextInternal) context).unwrap());
    }
  }

  @Test
  void client20FuturesOfTheVerticleCompleteOnTheContextOfTheCaller() throws Exception {
    SseClientVerticle verticle = new SseClientVerticle();
    String deployment = await(vertx.deployVerticle(verticle));
    Context caller = vertx.getOrCreateContext();
    JsonObject source =
        new JsonObject().put("url", origin.url("/stream")).put("address", "threads");
    List<Supplier<Future<?>>> calls =
        List.of(
            () -> verticle.addSource("a", new SourceOptions(source)),
            verticle::sources,
            () -> verticle.stopSource("a"),
            () -> verticle.stopSource("a"));
    for (Supplier<Future<?>> call : calls) {
      assertThat(await(completedOn(caller, call, false)))
          .isSameAs(((ContextInternal) caller).unwrap());
    }
    await(vertx.undeploy(deployment));
  }

  /** The context on whose thread the future of a call is completed, or null. */
  private static Future<Context> completedOn(
      Context caller, Supplier<Future<?>> call, boolean blocking) {
    Promise<Context> completed = Promise.promise();
    Runnable ask =
        () ->
            call.get()
                .onComplete(
                    result -> {
                      ContextInternal current = ContextInternal.current();
                      completed.complete(
                          current != null && current.inThread() ? current.unwrap() : null);
                    });
    if (blocking) {
      caller.<Void>executeBlocking(
          () -> {
            ask.run();
            return null;
          });
    } else {
      caller.runOnContext(ignored -> ask.run());
    }
    return completed.future();
  }

  @Test
  void client20AForeignThreadDoesNotGetTheContextOfTheSource() throws Exception {
    EventSource source = on(vertx.getOrCreateContext(), () -> source(options()));
    Context own = on(vertx.getOrCreateContext(), Vertx::currentContext);
    Promise<Context> completed = Promise.promise();
    source.close().onComplete(closed -> completed.complete(Vertx.currentContext()));
    assertThat(await(completed.future())).isNotNull().isNotSameAs(own);
  }

  private static byte[] bomb(int events) throws IOException {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(wire)) {
      gzip.write(
          ("data: " + "x".repeat(100) + "\n\n").repeat(events).getBytes(StandardCharsets.UTF_8));
    }
    return wire.toByteArray();
  }

  @Test
  void client09ABodyThatInflatesAThousandfoldLeavesTheLoopToOthers() throws Exception {
    int bombed = 300_000;
    Context context = vertx.getOrCreateContext();
    EventSource source = on(context, () -> source(options()));
    EventSource bystander = on(context, () -> source(options()));
    Recorder other = Recorder.of(bystander);
    connect(bystander);
    Peer otherPeer = origin.next().stream();
    other.awaitState(EventSourceState.OPEN);
    AtomicInteger events = new AtomicInteger();
    AtomicInteger atTheBystander = new AtomicInteger();
    bystander.handler(event -> atTheBystander.compareAndSet(0, events.get()));
    source.handler(
        event -> {
          if (events.incrementAndGet() == 1) {
            otherPeer.send("data: x\n\n");
          }
        });
    Turns turns = new Turns(context, events);
    connect(source);
    byte[] body = bomb(bombed);
    assertThat(body.length).isLessThan(200_000);
    origin.next().chunked("Content-Encoding: gzip").chunk(body);
    Deadline.await(() -> events.get() == bombed, () -> bombed + " events, got " + events);
    turns.stop();
    assertThat(turns.most).as("events between two turns of another task").isLessThan(3000);
    assertThat(atTheBystander.get()).as("events before the bystander's").isBetween(1, bombed / 2);
  }

  /** A task that comes back again and again, and notes what was done between. */
  private static final class Turns {
    private final Context context;
    private final AtomicInteger done;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private int last;
    private volatile int most;

    Turns(Context context, AtomicInteger done) {
      this.context = context;
      this.done = done;
      next();
    }

    @SuppressWarnings("FutureReturnValueIgnored")
    private void next() {
      context.runOnContext(
          ignored -> {
            int now = done.get();
            most = Math.max(most, now - last);
            last = now;
            if (!stopped.get()) {
              // Behind what is ready on the sockets.
              ((ContextInternal) context)
                  .nettyEventLoop()
                  .schedule(this::next, 0, java.util.concurrent.TimeUnit.NANOSECONDS);
            }
          });
    }

    void stop() {
      stopped.set(true);
    }
  }
}
