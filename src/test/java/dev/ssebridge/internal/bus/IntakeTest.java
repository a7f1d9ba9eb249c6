package dev.ssebridge.internal.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.LogRecorder;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** One at a time, in order, and nobody waits for another without end. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class IntakeTest {
  private final Vertx vertx = Vertx.vertx();
  private final Loops loops = new Loops(vertx, new WaitingLimits());
  private final Loops.OnLoop onLoop = loops.next();
  private final Intake intake = onLoop.intake();
  private final List<Integer> ran = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void close() {
    BridgeFixture.get(vertx.close());
  }

  /** A thread that stays inside until it is let go. */
  private final class Inside implements AutoCloseable {
    private final CountDownLatch in = new CountDownLatch(1);
    private final CountDownLatch free = new CountDownLatch(1);
    private final Thread thread;

    Inside() throws InterruptedException {
      thread =
          new Thread(
              () ->
                  intake.execute(
                      () -> {
                        in.countDown();
                        try {
                          free.await();
                        } catch (InterruptedException e) {
                          throw new IllegalStateException(e);
                        }
                        ran.add(0);
                      }));
      thread.start();
      in.await();
    }

    @Override
    public void close() {
      free.countDown();
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void whoComesWhileAnotherIsInsideLeavesItsTaskAndGoes() throws Exception {
    try (Inside inside = new Inside()) {
      assertThat(inside.thread.isAlive()).isTrue();
      intake.execute(() -> ran.add(1));
      intake.execute(() -> ran.add(2));
      assertThat(ran).isEmpty();
    }
    assertThat(ran).containsExactly(0, 1, 2);
  }

  @Test
  void evenVeryManyThatAreLeftRunInTheirOrder() throws Exception {
    int many = Intake.MANY + Intake.SLICE + 3;
    try (Inside inside = new Inside()) {
      assertThat(inside.thread.isAlive()).isTrue();
      for (int i = 1; i <= Intake.MANY + 3; i++) {
        int number = i;
        intake.execute(() -> ran.add(number));
      }
      assertThat(ran).isEmpty();
    }
    for (int i = Intake.MANY + 4; i <= many; i++) {
      int number = i;
      intake.execute(() -> ran.add(number));
    }
    Deadline.await(() -> ran.size() == many + 1, () -> "all: " + ran.size());
    assertThat(ran).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void aTaskThatFailsIsToldAndOthersGoOn() {
    try (LogRecorder log = LogRecorder.of(Intake.class.getName())) {
      intake.execute(
          () -> {
            throw new IllegalStateException("broken");
          });
      intake.execute(() -> ran.add(1));
      assertThat(ran).containsExactly(1);
      assertThat(log.messages()).singleElement().asString().contains("could not be taken");
    }
  }

  @Test
  void aTaskLeftFromInsideRunsBehindTheOneThatLeftIt() {
    intake.execute(
        () -> {
          assertThat(intake.inEventLoop()).isTrue();
          intake.execute(() -> ran.add(2));
          ran.add(1);
        });
    assertThat(ran).containsExactly(1, 2);
    assertThat(intake.inEventLoop()).isFalse();
  }

  /** Vert.x closes a consumer with its lock, and hands messages over with the one of the intake. */
  @Test
  void consumersAreClosedWhileOthersPublishAndNobodyWaitsForAnother() throws Exception {
    try (LogRecorder quiet = LogRecorder.of("io.vertx.core.eventbus.impl.MessageConsumerImpl")) {
      closeWhileOthersPublish();
      assertThat(quiet.messages()).allMatch(line -> line.contains("not registered"));
    }
  }

  private void closeWhileOthersPublish() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    List<Thread> publishers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Thread publisher =
          new Thread(
              () -> {
                while (!over.get()) {
                  vertx.eventBus().publish("closed", "m");
                  // What finds no consumer costs a loop more than who sends it: it would never end.
                  LockSupport.parkNanos(10_000);
                }
              });
      publisher.start();
      publishers.add(publisher);
    }
    AtomicInteger messages = new AtomicInteger();
    for (int round = 0; round < 300; round++) {
      int before = messages.get();
      MessageConsumer<Object> consumer = open(message -> messages.incrementAndGet());
      Deadline.await(() -> messages.get() > before, () -> "a message");
      BridgeFixture.get(consumer.unregister());
    }
    over.set(true);
    for (Thread publisher : publishers) {
      publisher.join();
    }
    assertThat(messages.get()).isGreaterThanOrEqualTo(300);
  }

  private MessageConsumer<Object> open(io.vertx.core.Handler<Message<Object>> handler) {
    CountDownLatch made = new CountDownLatch(1);
    List<MessageConsumer<Object>> consumers = new ArrayList<>();
    intake
        .context()
        .runOnContext(
            v -> {
              consumers.add(vertx.eventBus().consumer("closed", handler));
              made.countDown();
            });
    try {
      made.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return consumers.get(0);
  }
}
