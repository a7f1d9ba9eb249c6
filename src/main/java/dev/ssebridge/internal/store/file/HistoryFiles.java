package dev.ssebridge.internal.store.file;

import dev.ssebridge.internal.store.file.SegmentScan.Next;
import dev.ssebridge.spi.StoredEvent;
import dev.ssebridge.spi.StoredStretch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The files of a store, read from outside. Blocks. */
public final class HistoryFiles {
  private static final long PART = 1024 * 1024;
  private static final int TRIES = 20;

  private HistoryFiles() {}

  /** Takes what is in the channels. */
  @FunctionalInterface
  public interface Reader {
    /**
     * An event.
     *
     * @param sequence the first that it takes
     */
    void event(String channel, String epoch, long sequence, StoredEvent event);
  }

  /**
   * Reads all events, channel by channel, and changes nothing; a store may be at work there, in
   * which case what it writes meanwhile may be missing.
   *
   * @param wanted which channels
   */
  public static void dump(Path directory, Predicate<String> wanted, Reader to) throws IOException {
    require(directory);
    List<FileHistory> histories = new ArrayList<>(look(directory).values());
    histories.sort(Comparator.comparing(FileHistory::name));
    for (FileHistory history : histories) {
      if (wanted.test(history.name())) {
        dump(directory, history, to);
      }
    }
  }

  private static void dump(Path directory, FileHistory found, Reader to) throws IOException {
    @Nullable FileHistory history = found;
    long next = history.oldest();
    while (history != null && next <= history.head()) {
      StoredStretch read;
      try {
        read = new HistoryReader(history).read(next, history.head(), PART);
      } catch (NoSuchFileException gone) {
        // The store has moved what was kept of it, and deleted it.
        FileHistory now = look(directory).get(found.name());
        history = now != null && now.epoch().equals(found.epoch()) ? now : null;
        next = history == null ? next : Math.max(next, history.oldest());
        continue;
      }
      if (read.events().isEmpty()) {
        return;
      }
      next = read.first();
      for (StoredEvent event : read.events()) {
        to.event(history.name(), history.epoch(), next, event);
        next += event.span();
      }
    }
  }

  /** Looks again where a store deletes a segment meanwhile. */
  private static Map<String, FileHistory> look(Path directory) throws IOException {
    for (int left = TRIES; ; left--) {
      try {
        return Recovery.looking(directory).run().histories();
      } catch (NoSuchFileException gone) {
        if (left == 0 || !Files.isDirectory(directory)) {
          throw gone;
        }
      }
    }
  }

  /**
   * What is in a segment.
   *
   * @param events how many there are, those that are kept no more among them
   * @param channels how many channels these are of
   * @param notWhole how many bytes at its end were not written whole: the next start cuts them off
   * @param damages what is none of it
   */
  public record Content(
      Path segment, long bytes, long events, int channels, long notWhole, List<Damage> damages) {}

  /** Reads all segments from end to end, and changes nothing. */
  public static List<Content> verify(Path directory) throws IOException {
    require(directory);
    List<Content> contents = new ArrayList<>();
    List<Path> files = Recovery.files(directory);
    for (int i = 0; i < files.size(); i++) {
      try {
        contents.add(verify(files.get(i), i == files.size() - 1));
      } catch (NoSuchFileException gone) {
        if (!Files.isDirectory(directory)) {
          throw gone;
        }
        // A store has deleted it meanwhile.
      }
    }
    return contents;
  }

  private static Content verify(Path file, boolean isLast) throws IOException {
    List<Damage> damages = new ArrayList<>();
    Set<Integer> channels = new HashSet<>();
    long size = Files.size(file);
    long events = 0;
    long notWhole = 0;
    try (SegmentScan scan = new SegmentScan(file)) {
      if (scan.head().number() != Segment.numberOf(file)) {
        throw new IllegalArgumentException("it is a copy of segment " + scan.head().number());
      }
      for (Next next = scan.next(); next != Next.END; next = scan.next()) {
        if (next == Next.RECORD) {
          if (scan.type() == RecordType.EVENT) {
            events++;
            channels.add(Records.EventHead.read(scan.body()).channel());
          }
        } else if (next == Next.TORN && isLast) {
          notWhole = scan.end() - scan.offset();
        } else {
          damages.add(new Damage(file, scan.offset(), scan.end(), "damaged"));
        }
      }
    } catch (IllegalArgumentException | SegmentHead.NewerVersionException e) {
      if (isLast && size < SegmentHead.BYTES) {
        // The process ended when it had just made it: the next start deletes it.
        return new Content(file, size, 0, 0, size, damages);
      }
      damages.add(new Damage(file, 0, size, String.valueOf(e.getMessage())));
    }
    return new Content(file, size, events, channels.size(), notWhole, damages);
  }

  /**
   * What came of it.
   *
   * @param bytesBefore of all segments
   * @param bytesAfter of all segments
   * @param kept how many segments could not be read in whole, and stay
   */
  public record Compacted(long bytesBefore, long bytesAfter, int kept) {}

  /**
   * Writes all that is kept into new segments, and deletes the old ones.
   *
   * @throws IOException where a store is at work there, or it cannot be read or written
   */
  public static Compacted compact(Path directory) throws IOException {
    require(directory);
    FileStoreSettings settings =
        FileStoreSettings.in(directory)
            .withSizes(FileStoreSettings.SEGMENT_BYTES, Long.MAX_VALUE)
            .withMostChannels(Integer.MAX_VALUE);
    List<IOException> failures = new ArrayList<>();
    try (Syncer syncer = new Syncer(settings.fsync().interval(), failures::add);
        Journal journal = Journal.open(settings, Surroundings.REAL, syncer)) {
      long before = journal.bytes();
      journal.roll();
      Housekeeping housekeeping = new Housekeeping(journal);
      int kept = 0;
      for (Segment segment : List.copyOf(journal.sealed())) {
        if (housekeeping.move(segment)) {
          journal.force();
          journal.delete(segment);
        } else {
          kept++;
        }
      }
      journal.closeCleanly();
      long after = journal.bytes();
      if (!failures.isEmpty()) {
        throw failures.get(0);
      }
      return new Compacted(before, after, kept);
    } catch (SegmentOutput.UndecidedException e) {
      throw e.reason();
    }
  }

  private static void require(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      throw new NoSuchFileException(directory.toString());
    }
    if (!Files.isDirectory(directory)) {
      throw new NotDirectoryException(directory.toString());
    }
  }
}
