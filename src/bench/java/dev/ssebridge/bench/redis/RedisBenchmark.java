package dev.ssebridge.bench.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ssebridge.internal.store.redis.RedisHistoryStore;
import dev.ssebridge.internal.store.redis.RedisStoreSettings;
import dev.ssebridge.spi.HistoryRetention;
import dev.ssebridge.spi.HistoryStore;
import dev.ssebridge.spi.StoredEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;

/**
 * Events a second that two nodes take through a Redis of their own, one and 16 a call, in 64
 * channels: by the store, and by the client alone, with the smallest script that does it and with
 * the store's script, both nodes being told; and the CPU time of each event. Then how long an event
 * takes from one node to the other, and how long they need after ten seconds without Redis. Runs
 * for about six minutes; stays on loopback.
 */
public final class RedisBenchmark {
  private static final int CHANNELS = 64;
  private static final int SECONDS = 5;
  private static final int ROUNDS = 5;
  private static final int WARM_UP_SECONDS = 20;
  private static final String BARE =
      "redis.call('XADD',KEYS[1],'MAXLEN','~','10000','*','d',ARGV[1]) "
          + "for i=2,#ARGV do redis.call('XADD',KEYS[1],'MAXLEN','~','10000','*','d',ARGV[i]) end "
          + "redis.call('SPUBLISH',KEYS[1],table.concat(ARGV)) return 1";
  private static final byte[] FRAME = ("data: " + "x".repeat(92) + "\n\n").getBytes(UTF_8);
  private static final HistoryRetention RETENTION =
      new HistoryRetention(10_000, Long.MAX_VALUE, Long.MAX_VALUE);

  private final Vertx publishing = Vertx.vertx();
  private final Vertx reading = Vertx.vertx();
  private final String url;
  private final ProcessHandle redis;

  private RedisBenchmark(String url, ProcessHandle redis) {
    this.url = url;
    this.redis = redis;
  }

