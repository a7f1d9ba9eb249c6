package dev.ssebridge.testing;

import dev.ssebridge.spi.HistoryRetention;
import dev.ssebridge.spi.HistoryStore;
import dev.ssebridge.spi.StoreReceipt;
import dev.ssebridge.spi.StoredEvent;
import dev.ssebridge.spi.StoredStretch;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A channel of a store on a context of its own, which notes what it is told and everything about it
 * that is not as promised.
 */
public final class ChannelProbe implements HistoryStore.Follower {
  /** Keeps all there is. */
  public static final HistoryRetention ALL =
      new HistoryRetention(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

  private final Context context;
  private final List<StoredEvent> told = new CopyOnWriteArrayList<>();
  private final List<Long> sequences = new CopyOnWriteArrayList<>();
  private final List<String> notes = new CopyOnWriteArrayList<>();
  private final List<String> faults = new CopyOnWriteArrayList<>();

  @SuppressWarnings("NullAway.Init") // when it is open
  private volatile HistoryStore.Channel channel;

  private long next;

  private ChannelProbe(Context context) {
    this.context = context;
  }

  /** Opens a channel, and waits until it is open. */
  public static ChannelProbe open(Vertx vertx, HistoryStore store, String name) {
    return open(vertx, store, name, ALL);
  }

  /** The same with limits. */
  public static ChannelProbe open(
      Vertx vertx, HistoryStore store, String name, HistoryRetention retention) {
    return BridgeFixture.get(opening(vertx, store, name, retention));
  }

  /** The same without waiting. */
  public static Future<ChannelProbe> opening(
      Vertx vertx, HistoryStore store, String name, HistoryRetention retention) {
    ChannelProbe probe = new ChannelProbe(vertx.getOrCreateContext());
    return on(
        probe.context,
        () ->
            store
                .open(name, retention, probe)
                .map(
                    channel -> {
                      probe.channel = channel;
                      probe.next = channel.head() + 1;
                      return probe;
                    }));
  }

  /** Calls something on a context. */
  public static <T> Future<T> on(Context context, Supplier<Future<T>> call) {
    Promise<T> done = Promise.promise();
    context.runOnContext(now -> call.get().onComplete(done));
    return done.future();
  }

  /** The context that it was opened on. */
  public Context context() {
    return context;
  }

  /** The channel. */
  public HistoryStore.Channel channel() {
    return channel;
  }

  /** Appends, on the context of the channel, without waiting. */
  public Future<StoreReceipt> appending(List<StoredEvent> events) {
    return on(context, () -> channel.append(events));
  }

  /** Appends, and waits for it. */
  public StoreReceipt append(List<StoredEvent> events) {
    return BridgeFixture.get(appending(events));
  }

  /** The same. */
  public StoreReceipt append(StoredEvent... events) {
    return append(List.of(events));
  }

  /** Appends an event with this text, and returns its sequence. */
  public long append(String text) {
    return append(event(text)).places().get(0).sequence();
  }

  /** Reads everything from a sequence on. */
  public StoredStretch read(long from) {
    return read(from, Long.MAX_VALUE);
  }

  /** Reads a stretch. */
  public StoredStretch read(long from, long mostBytes) {
    return BridgeFixture.get(on(context, () -> channel.read(channel.epoch(), from, mostBytes)));
  }

  /** Reads the newest. */
  public StoredStretch readNewest(long mostEvents, long mostBytes) {
    return BridgeFixture.get(on(context, () -> channel.readNewest(mostEvents, mostBytes)));
  }

  /** The sequence of the oldest event since. */
  public long firstSince(long time) {
    return BridgeFixture.get(on(context, () -> channel.firstSince(time)));
  }

  /** Closes the channel, and waits for it. */
  public void close() {
    BridgeFixture.get(on(context, () -> channel.close()));
  }

  /** All it was told, in order. */
  public List<StoredEvent> told() {
    return told;
  }

  /** The texts of all it was told, in order. */
  public List<String> toldTexts() {
    return texts(told);
  }

  /** The sequence of each event that it was told. */
  public List<Long> sequences() {
    return sequences;
  }

  /** What else it was told: "evicted up to 7", "restarted". */
  public List<String> notes() {
    return notes;
  }

  /** Everything that was not as promised. */
  public List<String> faults() {
    return faults;
  }

  @Override
  public void appended(long first, List<StoredEvent> events) {
    checkThread();
    if (channel == null) {
      faults.add("told of " + first + " before it was open");
    } else if (first != next) {
      faults.add("told of " + first + ", expected " + next);
    } else if (events.isEmpty()) {
      faults.add("told of nothing");
    }
    next = first;
    for (StoredEvent event : events) {
      sequences.add(next);
      told.add(event);
      next += event.span();
    }
    if (channel != null && channel.head() != next - 1) {
      faults.add("its head is " + channel.head() + ", told up to " + (next - 1));
    }
  }

  @Override
  public void evicted(long upTo) {
    checkThread();
    if (upTo < next) {
      faults.add("evicted up to " + upTo + ", told up to " + (next - 1));
    }
    next = upTo + 1;
    notes.add("evicted up to " + upTo);
  }

  @Override
  public void restarted(String epoch, long head) {
    checkThread();
    if (!channel.epoch().equals(epoch) || channel.head() != head) {
      faults.add("restarted, but the channel is at " + channel.epoch() + "-" + channel.head());
    }
    next = head + 1;
    notes.add("restarted");
  }

  private void checkThread() {
    if (Vertx.currentContext() != context) {
      faults.add("told on " + Thread.currentThread().getName());
    }
  }

  /** An event with this text. */
  public static StoredEvent event(String text) {
    return event(System.currentTimeMillis(), text, null);
  }

  /** The same with its time. */
  public static StoredEvent event(long time, String text) {
    return event(time, text, null);
  }

  /** The same with a message id. */
  public static StoredEvent event(long time, String text, @Nullable String messageId) {
    return StoredEvent.of(time, frame(text), 0, null, null, messageId);
  }

  /** The bytes of an event with this text. */
  public static byte[] frame(String text) {
    return ("data: " + text + "\n\n").getBytes(StandardCharsets.UTF_8);
  }

  /** The texts of events; of lost ones, their number and reason. */
  public static List<String> texts(List<StoredEvent> events) {
    List<String> texts = new ArrayList<>();
    for (StoredEvent event : events) {
      texts.add(text(event));
    }
    return texts;
  }

  private static String text(StoredEvent event) {
    if (event.reason() != null) {
      return event.lost() + " lost: " + event.reason().word();
    }
    String frame = new String(event.frame(), StandardCharsets.UTF_8);
    return frame.substring("data: ".length(), frame.length() - 2);
  }
}
