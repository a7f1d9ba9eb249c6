package dev.ssebridge.internal.store.file;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes a journal that can be written: the one there is, or that of the directory anew. */
final class Mending {
  private final FileStoreSettings settings;
  private final Surroundings surroundings;
  private final Syncer syncer;

  /** What a journal had that is no more. */
  private List<FileHistory> before = List.of();

  private @Nullable Journal journal;
  private boolean mustReopen;

  Mending(FileStoreSettings settings, Surroundings surroundings, Syncer syncer) {
    this.settings = settings;
    this.surroundings = surroundings;
    this.syncer = syncer;
  }

  /** The one there is; null where there is none. */
  @Nullable Journal journal() {
    return journal;
  }

  /** What is in mind may not be what is on the disk. */
  void distrust() {
    mustReopen = true;
  }

  /**
   * Tries.
   *
   * @return how many events had to go for want of space
   */
  long mend() throws IOException {
    Journal broken = journal;
    if (broken != null && broken.isThere() && !mustReopen) {
      if (!broken.mustRoll()) {
        broken.probe();
        return 0;
      }
      broken.roll();
      return new Housekeeping(broken).afterRoll();
    }
    if (broken != null) {
      before = List.copyOf(broken.histories().all());
      journal = null;
      broken.close();
    }
    Journal found = Journal.open(settings, surroundings, syncer);
    try {
      if (!before.isEmpty()) {
        new Reunion(found).with(before);
        found.roll();
      }
    } catch (IOException | RuntimeException e) {
      found.close();
      throw e;
    }
    before = List.of();
    mustReopen = false;
    journal = found;
    return 0;
  }
}
