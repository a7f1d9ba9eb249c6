package dev.ssebridge;

import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.StructureTypes;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The admin interface: what tells how the bridge is and what it does, and takes commands. The
 * program serves it on a port of its own; an application {@linkplain SseBridge#mountAdmin mounts}
 * it, and sets neither host nor port.
 */
@DataObject
public final class AdminOptions {
  static final Keys<AdminOptions> OPTIONS =
      Keys.of(AdminOptions.class, AdminOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public AdminOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public AdminOptions(AdminOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public AdminOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private AdminOptions(Values values) {
    this.values = values;
  }

  private static final Key<String> HOST =
      OPTIONS
          .key("host", ValueType.text(), "127.0.0.1")
          .says("With a block `admin`: the address that the admin port listens on")
          .needsRestart();

  /** With a block {@code admin}: the address that the admin port listens on. */
  public String getHost() {
    return values.get(HOST);
  }

  /** Sets {@link #getHost}. */
  public AdminOptions setHost(String host) {
    values.set(HOST, host);
    return this;
  }

  private static final Key<Integer> PORT =
      OPTIONS
          .key("port", ValueType.integer(0, 65_535), 9180)
          .says("With a block `admin`: its port; 0 for any that is free")
          .needsRestart();

  /** With a block {@code admin}: its port; 0 for any that is free. */
  public int getPort() {
    return values.get(PORT);
  }

  /** Sets {@link #getPort}. */
  public AdminOptions setPort(int port) {
    values.set(PORT, port);
    return this;
  }

  private static final Key<Duration> LOOP_TIMEOUT =
      OPTIONS
          .key("loopTimeout", ValueType.duration(Duration.ofMillis(1)), "5s")
          .says("How long an event loop may take to answer before `/live` says that it does not")
          .needsRestart();

  /** How long an event loop may take to answer before {@code /live} says that it does not. */
  public Duration getLoopTimeout() {
    return values.get(LOOP_TIMEOUT);
  }

  /** Sets {@link #getLoopTimeout}. */
  public AdminOptions setLoopTimeout(Duration loopTimeout) {
    values.set(LOOP_TIMEOUT, loopTimeout);
    return this;
  }

  private static final Key<Duration> BODY_TIMEOUT =
      OPTIONS
          .key("bodyTimeout", ValueType.duration(Duration.ofMillis(1)), "10s")
          .says("How long a client may take to send the body of a request, which then gets 408")
          .onChange(Key.Change.NEW_REQUESTS);

  /** How long a client may take to send the body of a request, which then gets 408. */
  public Duration getBodyTimeout() {
    return values.get(BODY_TIMEOUT);
  }

  /** Sets {@link #getBodyTimeout}. */
  public AdminOptions setBodyTimeout(Duration bodyTimeout) {
    values.set(BODY_TIMEOUT, bodyTimeout);
    return this;
  }

  private static final Key<Boolean> CONSOLE =
      OPTIONS
          .key("console", ValueType.flag(), true)
          .says(
              "Whether the console is served: at `/console/` of the admin port, and where an"
                  + " application mounts it")
          .onChange(Key.Change.NEW_REQUESTS);

  /**
   * Whether the console is served: at {@code /console/} of the admin port, and where an application
   * mounts it.
   */
  public boolean isConsole() {
    return values.get(CONSOLE);
  }

  /** Sets {@link #isConsole}. */
  public AdminOptions setConsole(boolean console) {
    values.set(CONSOLE, console);
    return this;
  }

  private static final Key<List<String>> AUTH =
      OPTIONS
          .optional("auth", StructureTypes.oneOrSeveral(ValueType.text(), 100))
          .says(
              "Who may use it: the name of a provider of `auth`, or several of which any is "
                  + "enough; `none` for everybody who can connect, which needs a loopback address; "
                  + "none: any of those in `auth`")
          .onChange(Key.Change.NEW_REQUESTS);

  /**
   * Who may use it: the name of a provider of {@code auth}, or several of which any is enough;
   * {@code none} for everybody who can connect, which needs a loopback address; none: any of those
   * in {@code auth}.
   */
  public @Nullable List<String> getAuth() {
    return values.optional(AUTH);
  }

  /** Sets {@link #getAuth}. */
  public AdminOptions setAuth(@Nullable List<String> auth) {
    values.setOptional(AUTH, auth);
    return this;
  }

  private static final Key<String> READ_AUTHORITY =
      OPTIONS
          .optional("readAuthority", ValueType.text())
          .says("Authority that is enough to look at everything, beside the grant `admin: read`")
          .onChange(Key.Change.NEW_REQUESTS);

  /** Authority that is enough to look at everything, beside the grant {@code admin: read}. */
  public @Nullable String getReadAuthority() {
    return values.optional(READ_AUTHORITY);
  }

  /** Sets {@link #getReadAuthority}. */
  public AdminOptions setReadAuthority(@Nullable String readAuthority) {
    values.setOptional(READ_AUTHORITY, readAuthority);
    return this;
  }

  private static final Key<String> WRITE_AUTHORITY =
      OPTIONS
          .optional("writeAuthority", ValueType.text())
          .says("Authority that is enough to change things, beside the grant `admin: write`")
          .onChange(Key.Change.NEW_REQUESTS);

  /** Authority that is enough to change things, beside the grant {@code admin: write}. */
  public @Nullable String getWriteAuthority() {
    return values.optional(WRITE_AUTHORITY);
  }

  /** Sets {@link #getWriteAuthority}. */
  public AdminOptions setWriteAuthority(@Nullable String writeAuthority) {
    values.setOptional(WRITE_AUTHORITY, writeAuthority);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AdminOptions that && values.equals(that.values);
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
