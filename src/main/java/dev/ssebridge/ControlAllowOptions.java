package dev.ssebridge;

import dev.ssebridge.internal.config.ControlAllow;
import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.TextForms;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What sources may use that come at run time. What is not named here they may not use. */
@DataObject
public final class ControlAllowOptions {
  static final Keys<ControlAllowOptions> OPTIONS =
      Keys.of(ControlAllowOptions.class, ControlAllowOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public ControlAllowOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public ControlAllowOptions(ControlAllowOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public ControlAllowOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private ControlAllowOptions(Values values) {
    this.values = values;
  }

  private static final Key<List<String>> HOSTS =
      OPTIONS
          .list(
              "hosts",
              ValueType.checked(ControlAllow::parseHost).formed(TextForms.ALLOWED_HOST),
              1000)
          .says(
              "Where sources that are added may connect to, a list of `host`, `host:port`, or "
                  + "`*` for anywhere");

  /**
   * Where sources that are added may connect to, a list of {@code host}, {@code host:port}, or
   * {@code *} for anywhere.
   */
  public List<String> getHosts() {
    return values.get(HOSTS);
  }

  /** Sets {@link #getHosts}. */
  public ControlAllowOptions setHosts(List<String> hosts) {
    values.set(HOSTS, hosts);
    return this;
  }

  private static final Key<List<String>> SECRETS =
      OPTIONS
          .list(
              "secrets",
              ValueType.checked(ControlAllow::parseSecret).formed(TextForms.SECRET),
              1000)
          .says(
              "Which secrets and certificates they may use, a list of `env:NAME` and "
                  + "`file:PATH`, written as in the source");

  /**
   * Which secrets and certificates they may use, a list of {@code env:NAME} and {@code file:PATH},
   * written as in the source.
   */
  public List<String> getSecrets() {
    return values.get(SECRETS);
  }

  /** Sets {@link #getSecrets}. */
  public ControlAllowOptions setSecrets(List<String> secrets) {
    values.set(SECRETS, secrets);
    return this;
  }

  private static final Key<List<String>> CURSORS =
      OPTIONS
          .list("cursors", ValueType.text(), 1000)
          .says(
              "Where they may keep their positions, a list of files, or of directories with a "
                  + "`/` at the end");

  /**
   * Where they may keep their positions, a list of files, or of directories with a {@code /} at the
   * end.
   */
  public List<String> getCursors() {
    return values.get(CURSORS);
  }

  /** Sets {@link #getCursors}. */
  public ControlAllowOptions setCursors(List<String> cursors) {
    values.set(CURSORS, cursors);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ControlAllowOptions that && values.equals(that.values);
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
