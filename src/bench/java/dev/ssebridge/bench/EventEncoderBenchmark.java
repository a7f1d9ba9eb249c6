package dev.ssebridge.bench;

import dev.ssebridge.format.EventEncoder;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.eventstream.FrameBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Encodes one event; the score is in events per microsecond. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class EventEncoderBenchmark {

  /** What the data is: plain text, text with line ends, text beyond ASCII. */
  @Param({"ascii", "lines", "unicode"})
  public String kind = "";

  /** Characters of data. */
  @Param({"80", "1000"})
  public int size;

  private String data = "";
  private byte[] utf8 = {};
  private ServerSentEvent event = ServerSentEvent.of("");
  private final FrameBuffer frame = new FrameBuffer(1 << 16);

  /** Makes the event. */
  @Setup(Level.Trial)
  public void fill() {
    String unit =
        switch (kind) {
          case "ascii" -> "{\"price\":1.0832,\"n\":7},";
          case "lines" -> "{\n  \"price\": 1.0832,\n";
          default -> "Grüße aus Wien: 7 € 😀, ";
        };
    data = unit.repeat(size).substring(0, size);
    utf8 = data.getBytes(StandardCharsets.UTF_8);
    event = ServerSentEvent.builder().id("k3x9-100000").type("price").data(data).build();
  }

  /** What the server does for a message with text: into a reused buffer. */
  @Benchmark
  public int frameOfText() {
    return frame.clear().id("k3x9", 100_000).type("price").data(data).end().length();
  }

  /** What the server does for a message with bytes. */
  @Benchmark
  public int frameOfBytes() {
    return frame
        .clear()
        .id("k3x9", 100_000)
        .type("price")
        .data(utf8, 0, utf8.length)
        .end()
        .length();
  }

  /** The public encoder: a new array for each event. */
  @Benchmark
  public byte[] encode() {
    return EventEncoder.encode(event);
  }
}
