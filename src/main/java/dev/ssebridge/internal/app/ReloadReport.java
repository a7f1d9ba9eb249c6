package dev.ssebridge.internal.app;

import dev.ssebridge.internal.config.ConfigDiff.Blocks;
import dev.ssebridge.internal.config.Key.Change;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** What a reload has changed, in one line without any value. */
final class ReloadReport {
  private static final int MOST_NAMES = 20;

  private final List<String> parts = new ArrayList<>();

  /** Some blocks by name, such as routes. */
  ReloadReport blocks(String what, Blocks blocks) {
    add(what + " added: ", blocks.added());
    add(what + " removed: ", blocks.removed());
    add(
        what + " changed: ",
        blocks.changed().entrySet().stream().map(ReloadReport::described).toList());
    return this;
  }

  private static String described(Map.Entry<String, Change> changed) {
    boolean isTold =
        changed.getValue() == Change.NEW_HISTORY || changed.getValue() == Change.STREAMS_END;
    return changed.getKey() + (isTold ? " (" + changed.getValue().word() + ")" : "");
  }

  /** Some of these, if there are any. */
  ReloadReport add(String what, Collection<String> names) {
    if (!names.isEmpty()) {
      List<String> some = names.stream().limit(MOST_NAMES).toList();
      parts.add(
          what
              + String.join(", ", some)
              + (names.size() > some.size()
                  ? " and " + (names.size() - some.size()) + " more"
                  : ""));
    }
    return this;
  }

  /** Something else. */
  ReloadReport add(String what) {
    parts.add(what);
    return this;
  }

  @Override
  public String toString() {
    return "configuration read again: "
        + (parts.isEmpty() ? "nothing changed" : String.join("; ", parts));
  }
}
