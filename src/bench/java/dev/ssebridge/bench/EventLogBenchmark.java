package dev.ssebridge.bench;

import dev.ssebridge.internal.eventstream.FrameBuffer;
import dev.ssebridge.internal.log.EntryView;
import dev.ssebridge.internal.log.EventLog;
import dev.ssebridge.internal.log.LogShape;
import dev.ssebridge.internal.log.Retention;
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

/**
 * Appends to a log that is full, so that every append evicts, and looks entries up; the score is in
 * events per microsecond.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class EventLogBenchmark {
  private static final int EVENTS = 10_000;

  /** Bytes of data. */
  @Param({"100", "1024"})
  public int size;

  private final FrameBuffer frame = new FrameBuffer(1 << 12);
  private final EntryView entry = new EntryView();
  private EventLog log = empty();
  private String data = "";
  private long time;
  private long next = 1;

  /** Fills the log. */
  @Setup(Level.Trial)
  public void fill() {
    data = "x".repeat(size);
    log = empty();
    frame.clear().id("k3x9", 100_000).data(data).end();
    for (int i = 0; i < 3 * EVENTS; i++) {
      append();
    }
  }

  private static EventLog empty() {
    return new EventLog("k3x9", new Retention(EVENTS, 64 << 20, 600_000), LogShape.PLAIN);
  }

  /** A frame that is there already. */
  @Benchmark
  public long append() {
    log.append(time++ >> 10, 0, null, frame.array(), 0, frame.length());
    return log.head();
  }

  /** What becomes of a message: its frame is made, and appended. */
  @Benchmark
  public long encodeAndAppend() {
    frame.clear().id("k3x9", log.head() + 1).data(data).end();
    return append();
  }

  /** Looks up one entry after the other. */
  @Benchmark
  public int read() {
    if (!log.read(next++, entry)) {
      next = log.oldest();
    }
    return entry.length();
  }
}
