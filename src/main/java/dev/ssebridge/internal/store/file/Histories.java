package dev.ssebridge.internal.store.file;

import dev.ssebridge.internal.log.Epochs;
import dev.ssebridge.internal.store.RecentIds;
import dev.ssebridge.spi.HistoryRetention;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The channels of a journal, whose number is limited. On the writer's thread. */
final class Histories {
  private final FileStoreSettings settings;
  private final Map<String, FileHistory> byName;
  private final RecentIds.Together ids;
  private final Epochs epochs;
  private int nextNumber;

  Histories(FileStoreSettings settings, Recovered found) {
    this.settings = settings;
    byName = found.histories();
    ids = found.ids();
    nextNumber = found.nextNumber();
    epochs = new Epochs(settings.clock(), new SecureRandom());
  }

  Collection<FileHistory> all() {
    return byName.values();
  }

  @Nullable FileHistory get(String name) {
    return byName.get(name);
  }

  /** Makes a channel, which is not written yet. */
  FileHistory create(String name, HistoryRetention retention) {
    if (byName.size() >= settings.mostChannels()) {
      dropIdle();
    }
    if (byName.size() >= settings.mostChannels()) {
      throw new IllegalStateException(
          "there are "
              + byName.size()
              + " channels with a history in "
              + settings.directory()
              + " already, and no more may be; allow more, or keep less of them");
    }
    FileHistory made = new FileHistory(nextNumber++, name, epochs.next(), retention, ids);
    byName.put(name, made);
    return made;
  }

  /** A channel that goes on as in another journal, without its events. */
  void adopt(FileHistory from) {
    FileHistory made =
        new FileHistory(nextNumber++, from.name(), from.epoch(), from.retention(), ids);
    made.knownHead(from.head());
    byName.put(from.name(), made);
  }

  /** A channel that goes on under another epoch. */
  void restart(FileHistory history) {
    history.restart(epochs.next());
  }

  void forget(FileHistory history) {
    byName.remove(history.name(), history);
  }

  /** Forgets those that nobody has open and that have no events. */
  void dropIdle() {
    byName.values().removeIf(FileHistory::isIdle);
  }
}
