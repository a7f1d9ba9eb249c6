package dev.ssebridge;

import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.TextForms;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import dev.ssebridge.internal.url.WebOrigin;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What pages of other origins may do. */
@DataObject
public final class CorsOptions {
  static final Keys<CorsOptions> OPTIONS =
      Keys.of(CorsOptions.class, CorsOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public CorsOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public CorsOptions(CorsOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong, with all that is
   */
  public CorsOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private CorsOptions(Values values) {
    this.values = values;
  }

  private static final Key<List<String>> PUBLISH_ORIGINS =
      OPTIONS
          .list(
              "publishOrigins", ValueType.checked(WebOrigin::parse).formed(TextForms.ORIGIN), 1000)
          .says(
              "Other origins whose pages may publish, a list of exact origins: "
                  + "`https://shop.example`")
          .forWhom(Key.Audience.MANY);

  /**
   * Other origins whose pages may publish, a list of exact origins: {@code https://shop.example}.
   */
  public List<String> getPublishOrigins() {
    return values.get(PUBLISH_ORIGINS);
  }

  /** Sets {@link #getPublishOrigins}. */
  public CorsOptions setPublishOrigins(List<String> publishOrigins) {
    values.set(PUBLISH_ORIGINS, publishOrigins);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CorsOptions that && values.equals(that.values);
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
