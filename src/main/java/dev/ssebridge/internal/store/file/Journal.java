package dev.ssebridge.internal.store.file;

import dev.ssebridge.internal.store.file.Records.SessionRecord;
import dev.ssebridge.internal.store.file.SegmentOutput.UndecidedException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a directory that is locked, and what is written to the newest of them. On the
 * writer's thread.
 */
final class Journal implements Closeable {
  /** How many times as long as its table of channels a segment is at least. */
  private static final int TABLES = 4;

  private final FileStoreSettings settings;
  private final Surroundings surroundings;
  private final Syncer syncer;
  private final DirectoryLock lock;
  private final Staging staging = new Staging();
  private final SecureRandom random = new SecureRandom();

  private final Histories histories;
  private final Deque<Segment> sealed;
  private @Nullable SegmentOutput current;
  private long rollAt;
  private long sealedBytes;

  private Journal(
      FileStoreSettings settings,
      Surroundings surroundings,
      Syncer syncer,
      DirectoryLock lock,
      Recovered found) {
    this.settings = settings;
    this.surroundings = surroundings;
    this.syncer = syncer;
    this.lock = lock;
    histories = new Histories(settings, found);
    sealed = new ArrayDeque<>(found.segments());
    sealed.forEach(segment -> sealedBytes += segment.size());
  }

  /** Locks a directory, finds what is in it, and is ready to write. */
  static Journal open(FileStoreSettings settings, Surroundings surroundings, Syncer syncer)
      throws IOException {
    Disk.makeDirectory(settings.directory());
    DirectoryLock lock = DirectoryLock.take(settings.directory());
    Journal journal = null;
    try {
      Recovered found = new Recovery(settings, surroundings, lock.newestBefore()).run();
      journal = new Journal(settings, surroundings, syncer, lock, found);
      journal.begin(found);
      return journal;
    } catch (IOException | RuntimeException e) {
      if (journal == null) {
        lock.close();
      } else {
        journal.close();
      }
      throw e;
    }
  }

  private void begin(Recovered found) throws IOException {
    Segment last = sealed.peekLast();
    // Other epochs and heads stand in a table.
    if (last == null
        || !found.mayGoOn()
        || found.newEpochs() != null
        || !found.damages().isEmpty()
        || last.size() >= settings.segmentBytes()) {
      roll();
      return;
    }
    current = SegmentOutput.open(last, surroundings.disk(), settings.fsync().isAlways());
    sealed.removeLast();
    sealedBytes -= last.size();
    rollAt = settings.segmentBytes();
    staging.clear();
    session(last);
    write();
    lock.newest(last.number());
  }

  private void session(Segment in) {
    new SessionRecord(
            surroundings.boot().get(), settings.fsync().isAlways(), settings.clock().getAsLong())
        .write(staging, in.salt());
  }

  // What there is

  Histories histories() {
    return histories;
  }

  Collection<Segment> sealed() {
    return sealed;
  }

  long bytes() {
    SegmentOutput last = current;
    return sealedBytes + (last == null ? 0 : last.segment().size());
  }

  FileStoreSettings settings() {
    return settings;
  }

  long now() {
    return settings.clock().getAsLong();
  }

  // Writing

  Staging staging() {
    return staging;
  }

  /** The segment that is written to. */
  Segment current() throws IOException {
    return output().segment();
  }

  private SegmentOutput output() throws IOException {
    SegmentOutput to = current;
    if (to == null) {
      throw new IOException("no segment of " + settings.directory() + " can be written");
    }
    return to;
  }

  /** Whether the current segment is given up, or long enough. */
  boolean mustRoll() {
    SegmentOutput to = current;
    return to == null || to.segment().size() >= rollAt;
  }

  /**
   * Writes what is staged at the end of the current segment; all of it or nothing.
   *
   * @throws IOException where nothing of it is in the journal
   * @throws UndecidedException where nobody knows: the segment is given up
   */
  void write() throws IOException {
    SegmentOutput to = output();
    try {
      to.write(staging);
    } catch (UndecidedException e) {
      giveUp();
      throw e;
    }
    written(to);
  }

  private void written(SegmentOutput to) {
    if (!settings.fsync().isAlways() && !settings.fsync().isNever()) {
      syncer.written(to.output());
    }
  }

  /** Has on the disk what was written. */
  void force() throws IOException {
    output().force();
  }

  /** Nothing more is written to the current segment. */
  void giveUp() {
    SegmentOutput before = current;
    current = null;
    if (before != null) {
      sealed.add(before.segment());
      sealedBytes += before.segment().size();
      syncer.seal(before.output(), settings.fsync().isNever());
    }
  }

  /**
   * Begins the next segment, with all channels in its table. Where it cannot, it goes on with what
   * there was.
   */
  void roll() throws IOException {
    histories.dropIdle();
    SegmentOutput before = current;
    long number = 1 + Math.max(before == null ? 0 : before.segment().number(), lastSealed());
    SegmentHead head = new SegmentHead(number, random.nextLong(), now());
    Segment next = new Segment(settings.directory(), head, 0);
    staging.clear();
    head.write(staging);
    session(next);
    for (FileHistory history : histories.all()) {
      history.record().write(staging, next.salt());
    }
    Records.endOfTable(staging, histories.all().size(), next.salt());
    SegmentOutput made =
        SegmentOutput.create(next, staging, surroundings.disk(), settings.fsync().isAlways());
    giveUp();
    current = made;
    rollAt = Math.max(settings.segmentBytes(), (long) TABLES * staging.size());
    written(made);
    lock.newest(number);
  }

  private long lastSealed() {
    Segment last = sealed.peekLast();
    return last == null ? 0 : last.number();
  }

  /** Whether what it writes to, and what keeps others away, is still where it was. */
  boolean isThere() {
    SegmentOutput to = current;
    return lock.isThere() && (to == null ? Files.isDirectory(settings.directory()) : to.isThere());
  }

  /** Whether something can be written again. */
  void probe() throws IOException {
    try {
      output().probe();
    } catch (UndecidedException e) {
      giveUp();
      throw e;
    }
  }

  /** Deletes a segment that is not written to. */
  void delete(Segment segment) throws IOException {
    sealed.remove(segment);
    sealedBytes -= segment.size();
    segment.delete();
  }

  /** Writes that all was written. */
  void closeCleanly() throws IOException {
    if (current == null) {
      return;
    }
    staging.clear();
    Records.closed(staging, now(), current().salt());
    write();
    // Even where nobody asks for it: the next start takes it for all there is.
    force();
  }

  /** Lets go of all files. */
  @Override
  public void close() throws IOException {
    giveUp();
    syncer.flush();
    for (Segment segment : sealed) {
      segment.close();
    }
    lock.close();
  }
}
