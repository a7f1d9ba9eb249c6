package dev.ssebridge;

import dev.ssebridge.auth.AuthOptions;
import dev.ssebridge.client.SourceOptions;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a bridge can be told: the same that the JSON of a configuration says.
 *
 * <pre>{@code
 * new SseBridgeOptions()
 *     .addRoute("news", new RouteOptions("/news/:topic", "news.{topic}")
 *         .setHistory(new HistoryOptions().setAge(Duration.ofMinutes(10))))
 *     .addPublish("news", new PublishOptions("/news/:topic", "news.{topic}"));
 * }</pre>
 *
 * <p>Mutable, and not for several threads at a time; who is given one takes a copy.
 */
@DataObject
public final class SseBridgeOptions {
  static final Keys<SseBridgeOptions> OPTIONS =
      Keys.of(SseBridgeOptions.class, SseBridgeOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public SseBridgeOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public SseBridgeOptions(SseBridgeOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public SseBridgeOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private SseBridgeOptions(Values values) {
    this.values = values;
  }

  private static final Key<HttpOptions> HTTP = OPTIONS.block("http", HttpOptions.OPTIONS);

  /** The HTTP server. */
  public HttpOptions getHttp() {
    return values.get(HTTP);
  }

  /** Sets {@link #getHttp}. */
  public SseBridgeOptions setHttp(HttpOptions http) {
    values.set(HTTP, http);
    return this;
  }

  private static final Key<LimitsOptions> LIMITS =
      OPTIONS.block("limits", LimitsOptions.OPTIONS).onChange(Key.Change.AT_ONCE);

  /** Limits of the bridge as a whole. */
  public LimitsOptions getLimits() {
    return values.get(LIMITS);
  }

  /** Sets {@link #getLimits}. */
  public SseBridgeOptions setLimits(LimitsOptions limits) {
    values.set(LIMITS, limits);
    return this;
  }

  private static final Key<AuthOptions> AUTH =
      OPTIONS
          .optionalBlock("auth", Keys.declaredBy(AuthOptions.class))
          .orText("mode")
          .onChange(Key.Change.NEW_REQUESTS);

  /** Who may subscribe and publish; null for everybody who reaches the port. */
  public @Nullable AuthOptions getAuth() {
    return values.optional(AUTH);
  }

  /** Sets {@link #getAuth}. */
  public SseBridgeOptions setAuth(@Nullable AuthOptions auth) {
    values.setOptional(AUTH, auth);
    return this;
  }

  private static final Key<Map<String, RouteOptions>> ROUTES =
      OPTIONS.named("routes", RouteOptions.OPTIONS).onChange(Key.Change.NEW_STREAMS);

  /** The paths to subscribe to, by name. */
  public Map<String, RouteOptions> getRoutes() {
    return values.get(ROUTES);
  }

  /** Adds one to {@link #getRoutes}, or takes the place of the one of this name. */
  public SseBridgeOptions addRoute(String name, RouteOptions route) {
    Map<String, RouteOptions> more = new LinkedHashMap<>(getRoutes());
    more.put(name, route);
    return setRoutes(more);
  }

  /** Sets all of {@link #getRoutes}. */
  public SseBridgeOptions setRoutes(Map<String, RouteOptions> routes) {
    values.set(ROUTES, routes);
    return this;
  }

  private static final Key<Map<String, PublishOptions>> PUBLISH =
      OPTIONS.named("publish", PublishOptions.OPTIONS).onChange(Key.Change.NEW_REQUESTS);

  /** The paths to publish to, by name. */
  public Map<String, PublishOptions> getPublish() {
    return values.get(PUBLISH);
  }

  /** Adds one to {@link #getPublish}, or takes the place of the one of this name. */
  public SseBridgeOptions addPublish(String name, PublishOptions publish) {
    Map<String, PublishOptions> more = new LinkedHashMap<>(getPublish());
    more.put(name, publish);
    return setPublish(more);
  }

  /** Sets all of {@link #getPublish}. */
  public SseBridgeOptions setPublish(Map<String, PublishOptions> publish) {
    values.set(PUBLISH, publish);
    return this;
  }

  private static final Key<Map<String, SourceOptions>> SOURCES =
      OPTIONS.named("sources", Keys.declaredBy(SourceOptions.class)).onChange(Key.Change.RECONNECT);

  /** The remote streams that are followed, by name. */
  public Map<String, SourceOptions> getSources() {
    return values.get(SOURCES);
  }

  /** Adds one to {@link #getSources}, or takes the place of the one of this name. */
  public SseBridgeOptions addSource(String name, SourceOptions source) {
    Map<String, SourceOptions> more = new LinkedHashMap<>(getSources());
    more.put(name, source);
    return setSources(more);
  }

  /** Sets all of {@link #getSources}. */
  public SseBridgeOptions setSources(Map<String, SourceOptions> sources) {
    values.set(SOURCES, sources);
    return this;
  }

  private static final Key<FederationOptions> FEDERATION =
      OPTIONS.block("federation", FederationOptions.OPTIONS);

  /** How bridges that follow each other keep their events from going in circles. */
  public FederationOptions getFederation() {
    return values.get(FEDERATION);
  }

  /** Sets {@link #getFederation}. */
  public SseBridgeOptions setFederation(FederationOptions federation) {
    values.set(FEDERATION, federation);
    return this;
  }

  private static final Key<ControlOptions> CONTROL =
      OPTIONS.block("control", ControlOptions.OPTIONS);

  /** The event-bus address that takes commands for the sources. */
  public ControlOptions getControl() {
    return values.get(CONTROL);
  }

  /** Sets {@link #getControl}. */
  public SseBridgeOptions setControl(ControlOptions control) {
    values.set(CONTROL, control);
    return this;
  }

  private static final Key<Map<String, StoreOptions>> STORES =
      OPTIONS.named("stores", StoreOptions.OPTIONS).needsRestart();

  /** Where histories can be kept, by the name that routes call them by. */
  public Map<String, StoreOptions> getStores() {
    return values.get(STORES);
  }

  /** Adds one to {@link #getStores}, or takes the place of the one of this name. */
  public SseBridgeOptions addStore(String name, StoreOptions store) {
    Map<String, StoreOptions> more = new LinkedHashMap<>(getStores());
    more.put(name, store);
    return setStores(more);
  }

  /** Sets all of {@link #getStores}. */
  public SseBridgeOptions setStores(Map<String, StoreOptions> stores) {
    values.set(STORES, stores);
    return this;
  }

  private static final Key<ClusterOptions> CLUSTER =
      OPTIONS.optionalBlock("cluster", ClusterOptions.OPTIONS).needsRestart();

  /** The cluster that the program joins; null for none. */
  public @Nullable ClusterOptions getCluster() {
    return values.optional(CLUSTER);
  }

  /** Sets {@link #getCluster}. */
  public SseBridgeOptions setCluster(@Nullable ClusterOptions cluster) {
    values.setOptional(CLUSTER, cluster);
    return this;
  }

  private static final Key<LogOptions> LOG =
      OPTIONS.block("log", LogOptions.OPTIONS).onChange(Key.Change.AT_ONCE);

  /** What the log says, and how. */
  public LogOptions getLog() {
    return values.get(LOG);
  }

  /** Sets {@link #getLog}. */
  public SseBridgeOptions setLog(LogOptions log) {
    values.set(LOG, log);
    return this;
  }

  private static final Key<RuntimeOptions> VERTX = OPTIONS.block("vertx", RuntimeOptions.OPTIONS);

  /** The Vert.x of the program. */
  public RuntimeOptions getVertx() {
    return values.get(VERTX);
  }

  /** Sets {@link #getVertx}. */
  public SseBridgeOptions setVertx(RuntimeOptions vertx) {
    values.set(VERTX, vertx);
    return this;
  }

  private static final Key<ReloadMode> RELOAD =
      OPTIONS
          .key("reload", ValueType.oneOf(ReloadMode.class), "signal")
          .says(
              "When the program reads its configuration again: `signal` (on SIGHUP), or `watch`, also "
                  + "when the file or one that it refers to changes; see "
                  + "[Reload](operations.md#reload)")
          .onChange(Key.Change.AT_ONCE);

  /**
   * When the program reads its configuration again: {@code signal} (on SIGHUP), or {@code watch},
   * also when the file or one that it refers to changes.
   */
  public ReloadMode getReload() {
    return values.get(RELOAD);
  }

  /** Sets {@link #getReload}. */
  public SseBridgeOptions setReload(ReloadMode reload) {
    values.set(RELOAD, reload);
    return this;
  }

  private static final Key<DemoOptions> DEMO = OPTIONS.optionalBlock("demo", DemoOptions.OPTIONS);

  /** The demo of the program; null for none. */
  public @Nullable DemoOptions getDemo() {
    return values.optional(DEMO);
  }

  /** Sets {@link #getDemo}. */
  public SseBridgeOptions setDemo(@Nullable DemoOptions demo) {
    values.setOptional(DEMO, demo);
    return this;
  }

  private static final Key<AdminOptions> ADMIN =
      OPTIONS.optionalBlock("admin", AdminOptions.OPTIONS);

  /** The admin port of the program; null for none. */
  public @Nullable AdminOptions getAdmin() {
    return values.optional(ADMIN);
  }

  /** Sets {@link #getAdmin}. */
  public SseBridgeOptions setAdmin(@Nullable AdminOptions admin) {
    values.setOptional(ADMIN, admin);
    return this;
  }

  /**
   * What a configuration says, checked as a whole.
   *
   * @throws ConfigException if anything in it is wrong; it has every problem, each with its place
   *     as a JSON pointer (RFC 6901)
   */
  public static SseBridgeOptions read(JsonObject json) {
    return BridgeConfig.readOptions(Objects.requireNonNull(json, "json"));
  }

  /**
   * The same, with <code>${NAME}</code>, <code>${NAME:-default}</code> and <code>${file:PATH}
   * </code> in its texts replaced by variables and by the content of files; <code>$${</code> stands
   * for the characters themselves. What comes from a file is never printed. Blocks while it reads
   * files.
   *
   * @param variables the value of a variable, null for one that is not set: {@code System::getenv}
   * @throws ConfigException if anything in it is wrong, or refers to what is not there
   */
  public static SseBridgeOptions read(
      JsonObject json, Function<String, @Nullable String> variables) {
    return BridgeConfig.readOptions(
        Objects.requireNonNull(json, "json"), Objects.requireNonNull(variables, "variables"));
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SseBridgeOptions that && values.equals(that.values);
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
