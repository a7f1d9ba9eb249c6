package dev.ssebridge.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ssebridge.SseBridgeVerticle;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.LoopProbe;
import dev.ssebridge.testing.RunningAccount;
import dev.ssebridge.testing.StreamReader;
import dev.ssebridge.testing.StreamReaders;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * What conflated subscribers cost the others of their loop: the latency of another route's streams,
 * with and without a thousand subscribers that are 16,000 events behind and read a little now and
 * then. Both in turn, so that their ratio says something. Arguments: rounds, lagging subscribers.
 */
public final class ConflationBenchmark {
  private static final int KEYS = 16_000;
  private static final int OBSERVERS = 20;
  private static final long WARM_UP_MILLIS = 9_000;
  private static final long MEASURED_MILLIS = 10_000;
  private static final String CONFIG =
      "{'http':{'port':0,'drain':0},'routes':{'o':{'path':'/o','address':'other'},"
          + "'p':{'path':'/p','address':'prices','history':{'events':100000,'bytes':'64MiB'},"
          + "'slow':{'policy':'conflate','key':'/k','keys':20000,'lag':{'events':1000}}}}}";

  private ConflationBenchmark() {}

  /** Prints a line for each round. */
  public static void main(String[] args) throws InterruptedException, IOException {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
    int lagging = args.length > 1 ? Integer.parseInt(args[1]) : 1000;
    for (int i = 0; i < rounds; i++) {
      Result alone = run(0);
      Result beside = run(lagging);
      System.out.printf(
          Locale.ROOT,
          "others' p50/p99 ms: alone %.2f/%.2f, beside %d lagging %.2f/%.2f, ratio of p99 %.2f;"
              + " longest hold of the loop, us of CPU: %d and %d%n",
          alone.p50,
          alone.p99,
          lagging,
          beside.p50,
          beside.p99,
          beside.p99 / alone.p99,
          alone.hold,
          beside.hold);
    }
  }

  private record Result(double p50, double p99, long hold) {}

  private static Result run(int lagging) throws InterruptedException, IOException {
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    SseBridgeVerticle verticle = new SseBridgeVerticle();
    BridgeFixture.get(
        vertx.deployVerticle(
            verticle, new DeploymentOptions().setConfig(BridgeFixture.json(CONFIG))));
    Queue<Long> latencies = new ConcurrentLinkedQueue<>();
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < OBSERVERS; i++) {
      sockets.add(observe(verticle.actualPort(), latencies));
    }
    try (StreamReaders readers = new StreamReaders(16 * 1024);
        LoopProbe probe = LoopProbe.of(vertx, 1)) {
      List<StreamReader> slow = new ArrayList<>();
      for (int i = 0; i < lagging; i++) {
        slow.add(readers.reader(verticle.actualPort(), "/p", new RunningAccount(s -> true)).open());
      }
      Publisher publisher = new Publisher(vertx);
      publisher.start();
      long begin = System.nanoTime();
      slow.forEach(StreamReader::stop);
      rotate(slow, begin, WARM_UP_MILLIS);
      latencies.clear();
      probe.reset();
      rotate(slow, begin, WARM_UP_MILLIS + MEASURED_MILLIS);
      long hold = probe.longestMicros();
      publisher.stopped = true;
      publisher.join();
      for (Socket socket : sockets) {
        socket.close();
      }
      long[] sorted = latencies.stream().mapToLong(Long::longValue).sorted().toArray();
      BridgeFixture.get(vertx.close());
      return new Result(
          sorted[sorted.length / 2] / 1e6, sorted[(int) (sorted.length * 0.99)] / 1e6, hold);
    }
  }

  /** A few at a time read for a moment, each about every five seconds. */
  private static void rotate(List<StreamReader> slow, long begin, long untilMillis)
      throws InterruptedException {
    int next = 0;
    while (System.nanoTime() - begin < TimeUnit.MILLISECONDS.toNanos(untilMillis)) {
      int share = Math.max(1, slow.size() / 50);
      List<StreamReader> now =
          slow.isEmpty() ? List.of() : slow.subList(next, Math.min(slow.size(), next + share));
      now.forEach(StreamReader::goOn);
      Thread.sleep(100);
      now.forEach(StreamReader::stop);
      next = next + share >= slow.size() ? 0 : next + share;
    }
  }

  private static Socket observe(int port, Queue<Long> latencies) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.getOutputStream().write("GET /o HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
    Thread thread =
        new Thread(
            () -> {
              try (BufferedReader lines =
                  new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                  if (line.startsWith("data: ")) {
                    latencies.add(System.nanoTime() - Long.parseLong(line.substring(6)));
                  }
                }
              } catch (IOException closed) {
                // The end of the round.
              }
            });
    thread.setDaemon(true);
    thread.start();
    return socket;
  }

  /** 2,000 prices a second, and 100 messages for the others. */
  private static final class Publisher extends Thread {
    private final Vertx vertx;
    private volatile boolean stopped;

    Publisher(Vertx vertx) {
      this.vertx = vertx;
    }

    @Override
    public void run() {
      char[] pad = new char[150];
      Arrays.fill(pad, 'x');
      String padding = new String(pad);
      long next = System.nanoTime();
      for (long i = 1; !stopped; ) {
        for (int j = 0; j < 20; j++, i++) {
          vertx
              .eventBus()
              .publish(
                  "prices", new JsonObject().put("n", i).put("k", i % KEYS).put("pad", padding));
        }
        vertx.eventBus().publish("other", Long.toString(System.nanoTime()));
        next += 10_000_000;
        long left = next - System.nanoTime();
        if (left > 0) {
          java.util.concurrent.locks.LockSupport.parkNanos(left);
        }
      }
    }
  }
}
