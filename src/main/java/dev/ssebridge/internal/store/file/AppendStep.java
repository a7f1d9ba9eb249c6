package dev.ssebridge.internal.store.file;

import dev.ssebridge.internal.store.Arrivals;
import dev.ssebridge.spi.StoreReceipt;
import dev.ssebridge.spi.StoredEvent;
import io.vertx.core.Promise;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Events on their way into a channel. */
final class AppendStep implements Step {
  private final OpenHistory channel;
  private final List<StoredEvent> events;
  private final Promise<StoreReceipt> promise;
  private final List<EventPlace> places = new ArrayList<>();
  private @Nullable FileHistory history;
  private @Nullable Arrivals arrivals;
  private long time;

  AppendStep(OpenHistory channel, List<StoredEvent> events, Promise<StoreReceipt> promise) {
    this.channel = channel;
    this.events = events;
    this.promise = promise;
  }

  @Override
  public boolean mustWait() {
    return channel.history().isStaged();
  }

  @Override
  public void stage(Journal journal) {
    FileHistory of = channel.history();
    if (of.open() != channel) {
      throw new IllegalStateException("the channel is closed");
    }
    Arrivals planned = of.plan(events);
    Segment segment = segment(journal);
    Staging staging = journal.staging();
    long sequence = planned.first();
    int left = planned.fresh().size();
    for (StoredEvent event : planned.fresh()) {
      int from = staging.size();
      Records.event(
          staging, of.number(), sequence, event, --left > 0 ? Records.MORE : 0, segment.salt());
      long next = sequence + event.span();
      places.add(
          new EventPlace(
              segment,
              segment.size() + from,
              staging.size() - from,
              sequence,
              next - 1,
              event.time(),
              event.frame().length));
      sequence = next;
    }
    history = of;
    arrivals = planned;
    time = journal.now();
    of.staged(true);
  }

  private static Segment segment(Journal journal) {
    try {
      return journal.current();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void done() {
    FileHistory to = history;
    Arrivals stored = arrivals;
    if (to != null && stored != null) {
      to.staged(false);
      to.stored(stored, places, time);
      channel.tell(stored, () -> promise.complete(stored.receipt()));
    }
  }

  @Override
  public void failed(Throwable cause) {
    FileHistory of = history;
    if (of != null) {
      of.staged(false);
    }
    channel.onContext(() -> promise.fail(cause));
  }
}
