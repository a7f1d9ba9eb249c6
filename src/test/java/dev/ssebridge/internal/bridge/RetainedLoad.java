package dev.ssebridge.internal.bridge;

import dev.ssebridge.internal.bus.BoundChannel;
import dev.ssebridge.internal.bus.RouteChannels.Wish;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.MemoryProbe;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Fills very many channels from few publishers, as fast as the channels take it, and measures what
 * they hold; in a JVM of its own where the heap is what matters.
 */
final class RetainedLoad {
  private static final int PUBLISHERS = 4;
  private static final int WINDOW = 200;
  private static final Duration LONG = Duration.ofMinutes(3);

  private final BridgeFixture bridge;
  private final int channels;
  private final AtomicLong next = new AtomicLong();

  private RetainedLoad(BridgeFixture bridge, int channels) {
    this.bridge = bridge;
    this.channels = channels;
  }

  /**
   * What was measured.
   *
   * @param empty bytes of heap that each channel takes that holds nothing
   * @param counted bytes that are counted as retained, at the most
   * @param held bytes of heap more than with empty channels
   * @param events that were appended to all channels together
   */
  record Result(long empty, long counted, long held, long events) {}

  /**
   * Prints what was measured.
   *
   * @param args channels, limit in bytes, events for each channel at least, milliseconds at least
   */
  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx();
    try {
      Result result =
          run(
              vertx,
              Integer.parseInt(args[0]),
              Long.parseLong(args[1]),
              Integer.parseInt(args[2]),
              Long.parseLong(args[3]),
              "8MiB");
      System.out.println(result);
    } catch (RuntimeException | Error e) {
      e.printStackTrace();
      System.exit(1); // the threads of Vert.x would go on for ever
    }
    System.exit(0);
  }

  /** Publishes at least so many events to each channel, and for so long. */
  static Result run(Vertx vertx, int channels, long limit, int events, long millis) {
    return run(vertx, channels, limit, events, millis, "128MiB");
  }

  private static Result run(
      Vertx vertx, int channels, long limit, int events, long millis, String waiting) {
    String config =
        "{'limits':{'retained':"
            + limit
            + ",'bodies':'1MiB','waiting':{'events':1000000,'bytes':'"
            + waiting
            + "'}},'routes':{'t':{'path':'/t/:x','addresses':['all','t.{x}'],'linger':'1h',"
            + "'history':{'events':10},'limits':{'channels':"
            + (channels + 1)
            + "}},'bystander':{'path':'/b','address':'b'}}}";
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      SseProbe bystander = bridge.open("/b");
      Result result = new RetainedLoad(bridge, channels).fill(bystander, events, millis);
      bridge.publish("b", "at the end");
      bystander.awaitData("at the end");
      return result;
    }
  }

  private Result fill(SseProbe bystander, int events, long millis) {
    long before = MemoryProbe.measure().heap();
    List<BoundChannel> all = new ArrayList<>();
    for (int i = 0; i < channels; i++) {
      all.add(
          Objects.requireNonNull(
              bridge.route("t").channels().acquire(List.of("all", "t." + i), Wish.OF_ROUTE)));
    }
    BoundChannel last = all.get(channels - 1);
    Deadline.await(LONG, () -> last.ready().succeeded(), () -> "the channels");
    long empty = (MemoryProbe.measure().heap() - before) / channels;
    long base = MemoryProbe.measure().heap();
    long end = System.nanoTime() + millis * 1_000_000;
    List<Thread> publishers = new ArrayList<>();
    for (int i = 0; i < PUBLISHERS; i++) {
      Thread publisher = new Thread(() -> publishUntil(end, events, all));
      publisher.start();
      publishers.add(publisher);
    }
    long counted = 0;
    long held = 0;
    int told = 0;
    long look = System.nanoTime();
    while (publishers.stream().anyMatch(Thread::isAlive)) {
      bridge.publish("b", "m" + told);
      bystander.awaitData("m" + told++);
      counted = Math.max(counted, bridge.channels().retainedBytes());
      if (System.nanoTime() > look) {
        held = Math.max(held, MemoryProbe.measure().heap() - base);
        look = System.nanoTime() + 3_000_000_000L;
      }
    }
    Deadline.await(
        LONG, () -> last.channel().log().head() >= events, () -> events + " events of the last");
    held = Math.max(held, MemoryProbe.measure().heap() - base);
    return new Result(empty, counted, held, bridge.route("t").counters().appended());
  }

  /** To all of them by one address, or to each by its own; a few on their way at a time. */
  private void publishUntil(long end, int events, List<BoundChannel> all) {
    BoundChannel first = all.get(0);
    String data = "x".repeat(300);
    long enough = channels < 5000 ? events : (long) events * channels;
    while (System.nanoTime() < end || next.get() < enough) {
      long number = next.getAndIncrement();
      if (channels < 5000) {
        bridge.publish("all", data);
        waitFor(first, number);
      } else {
        bridge.publish("t." + number % channels, data);
        while (bridge.route("t").counters().appended() < number - WINDOW) {
          LockSupport.parkNanos(100_000);
        }
      }
    }
  }

  private static void waitFor(BoundChannel channel, long number) {
    while (channel.channel().log().head() < number - WINDOW) {
      LockSupport.parkNanos(100_000);
    }
  }
}
