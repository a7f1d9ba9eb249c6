package dev.ssebridge.client;

import dev.ssebridge.ConfigException;
import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.SourceResolver;
import dev.ssebridge.internal.config.TextForms;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who tells the address of the host of a stream. */
@DataObject
public final class ResolverOptions {
  static final Keys<ResolverOptions> OPTIONS =
      Keys.of(ResolverOptions.class, ResolverOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public ResolverOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public ResolverOptions(ResolverOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public ResolverOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private ResolverOptions(Values values) {
    this.values = values;
  }

  private static final Key<List<String>> SERVERS =
      OPTIONS
          .list(
              "servers",
              ValueType.checked(SourceResolver::parseServer).formed(TextForms.NAME_SERVER),
              8)
          .says(
              "Name servers that are asked for the host instead of those of the machine, one "
                  + "after the other: `10.0.0.2`, `10.0.0.2:5353`, `[2001:db8::2]:53`");

  /**
   * Name servers that are asked for the host instead of those of the machine, one after the other:
   * {@code 10.0.0.2}, {@code 10.0.0.2:5353}, {@code [2001:db8::2]:53}.
   */
  public List<String> getServers() {
    return values.get(SERVERS);
  }

  /** Sets {@link #getServers}. */
  public ResolverOptions setServers(List<String> servers) {
    values.set(SERVERS, servers);
    return this;
  }

  private static final Key<Duration> TIMEOUT =
      OPTIONS
          .key("timeout", ValueType.duration(Duration.ofMillis(1)), "2s")
          .says("How long each of them may take");

  /** How long each of them may take. */
  public Duration getTimeout() {
    return values.get(TIMEOUT);
  }

  /** Sets {@link #getTimeout}. */
  public ResolverOptions setTimeout(Duration timeout) {
    values.set(TIMEOUT, timeout);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ResolverOptions that && values.equals(that.values);
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
