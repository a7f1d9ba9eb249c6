package dev.ssebridge.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ssebridge.internal.client.Recorder;
import dev.ssebridge.internal.client.UnrulyOrigin;
import dev.ssebridge.internal.client.UnrulyOrigin.Peer;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A source follows a numbered stream over an origin that misbehaves at random but can resume: every
 * number comes exactly once and in order, whatever its handler does meanwhile: it pauses, restarts
 * and waits, from its own and from other threads. {@code -Dwalk.seconds=60} walks for longer,
 * {@code -Dwalk.seed=..} the same way again.
 */
@Tag("slow")
class EventSourceRandomWalkTest extends EventSourceFixture {
  private static final int SECONDS = Integer.getInteger("walk.seconds", 1);
  private static final long SEED = Long.getLong("walk.seed", System.nanoTime());

  private final Random random = new Random(SEED);

  /** What a connection does. */
  private enum Mood {
    CLEAN_END,
    RESET,
    HALF_CHUNK,
    BYTE_BY_BYTE,
    REDIRECT,
    GZIP,
    HANG_BEFORE_HEAD,
    HANG_IN_STREAM,
    NOT_NOW,
    HANG_UP_WITHOUT_A_WORD,
    LONG_LINES,
    UNFINISHED,
    GARBAGE,
    ANY_SERVER_ERROR,
    REFUSAL,
    PAGE_OF_MAINTENANCE,
    TWO_UNAUTHORIZED,
    ONLY_HEARTBEATS,
    EMPTY,
    FOREIGN_CODING
  }

  @ParameterizedTest
  @EnumSource(
      value = ThreadingModel.class,
      names = {"EVENT_LOOP", "WORKER", "VIRTUAL_THREAD"})
  void client13EveryEventComesExactlyOnceAndInOrder(ThreadingModel model) throws Exception {
    assumeTrue(
        model != ThreadingModel.VIRTUAL_THREAD || Runtime.version().feature() >= 21,
        "virtual threads need a JDK 21");
    AtomicLong expected = new AtomicLong(1);
    AtomicReference<String> wrong = new AtomicReference<>("");
    EventSource source = deploy(model);
    Recorder recorder = Recorder.of(source);
    Mischief mischief = new Mischief(source, model);
    AtomicInteger running = new AtomicInteger();
    source.handler(
        event -> {
          long number = expected.getAndIncrement();
          String want = "n" + number + "\n" + number;
          if (!want.equals(event.data()) || !("" + number).equals(event.id())) {
            wrong.compareAndSet("", "expected " + want + ", got " + event);
          }
          if (running.incrementAndGet() > 1) {
            wrong.compareAndSet("", number + " came while another event was being handled");
          }
          mischief.make();
          running.decrementAndGet();
        });
    connect(source);
    int connections = 0;
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while ((System.nanoTime() < until || expected.get() <= 10L * SECONDS)
        && String.valueOf(wrong.get()).isEmpty()) {
      Peer peer = origin.poll(20_000);
      if (peer == null) {
        throw new AssertionError("no request, seed " + SEED + ", " + source.stats());
      }
      connections++;
      try {
        behave(Mood.values()[random.nextInt(Mood.values().length)], peer);
      } catch (UnrulyOrigin.ClientGoneError slow) {
        // On a busy machine the source loses patience before the origin has done its worst.
      }
      recorder.transitions.clear();
    }
    mischief.stop();
    String last = endWithNoContent(recorder);
    mischief.close();
    assertThat(wrong.get()).as("seed %d", SEED).isEmpty();
    assertThat(last)
        .as("seed %d: whatever was taken for delivered was delivered", SEED)
        .isEqualTo("" + (expected.get() - 1));
    assertThat(recorder.exceptions).as("seed %d", SEED).isEmpty();
    assertThat(expected.get()).as("seed %d: events", SEED).isGreaterThan(10L * SECONDS);
    System.out.printf(
        "random walk, %s: seed %d, %d connections, %d events%n",
        model, SEED, connections, expected.get());
  }

