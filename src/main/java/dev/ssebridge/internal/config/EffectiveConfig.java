package dev.ssebridge.internal.config;

import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything that is in effect, and where it came from; without secrets. Immutable. */
public final class EffectiveConfig {
  private static final String HIDDEN = "***";
  private static final String DEFAULT = "default";

  private final @Nullable ConfigFile file;
  private final List<Line> lines = new ArrayList<>();

  /**
   * One key.
   *
   * @param pointer JSON pointer (RFC 6901)
   * @param value what is in effect; null for none
   * @param from where that is written
   */
  private record Line(String pointer, @Nullable Object value, String from) {
    @Override
    public String toString() {
      return pointer + " = " + (value == null ? "none" : shown(value)) + "   (" + from + ")";
    }

    private static String shown(Object value) {
      return value instanceof JsonArray || value instanceof JsonObject
          ? Json.encode(value)
          : UnfitValueException.show(value);
    }
  }

  private EffectiveConfig(@Nullable ConfigFile file) {
    this.file = file;
  }

  /** What is in effect with this. */
  public static EffectiveConfig of(ConfigFile file) {
    return new EffectiveConfig(file).with(file.options());
  }

  /** What is in effect with these, which nobody knows where they came from. */
  public static EffectiveConfig of(SseBridgeOptions options) {
    return new EffectiveConfig(null).with(options);
  }

  private EffectiveConfig with(SseBridgeOptions options) {
    Keys<SseBridgeOptions> keys = Keys.declaredBy(SseBridgeOptions.class);
    add(keys, keys.valuesOf(options), "", false);
    return this;
  }

  /** A line for each key, in the order of the documentation. */
  public List<String> lines() {
    return lines.stream().map(Line::toString).toList();
  }

  /** For each key, by its pointer, its value and where that came from. */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    lines.forEach(
        line ->
            json.put(
                line.pointer(),
                new JsonObject().put("value", line.value()).put("from", line.from())));
    return json;
  }

  /** For each key that something was written for, by its pointer, where. */
  public JsonObject origins() {
    JsonObject json = new JsonObject();
    lines.stream()
        .filter(line -> !line.from().equals(DEFAULT))
        .forEach(line -> json.put(line.pointer(), line.from()));
    return json;
  }

  /** All of it in the form of a configuration; what has no value is null. */
  public JsonObject toConfig() {
    JsonObject config = new JsonObject();
    for (Line line : lines) {
      String[] names = line.pointer().substring(1).split("/", -1);
      JsonObject block = config;
      for (int i = 0; i < names.length - 1; i++) {
        block = blockIn(block, unescaped(names[i]));
      }
      block.put(unescaped(names[names.length - 1]), line.value());
    }
    return config;
  }

  private static JsonObject blockIn(JsonObject block, String name) {
    JsonObject inner = block.getValue(name) instanceof JsonObject there ? there : new JsonObject();
    block.put(name, inner);
    return inner;
  }

  /** RFC 6901, section 4. */
  private static String unescaped(String name) {
    return name.replace("~1", "/").replace("~0", "~");
  }

  private void add(Keys<?> keys, Values values, String at, boolean isHidden) {
    for (Key<?> key : keys.shown()) {
      add(key, values, at, isHidden || key.isSecret());
    }
  }

  private <T> void add(Key<T> key, Values values, String at, boolean isHidden) {
    T value = values.optional(key);
    if (key.isIncluded() && value != null) {
      key.form().visit(value, (name, keys, inner) -> add(keys, inner, at, isHidden));
      return;
    }
    String pointer = at + "/" + key.name();
    if (key.block() != null && value != null) {
      key.form()
          .visit(
              value,
              (name, keys, inner) ->
                  add(
                      keys,
                      inner,
                      name == null ? pointer : pointer + "/" + ConfigObject.escape(name),
                      isHidden));
      return;
    }
    JsonObject written = new JsonObject();
    if (value != null) {
      key.form().write(key.name(), value, null, written);
    }
    Object json = written.getValue(key.name());
    if (json instanceof JsonObject texts && !texts.isEmpty()) {
      for (String name : texts.fieldNames()) {
        String place = pointer + "/" + ConfigObject.escape(name);
        lines.add(new Line(place, shown(texts.getValue(name), place, isHidden), from(place)));
      }
    } else {
      lines.add(new Line(pointer, shown(json, pointer, isHidden), from(pointer)));
    }
  }

  private @Nullable Object shown(@Nullable Object json, String pointer, boolean isHidden) {
    if (json == null
        || (json instanceof JsonArray list && list.isEmpty())
        || (json instanceof JsonObject texts && texts.isEmpty())) {
      return null;
    }
    Origins origins = file == null ? null : file.tree().origins();
    if (isHidden || (origins != null && origins.isSecret(pointer))) {
      return HIDDEN;
    }
    return origins != null && json instanceof String text ? origins.withoutSecrets(text) : json;
  }

  private String from(String pointer) {
    if (file == null) {
      return "unknown";
    }
    Origins origins = file.tree().origins();
    Origin origin = origins.of(pointer);
    if (origin == null) {
      return DEFAULT;
    }
    return file.tree().isNull(pointer) ? "default, null at " + origin : origin.toString();
  }
}
