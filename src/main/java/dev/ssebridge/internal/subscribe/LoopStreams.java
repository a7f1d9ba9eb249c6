package dev.ssebridge.internal.subscribe;

import dev.ssebridge.StreamInfo;
import dev.ssebridge.format.EventEncoder;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.auth.Identity;
import dev.ssebridge.internal.fanout.FanoutLoop;
import dev.ssebridge.internal.fanout.Subscriber;
import dev.ssebridge.spi.CloseReason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The streams that one bridge object opened on one loop, by id. An id tells the loop: {@code a-1f}
 * is the 52nd stream of the tenth of these in the process.
 */
public final class LoopStreams {
  /** How many streams are described before others get their turn on the loop. */
  private static final int SLICE = 256;

  private static final AtomicInteger MADE = new AtomicInteger();

  // set at construction
  private final FanoutLoop loop;
  private final String prefix;
  private final LagWatch lag;

  // only the loop
  private final Map<Long, OpenStream> open = new LinkedHashMap<>();
  private long next;

  LoopStreams(FanoutLoop loop) {
    this.loop = loop;
    this.lag = new LagWatch(loop.loop());
    this.prefix = Integer.toString(MADE.incrementAndGet(), Character.MAX_RADIX) + "-";
  }

  FanoutLoop loop() {
    return loop;
  }

  /** A number that no other stream here has. On the loop. */
  long number() {
    return ++next;
  }

  /** What the number is in an id. */
  String id(long number) {
    return prefix + Long.toString(number, Character.MAX_RADIX);
  }

  /** On the loop. */
  void add(OpenStream stream) {
    open.put(stream.number(), stream);
    lag.add(stream);
  }

  /** On the loop. */
  void remove(OpenStream stream) {
    if (open.remove(stream.number(), stream)) {
      lag.remove(stream);
    }
  }

  /** Has it counted from now on how far they are behind. Any thread. */
  void watchLag() {
    lag.begin();
  }

  /** No more. Any thread. */
  void endLagWatch() {
    lag.end();
  }

  /** Those that are open, in the order in which they were opened. On the loop. */
  Collection<OpenStream> all() {
    return open.values();
  }

  boolean mayHave(String id) {
    return id.startsWith(prefix);
  }

  /**
   * Does this for each that is open now and still is when it is its turn, a slice at a time;
   * completed when it was done. Any thread.
   */
  private Future<Void> each(Consumer<OpenStream> task) {
    Promise<Void> done = Promise.promise();
    loop.loop().execute(() -> each(open.values().toArray(new OpenStream[0]), 0, task, done));
    return done.future();
  }

  private void each(OpenStream[] now, int from, Consumer<OpenStream> task, Promise<Void> done) {
    int to = Math.min(now.length, from + SLICE);
    try {
      for (int i = from; i < to; i++) {
        if (open.containsKey(now[i].number())) {
          task.accept(now[i]);
        }
      }
    } catch (RuntimeException broken) {
      done.fail(broken);
      return;
    }
    if (to == now.length) {
      done.complete();
    } else {
      loop.loop().executeAfterOthers(() -> each(now, to, task, done));
    }
  }

  /** Describes those that are open now. Any thread. */
  public Future<List<StreamInfo>> describe() {
    List<StreamInfo> described = new ArrayList<>();
    return each(stream -> described.add(stream.info(null))).map(described);
  }

  /**
   * Finds the first of those of all these loops that are like this; each loop holds no more than
   * are asked for. Any thread.
   */
  public static Future<StreamQuery.Result> select(StreamQuery query, List<LoopStreams> loops) {
    List<LoopSelection> selections = new ArrayList<>();
    List<Future<Void>> asked = new ArrayList<>();
    for (LoopStreams each : loops) {
      LoopSelection selection = new LoopSelection(query);
      selections.add(selection);
      asked.add(each.each(selection::offer));
    }
    return Future.all(asked).map(done -> LoopSelection.together(query, selections));
  }

  /**
   * Looks how far the streams of all these loops are behind. Any thread.
   *
   * @return completed with what puts that together, which takes its time
   */
  public static Future<Supplier<Lags.Summary>> lags(List<LoopStreams> loops) {
    List<Lags> found = new ArrayList<>();
    List<Future<Void>> asked = new ArrayList<>();
    for (LoopStreams each : loops) {
      Lags lags = new Lags();
      found.add(lags);
      asked.add(each.each(lags::add));
    }
    return Future.all(asked).map(done -> () -> Lags.together(found));
  }

  /** Ends those that are like this; completed with their number. Any thread. */
  public Future<Integer> end(Predicate<Identity> whose, CloseReason reason) {
    return endAll(stream -> stream.who() != null && whose.test(stream.who()), reason);
  }

  /** Ends those that are like this; completed with their number. Any thread. */
  public Future<Integer> end(StreamQuery.Which which) {
    return endAll(which::includes, CloseReason.APPLICATION);
  }

  private Future<Integer> endAll(Predicate<OpenStream> which, CloseReason reason) {
    AtomicInteger count = new AtomicInteger();
    return each(stream -> {
          if (which.test(stream)) {
            stream.subscriber().close(reason);
            count.incrementAndGet();
          }
        })
        .map(done -> count.get());
  }

  /** Ends a stream; completed with whether there is one of this id. Any thread. */
  public Future<Boolean> end(String id) {
    return with(
        id,
        stream -> {
          stream.subscriber().close(CloseReason.APPLICATION);
          return Future.succeededFuture(true);
        });
  }

  /**
   * Sends an event to one stream; completed with whether there is one of this id. Any thread.
   *
   * @param event without an id
   */
  public Future<Boolean> send(String id, ServerSentEvent event) {
    byte[] block = EventEncoder.encode(event);
    return with(
        id,
        stream -> {
          Subscriber.Aside aside = stream.subscriber().send(block);
          return aside == Subscriber.Aside.TOO_MANY
              ? Future.failedFuture(
                  new IllegalStateException(
                      "stream " + id + " is behind, and too many events wait for it alone"))
              : Future.succeededFuture(aside == Subscriber.Aside.TAKEN);
        });
  }

  /**
   * Sends an event to all whose history is in a store; one for which too much waits already goes
   * without. Any thread.
   *
   * @param event without an id
   */
  public Future<Void> send(String store, byte[] event) {
    return each(
        stream -> {
          if (store.equals(stream.store())) {
            stream.subscriber().send(event);
          }
        });
  }

  private Future<Boolean> with(String id, Function<OpenStream, Future<Boolean>> task) {
    Promise<Boolean> done = Promise.promise();
    loop.loop()
        .run(
            () -> {
              OpenStream stream = find(id);
              (stream == null ? Future.succeededFuture(false) : task.apply(stream))
                  .onComplete(done);
            });
    return done.future();
  }

  private @Nullable OpenStream find(String id) {
    try {
      OpenStream stream =
          open.get(Long.parseLong(id.substring(prefix.length()), Character.MAX_RADIX));
      return stream != null && id(stream.number()).equals(id) ? stream : null;
    } catch (NumberFormatException none) {
      return null;
    }
  }
}
