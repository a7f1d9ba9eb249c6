package dev.ssebridge.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.client.UnrulyOrigin.Peer;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** A virtual thread reads a source, those of Vert.x on the context of the source itself. */
@EnabledForJreRange(min = JRE.JAVA_21)
@Timeout(60)
class EventIteratorVirtualThreadTest extends EventSourceFixture {
  private final BlockingQueue<String> got = new LinkedBlockingQueue<>();

  private String take() throws Exception {
    return String.valueOf(got.poll(20, TimeUnit.SECONDS));
  }

  private void read(EventSource source) {
    try (EventIterator events = source.iterator()) {
      while (events.hasNext()) {
        ServerSentEvent event = events.next();
        got.add(String.valueOf(event.data()));
      }
      got.add("end");
    } catch (RuntimeException e) {
      got.add(String.valueOf(e.getMessage()));
    }
  }

  private String deploy(Runnable task) throws Exception {
    return await(
        vertx.deployVerticle(
            new VerticleBase() {
              @Override
              public Future<?> start() {
                context.runOnContext(ignored -> task.run());
                return Future.succeededFuture();
              }
            },
            new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD)));
  }

  @Test
  void aVerticleReadsASourceOfItsOwnContext() throws Exception {
    List<String> types = new ArrayList<>();
    deploy(
        () -> {
          EventSource source = EventSource.once(vertx, options());
          source.on("message", event -> types.add(event.effectiveType()));
          Future.await(Future.succeededFuture());
          read(source);
        });
    origin.next().stream().send("data: 1\n\ndata: 2\n\n").close();
    assertThat(List.of(take(), take(), take())).containsExactly("1", "2", "end");
    assertThat(types).containsExactly("message", "message");
  }

  @Test
  void itReadsAlsoWhatIsConnectedAlready() throws Exception {
    deploy(
        () -> {
          EventSource source = track(EventSource.create(vertx, options()));
          source.pause();
          Future.await(source.connect());
          read(source);
        });
    Peer peer = origin.next().stream();
    for (int i = 0; i < 100; i++) {
      peer.send("data: " + i + "\n\n");
    }
    for (int i = 0; i < 100; i++) {
      assertThat(take()).isEqualTo("" + i);
    }
  }

  @Test
  void undeployingTheVerticleEndsIt() throws Exception {
    String deployment = deploy(() -> read(EventSource.create(vertx, options())));
    Peer peer = origin.next().stream().send("data: 1\n\n");
    assertThat(take()).isEqualTo("1");
    await(vertx.undeploy(deployment));
    peer.awaitClosed();
    assertThat(take()).isNotEqualTo("null");
  }

  @Test
  void aVirtualThreadOfYourOwnReadsAndIsInterrupted() throws Exception {
    EventSource source = source(options());
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread thread =
        (Thread)
            Thread.class
                .getMethod("startVirtualThread", Runnable.class)
                .invoke(
                    null,
                    (Runnable)
                        () -> {
                          read(source);
                          interrupted.complete(Thread.currentThread().isInterrupted());
                        });
    Peer peer = origin.next().stream().send("data: 1\n\n");
    assertThat(take()).isEqualTo("1");
    thread.interrupt();
    assertThat(interrupted.get(20, TimeUnit.SECONDS)).isTrue();
    peer.awaitClosed();
    assertThat(take()).startsWith("interrupted");
  }
}
