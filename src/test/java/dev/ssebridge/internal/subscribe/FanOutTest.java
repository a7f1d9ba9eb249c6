package dev.ssebridge.internal.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.StreamAccount;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import dev.ssebridge.testing.Wires;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many subscribers at once, over real sockets. */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_PUBLIC})
@Wires
@Tag("slow")
class FanOutTest {
  private static final int SUBSCRIBERS = 200;
  private static final int MESSAGES = 500;

  private static Vertx vertx;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  @Test
  void twoHundredSubscribersOfTwoInstancesGetEverythingInOrder() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(vertx, "{'routes':{'n':{'path':'/n','address':'news'}}}", 2)) {
      List<SseProbe> probes = new ArrayList<>();
      for (int i = 0; i < SUBSCRIBERS; i++) {
        probes.add(bridge.get("/n"));
      }
      probes.forEach(SseProbe::awaitOpen);
      assertThat(bridge.hub().consumedAddresses()).isEqualTo(1);
      assertThat(bridge.channels().openStreams()).isEqualTo(SUBSCRIBERS);

      bridge.publishNumbers("news", 1, MESSAGES);

      List<String> expected = IntStream.rangeClosed(1, MESSAGES).mapToObj(i -> "m" + i).toList();
      for (SseProbe probe : probes) {
        probe.awaitEvents(MESSAGES);
      }
      for (SseProbe probe : probes) {
        assertThat(probe.data()).isEqualTo(expected);
      }
      // Counted behind the write.
      Deadline.await(
          () -> bridge.route("n").counters().delivered() == (long) SUBSCRIBERS * MESSAGES,
          () -> "all counted, got " + bridge.route("n").counters().delivered());
    }
  }

  @Test
  void subscribersThatComeAndGoAndStallAreAllAccountedForAndNothingIsLeft() {
    long seed = System.nanoTime();
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx,
            "{'routes':{'t':{'path':'/t/:x','address':'t.{x}','linger':0,"
                + "'history':{'events':40,'age':'300ms'}}}}",
            2)) {
      new Churn(bridge, new Random(seed)).run();
    } catch (AssertionError e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    }
  }

  /** Clients of three topics, which do this and that in a random order. */
  private static final class Churn {
    private static final int STEPS = 600;
    private static final int MOST = 30;
    private static final String PAD = "x".repeat(100_000);

    private final BridgeFixture bridge;
    private final Random random;
    private final List<SseProbe> open = new ArrayList<>();
    private final List<SseProbe> all = new ArrayList<>();
    private final Map<SseProbe, Integer> topics = new HashMap<>();

    Churn(BridgeFixture bridge, Random random) {
      this.bridge = bridge;
      this.random = random;
    }

    void run() {
      bridge.probes().receiveBuffer(16 * 1024);
      for (int step = 0; step < STEPS; step++) {
        bridge.publish("t." + random.nextInt(3), random.nextInt(4) == 0 ? PAD : "m" + step);
        act();
      }
      open.forEach(SseProbe::goOn);
      for (int topic = 0; topic < 3; topic++) {
        int last = topic;
        List<SseProbe> left =
            open.stream().filter(p -> Objects.equals(topics.get(p), last)).toList();
        left.forEach(SseProbe::awaitOpen);
        sayTheEnd("t." + topic, left);
      }
      all.stream().filter(this::hasOpened).forEach(StreamAccount::of);
      open.forEach(probe -> leave(probe));
      bridge.awaitStreams(0);
      Deadline.await(
          () -> bridge.hub().consumedAddresses() == 0,
          () -> "no consumers, there are " + bridge.hub().consumedAddresses());
      Deadline.await(() -> bridge.route("t").channels().all().isEmpty(), () -> "no channel");
      // A channel that is removed gives its bytes back on its own loop.
      Deadline.await(
          () -> bridge.channels().retainedBytes() == 0,
          () -> "nothing retained, there are " + bridge.channels().retainedBytes());
    }

    /** Said again for those who come to it when it is too old, and are told a gap. */
    private void sayTheEnd(String address, List<SseProbe> left) {
      long[] said = {System.nanoTime()};
      bridge.publish(address, "the end");
      Deadline.await(
          () -> {
            if (System.nanoTime() - said[0] > 1_000_000_000) {
              said[0] = System.nanoTime();
              bridge.publish(address, "the end");
            }
            return left.stream().allMatch(probe -> probe.data().contains("the end"));
          },
          () -> "the end on " + address);
    }

    private void act() {
      if (open.isEmpty() || (open.size() < MOST && random.nextInt(3) == 0)) {
        come();
        return;
      }
      SseProbe one = open.get(random.nextInt(open.size()));
      switch (random.nextInt(6)) {
        case 0 -> {
          open.remove(one);
          leave(one);
        }
        case 1, 2 -> one.stopReading();
        case 3, 4 -> one.goOn();
        default -> {}
      }
    }

    private void come() {
      int topic = random.nextInt(3);
      String target = "/t/" + topic;
      SseProbe probe =
          switch (random.nextInt(4)) {
            case 0 -> bridge.get(target + "?from=earliest");
            case 1 -> bridge.get(target + "?last=" + random.nextInt(50));
            case 2 -> bridge.get(target, "Last-Event-ID: " + someId());
            default -> bridge.get(target);
          };
      topics.put(probe, topic);
      open.add(probe);
      all.add(probe);
    }

    private String someId() {
      String id = all.isEmpty() ? "" : all.get(random.nextInt(all.size())).lastEventId();
      return id.isEmpty() ? "none" : id;
    }

    private void leave(SseProbe probe) {
      if (random.nextBoolean()) {
        probe.reset();
      } else {
        probe.close();
      }
    }

    private boolean hasOpened(SseProbe probe) {
      return !probe.lastEventId().isEmpty();
    }
  }
}
