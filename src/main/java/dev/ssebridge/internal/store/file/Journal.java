package dev.ssebridge.internal.store.file;

import dev.ssebridge.internal.log.Epochs;
import dev.ssebridge.internal.store.file.Records.SessionRecord;
import dev.ssebridge.spi.HistoryRetention;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a directory that is locked, and what is written to the newest of them. On the
 * writer's thread.
 */
final class Journal implements Closeable {
  /** A segment is so many times as long as its table of channels at least. */
  private static final int TABLES = 4;

  private final FileStoreSettings settings;
  private final Surroundings surroundings;
  private final Syncer syncer;
  private final DirectoryLock lock;
  private final Staging staging = new Staging();
  private final SecureRandom random = new SecureRandom();
  private final Epochs epochs;

  private final Map<String, FileHistory> histories;
  private final Deque<Segment> sealed;
  private int nextNumber;
  private @Nullable Segment current;
  private Disk.@Nullable Output output;
  private Object currentKey = "";
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
    epochs = new Epochs(settings.clock(), random);
    histories = found.histories();
    sealed = new ArrayDeque<>(found.segments());
    sealed.forEach(segment -> sealedBytes += segment.size());
    nextNumber = found.nextNumber();
  }

  /** Locks a directory, finds what is in it, and is ready to write. */
  static Journal open(FileStoreSettings settings, Surroundings surroundings, Syncer syncer)
      throws IOException {
    Disk.makeDirectory(settings.directory());
    DirectoryLock lock = DirectoryLock.take(settings.directory());
    Journal journal = null;
    try {
      Recovered found = new Recovery(settings, surroundings).run();
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
    output = surroundings.disk().open(last.file());
    currentKey = key(last.file());
    current = sealed.removeLast();
    sealedBytes -= last.size();
    rollAt = settings.segmentBytes();
    staging.clear();
    session(last);
    write();
  }

  private void session(Segment in) {
    new SessionRecord(
            surroundings.boot().get(), settings.fsync().isAlways(), settings.clock().getAsLong())
        .write(staging, in.salt());
  }

  // What there is

  Collection<FileHistory> histories() {
    return histories.values();
  }

  @Nullable FileHistory history(String name) {
    return histories.get(name);
  }

  /** All segments, the newest last. */
  List<Segment> segments() {
    List<Segment> all = new ArrayList<>(sealed);
    Segment last = current;
    if (last != null) {
      all.add(last);
    }
    return all;
  }

  Collection<Segment> sealed() {
    return sealed;
  }

  long bytes() {
    Segment last = current;
    return sealedBytes + (last == null ? 0 : last.size());
  }

  FileStoreSettings settings() {
    return settings;
  }

  long now() {
    return settings.clock().getAsLong();
  }

  /** Makes a channel, which is not written yet. */
  FileHistory create(String name, HistoryRetention retention) {
    if (histories.size() >= settings.mostChannels()) {
      dropIdle();
    }
    if (histories.size() >= settings.mostChannels()) {
      throw new IllegalStateException(
          "there are "
              + histories.size()
              + " channels with a history in "
              + settings.directory()
              + " already, and no more may be; allow more, or keep less of them");
    }
    FileHistory made = new FileHistory(nextNumber++, name, epochs.next(), retention);
    histories.put(name, made);
    return made;
  }

  /** A channel that goes on as in another journal, without its events. */
  void adopt(FileHistory from) {
    FileHistory made = new FileHistory(nextNumber++, from.name(), from.epoch(), from.retention());
    made.knownHead(from.head());
    histories.put(from.name(), made);
  }

  /** A channel that goes on under another epoch. */
  void restart(FileHistory history) {
    history.restart(epochs.next());
  }

  void forget(FileHistory history) {
    histories.remove(history.name(), history);
  }

  private void dropIdle() {
    histories.values().removeIf(FileHistory::isIdle);
  }

  // Writing

  Staging staging() {
    return staging;
  }

  /** The segment that is written to. */
  Segment current() throws IOException {
    Segment segment = current;
    if (segment == null) {
      throw new IOException("no segment of " + settings.directory() + " can be written");
    }
    return segment;
  }

  /** Whether the current segment is given up, or long enough. */
  boolean mustRoll() {
    Segment segment = current;
    return segment == null || segment.size() >= rollAt;
  }

  /**
   * Writes what is staged at the end of the current segment; all of it or nothing.
   *
   * @throws IOException where nothing of it is in the journal
   * @throws UndecidedException where nobody knows: the segment is given up
   */
  void write() throws IOException {
    Segment segment = current();
    Disk.Output to = output;
    if (to == null) {
      throw new IOException("no segment of " + settings.directory() + " can be written");
    }
    try {
      to.write(staging.content(), segment.size());
      if (settings.fsync().isAlways()) {
        to.force();
      }
    } catch (IOException e) {
      takeBack(segment, to, e);
      throw e;
    }
    segment.resize(segment.size() + staging.size());
    if (!settings.fsync().isAlways() && !settings.fsync().isNever()) {
      syncer.written(to);
    }
  }

  private void takeBack(Segment segment, Disk.Output to, IOException cause) {
    try {
      if (to.size() != segment.size()) {
        to.truncate(segment.size());
      }
      if (settings.fsync().isAlways()) {
        to.force();
      }
    } catch (IOException e) {
      cause.addSuppressed(e);
      giveUp();
      throw new UndecidedException(cause);
    }
  }

  /** Nothing more is written to the current segment. */
  void giveUp() {
    Segment segment = current;
    Disk.Output to = output;
    current = null;
    output = null;
    if (segment != null) {
      sealed.add(segment);
      sealedBytes += segment.size();
    }
    if (to != null) {
      syncer.seal(to, settings.fsync().isNever());
    }
  }

  /**
   * Begins the next segment, with all channels in its table. Where it cannot, it goes on with what
   * there was.
   */
  void roll() throws IOException {
    dropIdle();
    Segment before = current;
    long number = 1 + Math.max(before == null ? 0 : before.number(), lastSealed());
    SegmentHead head = new SegmentHead(number, random.nextLong(), now());
    Segment next = new Segment(settings.directory(), head, 0);
    staging.clear();
    head.write(staging);
    session(next);
    for (FileHistory history : histories.values()) {
      history.record().write(staging, next.salt());
    }
    Records.endOfTable(staging, histories.size(), next.salt());
    Disk.Output made = begin(next.file());
    giveUp();
    next.resize(staging.size());
    current = next;
    output = made;
    currentKey = key(next.file());
    rollAt = Math.max(settings.segmentBytes(), (long) TABLES * staging.size());
    if (!settings.fsync().isAlways() && !settings.fsync().isNever()) {
      syncer.written(made);
    }
  }

  private long lastSealed() {
    Segment last = sealed.peekLast();
    return last == null ? 0 : last.number();
  }

  private Disk.Output begin(Path file) throws IOException {
    // One that could not be written whole before.
    Files.deleteIfExists(file);
    Disk.Output made = surroundings.disk().create(file);
    try {
      made.write(staging.content(), 0);
      if (settings.fsync().isAlways()) {
        made.force();
        forceDirectory();
      }
      return made;
    } catch (IOException e) {
      try {
        made.close();
        Files.deleteIfExists(file);
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }

  private void forceDirectory() throws IOException {
    try (FileChannel directory = FileChannel.open(settings.directory(), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  /** Whether what it writes to is still where it was. */
  boolean isThere() {
    Segment segment = current;
    return segment == null
        ? Files.isDirectory(settings.directory())
        : key(segment.file()).equals(currentKey);
  }

  /** Which file it is, whatever its name: another may have come in its place. */
  private static Object key(Path file) {
    try {
      Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
      return key == null ? "" : key;
    } catch (IOException e) {
      return e;
    }
  }

  /** Whether something can be written again, which is taken back at once. */
  void probe() throws IOException {
    Segment segment = current();
    Disk.Output to = output;
    if (to == null) {
      return;
    }
    try {
      to.write(ByteBuffer.allocate(PROBE), segment.size());
    } catch (IOException e) {
      takeBack(segment, to, e);
      throw e;
    }
    to.truncate(segment.size());
  }

  private static final int PROBE = 64 * 1024;

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
    Disk.Output to = output;
    if (to != null && !settings.fsync().isNever()) {
      to.force();
    }
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

  /** Nobody knows whether it was written. */
  static final class UndecidedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final IOException reason;

    UndecidedException(IOException reason) {
      super(reason);
      this.reason = reason;
    }

    IOException reason() {
      return reason;
    }
  }
}
