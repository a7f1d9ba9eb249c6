package dev.ssebridge.internal.publish;

import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.metrics.Tallies;
import dev.ssebridge.internal.metrics.Timings;
import dev.ssebridge.metrics.Distribution;
import io.vertx.core.http.HttpServerResponse;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/** What happened at the path of a rule. Any thread. */
public final class PublishCounters {
  /** Of requests whose sender left before the answer. */
  public static final int NO_STATUS = 0;

  private final Tallies<Integer> requests = new Tallies<>();
  private final LongAdder bytes = new LongAdder();
  private final Timings times = new Timings();

  /** Counts a request when it is over, one way or the other. */
  void begin(BridgeRequest context) {
    long began = System.nanoTime();
    AtomicBoolean over = new AtomicBoolean();
    context.onEnd(
        cleanly -> {
          if (over.compareAndSet(false, true)) {
            HttpServerResponse response = context.response();
            requests.add(response.headWritten() ? response.getStatusCode() : NO_STATUS);
            bytes.add(context.request().bytesRead());
            times.observe(System.nanoTime() - began);
          }
        });
  }

  /** Requests that are over, by the status of their answer, which may be {@link #NO_STATUS}. */
  public SortedMap<Integer, Long> requests() {
    return requests.all();
  }

  /** Bytes of their bodies, as they came over the wire. */
  public long bytes() {
    return bytes.sum();
  }

  /** How long they took. */
  public Distribution times() {
    return times.read();
  }
}
