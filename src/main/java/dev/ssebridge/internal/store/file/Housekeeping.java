package dev.ssebridge.internal.store.file;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets go of segments: those whose events are all evicted; those with little that is kept, which is
 * moved to the newest one first; and the oldest when they take too much of the disk. On the
 * writer's thread.
 */
final class Housekeeping {
  private static final System.Logger LOG = System.getLogger(FileHistoryStore.class.getName());

  /** A segment is worth moving where less than its size divided by this is kept. */
  private static final int WORTH_MOVING = 4;

  /** How many bytes are written at once. */
  private static final int PART = 4 * 1024 * 1024;

  private final Journal journal;

  Housekeeping(Journal journal) {
    this.journal = journal;
  }

  /** Evicts what is too old, and deletes what is not used. */
  void tidy() throws IOException {
    long now = journal.now();
    journal.histories().all().forEach(history -> history.trim(now));
    deleteUnused();
  }

  /**
   * After a new segment was begun.
   *
   * @return how many events had to go for want of space
   */
  long afterRoll() throws IOException {
    tidy();
    for (Segment segment : List.copyOf(journal.sealed())) {
      if (segment.liveBytes() < segment.size() / WORTH_MOVING && move(segment)) {
        if (!journal.settings().fsync().isNever()) {
          // The copy must be on the disk before the original is gone.
          journal.force();
        }
        journal.delete(segment);
      }
    }
    return makeSpace();
  }

  private void deleteUnused() throws IOException {
    for (Segment segment : List.copyOf(journal.sealed())) {
      if (segment.isUnused()) {
        journal.delete(segment);
      }
    }
  }

  /** Copies what is kept of a segment to the newest one; false where it cannot be read. */
  boolean move(Segment segment) throws IOException {
    for (FileHistory history : journal.histories().all()) {
      for (List<Extent> run : history.runsIn(segment)) {
        try {
          move(history, run);
        } catch (DamagedException e) {
          LOG.log(System.Logger.Level.WARNING, "history: " + e.getMessage());
          return false;
        }
      }
    }
    return segment.isUnused();
  }

  private void move(FileHistory history, List<Extent> run) throws IOException {
    List<Extent> part = new ArrayList<>();
    long bytes = 0;
    for (Extent extent : run) {
      part.add(extent);
      bytes += extent.length();
      if (bytes > PART) {
        movePart(history, part);
        part.clear();
        bytes = 0;
      }
    }
    if (!part.isEmpty()) {
      movePart(history, part);
    }
  }

  private void movePart(FileHistory history, List<Extent> part) throws IOException {
    List<ReadEvent> events = new ArrayList<>();
    for (Extent extent : part) {
      try {
        events.addAll(extent.read(history.number()));
      } catch (IOException e) {
        throw new DamagedException(e);
      }
    }
    if (journal.mustRoll()) {
      journal.roll();
    }
    Segment to = journal.current();
    Staging staging = journal.staging();
    staging.clear();
    List<EventPlace> places = new ArrayList<>();
    for (ReadEvent read : events) {
      int marks = Records.MOVED | (places.size() + 1 < events.size() ? Records.MORE : 0);
      int from = staging.size();
      Records.event(staging, history.number(), read.sequence(), read.event(), marks, to.salt());
      places.add(
          new EventPlace(
              to,
              to.size() + from,
              staging.size() - from,
              read.sequence(),
              read.sequence() - 1 + read.event().span(),
              read.event().time(),
              read.event().frame().length));
    }
    journal.write();
    history.moved(places);
  }

  private long makeSpace() throws IOException {
    long evicted = 0;
    while (journal.bytes() > journal.settings().mostBytes() && !journal.sealed().isEmpty()) {
      Segment oldest = journal.sealed().iterator().next();
      for (FileHistory history : journal.histories().all()) {
        evicted += history.drop(oldest);
      }
      journal.delete(oldest);
    }
    return evicted;
  }

  /** It stays where it is. */
  private static final class DamagedException extends IOException {
    private static final long serialVersionUID = 1;

    DamagedException(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }
}
