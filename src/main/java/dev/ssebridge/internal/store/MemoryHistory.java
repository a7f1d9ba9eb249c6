package dev.ssebridge.internal.store;

import dev.ssebridge.spi.HistoryRetention;
import dev.ssebridge.spi.StoredEvent;
import dev.ssebridge.spi.StoredStretch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The events of one channel in the heap, shared by all who have it open. Any thread. */
final class MemoryHistory {
  private final String epoch;

  /** By the sequence of the first that each stands for. */
  private final TreeMap<Long, StoredEvent> events = new TreeMap<>();

  private final RecentIds ids = new RecentIds();
  private final List<MemoryChannel> channels = new ArrayList<>();
  private long head;
  private long bytes;
  private HistoryRetention retention;

  MemoryHistory(String epoch, HistoryRetention retention) {
    this.epoch = epoch;
    this.retention = retention;
  }

  String epoch() {
    return epoch;
  }

  synchronized long head() {
    return head;
  }

  synchronized long oldest() {
    return events.isEmpty() ? head + 1 : events.firstKey();
  }

  /** This channel is told from now on; returns what is the head before that. */
  synchronized long attach(MemoryChannel channel) {
    channels.add(channel);
    return head;
  }

  synchronized void detach(MemoryChannel channel) {
    channels.remove(channel);
  }

  /** Appends; all channels learn of it in the order in which they are locked out here. */
  synchronized Arrivals append(List<StoredEvent> more, long now) {
    Arrivals arrivals = Arrivals.after(head, epoch, more, ids);
    arrivals.remember(ids);
    long sequence = arrivals.first();
    for (StoredEvent event : arrivals.fresh()) {
      events.put(sequence, event);
      bytes += event.frame().length;
      sequence += event.span();
    }
    head = arrivals.head();
    trim(now);
    for (MemoryChannel channel : channels) {
      channel.tell(arrivals);
    }
    return arrivals;
  }

  synchronized void retain(HistoryRetention wanted, long now) {
    retention = wanted;
    trim(now);
  }

  synchronized void trim(long now) {
    while (!events.isEmpty() && isTooMuch(events.firstEntry().getValue(), now)) {
      bytes -= events.pollFirstEntry().getValue().frame().length;
    }
  }

  private boolean isTooMuch(StoredEvent oldest, long now) {
    return events.size() > retention.events()
        || (bytes > retention.bytes() && events.size() > 1)
        || oldest.time() < now - retention.ageMillis();
  }

  synchronized StoredStretch read(long from, long upTo, long mostBytes) {
    long first = Math.max(from, oldest());
    Map.Entry<Long, StoredEvent> start = first > upTo ? null : events.floorEntry(first);
    if (start == null) {
      return new StoredStretch(upTo + 1, List.of());
    }
    List<StoredEvent> read = new ArrayList<>();
    read.add(Runs.from(start.getValue(), first - start.getKey()));
    long left = mostBytes - start.getValue().frame().length;
    for (Map.Entry<Long, StoredEvent> entry : events.tailMap(start.getKey(), false).entrySet()) {
      left -= entry.getValue().frame().length;
      if (left < 0 || entry.getKey() > upTo) {
        break;
      }
      read.add(entry.getValue());
    }
    return new StoredStretch(first, read);
  }

  synchronized StoredStretch readNewest(long upTo, long mostEvents, long mostBytes) {
    List<StoredEvent> read = new ArrayList<>();
    long first = upTo + 1;
    long left = mostBytes;
    for (var entry : events.headMap(upTo, true).descendingMap().entrySet()) {
      left -= entry.getValue().frame().length;
      if (left < 0 || read.size() >= mostEvents) {
        break;
      }
      read.add(0, entry.getValue());
      first = entry.getKey();
    }
    return new StoredStretch(first, read);
  }

  synchronized long firstSince(long time, long upTo) {
    for (Map.Entry<Long, StoredEvent> entry : events.headMap(upTo, true).entrySet()) {
      if (entry.getValue().time() >= time) {
        return entry.getKey();
      }
    }
    return upTo + 1;
  }
}
