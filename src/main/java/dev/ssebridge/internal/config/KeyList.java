package dev.ssebridge.internal.config;

import dev.ssebridge.SseBridgeOptions;
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
    add(Keys.declaredBy(SseBridgeOptions.class), List.of(), word.toLowerCase(Locale.ROOT), lines);
    return lines;
  }

  private static void add(Keys<?> keys, List<String> at, String word, List<String> lines) {
    for (Keys.Entry entry : keys.entries()) {
      Key<?> key = entry.key();
      List<String> path = new ArrayList<>(at);
      path.add(key.name());
      Keys<?> block = key.block();
      if (block == null) {
        addLeaf(entry, path, word, lines);
      } else {
        if (key.isNamed()) {
          path.add("*");
        }
        add(block, path, word, lines);
      }
    }
  }

  private static void addLeaf(
      Keys.Entry entry, List<String> path, String word, List<String> lines) {
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
            + (key.isForRestart() ? ", after a restart" : "")
            + ")");
    lines.add("    " + key.meaning().replace("`", ""));
    lines.add("    " + VariableName.of(path).replace("__*", "__NAME"));
  }
}
