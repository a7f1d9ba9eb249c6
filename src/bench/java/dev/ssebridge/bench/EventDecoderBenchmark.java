package dev.ssebridge.bench;

import dev.ssebridge.format.EventDecoder;
import dev.ssebridge.format.EventEncoder;
import dev.ssebridge.format.ServerSentEvent;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Decodes 64 KiB of events of about 100 bytes. One operation is one byte of the stream, so that the
 * score in operations per microsecond is the speed in MB/s. {@link #handWritten} is the yardstick:
 * the shortest loop that makes the same strings of this very stream, and that would fail on others.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class EventDecoderBenchmark {
  private static final int BYTES = 64 << 10;

  /** What an event holds beside its data. */
  @Param({"data", "id", "id+type"})
  public String shape = "";

  private byte[] stream = {};
  private Buffer buffer = Buffer.buffer();
  private EventDecoder decoder = EventDecoder.create(event -> {});

  /** Makes the stream. */
  @Setup(Level.Trial)
  public void fill(Blackhole blackhole) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(BYTES);
    for (int i = 0; out.size() < BYTES; i++) {
      out.writeBytes(EventEncoder.encode(event(i, BYTES - out.size())));
    }
    stream = out.toByteArray();
    if (stream.length != BYTES) {
      throw new IllegalStateException("expected " + BYTES + " bytes, made " + stream.length);
    }
    buffer = Buffer.buffer(stream);
    decoder = EventDecoder.create(blackhole::consume);
  }

  /** An event of 100 bytes; the last one takes what is left. */
  private ServerSentEvent event(int number, int left) {
    ServerSentEvent.Builder event = ServerSentEvent.builder();
    if (!shape.equals("data")) {
      event.id("k3x9-" + (100_000 + number));
    }
    if (shape.equals("id+type")) {
      event.type("price");
    }
    int overhead = EventEncoder.encode(event.data("").build()).length;
    int size = left < 200 ? left : 100;
    return event
        .data("{\"v\":" + "0123456789".repeat(20).substring(0, size - overhead - 6) + "}")
        .build();
  }

  /** The decoder, the whole buffer at once. */
  @Benchmark
  @OperationsPerInvocation(BYTES)
  public void decode64KiB() {
    decoder.decode(stream, 0, stream.length);
  }

  /** The same from a Vert.x buffer. */
  @Benchmark
  @OperationsPerInvocation(BYTES)
  public void decodeBuffer() {
    decoder.decode(buffer);
  }

  /** Any chunking: as a TCP segment brings it. */
  @Benchmark
  @OperationsPerInvocation(BYTES)
  public void decode1460() {
    inChunks(1460);
  }

  /** Any chunking: less than a line. */
  @Benchmark
  @OperationsPerInvocation(BYTES)
  public void decode61() {
    inChunks(61);
  }

  /** Any chunking: a few bytes. */
  @Benchmark
  @OperationsPerInvocation(BYTES)
  public void decode7() {
    inChunks(7);
  }

  /** Any chunking: byte by byte. */
  @Benchmark
  @OperationsPerInvocation(BYTES)
  public void decode1() {
    inChunks(1);
  }

  private void inChunks(int chunk) {
    for (int at = 0; at < stream.length; at += chunk) {
      decoder.decode(stream, at, Math.min(chunk, stream.length - at));
    }
  }

  /** The yardstick. */
  @Benchmark
  @OperationsPerInvocation(BYTES)
  public void handWritten(Blackhole blackhole) {
    byte[] bytes = stream;
    int lineStart = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        if (i > lineStart) {
          int name = bytes[lineStart] == 'd' ? 6 : bytes[lineStart] == 'i' ? 4 : 7;
          blackhole.consume(
              new String(bytes, lineStart + name, i - lineStart - name, StandardCharsets.UTF_8));
        }
        lineStart = i + 1;
      }
    }
  }
}
