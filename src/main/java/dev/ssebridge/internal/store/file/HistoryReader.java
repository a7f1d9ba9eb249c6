package dev.ssebridge.internal.store.file;

import dev.ssebridge.internal.store.Runs;
import dev.ssebridge.spi.StoredEvent;
import dev.ssebridge.spi.StoredStretch;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;

/** Reads of a history what somebody asks for; not on an event loop. Any thread. */
final class HistoryReader {
  /** How many times it is tried, as a segment may be deleted while it is read. */
  private static final int TRIES = 10;

  private final FileHistory history;

  HistoryReader(FileHistory history) {
    this.history = history;
  }

  StoredStretch read(long from, long upTo, long mostBytes) throws IOException {
    return again(() -> readOnce(from, upTo, mostBytes));
  }

  private StoredStretch readOnce(long from, long upTo, long mostBytes) throws IOException {
    List<StoredEvent> events = new ArrayList<>();
    long first = upTo + 1;
    long left = mostBytes;
    for (Extent extent : history.extents(from, upTo, mostBytes)) {
      for (ReadEvent read : extent.read(history.number())) {
        long last = read.sequence() - 1 + read.event().span();
        if (last < from) {
          continue;
        }
        left -= read.event().frame().length;
        if (last > upTo || (left < 0 && !events.isEmpty())) {
          return new StoredStretch(first, events);
        }
        if (events.isEmpty()) {
          first = Math.max(from, read.sequence());
          events.add(Runs.from(read.event(), first - read.sequence()));
        } else {
          events.add(read.event());
        }
      }
    }
    return new StoredStretch(first, events);
  }

  StoredStretch readNewest(long upTo, long mostEvents, long mostBytes) throws IOException {
    return again(() -> readNewestOnce(upTo, mostEvents, mostBytes));
  }

  private StoredStretch readNewestOnce(long upTo, long mostEvents, long mostBytes)
      throws IOException {
    List<ReadEvent> read = new ArrayList<>();
    for (Extent extent : history.newestExtents(upTo, mostEvents, mostBytes)) {
      read.addAll(extent.read(history.number()));
    }
    int from = read.size();
    int to = from;
    while (to > 0 && read.get(to - 1).sequence() > upTo) {
      to--;
    }
    from = to;
    long left = mostBytes;
    while (from > 0 && to - from < mostEvents) {
      left -= read.get(from - 1).event().frame().length;
      if (left < 0) {
        break;
      }
      from--;
    }
    return new StoredStretch(
        from == to ? upTo + 1 : read.get(from).sequence(),
        read.subList(from, to).stream().map(ReadEvent::event).toList());
  }

  long firstSince(long time, long upTo) throws IOException {
    return again(() -> firstSinceOnce(time, upTo));
  }

  private long firstSinceOnce(long time, long upTo) throws IOException {
    Extent extent = history.extentSince(time);
    if (extent != null) {
      for (ReadEvent read : extent.read(history.number())) {
        if (read.event().time() >= time) {
          return Math.min(read.sequence(), upTo + 1);
        }
      }
    }
    return upTo + 1;
  }

  private static <T> T again(Question<T> question) throws IOException {
    for (int left = TRIES; ; left--) {
      try {
        return question.ask();
      } catch (Segment.GoneException | ClosedChannelException e) {
        if (left == 0) {
          throw e;
        }
      }
    }
  }

  /** What is asked. */
  private interface Question<T> {
    T ask() throws IOException;
  }
}
