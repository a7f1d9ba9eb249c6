package dev.ssebridge.auth;

import dev.ssebridge.ConfigException;
import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Names and passwords, in a file as `htpasswd -B` writes it. */
@DataObject
public final class HtpasswdOptions {
  static final Keys<HtpasswdOptions> OPTIONS =
      Keys.of(HtpasswdOptions.class, HtpasswdOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public HtpasswdOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public HtpasswdOptions(HtpasswdOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public HtpasswdOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private HtpasswdOptions(Values values) {
    this.values = values;
  }

  private static final Key<String> FILE =
      OPTIONS
          .required("file", ValueType.text(), "/")
          .says(
              "The file, each line `name:hash` with a hash of bcrypt; read again when it "
                  + "changes");

  /** The file, each line {@code name:hash} with a hash of bcrypt; read again when it changes. */
  public String getFile() {
    return values.get(FILE);
  }

  /** Sets {@link #getFile}. */
  public HtpasswdOptions setFile(String file) {
    values.set(FILE, file);
    return this;
  }

  private static final Key<List<String>> AUTHORITIES =
      OPTIONS
          .list("authorities", ValueType.text(), 100)
          .says("Authorities that all its users have; rules may require them");

  /** Authorities that all its users have; rules may require them. */
  public List<String> getAuthorities() {
    return values.get(AUTHORITIES);
  }

  /** Sets {@link #getAuthorities}. */
  public HtpasswdOptions setAuthorities(List<String> authorities) {
    values.set(AUTHORITIES, authorities);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof HtpasswdOptions that && values.equals(that.values);
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
