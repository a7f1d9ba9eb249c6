package dev.ssebridge.internal.config;

import dev.ssebridge.internal.text.PrintableText;
import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Single keys from the environment ({@code SSE_BRIDGE__HTTP__PORT=9000}) and from the command line
 * ({@code --set http.port=9000}), written over what lies below.
 */
final class Overrides {
  /**
   * What begins so is for this program; with one underscore, clusters of containers set their own.
   */
  static final String PREFIX = "SSE_BRIDGE__";

  private final Keys<?> root;
  private final ConfigTree tree;
  private final Substitution substitution;
  private final Problems problems;

  /**
   * @param tree what lies below; it is changed
   * @param problems where what is wrong is noted
   */
  Overrides(Keys<?> root, ConfigTree tree, Substitution substitution, Problems problems) {
    this.root = root;
    this.tree = tree;
    this.substitution = substitution;
    this.problems = problems;
  }

  /** Sets what variables of the environment say; whole blocks before what is in them. */
  void setVariables(Map<String, String> environment) {
    Map<KeyPath, String> names = new TreeMap<>();
    Map<String, KeyPath> taken = new HashMap<>();
    for (var variable : new TreeMap<>(environment).entrySet()) {
      String name = variable.getKey();
      if (name.startsWith(PREFIX)) {
        KeyPath path = resolve(printable("variable " + name), name.substring(PREFIX.length()));
        if (path != null) {
          KeyPath first = taken.putIfAbsent(path.pointer(), path);
          if (first == null) {
            names.put(path, name);
          } else {
            problems.add(
                "variable " + name,
                path.pointer(),
                "expected one variable for this key, got " + names.get(first) + " as well");
          }
        }
      }
    }
    names.forEach(
        (path, name) -> set("variable " + name, path, environment.getOrDefault(name, "")));
  }

  private static String printable(String source) {
    return PrintableText.of(source);
  }

  private @Nullable KeyPath resolve(String source, String name) {
    List<KeyPath> found = new VariableName(tree.json()).find(root, name);
    if (found.size() == 1) {
      return found.get(0);
    }
    problems.add(
        source,
        "",
        found.isEmpty()
            ? new VariableName(tree.json()).unknown(root, name)
            : "expected the name of one key, got one that fits "
                + String.join(" and ", found.stream().map(KeyPath::pointer).toList())
                + "; set the block around it as JSON");
    return null;
  }

  /**
   * Sets what options of the command line say, in their order.
   *
   * @param settings each {@code key=value}
   */
  void setAll(Collection<String> settings) {
    for (String setting : settings) {
      int end = setting.indexOf('=');
      String name = end < 0 ? setting : setting.substring(0, end);
      String source = PrintableText.of("option --set " + name);
      if (end < 0) {
        // What is no key may be a value, which may be a secret.
        problems.add("option --set", "", "expected key=value, got no =");
        continue;
      }
      try {
        KeyPath path = new SettingName(tree.json()).find(root, name);
        set(source, path, setting.substring(end + 1));
      } catch (UnfitValueException unknown) {
        problems.add(source, "", String.valueOf(unknown.getMessage()));
      }
    }
  }

  private void set(String source, KeyPath path, String text) {
    Origin origin = Origin.of(source);
    Origins origins = new Origins(source);
    Object value = value(source, path, text, origins);
    JsonObject layer = new JsonObject();
    JsonObject in = layer;
    List<String> names = path.names();
    String pointer = "";
    for (String name : names.subList(0, names.size() - 1)) {
      pointer += "/" + ConfigObject.escape(name);
      if (tree.origins().of(pointer) == null) {
        origins.put(pointer, origin); // written by this for the first time
      }
      JsonObject next = new JsonObject();
      in.put(name, next);
      in = next;
    }
    in.put(names.get(names.size() - 1), value);
    origins.put(path.pointer(), origin);
    tree.put(new ConfigTree(layer, origins), root);
  }

  /** As its key wants it: blocks and lists are JSON, everything else is the text. */
  private @Nullable Object value(String source, KeyPath path, String text, Origins origins) {
    String start = text.strip();
    try {
      if (path.isStructure()
          && (start.startsWith("{") || start.startsWith("[") || start.equals("null"))) {
        ConfigText json = new ConfigText(source, text, substitution, problems);
        Object value = json.parseValue(path.pointer(), Origin.of(source));
        origins.putAll(json.origins());
        return value;
      }
      Object value = origins.withoutPrinting(path.pointer(), substitution.in(text));
      return value instanceof Given ? value : new Given((String) value, List.of());
    } catch (UnfitValueException unfit) {
      problems.add(source, path.pointer(), String.valueOf(unfit.getMessage()));
      return Given.NOTHING;
    }
  }
}
