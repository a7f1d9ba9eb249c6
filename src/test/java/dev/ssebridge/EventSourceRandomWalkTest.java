package dev.ssebridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.client.Recorder;
import dev.ssebridge.internal.client.UnrulyOrigin;
import dev.ssebridge.internal.client.UnrulyOrigin.Peer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/**
 * A source follows a numbered stream over an origin that misbehaves at random but can resume: every
 * number comes exactly once and in order. {@code -Dwalk.seconds=60} walks for longer, {@code
 * -Dwalk.seed=..} the same way again.
 */
class EventSourceRandomWalkTest extends EventSourceFixture {
  private static final int SECONDS = Integer.getInteger("walk.seconds", 3);
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
    GARBAGE
  }

  @Test
  void client13EveryEventComesExactlyOnceAndInOrder() throws Exception {
    EventSource source =
        source(
            options()
                .maxReconnectDelay(Duration.ofMillis(20))
                .responseTimeout(Duration.ofMillis(100))
                .idleTimeout(Duration.ofMillis(100))
                .build());
    Recorder recorder = Recorder.of(source);
    AtomicLong expected = new AtomicLong(1);
    AtomicReference<String> wrong = new AtomicReference<>("");
    Random pauses = new Random(SEED + 1);
    source.handler(
        event -> {
          long number = expected.getAndIncrement();
          String want = "n" + number + "\n" + number;
          if (!want.equals(event.data()) || !("" + number).equals(event.id())) {
            wrong.compareAndSet("", "expected " + want + ", got " + event);
          }
          if (pauses.nextInt(200) == 0) {
            source.pause();
            vertx.setTimer(1 + pauses.nextInt(5), fired -> source.fetch(pauses.nextInt(50)));
            vertx.setTimer(10, fired -> source.resume());
          }
        });
    connect(source);
    int connections = 0;
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (System.nanoTime() < until && String.valueOf(wrong.get()).isEmpty()) {
      Peer peer = origin.next();
      connections++;
      try {
        behave(Mood.values()[random.nextInt(Mood.values().length)], peer);
      } catch (UnrulyOrigin.ClientGoneError slow) {
        // On a busy machine the source loses patience before the origin has done its worst.
      }
      recorder.transitions.clear();
    }
    assertThat(wrong.get()).as("seed %d", SEED).isEmpty();
    assertThat(recorder.exceptions).as("seed %d", SEED).isEmpty();
    assertThat(expected.get()).as("seed %d: events", SEED).isGreaterThan(10L * SECONDS);
    System.out.printf(
        "random walk: seed %d, %d connections, %d events%n", SEED, connections, expected.get());
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