  private EventSource deploy(ThreadingModel model) throws Exception {
    Promise<EventSource> made = Promise.promise();
    VerticleBase verticle =
        new VerticleBase() {
          @Override
          public Future<?> start() {
            made.complete(
                source(
                    builder(
                            options(
                                    policy ->
                                        policy
                                            .setMaxRetry(Duration.ofMillis(20))
                                            .setMaxRefusedRetry(Duration.ofMillis(20))
                                            .setRefused(ReconnectPolicy.Refused.RETRY))
                                .setCookies(true)
                                .setResponseTimeout(Duration.ofMillis(100))
                                .setIdleTimeout(Duration.ofMillis(100)))
                        .withRequestSupplier(
                            attempt -> Future.succeededFuture(attempt.request()))));
            return Future.succeededFuture();
          }
        };
    await(vertx.deployVerticle(verticle, new DeploymentOptions().setThreadingModel(model)));
    return await(made.future());
  }

  /** What a handler may do to its source, from whatever thread. */
  private static final class Mischief {
    private final Random random = new Random(SEED + 1);
    // One thread: a pause that is overtaken by its resume would hold for ever.
    private final ScheduledExecutorService foreign = Executors.newScheduledThreadPool(1);
    private final EventSource source;
    private final ThreadingModel model;
    private volatile boolean over;

    Mischief(EventSource source, ThreadingModel model) {
      this.source = source;
      this.model = model;
    }

    void make() {
      if (over) {
        return;
      }
      switch (random.nextInt(1000)) {
        case 0, 1, 2 -> {
          source.pause();
          vertx.setTimer(1 + random.nextInt(5), fired -> source.fetch(random.nextInt(50)));
          vertx.setTimer(10, fired -> source.resume());
        }
        case 3, 4, 5 -> {
          source.pause();
          vertx.<Void>executeBlocking(
              () -> {
                Thread.sleep(2);
                source.fetch(1);
                source.resume();
                return null;
              });
        }
        case 6, 7 -> {
          source.pause();
          inAWhile(source::resume);
        }
        case 8 -> {
          for (int i = 0; i < 20; i++) {
            foreign.execute(source::pause);
            foreign.execute(source::stats);
            inAWhile(source::resume);
          }
        }
        case 9 -> inAWhile(source::restart);
        case 10 -> source.restart();
        case 11, 12, 13 -> dally(random.nextInt(30));
        case 14 -> dally(150); // Longer than any of the timeouts.
        default -> {}
      }
    }

    @SuppressWarnings("FutureReturnValueIgnored")
    private void inAWhile(Runnable call) {
      foreign.schedule(call, 1 + random.nextInt(5), TimeUnit.MILLISECONDS);
    }

    /** Waits as a handler of this kind may; one on an event loop may not. */
    private void dally(int millis) {
      if (model == ThreadingModel.VIRTUAL_THREAD) {
        Future.await(vertx.timer(1 + millis));
      } else if (model == ThreadingModel.WORKER) {
        LockSupport.parkNanos(millis * 1_000_000L);
      }
    }

    /** From now on nothing is done; whatever is on its way comes before the last resume. */
    @SuppressWarnings("FutureReturnValueIgnored")
    void stop() {
      over = true;
      foreign.schedule(source::resume, 50, TimeUnit.MILLISECONDS);
    }

    void close() {
      foreign.shutdownNow();
    }
  }

  /** The only end that a server can ask for. */
  /** Returns the last event id of the request that was answered so. */
  private @Nullable String endWithNoContent(Recorder recorder) {
    String last = null;
    for (int tries = 0; tries < 400 && recorder.ends.isEmpty(); tries++) {
      Peer peer = origin.poll(50);
      if (peer != null) {
        last = peer.header("last-event-id");
        try {
          peer.answer("204 No Content");
        } catch (UnrulyOrigin.ClientGoneError slow) {
          // It will ask again.
        }
      }
    }
    recorder.take(recorder.ends, "the end");
    assertThat(origin.poll(50)).as("a request after the end").isNull();
    return last;
  }

