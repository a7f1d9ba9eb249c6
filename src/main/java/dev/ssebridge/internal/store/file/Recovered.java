package dev.ssebridge.internal.store.file;

import dev.ssebridge.internal.store.RecentIds;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was found in a directory.
 *
 * @param segments in the order of their numbers
 * @param histories by name
 * @param nextNumber of a new channel
 * @param mayGoOn whether the last segment can be written on
 * @param ids of messages in all of them
 * @param newEpochs why all channels got other epochs, null where they did not
 */
record Recovered(
    List<Segment> segments,
    Map<String, FileHistory> histories,
    int nextNumber,
    boolean mayGoOn,
    List<Damage> damages,
    RecentIds.Together ids,
    @Nullable String newEpochs) {

  /** How many events there are. */
  long events() {
    return histories.values().stream().mapToLong(FileHistory::events).sum();
  }
}
