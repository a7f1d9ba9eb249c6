package dev.ssebridge;

import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * What the log says, and how. How its lines look is the program's to say: an application has a log
 * of its own, which the bridge reaches through {@link System.Logger}.
 */
@DataObject
public final class LogOptions {
  static final Keys<LogOptions> OPTIONS =
      Keys.of(LogOptions.class, LogOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public LogOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public LogOptions(LogOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public LogOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private LogOptions(Values values) {
    this.values = values;
  }

  private static final Key<LogFormat> FORMAT =
      OPTIONS
          .key("format", ValueType.oneOf(LogFormat.class), "text")
          .says(
              "How the program writes its log: `text`, or `json`, one object a line; see "
                  + "[Log](operations.md#log)")
          .forWhom(Key.Audience.MANY);

  /** How the program writes its log: {@code text}, or {@code json}, one object a line. */
  public LogFormat getFormat() {
    return values.get(FORMAT);
  }

  /** Sets {@link #getFormat}. */
  public LogOptions setFormat(LogFormat format) {
    values.set(FORMAT, format);
    return this;
  }

  private static final Key<Level> LEVEL =
      OPTIONS
          .key("level", ValueType.oneOf(Level.class), "info")
          .says("The least level of what the bridge itself logs in the program");

  /** The least level of what the bridge itself logs in the program. */
  public Level getLevel() {
    return values.get(LEVEL);
  }

  /** Sets {@link #getLevel}. */
  public LogOptions setLevel(Level level) {
    values.set(LEVEL, level);
    return this;
  }

  private static final Key<Boolean> ACCESS =
      OPTIONS
          .key("access", ValueType.flag(), false)
          .says(
              "Whether there is a line for each stream when it ends, and for each request to "
                  + "publish; see [Access log](operations.md#access-log)")
          .forWhom(Key.Audience.MANY);

  /**
   * Whether there is a line for each stream when it ends, and for each request to publish. The name
   * of the logger is {@code dev.ssebridge.access}, the level {@link Level#INFO}.
   */
  public boolean isAccess() {
    return values.get(ACCESS);
  }

  /** Sets {@link #isAccess}. */
  public LogOptions setAccess(boolean access) {
    values.set(ACCESS, access);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LogOptions that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** As JSON, without secrets. */
  @Override
  public String toString() {
    return values.toString();
  }
}
