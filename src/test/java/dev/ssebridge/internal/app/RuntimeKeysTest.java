package dev.ssebridge.internal.app;

import static dev.ssebridge.testing.BridgeFixture.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.RuntimeConfig;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.transport.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code vertx.*} does in the program. */
@Timeout(60)
class RuntimeKeysTest {
  private final CountDownLatch released = new CountDownLatch(1);
  private final List<LogRecord> blocked = new CopyOnWriteArrayList<>();
  private final Logger checker = Logger.getLogger("io.vertx.core.impl.BlockedThreadChecker");
  private final Handler recorder =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          blocked.add(entry);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  private Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    released.countDown();
    checker.removeHandler(recorder);
    checker.setUseParentHandlers(true);
    get(vertx.close());
  }

  private void begin(String keys) {
    RuntimeConfig runtime =
        BridgeConfig.read(BridgeFixture.json("{'vertx':{" + keys + "}}")).vertx();
    get(vertx.close());
    vertx = ProgramVertx.of(runtime, ProgramVertx.transport(runtime)).vertx();
  }

  @Test
  void thereAreAsManyEventLoopsAsAreWanted() {
    begin("'eventLoops':3");
    Set<String> threads = ConcurrentHashMap.newKeySet();
    List<Future<Void>> all = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      all.add(
          Future.future(
              done ->
                  ((VertxInternal) vertx)
                      .createEventLoopContext()
                      .runOnContext(
                          v -> {
                            threads.add(Thread.currentThread().getName());
                            done.complete();
                          })));
    }
    get(Future.all(all));
    assertThat(threads).hasSize(3);
  }

  @Test
  void thereAreAsManyWorkersAsAreWanted() {
    begin("'workers':2");
    Set<String> threads = ConcurrentHashMap.newKeySet();
    CyclicBarrier both = new CyclicBarrier(2);
    List<Future<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      all.add(
          vertx.executeBlocking(
              () -> {
                threads.add(Thread.currentThread().getName());
                return both.await(20, TimeUnit.SECONDS);
              },
              false));
    }
    get(Future.all(all));
    assertThat(threads).hasSize(2);
  }

  @Test
  void theTransportOfTheOperatingSystemIsUsedOnlyWhereItMayBe() {
    begin("'preferNative':false");
    assertThat(vertx.isNativeTransportEnabled()).isFalse();
    begin("'preferNative':true");
    Transport best = Transport.nativeTransport();
    assertThat(vertx.isNativeTransportEnabled()).isEqualTo(best != null && best.available());
  }

  private void hold() {
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitBlocked(String part, boolean withTrace) {
    Deadline.await(
        () ->
            blocked.stream()
                .anyMatch(
                    entry ->
                        entry.getMessage().contains(part)
                            && (entry.getThrown() != null) == withTrace),
        () -> part + ", got " + blocked.stream().map(LogRecord::getMessage).toList());
  }

  @Test
  void aThreadThatIsBlockedForLongerIsTold() {
    checker.setUseParentHandlers(false);
    checker.addHandler(recorder);
    begin(
        "'blockedThreadCheck':'20ms','maxEventLoopTime':'77ms','maxWorkerTime':'88ms',"
            + "'blockedThreadTrace':'600ms'");
    vertx.runOnContext(v -> hold());
    awaitBlocked("time limit is 77 ms", false);
    awaitBlocked("time limit is 77 ms", true);
    Future<Void> held =
        vertx.executeBlocking(
            () -> {
              hold();
              return null;
            });
    awaitBlocked("time limit is 88 ms", false);
    released.countDown();
    get(held);
  }
}
