package dev.ssebridge.internal.config;

import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.internal.config.Key.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Every key, for people to read. */
public final class KeyList {
  private KeyList() {}

  /**
   * A paragraph for each key that is about this.
   *
   * @param word part of its name or meaning, in any case
   */
  public static List<String> lines(String word) {
    List<String> lines = new ArrayList<>();
    add(
        Keys.declaredBy(SseBridgeOptions.class),
        List.of(),
        Change.RESTART,
        word.toLowerCase(Locale.ROOT),
        lines);
    return lines;
  }

  private static void add(
      Keys<?> keys, List<String> at, Change ofBlock, String word, List<String> lines) {
    for (Keys.Entry entry : keys.entries()) {
      Key<?> key = entry.key();
      List<String> path = new ArrayList<>(at);
      path.add(key.name());
      Change change = key.change(ofBlock);
      Keys<?> block = key.block();
      if (block == null) {
        addLeaf(entry, path, change, word, lines);
      } else {
        if (key.isNamed()) {
          path.add("*");
        }
        add(block, path, change, word, lines);
      }
    }
  }

  private static void addLeaf(
      Keys.Entry entry, List<String> path, Change change, String word, List<String> lines) {
    Key<?> key = entry.key();
    String name = String.join(".", path);
    if (!(name + " " + key.meaning()).toLowerCase(Locale.ROOT).contains(word)) {
      return;
    }
    Object standard = entry.standardJson();
    lines.add(
        name
            + "   ("
            + (key.isRequired() ? "required" : standard == null ? "none" : standard)
            + (key.isSecret() ? ", secret" : "")
            + (change == Change.RESTART ? ", after a restart" : "")
            + ")");
    lines.add("    " + key.meaning().replace("`", ""));
    lines.add("    " + VariableName.of(path).replace("__*", "__NAME"));
  }
}
