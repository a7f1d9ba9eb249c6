package dev.ssebridge.internal.store.file;

import dev.ssebridge.internal.store.Arrivals;
import dev.ssebridge.internal.store.RecentIds;
import dev.ssebridge.internal.store.file.Records.ChannelRecord;
import dev.ssebridge.spi.HistoryRetention;
import dev.ssebridge.spi.StoredEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One channel: where it is, and where its events are. Changed by the writer alone; anybody may
 * look, under its lock.
 */
final class FileHistory {
  private final int number;
  private final String name;

  // The writer's.
  private @Nullable OpenHistory open;
  private boolean staged;

  // Under the lock of this.
  private final Blocks blocks = new Blocks();
  private final RecentIds ids;
  private String epoch;
  private HistoryRetention retention;
  private long head;
  private long events;
  private long frameBytes;

  FileHistory(
      int number,
      String name,
      String epoch,
      HistoryRetention retention,
      RecentIds.Together together) {
    this.ids = new RecentIds(together);
    this.number = number;
    this.name = name;
    this.epoch = epoch;
    this.retention = retention;
  }

  int number() {
    return number;
  }

  String name() {
    return name;
  }

  // The writer's

  @Nullable OpenHistory open() {
    return open;
  }

  void open(@Nullable OpenHistory handle) {
    open = handle;
  }

  /** Those who have it open are answered no more. */
  void ended() {
    if (open != null) {
      open.ended();
    }
  }

  /** Whether an append is on its way to the disk. */
  boolean isStaged() {
    return staged;
  }

  void staged(boolean now) {
    staged = now;
  }

  /** Nobody has it open, and it has no events. */
  boolean isIdle() {
    return open == null && !staged && isEmpty();
  }

  // Where it is

  synchronized String epoch() {
    return epoch;
  }

  synchronized long head() {
    return head;
  }

  synchronized long oldest() {
    return blocks.isEmpty() ? head + 1 : blocks.first().first();
  }

  synchronized boolean isEmpty() {
    return blocks.isEmpty();
  }

  synchronized long events() {
    return events;
  }

  synchronized ChannelRecord record() {
    return new ChannelRecord(number, name, epoch, head, oldest(), retention);
  }

  synchronized HistoryRetention retention() {
    return retention;
  }

  // What changes it

  synchronized Arrivals plan(List<StoredEvent> more) {
    return Arrivals.after(head, epoch, more, ids);
  }

  synchronized void stored(Arrivals arrivals, List<EventPlace> places, long now) {
    places.forEach(this::add);
    arrivals.remember(ids);
    head = arrivals.head();
    trim(now);
  }

  synchronized void retain(HistoryRetention wanted, long now) {
    retention = wanted;
    trim(now);
  }

  /** Goes on under another epoch. */
  synchronized void restart(String newEpoch) {
    epoch = newEpoch;
  }

  /** All up to this head was issued. */
  synchronized void knownHead(long issued) {
    head = Math.max(head, issued);
  }

  /** As found: its blocks may have holes, until {@link #settle}. */
  synchronized void found(EventPlace place, @Nullable String messageId) {
    add(place);
    head = Math.max(head, place.last());
    if (messageId != null) {
      ids.add(messageId, place.last());
    }
  }

  /** What comes next is not near to what came before. */
  synchronized void seal() {
    if (!blocks.isEmpty()) {
      blocks.last().seal();
    }
  }

  /** Events after this one never were. */
  synchronized void cut(long to) {
    while (!blocks.isEmpty() && blocks.last().first() > to) {
      count(blocks.removeLast(), -1);
    }
    if (!blocks.isEmpty() && blocks.last().last() > to) {
      Block block = blocks.last();
      count(block, -1);
      block.cut(to);
      count(block, 1);
    }
    ids.forgetAfter(to);
    head = to;
  }

  /** Drops what is before a hole, or before this sequence. */
  synchronized void settle(long oldestKept) {
    long expected = head;
    int index = blocks.size();
    while (index > 0 && blocks.get(index - 1).last() == expected && expected >= oldestKept) {
      expected = blocks.get(--index).first() - 1;
    }
    for (; index > 0; index--) {
      count(blocks.removeFirst(), -1);
    }
  }

  /** Whether these are other places of events that it has, or lacks; puts them in. */
  synchronized boolean moved(List<EventPlace> places) {
    if (places.isEmpty()) {
      return false;
    }
    long first = places.get(0).sequence();
    long last = places.get(places.size() - 1).last();
    int from = blocks.find(first);
    int to = from;
    while (to < blocks.size() && blocks.get(to).first() <= last) {
      if (blocks.get(to).first() < first || blocks.get(to).last() > last) {
        return false;
      }
      to++;
    }
    for (int i = from; i < to; i++) {
      count(blocks.get(i), -1);
    }
    List<Block> made = new ArrayList<>();
    for (EventPlace place : places) {
      if (made.isEmpty() || !made.get(made.size() - 1).takes(place)) {
        made.add(new Block(place.segment(), place.offset(), place.sequence()));
      }
      made.get(made.size() - 1).add(place);
    }
    made.forEach(block -> count(block, 1));
    blocks.replace(from, to, made);
    head = Math.max(head, last);
    return true;
  }

  synchronized void remember(String messageId, long sequence) {
    ids.add(messageId, sequence);
  }

  private void add(EventPlace place) {
    Block block;
    if (!blocks.isEmpty() && blocks.last().takes(place)) {
      block = blocks.last();
    } else {
      block = new Block(place.segment(), place.offset(), place.sequence());
      blocks.add(block);
      block.segment().count(1);
    }
    block.add(place);
    block.segment().countLive(place.length());
    events++;
    frameBytes += place.frameBytes();
  }

  private void count(Block block, int sign) {
    events += (long) sign * block.events();
    frameBytes += sign * block.frameBytes();
    block.segment().count(sign);
    block.segment().countLive(sign * block.recordBytes());
  }

  // What goes

  /** Drops blocks as long as what is left is as much as is to be kept, or all of one is too old. */
  synchronized void trim(long now) {
    long tooOld = now - retention.ageMillis();
    while (!blocks.isEmpty()) {
      Block block = blocks.first();
      if (events - block.events() < retention.events()
          && frameBytes - block.frameBytes() < retention.bytes()
          && block.newest() >= tooOld) {
        return;
      }
      count(blocks.removeFirst(), -1);
    }
  }

  /** Drops what is in a segment, and what is before it; returns how many events that were. */
  synchronized long drop(Segment segment) {
    int upTo = 0;
    for (int i = 0; i < blocks.size(); i++) {
      if (blocks.get(i).segment() == segment) {
        upTo = i + 1;
      }
    }
    long before = events;
    for (; upTo > 0; upTo--) {
      count(blocks.removeFirst(), -1);
    }
    return before - events;
  }

  synchronized void clear() {
    while (!blocks.isEmpty()) {
      count(blocks.removeFirst(), -1);
    }
  }

  // What is read

  synchronized List<Extent> extents(long from, long upTo, long mostBytes) {
    return blocks.extents(from, upTo, mostBytes);
  }

  synchronized List<Extent> newestExtents(long upTo, long mostEvents, long mostBytes) {
    return blocks.newestExtents(upTo, mostEvents, mostBytes);
  }

  synchronized @Nullable Extent extentSince(long time) {
    return blocks.extentSince(time);
  }

  synchronized List<List<Extent>> runsIn(Segment segment) {
    return blocks.runsIn(segment);
  }
}
