package dev.ssebridge.client;

import dev.ssebridge.ConfigException;
import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.SourceAuth;
import dev.ssebridge.internal.config.TextForms;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Where the credentials of a source are. They are never written into the configuration, and are
 * read again for every connection.
 */
@DataObject
public final class SourceAuthOptions {
  static final Keys<SourceAuthOptions> OPTIONS =
      Keys.of(SourceAuthOptions.class, SourceAuthOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public SourceAuthOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public SourceAuthOptions(SourceAuthOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public SourceAuthOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private SourceAuthOptions(Values values) {
    this.values = values;
  }

  private static final Key<String> BEARER =
      OPTIONS
          .optional(
              "bearer",
              ValueType.hidden(SourceAuth.PLACE, SourceAuth::parse).formed(TextForms.SECRET))
          .says("Where the token is, `env:NAME` or `file:PATH`; read again for every connection")
          .forWhom(Key.Audience.MANY)
          .secret();

  /** Where the token is, {@code env:NAME} or {@code file:PATH}; read again for every connection. */
  public @Nullable String getBearer() {
    return values.optional(BEARER);
  }

  /** Sets {@link #getBearer}. */
  public SourceAuthOptions setBearer(@Nullable String bearer) {
    values.setOptional(BEARER, bearer);
    return this;
  }

  private static final Key<String> BASIC =
      OPTIONS
          .optional(
              "basic",
              ValueType.hidden(SourceAuth.PLACE, SourceAuth::parse).formed(TextForms.SECRET))
          .says("Where `user:password` is, in the same form")
          .forWhom(Key.Audience.MANY)
          .secret();

  /** Where {@code user:password} is, in the same form. */
  public @Nullable String getBasic() {
    return values.optional(BASIC);
  }

  /** Sets {@link #getBasic}. */
  public SourceAuthOptions setBasic(@Nullable String basic) {
    values.setOptional(BASIC, basic);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SourceAuthOptions that && values.equals(that.values);
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