  private void behave(Mood mood, Peer peer) throws IOException {
    String id = peer.header("last-event-id");
    long from = id == null ? 0 : Long.parseLong(id);
    boolean mark = random.nextInt(4) == 0 && mood != Mood.LONG_LINES;
    byte[] events = events(mark ? "\ufeff" : "", from, random.nextInt(40));
    switch (mood) {
      case CLEAN_END -> pieces(peer.stream(), events, 700).close();
      case RESET -> pieces(peer.stream(), events, 300).reset();
      case HALF_CHUNK -> peer.chunked().chunk(events).send("ffff\r\nid: 999999\nda").close();
      case BYTE_BY_BYTE -> pieces(peer.stream(), events, 1).close();
      case REDIRECT -> peer.answer("307 Elsewhere", "Location: /r" + random.nextInt());
      case GZIP -> gzip(peer, events);
      case HANG_BEFORE_HEAD -> {
        // The source must give up by itself.
      }
      case HANG_IN_STREAM -> pieces(peer.stream(), events, 700);
      case NOT_NOW ->
          peer.answer((random.nextBoolean() ? 503 : 500) + " Not now", "Retry-After: 0");
      case HANG_UP_WITHOUT_A_WORD -> peer.reset();
      case LONG_LINES -> {
        peer.stream()
            .send("\ufeff:" + "x".repeat(100_000))
            .send("\nunknown: " + "y".repeat(100_000));
        pieces(peer.send("\n"), events, 5000).close();
      }
      case UNFINISHED -> peer.stream().send(events).send("id: 999999\ndata: never\n").close();
      case ANY_SERVER_ERROR -> peer.answer((500 + random.nextInt(100)) + " Oh");
      case REFUSAL -> {
        int[] statuses = {400, 403, 404, 409, 410, 421, 499, 201, 299, 300, 305};
        peer.head(statuses[random.nextInt(statuses.length)] + " No", "Content-Type: text/html")
            .send("id: 999999\ndata: never\n\n")
            .close();
      }
      case PAGE_OF_MAINTENANCE ->
          peer.head("200 OK", "Content-Type: text/html", "Set-Cookie: page=" + random.nextInt(9))
              .send("<html>id: 999999\ndata: never\n\n")
              .close();
      case TWO_UNAUTHORIZED -> {
        peer.answer("401 Unauthorized");
        Peer second = origin.poll(200);
        if (second != null) {
          second.answer("401 Unauthorized");
        }
      }
      case ONLY_HEARTBEATS ->
          pieces(peer.stream(), ": a\n\n: b\n\n".getBytes(StandardCharsets.UTF_8), 5).close();
      case EMPTY -> peer.stream().close();
      case FOREIGN_CODING ->
          peer.chunked("Content-Encoding: br").chunk("id: 999999\ndata: never\n\n").end();
      case GARBAGE -> peer.send("\u0000\u0001 what is this\r\n\r\n").close();
    }
  }

  private static void gzip(Peer peer, byte[] events) throws IOException {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    GZIPOutputStream gzip = new GZIPOutputStream(wire, 512, true);
    gzip.write(events);
    gzip.flush();
    peer.chunked("Content-Encoding: gzip").chunk(wire.toByteArray()).end();
  }

  /** In pieces of random size; a client that has hung up is none of the origin's business. */
  private Peer pieces(Peer peer, byte[] bytes, int largest) {
    for (int at = 0; at < bytes.length; ) {
      int end = Math.min(bytes.length, at + 1 + random.nextInt(largest));
      if (!peer.trySend(Arrays.copyOfRange(bytes, at, end))) {
        return peer;
      }
      at = end;
    }
    return peer;
  }

  private byte[] events(String start, long from, int count) {
    StringBuilder stream = new StringBuilder(start);
    for (long number = from + 1; number <= from + count; number++) {
      String end = new String[] {"\n", "\r\n", "\r"}[random.nextInt(3)];
      if (random.nextInt(5) == 0) {
        stream.append(": heartbeat").append(end);
      }
      stream.append("id:").append(number).append(end);
      stream.append("data: n").append(number).append(end);
      stream.append("data:").append(number).append(end).append(end);
    }
    return stream.toString().getBytes(StandardCharsets.UTF_8);
  }
}
