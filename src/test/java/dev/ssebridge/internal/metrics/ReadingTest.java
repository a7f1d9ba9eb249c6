package dev.ssebridge.internal.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.RouteOptions;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.SseBridgeServer;
import dev.ssebridge.client.SseClientVerticle;
import dev.ssebridge.metrics.BridgeMeters;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whoever reads the meters is answered, whatever comes and goes meanwhile. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class ReadingTest {
  private static final int ROUNDS = 8;

  private static final String CONFIG =
      "{'routes':{'n':{'path':'/n','address':'n'},"
          + "'rooms':{'path':'/rooms/:room','address':'rooms.{room}','linger':0}},"
          + "'publish':{'rooms':{'path':'/rooms/:room','address':'rooms.{room}'}}}";

  private final Queue<Throwable> thrown = new ConcurrentLinkedQueue<>();
  private volatile boolean over;

  @Test
  @Timeout(240)
  void whoeverReadsIsNeverHeldNorFailsWhileStreamsChannelsBridgesAndSourcesComeAndGo(Vertx vertx)
      throws Exception {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG, 2);
        BridgeMeters meters = BridgeMeters.of(vertx).add(bridge.bridge())) {
      List<AtomicLong> readers = new ArrayList<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        AtomicLong read = new AtomicLong();
        readers.add(read);
        threads.add(new Thread(() -> readOn(meters, read), "reader"));
      }
      threads.forEach(Thread::start);
      for (int i = 0; i < 2; i++) { // as a handler of an HTTP server does
        AtomicLong read = new AtomicLong();
        readers.add(read);
        Context loop = vertx.getOrCreateContext();
        loop.runOnContext(v -> readOnLoop(loop, meters, read));
      }
      for (int round = 0; round < ROUNDS && thrown.isEmpty(); round++) {
        change(vertx, bridge, meters, round);
        List<Long> before = readers.stream().map(AtomicLong::get).toList();
        for (int i = 0; i < readers.size(); i++) {
          AtomicLong read = readers.get(i);
          long had = before.get(i);
          int number = i;
          Deadline.await(
              () -> read.get() > had || !thrown.isEmpty(), () -> "reader " + number + " to go on");
        }
      }
      over = true;
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(thrown).isEmpty();
    }
  }

  private void readOn(BridgeMeters meters, AtomicLong read) {
    while (!over) {
      readOnce(meters, read);
    }
  }

  private void readOnLoop(Context loop, BridgeMeters meters, AtomicLong read) {
    readOnce(meters, read);
    if (!over) {
      loop.runOnContext(v -> readOnLoop(loop, meters, read));
    }
  }

  private void readOnce(BridgeMeters meters, AtomicLong read) {
    try {
      new Scrape(meters.text());
      read.incrementAndGet();
    } catch (Throwable e) {
      thrown.add(e);
      over = true;
    }
  }

  private static void change(Vertx vertx, BridgeFixture bridge, BridgeMeters meters, int round) {
    String late = "late" + round;
    BridgeFixture.get(
        bridge
            .bridge()
            .addRoute(late, new RouteOptions("/" + late, late).setLinger(Duration.ZERO)));
    List<SseProbe> streams = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      streams.add(bridge.open(i % 2 == 0 ? "/" + late : "/rooms/r" + round + "-" + i));
    }
    bridge.publishNumbers(late, 1, 100);
    streams.get(0).awaitData("m100");
    streams.forEach(SseProbe::close);

    SseBridgeServer other =
        SseBridgeServer.create(
            vertx,
            SseBridgeOptions.read(
                BridgeFixture.json(
                    "{'http':{'port':0,'drain':0},'routes':{'o':{'path':'/o','address':'o"
                        + round
                        + "'}}}")));
    BridgeMeters own = BridgeMeters.of(vertx).add("other", other.bridge());
    BridgeFixture.get(other.listen());
    String source =
        BridgeFixture.get(
            vertx.deployVerticle(
                new SseClientVerticle(
                    SseBridgeOptions.read(
                        BridgeFixture.json(
                            "{'federation':{'name':'far'},'sources':{'up':{'url':'http://127.0.0.1:"
                                + other.actualPort()
                                + "/o','address':'fed','outages':'silent'}}}")))));
    assertThat(new Scrape(own.text()).has("source=\"up\"")).isTrue();
    meters.add("other" + round, other.bridge());
    BridgeFixture.get(vertx.undeploy(source));
    BridgeFixture.get(other.close());
    own.close();
    BridgeFixture.get(bridge.bridge().removeRoute(late));
  }
}
