package dev.ssebridge.internal.config;

import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.internal.config.Key.Change;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What differs between a configuration that is in effect and another, key by key as these were
 * declared; and what of the other can be had without a restart. Holds no values, so nothing in it
 * is secret.
 */
public final class ConfigDiff {
  private final Map<String, Blocks> named = new TreeMap<>();
  private final Set<String> others = new TreeSet<>();
  private final Set<String> restart = new TreeSet<>();
  private final JsonObject reachable;

  private ConfigDiff(JsonObject after) {
    this.reachable = after;
  }

  /**
   * Blocks of one kind, by the names that the user chose.
   *
   * @param changed what the strongest change in each of them does
   */
  public record Blocks(Set<String> added, Set<String> removed, Map<String, Change> changed) {
    private Blocks() {
      this(new TreeSet<>(), new TreeSet<>(), new TreeMap<>());
    }

    /** Whether these are the same ones. */
    public boolean isEmpty() {
      return added.isEmpty() && removed.isEmpty() && changed.isEmpty();
    }
  }

  /** The differences. */
  public static ConfigDiff between(SseBridgeOptions before, SseBridgeOptions after) {
    ConfigDiff diff = new ConfigDiff(after.toJson());
    diff.compare(
        "",
        Keys.declaredBy(SseBridgeOptions.class),
        Change.RESTART,
        before.toJson(),
        diff.reachable,
        null);
    return diff;
  }

  /** The routes. */
  public Blocks routes() {
    return blocks("/routes");
  }

  /** The paths to publish to. */
  public Blocks publish() {
    return blocks("/publish");
  }

  /** The sources. */
  public Blocks sources() {
    return blocks("/sources");
  }

  private Blocks blocks(String place) {
    return named.getOrDefault(place, new Blocks());
  }

  /** The places of all other keys that take effect without a restart. */
  public Set<String> others() {
    return Collections.unmodifiableSet(others);
  }

  /** The places of the keys, and of the blocks that are there or not, that need a restart. */
  public Set<String> restart() {
    return Collections.unmodifiableSet(restart);
  }

  /** Whether nothing differs that could take effect without a restart. */
  public boolean isEmpty() {
    return others.isEmpty() && named.values().stream().allMatch(Blocks::isEmpty);
  }

  /**
   * The other configuration as far as it takes effect: what needs a restart is as it was before.
   * Whether the two go together is still to be checked.
   */
  public SseBridgeOptions reachable() {
    return new SseBridgeOptions(reachable);
  }

  private void compare(
      String place,
      Keys<?> keys,
      Change ofBlock,
      JsonObject before,
      JsonObject after,
      @Nullable Noted noted) {
    for (Keys.Entry entry : keys.entries()) {
      Key<?> key = entry.key();
      String at = place + "/" + key.name();
      Change change = key.change(ofBlock);
      Keys<?> block = key.block();
      if (block == null) {
        if (!Objects.equals(before.getValue(key.name()), after.getValue(key.name()))) {
          note(at, key.name(), change, before, after, noted);
        }
      } else if (key.isNamed()) {
        JsonObject to = child(after, key.name());
        compareNamed(at, block, change, child(before, key.name()), to);
        if (!to.isEmpty() || after.containsKey(key.name())) {
          after.put(key.name(), to);
        }
      } else if (key.isOptionalBlock()
          && before.containsKey(key.name()) != after.containsKey(key.name())) {
        note(at, key.name(), change, before, after, noted);
      } else {
        JsonObject to = child(after, key.name());
        compare(at, block, change, child(before, key.name()), to, noted);
        if (!to.isEmpty()) {
          after.put(key.name(), to);
        }
      }
    }
  }

  private void compareNamed(
      String place, Keys<?> keys, Change ofBlock, JsonObject before, JsonObject after) {
    Blocks blocks = new Blocks();
    named.put(place, blocks);
    if (ofBlock == Change.RESTART) {
      keepBlocks(place, before, after);
    }
    for (String name : before.fieldNames()) {
      if (!after.containsKey(name)) {
        blocks.removed.add(name);
      }
    }
    List<String> kept = new ArrayList<>();
    for (String name : after.fieldNames()) {
      if (!before.containsKey(name)) {
        blocks.added.add(name);
        continue;
      }
      kept.add(name);
      Noted noted = change -> blocks.changed.merge(name, change, ConfigDiff::stronger);
      compare(place + "/" + name, keys, ofBlock, child(before, name), child(after, name), noted);
    }
    List<String> inOrder = new ArrayList<>(before.fieldNames());
    inOrder.retainAll(kept);
    if (!inOrder.equals(kept)) {
      others.add(place); // of two that match a request, the first is taken
    }
  }

  /** Those that need a restart to come or go, as they were before, and in the same order. */
  private void keepBlocks(String place, JsonObject before, JsonObject after) {
    JsonObject now = after.copy();
    after.clear();
    for (String name : before.fieldNames()) {
      if (!now.containsKey(name)) {
        restart.add(place + "/" + name);
      }
      after.put(name, now.getValue(name, before.getValue(name)));
    }
    for (String name : now.fieldNames()) {
      if (!before.containsKey(name)) {
        restart.add(place + "/" + name);
      }
    }
  }

  /** Told what a change in a block under a name of its own does. */
  private interface Noted {
    void note(Change change);
  }

  private void note(
      String place,
      String name,
      Change change,
      JsonObject before,
      JsonObject after,
      @Nullable Noted noted) {
    if (change == Change.RESTART) {
      restart.add(place);
      if (before.containsKey(name)) {
        after.put(name, before.getValue(name));
      } else {
        after.remove(name);
      }
    } else if (noted == null) {
      others.add(place);
    } else {
      noted.note(change);
    }
  }

  private static Change stronger(Change one, Change other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private static JsonObject child(JsonObject json, String name) {
    JsonObject child = json.getJsonObject(name);
    return child == null ? new JsonObject() : child;
  }
}
