package dev.ssebridge.internal.address;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class ListenedAddressesTest {
  @Test
  void whoWatchesIsToldOfTheFirstAndOfTheLast(Vertx vertx) {
    ListenedAddresses listened = ListenedAddresses.of(vertx);
    List<String> told = new ArrayList<>();
    Runnable end = ListenedAddresses.of(vertx).watch(told::add);

    listened.opened(List.of("a", "b"));
    assertThat(told).containsExactly("a", "b");
    listened.came(List.of("a"));
    listened.came(List.of("a"));
    listened.opened(List.of("a"));
    assertThat(told).containsExactly("a", "b", "a");
    assertThat(listened.listened()).containsExactly("a");
    listened.left(List.of("a"));
    assertThat(told).hasSize(3);
    assertThat(listened.hasStreams("a")).isTrue();
    listened.left(List.of("a"));
    assertThat(told).hasSize(4);
    assertThat(listened.hasStreams("a")).isFalse();
    listened.closed(List.of("a", "b"));
    assertThat(listened.hasChannel("a")).as("another route has one").isTrue();
    assertThat(listened.hasChannel("b")).isFalse();
    end.run();
    listened.closed(List.of("a"));
    assertThat(told).containsExactly("a", "b", "a", "a", "b");
    assertThat(listened.hasChannel("a")).isFalse();
  }

  @Test
  void manyThreadsAreCountedRight(Vertx vertx) throws Exception {
    ListenedAddresses listened = ListenedAddresses.of(vertx);
    CountDownLatch begin = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  begin.await();
                } catch (InterruptedException e) {
                  return;
                }
                for (int n = 0; n < 10_000; n++) {
                  listened.came(List.of("a"));
                  listened.left(List.of("a"));
                }
                listened.came(List.of("a"));
              });
      thread.start();
      threads.add(thread);
    }
    begin.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    for (int i = 0; i < 4; i++) {
      assertThat(listened.hasStreams("a")).isTrue();
      listened.left(List.of("a"));
    }
    assertThat(listened.listened()).isEmpty();
  }
}
