package dev.ssebridge.internal.fanout;

import dev.ssebridge.internal.eventstream.FrameBuffer;
import dev.ssebridge.internal.log.EventLog;
import dev.ssebridge.internal.log.LogShape;
import dev.ssebridge.internal.log.Retention;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
 * Gathers a batch of events of 100 bytes; the score is in batches per microsecond. On a plain
 * thread, so without the cache of buffers that an event loop has.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class GatherBenchmark {
  private static final int EVENTS = 10_000;
  private static final int KEYS = 1000;

  /** Events in the batch. */
  @Param({"1", "16", "400"})
  public int batch;

  private final Gather gather = new Gather();
  private final EventLog log =
      new EventLog("k3x9", new Retention(EVENTS, 64 << 20, 600_000), new LogShape(2, true));
  private final NewestByKey newest = new NewestByKey(KEYS);
  private EventFilter even = EventFilter.ALL;

  /** Fills the log. */
  @Setup(Level.Trial)
  public void fill() {
    BitSet first = new BitSet();
    first.set(0);
    even = EventFilter.of(first);
    FrameBuffer frame = new FrameBuffer(256);
    String data = "x".repeat(80);
    for (int i = 1; i <= EVENTS; i++) {
      frame.clear().id("k3x9", i).data(data).end();
      log.append(i, i % 2, "key" + i % KEYS, frame.array(), 0, frame.length());
      newest.onAppended(i, i % 2, "key" + i % KEYS, log.floor());
    }
  }

  /** All events of a stretch. */
  @Benchmark
  public int all() {
    return lengthOf(gather.next(log, log.head() - batch, EventFilter.ALL, Long.MAX_VALUE));
  }

  /** Every other event of a stretch twice as long. */
  @Benchmark
  public int filtered() {
    return lengthOf(gather.next(log, log.head() - 2L * batch, even, Long.MAX_VALUE));
  }

  /** The newest of each key in the whole log, as many events as a batch has. */
  @Benchmark
  public int conflated() {
    return lengthOf(gather.conflated(log, newest, 0, EventFilter.ALL, batch));
  }

  private static int lengthOf(@Nullable Batch batch) {
    if (batch == null) {
      throw new IllegalStateException("expected a batch");
    }
    int length = batch.length();
    batch.release();
    return length;
  }
}