  /** Runs it; needs redis-server. */
  public static void main(String[] arguments) throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Process redis =
        new ProcessBuilder("redis-server", "--port", "" + port, "--bind", "127.0.0.1", "--save", "")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      awaitListening(port);
      new RedisBenchmark("redis://127.0.0.1:" + port, redis.toHandle()).run();
    } finally {
      redis.destroyForcibly();
    }
    System.exit(0);
  }

  private static void awaitListening(int port) throws Exception {
    for (int i = 0; i < 500; i++) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
        return;
      } catch (java.io.IOException notYet) {
        Thread.sleep(10);
      }
    }
    throw new IllegalStateException("redis-server does not listen");
  }

  private void run() throws Exception {
    System.out.println(
        "| events/s (us of CPU an event: both nodes, Redis) | smallest script | store's script | store |"
            + " ratio to each |\n|---|---:|---:|---:|---:|");
    for (int perCall : new int[] {1, 16}) {
      List<List<Figures>> all = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      for (int round = 0; round <= ROUNDS; round++) {
        // A bridge runs for days: what the compiler of the JVM does at first is not measured.
        int warmUp = round == 0 ? WARM_UP_SECONDS : 2;
        all.get(0).add(bare(perCall, "bare" + perCall + round, warmUp));
        all.get(1).add(same(perCall, "same" + perCall + round, warmUp));
        all.get(2).add(store(perCall, "store" + perCall + round, warmUp));
      }
      Figures bare = median(all.get(0));
      Figures same = median(all.get(1));
      Figures store = median(all.get(2));
      System.out.printf(
          Locale.ROOT,
          "| %d a call | %s | %s | %s | %.2f, %.2f |%n",
          perCall,
          bare,
          same,
          store,
          store.rate() / bare.rate(),
          store.rate() / same.rate());
    }
    System.out.println("\n| node to node | p50 | p99 |\n|---|---:|---:|");
    for (int rate : new int[] {1_000, 10_000}) {
      long[] times = latency(rate, "latency" + rate);
      System.out.printf(
          Locale.ROOT,
          "| %,d events/s | %.2f ms | %.2f ms |%n",
          rate,
          times[times.length / 2] / 1e6,
          times[times.length * 99 / 100] / 1e6);
    }
    System.out.println("\n" + outage());
  }

  /**
   * What was measured.
   *
   * @param rate events a second
   * @param nodes microseconds of the CPU of this process for each
   * @param redis the same of Redis
   */
  private record Figures(double rate, double nodes, double redis) {
    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%,.0f (%.1f, %.1f)", rate, nodes, redis);
    }
  }

  /** Of each figure by itself, without the first round. */
  private static Figures median(List<Figures> rounds) {
    List<Figures> measured = rounds.subList(1, rounds.size());
    return new Figures(
        median(measured, Figures::rate),
        median(measured, Figures::nodes),
        median(measured, Figures::redis));
  }

  private static double median(List<Figures> rounds, ToDoubleFunction<Figures> figure) {
    double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static <T> T get(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }

  // The client alone

  private Figures bare(int perCall, String name, int warmUp) {
    RedisConnection writer = get(connect(publishing));
    RedisConnection reader = get(connect(reading));
    LongAdder arrived = new LongAdder();
    reader.handler(
        message -> {
          if (message.size() == 3 && message.get(0).toString().equals("smessage")) {
            arrived.add(message.get(2).toBytes().length);
          }
        });
    String sha = get(writer.send(Request.cmd(Command.SCRIPT).arg("LOAD").arg(BARE))).toString();
    for (int i = 0; i < CHANNELS; i++) {
      get(reader.send(Request.cmd(Command.SSUBSCRIBE).arg("{" + name + i + "}")));
    }
    LongAdder done = new LongAdder();
    long[] end = {Long.MAX_VALUE};
    for (int i = 0; i < CHANNELS; i++) {
      bareCall(writer, sha, "{" + name + i + "}", perCall, done, end);
    }
    Figures figures = measure(done, warmUp);
    end[0] = 0;
    get(writer.close());
    get(reader.close());
    return figures;
  }

  /** What the store has Redis do, and both nodes are told, but nobody keeps account of anything. */
  private Figures same(int perCall, String name, int warmUp) throws Exception {
    RedisConnection writer = get(connect(publishing));
    List<RedisConnection> readers = List.of(get(connect(publishing)), get(connect(reading)));
    LongAdder arrived = new LongAdder();
    for (RedisConnection each : readers) {
      each.handler(
          message -> {
            if (message.size() == 3 && message.get(0).toString().equals("smessage")) {
              arrived.add(message.get(2).toBytes().length);
            }
          });
    }
    String script;
    try (InputStream in =
        Objects.requireNonNull(
            RedisHistoryStore.class.getResourceAsStream("/dev/ssebridge/redis/plain.lua"))) {
      script = new String(in.readAllBytes(), UTF_8);
    }
    String sha = get(writer.send(Request.cmd(Command.SCRIPT).arg("LOAD").arg(script))).toString();
    for (int i = 0; i < CHANNELS; i++) {
      String log = "sse:{" + name + i + "}:log";
      get(
          writer.send(
              Request.cmd(Command.XADD).arg(log).arg("1000000000000000-1").arg("h").arg(0)));
      for (RedisConnection each : readers) {
        get(each.send(Request.cmd(Command.SSUBSCRIBE).arg(log)));
      }
    }
    LongAdder done = new LongAdder();
    long[] end = {Long.MAX_VALUE};
    for (int i = 0; i < CHANNELS; i++) {
      sameCall(writer, sha, "sse:{" + name + i + "}:", perCall, done, end);
    }
    Figures figures = measure(done, warmUp);
    end[0] = 0;
    get(writer.close());
    for (RedisConnection each : readers) {
      get(each.close());
    }
    return figures;
  }

  private void sameCall(
      RedisConnection writer, String sha, String stem, int perCall, LongAdder done, long[] end) {
    Request call =
        Request.cmd(Command.EVALSHA).arg(sha).arg(2).arg(stem + "log").arg(stem + "void");
    call.arg("1000000000000000-*").arg(1).arg(RETENTION.events()).arg("0123456789ab." + done.sum());
    for (int i = 0; i < perCall; i++) {
      call.arg(System.currentTimeMillis()).arg(FRAME);
    }
    writer
        .send(call)
        .onSuccess(
            answer -> {
              done.add(perCall);
              if (System.nanoTime() < end[0]) {
                sameCall(writer, sha, stem, perCall, done, end);
              }
            });
  }

  private Future<RedisConnection> connect(Vertx vertx) {
    return Redis.createClient(vertx, new RedisOptions().setConnectionString(url)).connect();
  }

  private void bareCall(
      RedisConnection writer, String sha, String key, int perCall, LongAdder done, long[] end) {
    Request call = Request.cmd(Command.EVALSHA).arg(sha).arg(1).arg(key);
    for (int i = 0; i < perCall; i++) {
      call.arg(FRAME);
    }
    writer
        .send(call)
        .onSuccess(
            answer -> {
              done.add(perCall);
              if (System.nanoTime() < end[0]) {
                bareCall(writer, sha, key, perCall, done, end);
              }
            });
  }

  private Figures measure(LongAdder done, int warmUp) {
    sleep(TimeUnit.SECONDS.toNanos(warmUp));
    long before = done.sum();
    long cpu = cpu(ProcessHandle.current());
    long redisCpu = cpu(redis);
    long began = System.nanoTime();
    sleep(TimeUnit.SECONDS.toNanos(SECONDS));
    long events = done.sum() - before;
    Figures figures =
        new Figures(
            events * 1e9 / (System.nanoTime() - began),
            (cpu(ProcessHandle.current()) - cpu) / 1e3 / events,
            (cpu(redis) - redisCpu) / 1e3 / events);
    System.err.println(figures);
    return figures;
  }

  /** Nanoseconds of a process. */
  private static long cpu(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }

  private static void sleep(long nanos) {
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  // The store

  private RedisHistoryStore started(Vertx vertx) {
    RedisHistoryStore store = new RedisHistoryStore(vertx, RedisStoreSettings.single(url));
    get(store.start());
    return store;
  }

  private static HistoryStore.Channel open(
      Vertx vertx, RedisHistoryStore store, String name, HistoryStore.Follower follower) {
    Promise<HistoryStore.Channel> opened = Promise.promise();
    vertx
        .getOrCreateContext()
        .runOnContext(now -> store.open(name, RETENTION, follower).onComplete(opened));
    return get(opened.future());
  }

  private Figures store(int perCall, String name, int warmUp) {
    RedisHistoryStore here = started(publishing);
    RedisHistoryStore there = started(reading);
    LongAdder done = new LongAdder();
    LongAdder told = new LongAdder();
    long[] end = {Long.MAX_VALUE};
    List<HistoryStore.Channel> channels = new ArrayList<>();
    for (int i = 0; i < CHANNELS; i++) {
      channels.add(open(publishing, here, name + i, new Counting(new LongAdder())));
      open(reading, there, name + i, new Counting(told));
    }
    for (HistoryStore.Channel channel : channels) {
      publishing.runOnContext(now -> append(channel, perCall, done, end));
    }
    Figures figures = measure(done, warmUp);
    end[0] = 0;
    get(here.close());
    get(there.close());
    return figures;
  }

  private static StoredEvent event() {
    return StoredEvent.of(System.currentTimeMillis(), FRAME, 0, null, null, null);
  }

  private static void append(
      HistoryStore.Channel channel, int perCall, LongAdder done, long[] end) {
    channel
        .append(Collections.nCopies(perCall, event()))
        .onSuccess(
            receipt -> {
              done.add(perCall);
              if (System.nanoTime() < end[0]) {
                append(channel, perCall, done, end);
              }
            });
  }

  /** Appends what there is, as a log would: one call at a time, of all that came meanwhile. */
  private static final class Appender {
    private final HistoryStore.Channel channel;
    private final List<StoredEvent> waiting = new ArrayList<>();
    private boolean busy;

    Appender(HistoryStore.Channel channel) {
      this.channel = channel;
    }

    void add(StoredEvent event) {
      waiting.add(event);
      next();
    }

    private void next() {
      if (busy || waiting.isEmpty()) {
        return;
      }
      busy = true;
      List<StoredEvent> some =
          waiting.subList(0, Math.min(waiting.size(), HistoryStore.MOST_EVENTS));
      List<StoredEvent> events = List.copyOf(some);
      some.clear();
      channel
          .append(events)
          .onFailure(refused -> waiting.addAll(0, events))
          .onComplete(
              decided -> {
                busy = false;
                if (decided.succeeded()) {
                  next();
                }
              });
    }
  }

  private long[] latency(int rate, String name) {
    RedisHistoryStore here = started(publishing);
    RedisHistoryStore there = started(reading);
    List<Long> times = Collections.synchronizedList(new ArrayList<>());
    HistoryStore.Channel channel = open(publishing, here, name, new Counting(new LongAdder()));
    open(reading, there, name, new Timing(times));
    Appender appender = new Appender(channel);
    int all = rate * 5;
    AtomicLong made = new AtomicLong();
    long began = System.nanoTime();
    long timer =
        publishing.setPeriodic(
            1,
            tick -> {
              long due = Math.min(all, (System.nanoTime() - began) * rate / 1_000_000_000L);
              while (made.get() < due) {
                made.incrementAndGet();
                appender.add(stamped());
              }
            });
    while (times.size() < all) {
      sleep(10_000_000);
    }
    publishing.cancelTimer(timer);
    get(here.close());
    get(there.close());
    // The first second is for the compiler.
    return times.subList(rate, all).stream().mapToLong(Long::longValue).sorted().toArray();
  }

  private static StoredEvent stamped() {
    byte[] frame = ("data: " + System.nanoTime() + " " + "x".repeat(70) + "\n\n").getBytes(UTF_8);
    return StoredEvent.of(System.currentTimeMillis(), frame, 0, null, null, null);
  }

  private String outage() throws Exception {
    RedisHistoryStore here = started(publishing);
    RedisHistoryStore there = started(reading);
    List<Long> times = Collections.synchronizedList(new ArrayList<>());
    HistoryStore.Channel channel = open(publishing, here, "outage", new Counting(new LongAdder()));
    open(reading, there, "outage", new Timing(times));
    Appender appender = new Appender(channel);
    AtomicLong made = new AtomicLong();
    long timer =
        publishing.setPeriodic(
            1,
            tick -> {
              made.incrementAndGet();
              appender.add(stamped());
            });
    sleep(TimeUnit.SECONDS.toNanos(3));
    signal("STOP");
    sleep(TimeUnit.SECONDS.toNanos(10));
    signal("CONT");
    long back = System.nanoTime();
    while (made.get() - times.size() > 20) {
      sleep(1_000_000);
    }
    long caughtUp = System.nanoTime() - back;
    publishing.cancelTimer(timer);
    while (times.size() < made.get()) {
      sleep(1_000_000);
    }
    get(here.close());
    get(there.close());
    return String.format(
        Locale.ROOT,
        "After 10 s without Redis at 1,000 events/s the other node was even %.0f ms later.",
        caughtUp / 1e6);
  }

  private void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, "" + redis.pid()).start().waitFor();
  }

  private static class Counting implements HistoryStore.Follower {
    private final LongAdder told;

    Counting(LongAdder told) {
      this.told = told;
    }

    @Override
    public void appended(long first, List<StoredEvent> events) {
      told.add(events.size());
    }

    @Override
    public void evicted(long upTo) {
      throw new IllegalStateException("evicted up to " + upTo);
    }

    @Override
    public void restarted(String epoch, long head) {
      throw new IllegalStateException("restarted at " + epoch + "-" + head);
    }
  }

  /** Takes down how long ago events were made. */
  private static final class Timing extends Counting {
    private final List<Long> times;

    Timing(List<Long> times) {
      super(new LongAdder());
      this.times = times;
    }

    @Override
    public void appended(long first, List<StoredEvent> events) {
      long now = System.nanoTime();
      for (StoredEvent event : events) {
        String text = new String(event.frame(), UTF_8);
        times.add(now - Long.parseLong(text.substring(6, text.indexOf(' ', 6))));
      }
    }
  }
}
