package dev.ssebridge.internal.store.redis;

import dev.ssebridge.spi.StoredEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Events of one call, which come one after the other: from a message or from an append here. */
final class Batch {
  private final long epoch;
  private final long first;
  private final long last;
  private final String batch;
  private final @Nullable Message message;
  private final List<StoredEvent> own;

  private Batch(
      long epoch,
      long first,
      long last,
      String batch,
      @Nullable Message message,
      List<StoredEvent> own) {
    this.epoch = epoch;
    this.first = first;
    this.last = last;
    this.batch = batch;
    this.message = message;
    this.own = own;
  }

  static Batch of(Message message) {
    return new Batch(
        message.epoch(), message.first(), message.last(), message.batch(), message, List.of());
  }

  static Batch own(long epoch, long first, long last, String batch, List<StoredEvent> events) {
    return new Batch(epoch, first, last, batch, null, events);
  }

  long epoch() {
    return epoch;
  }

  long first() {
    return first;
  }

  long last() {
    return last;
  }

  /** The mark of the call, and where its events are if some were there already. */
  String batch() {
    return batch;
  }

  String mark() {
    return Entries.mark(batch);
  }

  /** Bytes that it holds only because it waits. */
  long size() {
    return message == null ? 0 : message.size();
  }

  List<StoredEvent> events() {
    return message == null ? own : message.events();
  }
}
