package dev.ssebridge.internal.store.file;

import dev.ssebridge.internal.store.file.SegmentScan.Next;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads all segments of a directory, which is locked, and makes of them what there is: torn tails
 * are cut off, and what is damaged is told.
 */
final class Recovery {
  private static final System.Logger LOG = System.getLogger(FileHistoryStore.class.getName());
  private static final long PROGRESS_NANOS = 5_000_000_000L;

  private final FileStoreSettings settings;
  private final Surroundings surroundings;
  private final List<Segment> segments = new ArrayList<>();
  private final List<Damage> damages = new ArrayList<>();
  private final FoundChannels channels;
  private final boolean looksOnly;
  private final long newest;
  private final long began = System.nanoTime();
  private long told = began;
  private long bytesRead;
  private boolean mayGoOn;

  /**
   * @param newest the number of the newest segment that there was, 0 where nobody knows
   */
  Recovery(FileStoreSettings settings, Surroundings surroundings, long newest) {
    this(settings, surroundings, newest, false);
  }

  private Recovery(
      FileStoreSettings settings, Surroundings surroundings, long newest, boolean looksOnly) {
    this.settings = settings;
    this.surroundings = surroundings;
    this.newest = newest;
    this.looksOnly = looksOnly;
    channels = new FoundChannels(settings.clock());
  }

  /** One that only looks: nothing is changed, and epochs are as they were written. */
  static Recovery looking(Path directory) {
    return new Recovery(FileStoreSettings.in(directory), Surroundings.REAL, 0, true);
  }

  Recovered run() throws IOException {
    List<Path> files = files(settings.directory());
    long all = 0;
    for (Path file : files) {
      all += Files.size(file);
    }
    for (int i = 0; i < files.size(); i++) {
      read(files.get(i), i == files.size() - 1, all);
    }
    channels.settle();
    String newEpochs = null;
    if (!looksOnly) {
      newEpochs = files.isEmpty() ? null : doubt(Segment.numberOf(files.get(files.size() - 1)));
      channels.renewEpochs(newEpochs != null);
      long now = settings.clock().getAsLong();
      channels.byName().values().forEach(history -> history.trim(now));
    }
    Recovered recovered =
        new Recovered(
            segments,
            channels.byName(),
            channels.nextNumber(),
            mayGoOn,
            damages,
            channels.ids(),
            newEpochs);
    tell(recovered);
    return recovered;
  }

  /** The segments of a directory in their order. */
  static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> list = Files.list(directory)) {
      return list.filter(file -> Segment.numberOf(file) >= 0 && Files.isRegularFile(file))
          .sorted(Comparator.comparingLong(Segment::numberOf))
          .toList();
    }
  }

  private void read(Path file, boolean isLast, long all) throws IOException {
    try (SegmentScan scan = new SegmentScan(file)) {
      Segment segment = new Segment(settings.directory(), scan.head(), scan.size());
      if (!segment.file().equals(file)) {
        throw new IllegalArgumentException("it is a copy of segment " + segment.number());
      }
      mayGoOn = read(segment, scan, isLast, all);
      segments.add(segment);
    } catch (IllegalArgumentException e) {
      setAside(file, isLast, e);
    } catch (SegmentHead.NewerVersionException e) {
      throw new IOException(file + ": " + e.getMessage() + "; use the later program", e);
    }
  }

  /** What cannot be a segment is kept for inspection, where nobody reads it again. */
  private void setAside(Path file, boolean isLast, IllegalArgumentException why)
      throws IOException {
    if (isLast && Files.size(file) < SegmentHead.BYTES && !looksOnly) {
      // The process ended when it had just made it: nothing was in it.
      Files.delete(file);
      return;
    }
    damage(new Damage(file, 0, Files.size(file), why.getMessage() + "; set aside as .damaged"));
    if (looksOnly) {
      return;
    }
    Files.move(
        file,
        file.resolveSibling(file.getFileName() + ".damaged"),
        StandardCopyOption.REPLACE_EXISTING);
  }

  private void damage(Damage damage) {
    damages.add(damage);
    channels.damaged();
    if (!looksOnly) {
      LOG.log(System.Logger.Level.WARNING, "history: " + damage);
    }
  }

  /** Whether it can be written on. */
  private boolean read(Segment segment, SegmentScan scan, boolean isLast, long all)
      throws IOException {
    boolean sound = true;
    channels.begin(segment);
    for (Next next = scan.next(); next != Next.END; next = scan.next()) {
      if (next == Next.RECORD) {
        channels.record(
            scan.type(), scan.offset(), (int) (scan.end() - scan.offset()), scan.body());
        progress(scan.end(), all);
      } else if (isLast && (next == Next.TORN || isUnforced(scan))) {
        cut(segment, scan.offset());
        break;
      } else {
        sound = false;
        channels.interrupted();
        damage(new Damage(segment.file(), scan.offset(), scan.end(), "damaged"));
      }
    }
    bytesRead += segment.size();
    long whole = channels.end();
    if (whole < segment.size() && sound && isLast) {
      // The beginning of an append, the rest of which was never written.
      cut(segment, whole);
    }
    return sound && channels.hasTable();
  }

  /**
   * Whether these are bytes of a write that the machine did not finish: where each one is forced,
   * nobody was told that it was done. They may be anything.
   */
  private boolean isUnforced(SegmentScan scan) {
    FoundChannels.@Nullable Session session = channels.lastSession();
    return scan.end() == scan.size()
        && session != null
        && session.always()
        && !session.boot().equals(surroundings.boot().get());
  }

  private void cut(Segment segment, long to) throws IOException {
    if (looksOnly) {
      return;
    }
    LOG.log(
        System.Logger.Level.INFO,
        "history: "
            + segment
            + ": cut off "
            + (segment.size() - to)
            + " bytes at its end, which were not written whole");
    try (Disk.Output output = surroundings.disk().open(segment.file())) {
      output.truncate(to);
      output.force();
    }
    segment.resize(to);
  }

  /** Why what was acknowledged last may be lost; null where it is not. */
  private @Nullable String doubt(long last) {
    if (last < newest) {
      return "the newest segment is gone, number " + newest;
    }
    FoundChannels.@Nullable Session session = channels.lastSession();
    if (session == null) {
      return "nothing tells which process wrote it";
    }
    String boot = surroundings.boot().get();
    if (channels.isClosed()
        || session.always()
        || (!boot.isEmpty() && session.boot().equals(boot))) {
      return null;
    }
    return "the machine stopped before the journal was closed";
  }

  private void progress(long inSegment, long all) {
    long now = System.nanoTime();
    if (now - told > PROGRESS_NANOS) {
      told = now;
      LOG.log(
          System.Logger.Level.INFO,
          "history in "
              + settings.directory()
              + ": read "
              + ((bytesRead + inSegment) >> 20)
              + " of "
              + (all >> 20)
              + " MiB");
    }
  }

  private void tell(Recovered found) {
    LOG.log(
        looksOnly ? System.Logger.Level.DEBUG : System.Logger.Level.INFO,
        "history in "
            + settings.directory()
            + ": "
            + found.histories().size()
            + " channels, "
            + found.events()
            + " events, "
            + found.segments().size()
            + " segments, "
            + (bytesRead >> 20)
            + " MiB, read in "
            + (System.nanoTime() - began) / 1_000_000
            + " ms");
    if (found.newEpochs() != null) {
      LOG.log(
          System.Logger.Level.WARNING,
          "history in "
              + settings.directory()
              + ": "
              + found.newEpochs()
              + "; the newest events may be lost, so that all channels go on under other epochs");
    }
  }
}
