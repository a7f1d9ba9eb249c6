package dev.ssebridge.internal.store.file;

import dev.ssebridge.internal.log.Epochs;
import dev.ssebridge.internal.store.RecentIds;
import dev.ssebridge.internal.store.file.Records.ChannelRecord;
import dev.ssebridge.internal.store.file.Records.Content;
import dev.ssebridge.internal.store.file.Records.EventHead;
import dev.ssebridge.internal.store.file.Records.SessionRecord;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The channels as one record after the other makes them. One thread. */
final class FoundChannels {
  private final Epochs epochs;
  private final Map<Integer, Found> channels = new HashMap<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final RecentIds.Together ids = new RecentIds.Together();
  private int nextNumber = 1;
  private int damages;
  private @Nullable Session session;
  private boolean closed;

  // Of the segment that is read.
  private final List<EventPlace> pending = new ArrayList<>();
  private final List<@Nullable String> pendingIds = new ArrayList<>();
  private final Set<Integer> listed = new HashSet<>();
  private boolean hasTable;
  private @Nullable Segment segment;
  private long whole;

  FoundChannels(LongSupplier clock) {
    epochs = new Epochs(clock, new SecureRandom());
  }

  RecentIds.Together ids() {
    return ids;
  }

  void begin(Segment next) {
    segment = next;
    listed.clear();
    hasTable = false;
    whole = SegmentHead.BYTES;
    interrupted();
  }

  /** What came of an append or a move is no whole one. */
  void interrupted() {
    pending.clear();
    pendingIds.clear();
  }

  /** Something is lost; nobody knows of which channel. */
  void damaged() {
    damages++;
    closed = false;
    // No block goes over it.
    channels.values().forEach(found -> found.history.seal());
  }

  void record(byte type, long offset, int length, ByteBuffer body) {
    closed = type == RecordType.CLOSED;
    switch (type) {
      case RecordType.CHANNEL -> channel(ChannelRecord.read(body));
      case RecordType.EVENT -> event(offset, length, EventHead.read(body));
      case RecordType.SESSION -> {
        SessionRecord read = SessionRecord.read(body);
        session = new Session(read.boot(), read.always());
      }
      case RecordType.END_OF_TABLE -> endOfTable(body.getInt());
      default -> {
        // Closed; or of a later minor version, which says what can be passed over.
      }
    }
    if (pending.isEmpty()) {
      whole = offset + length;
    }
  }

  private void channel(ChannelRecord record) {
    interrupted();
    nextNumber = Math.max(nextNumber, record.number() + 1);
    listed.add(record.number());
    Found found = channels.get(record.number());
    if (found == null || !found.history.name().equals(record.name())) {
      forget(channels.get(record.number()));
      forget(channels.get(numbers.getOrDefault(record.name(), record.number())));
      found =
          new Found(
              new FileHistory(
                  record.number(), record.name(), record.epoch(), record.retention(), ids));
      channels.put(record.number(), found);
      numbers.put(record.name(), record.number());
    }
    FileHistory history = found.history;
    history.restart(record.epoch());
    history.retain(record.retention(), 0);
    if (record.head() < history.head()) {
      // Written into a segment that was given up, and told to have failed.
      history.cut(record.head());
    }
    history.knownHead(record.head());
    found.oldest = Math.max(found.oldest, record.oldest());
    found.proved = damages;
  }

  private void endOfTable(int count) {
    if (!hasTable && listed.size() == count) {
      for (Found found : List.copyOf(channels.values())) {
        if (!listed.contains(found.history.number())) {
          forget(found);
        }
      }
    }
    hasTable = true;
  }

  private void forget(@Nullable Found found) {
    if (found != null) {
      found.history.clear();
      channels.remove(found.history.number());
      numbers.remove(found.history.name(), found.history.number());
    }
  }

  private void event(long offset, int length, EventHead event) {
    Found found = channels.get(event.channel());
    Segment in = segment;
    if (found == null || in == null) {
      return;
    }
    long last = event.sequence() - 1 + event.span();
    Content content = event.content();
    if (!pending.isEmpty() && pending.get(pending.size() - 1).last() + 1 != event.sequence()) {
      interrupted();
    }
    pending.add(
        new EventPlace(
            in, offset, length, event.sequence(), last, event.time(), content.frameBytes()));
    pendingIds.add(content.messageId());
    if (!event.hasMore()) {
      take(found, event.isMoved());
      interrupted();
    }
  }

  private void take(Found found, boolean moved) {
    FileHistory history = found.history;
    long first = pending.get(0).sequence();
    if (moved) {
      if (history.moved(List.copyOf(pending))) {
        rememberPending(history);
      }
      return;
    }
    if (first <= history.head()) {
      // This place was given before: nobody can tell which of the two is right.
      history.cut(first - 1);
      found.doubtful = true;
    }
    for (int i = 0; i < pending.size(); i++) {
      history.found(pending.get(i), pendingIds.get(i));
    }
    found.proved = damages;
  }

  private void rememberPending(FileHistory history) {
    for (int i = 0; i < pending.size(); i++) {
      String id = pendingIds.get(i);
      if (id != null) {
        history.remember(id, pending.get(i).last());
      }
    }
  }

  /** Where the last whole thing of the segment ended. */
  long end() {
    return whole;
  }

  boolean hasTable() {
    return hasTable;
  }

  boolean isClosed() {
    return closed;
  }

  @Nullable Session lastSession() {
    return session;
  }

  int nextNumber() {
    return nextNumber;
  }

  /** Holes end histories. */
  void settle() {
    channels.values().forEach(found -> found.history.settle(found.oldest));
  }

  /** Doubt ends epochs. */
  void renewEpochs(boolean allDoubtful) {
    for (Found found : channels.values()) {
      if (allDoubtful || found.doubtful || found.proved < damages) {
        found.history.restart(epochs.next());
      }
    }
  }

  Map<String, FileHistory> byName() {
    Map<String, FileHistory> names = new ConcurrentHashMap<>();
    channels.values().forEach(found -> names.put(found.history.name(), found.history));
    return names;
  }

  /** One channel. */
  private static final class Found {
    private final FileHistory history;
    private long oldest;
    private int proved;
    private boolean doubtful;

    Found(FileHistory history) {
      this.history = history;
    }
  }

  /** Who wrote last. */
  record Session(String boot, boolean always) {}
}
