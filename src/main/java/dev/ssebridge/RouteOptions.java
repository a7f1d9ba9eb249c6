package dev.ssebridge;

import dev.ssebridge.format.SseTypes;
import dev.ssebridge.internal.address.PathTemplate;
import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.RouteConfig;
import dev.ssebridge.internal.config.StructureTypes;
import dev.ssebridge.internal.config.TextForms;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A path to subscribe to, what feeds it, and its policy. */
@DataObject
public final class RouteOptions {
  static final Keys<RouteOptions> OPTIONS =
      Keys.of(RouteOptions.class, RouteOptions::new, options -> options.values);

  private final Values values;

  /**
   * A path to subscribe to, and the address that feeds it.
   *
   * @param path {@link #getPath}
   * @param address {@link #getAddress}
   * @throws IllegalArgumentException if one of them is not valid
   */
  public RouteOptions(String path, String address) {
    this(path);
    setAddress(address);
  }

  /** The same without an address yet, for {@link #setAddresses}. */
  public RouteOptions(String path) {
    this(OPTIONS.defaults());
    setPath(path);
  }

  /** A copy that shares nothing with the other. */
  public RouteOptions(RouteOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public RouteOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private RouteOptions(Values values) {
    this.values = values;
  }

  private static final Key<String> PATH =
      OPTIONS
          .required("path", ValueType.checked(PathTemplate::parse).formed(TextForms.PATH), "/")
          .says("Path to subscribe to, `:name` in it for a parameter: `/topics/:topic`")
          .forWhom(Key.Audience.EVERYBODY)
          .onChange(Key.Change.STREAMS_END);

  /** Path to subscribe to, {@code :name} in it for a parameter: {@code /topics/:topic}. */
  public String getPath() {
    return values.get(PATH);
  }

  /** Sets {@link #getPath}. */
  public RouteOptions setPath(String path) {
    values.set(PATH, path);
    return this;
  }

  private static final Key<String> ADDRESS =
      OPTIONS
          .optional(
              "address", ValueType.checked(RouteConfig::parseAddress).formed(TextForms.ADDRESS))
          .says(
              "Event-bus address that feeds it, with the path's parameters: `topics.{topic}`; "
                  + "see [below](#parameters-in-addresses)")
          .forWhom(Key.Audience.EVERYBODY)
          .onChange(Key.Change.NEW_HISTORY);

  /** Event-bus address that feeds it, with the path's parameters: {@code topics.{topic}}. */
  public @Nullable String getAddress() {
    return values.optional(ADDRESS);
  }

  /** Sets {@link #getAddress}. */
  public RouteOptions setAddress(@Nullable String address) {
    values.setOptional(ADDRESS, address);
    return this;
  }

  private static final Key<List<String>> ADDRESSES =
      OPTIONS
          .list(
              "addresses",
              ValueType.checked(RouteConfig::parseAddress).formed(TextForms.ADDRESS),
              1000)
          .says(
              "Several addresses instead, 1..1000, merged into one stream; `?address=` picks "
                  + "among them")
          .forWhom(Key.Audience.EVERYBODY)
          .onChange(Key.Change.NEW_HISTORY);

  /**
   * Several addresses instead, 1..1000, merged into one stream; {@code ?address=} picks among them.
   */
  public List<String> getAddresses() {
    return values.get(ADDRESSES);
  }

  /** Sets {@link #getAddresses}. */
  public RouteOptions setAddresses(List<String> addresses) {
    values.set(ADDRESSES, addresses);
    return this;
  }

  private static final Key<String> TYPE =
      OPTIONS
          .optional("type", ValueType.checked(RouteConfig::parseType).formed(TextForms.TYPE))
          .says(
              "Type of every event, or `{address}` for the address it came from; none: the "
                  + "header `sse-event` of the message")
          .forWhom(Key.Audience.MANY)
          .onChange(Key.Change.AT_ONCE);

  /**
   * Type of every event, or {@code {address}} for the address it came from; none: the header {@code
   * sse-event} of the message.
   */
  public @Nullable String getType() {
    return values.optional(TYPE);
  }

  /** Sets {@link #getType}. */
  public RouteOptions setType(@Nullable String type) {
    values.setOptional(TYPE, type);
    return this;
  }

  private static final Key<List<String>> AUTH =
      OPTIONS
          .optional("auth", StructureTypes.oneOrSeveral(ValueType.text(), 100))
          .says(
              "Who may subscribe: the name of a provider of "
                  + "`auth`, several of which any is enough, or `none` for everybody; none: any "
                  + "of those in `auth`");

  /**
   * Who may subscribe: the name of a provider of {@code auth}, several of which any is enough, or
   * {@code none} for everybody; none: any of those in {@code auth}.
   */
  public @Nullable List<String> getAuth() {
    return values.optional(AUTH);
  }

  /** Sets {@link #getAuth}. */
  public RouteOptions setAuth(@Nullable List<String> auth) {
    values.setOptional(AUTH, auth);
    return this;
  }

  private static final Key<Map<String, String>> ONLY =
      OPTIONS
          .optional("only", StructureTypes.claimsByPointer())
          .says(
              "Of its events each subscriber gets only those whose JSON has these values: JSON "
                  + "pointers and claims of who asks, as in `{\"/tenant\": \"{claim:tenant}\"}`")
          .onChange(Key.Change.NEW_HISTORY);

  /**
   * Of its events each subscriber gets only those whose JSON has these values: JSON pointers and
   * claims of who asks, as in {@code {"/tenant": "{claim:tenant}"}}.
   */
  public @Nullable Map<String, String> getOnly() {
    return values.optional(ONLY);
  }

  /** Sets {@link #getOnly}. */
  public RouteOptions setOnly(@Nullable Map<String, String> only) {
    values.setOptional(ONLY, only);
    return this;
  }

  private static final Key<HistoryOptions> HISTORY =
      OPTIONS.block("history", HistoryOptions.OPTIONS).onChange(Key.Change.AT_ONCE);

  /** How much of a channel is kept. */
  public HistoryOptions getHistory() {
    return values.get(HISTORY);
  }

  /** Sets {@link #getHistory}. */
  public RouteOptions setHistory(HistoryOptions history) {
    values.set(HISTORY, history);
    return this;
  }

  private static final Key<Duration> HEARTBEAT =
      OPTIONS
          .key("heartbeat", ValueType.duration(Duration.ZERO), "15s")
          .says(
              "A comment after this long without a write; 0 for none. Stay below the idle limit "
                  + "of your proxies")
          .forWhom(Key.Audience.MANY)
          .onChange(Key.Change.AT_ONCE);

  /**
   * A comment after this long without a write; 0 for none. Stay below the idle limit of your
   * proxies.
   */
  public Duration getHeartbeat() {
    return values.get(HEARTBEAT);
  }

  /** Sets {@link #getHeartbeat}. */
  public RouteOptions setHeartbeat(Duration heartbeat) {
    values.set(HEARTBEAT, heartbeat);
    return this;
  }

  private static final Key<Duration> RETRY =
      OPTIONS
          .key("retry", ValueType.duration(Duration.ZERO), "3s")
          .says(
              "How long a client waits before it reconnects. Each stream is told up to a fifth "
                  + "more, so that not all come back at once")
          .forWhom(Key.Audience.MANY)
          .onChange(Key.Change.NEW_STREAMS);

  /**
   * How long a client waits before it reconnects. Each stream is told up to a fifth more, so that
   * not all come back at once.
   */
  public Duration getRetry() {
    return values.get(RETRY);
  }

  /** Sets {@link #getRetry}. */
  public RouteOptions setRetry(Duration retry) {
    values.set(RETRY, retry);
    return this;
  }

  private static final Key<Duration> MIN_RETRY =
      OPTIONS
          .key("minRetry", ValueType.duration(Duration.ZERO), "500ms")
          .says(
              "Least reconnection time that a message may set (`retry:` of a posted event, "
                  + "header `sse-retry`); a smaller value becomes this one")
          .onChange(Key.Change.AT_ONCE);

  /**
   * Least reconnection time that a message may set ({@code retry:} of a posted event, header {@code
   * sse-retry}); a smaller value becomes this one.
   */
  public Duration getMinRetry() {
    return values.get(MIN_RETRY);
  }

  /** Sets {@link #getMinRetry}. */
  public RouteOptions setMinRetry(Duration minRetry) {
    values.set(MIN_RETRY, minRetry);
    return this;
  }

  private static final Key<Duration> MAX_RETRY =
      OPTIONS
          .key("maxRetry", ValueType.duration(Duration.ZERO), "1h")
          .says("Longest one; a larger value becomes this one")
          .onChange(Key.Change.AT_ONCE);

  /** Longest one; a larger value becomes this one. */
  public Duration getMaxRetry() {
    return values.get(MAX_RETRY);
  }

  /** Sets {@link #getMaxRetry}. */
  public RouteOptions setMaxRetry(Duration maxRetry) {
    values.set(MAX_RETRY, maxRetry);
    return this;
  }

  private static final Key<Long> MAX_EVENTS =
      OPTIONS
          .optional("maxEvents", ValueType.atLeast(1))
          .says("End the response after this many events; the client comes back by itself")
          .onChange(Key.Change.NEW_STREAMS);

  /** End the response after this many events; the client comes back by itself. */
  public @Nullable Long getMaxEvents() {
    return values.optional(MAX_EVENTS);
  }

  /** Sets {@link #getMaxEvents}. */
  public RouteOptions setMaxEvents(@Nullable Long maxEvents) {
    values.setOptional(MAX_EVENTS, maxEvents);
    return this;
  }

  private static final Key<Duration> MAX_AGE =
      OPTIONS
          .optional("maxAge", ValueType.duration(Duration.ofMillis(1)))
          .says("End the response after this long, and up to a fifth more")
          .onChange(Key.Change.NEW_STREAMS);

  /** End the response after this long, and up to a fifth more. */
  public @Nullable Duration getMaxAge() {
    return values.optional(MAX_AGE);
  }

  /** Sets {@link #getMaxAge}. */
  public RouteOptions setMaxAge(@Nullable Duration maxAge) {
    values.setOptional(MAX_AGE, maxAge);
    return this;
  }

  private static final Key<ResetMode> ON_RESET =
      OPTIONS
          .key("onReset", ValueType.oneOf(ResetMode.class), "retained")
          .says(
              "What a client gets whose id is of another log, after the gap: `retained`, all that "
                  + "is kept, or `newest`, what comes from then on")
          .onChange(Key.Change.NEW_STREAMS);

  /**
   * What a client gets whose id is of another log, after the gap: {@code retained}, all that is
   * kept, or {@code newest}, what comes from then on.
   */
  public ResetMode getOnReset() {
    return values.get(ON_RESET);
  }

  /** Sets {@link #getOnReset}. */
  public RouteOptions setOnReset(ResetMode onReset) {
    values.set(ON_RESET, onReset);
    return this;
  }

  private static final Key<GapMode> GAP =
      OPTIONS
          .key("gap", ValueType.oneOf(GapMode.class), "event")
          .says("Whether a subscriber is told what it missed: `event` or `silent`")
          .onChange(Key.Change.AT_ONCE);

  /** Whether a subscriber is told what it missed: {@code event} or {@code silent}. */
  public GapMode getGap() {
    return values.get(GAP);
  }

  /** Sets {@link #getGap}. */
  public RouteOptions setGap(GapMode gap) {
    values.set(GAP, gap);
    return this;
  }

  private static final Key<String> GAP_TYPE =
      OPTIONS
          .key("gapType", ValueType.text(), SseTypes.GAP)
          .says("Type of the event that tells it")
          .onChange(Key.Change.AT_ONCE);

  /** Type of the event that tells it. */
  public String getGapType() {
    return values.get(GAP_TYPE);
  }

  /** Sets {@link #getGapType}. */
  public RouteOptions setGapType(String gapType) {
    values.set(GAP_TYPE, gapType);
    return this;
  }

  private static final Key<SlowOptions> SLOW =
      OPTIONS.block("slow", SlowOptions.OPTIONS).onChange(Key.Change.AT_ONCE);

  /** What becomes of a subscriber that cannot keep up. */
  public SlowOptions getSlow() {
    return values.get(SLOW);
  }

  /** Sets {@link #getSlow}. */
  public RouteOptions setSlow(SlowOptions slow) {
    values.set(SLOW, slow);
    return this;
  }

  private static final Key<Duration> STALLED =
      OPTIONS
          .key("stalled", ValueType.duration(Duration.ofMillis(1)), "30s")
          .says("Close a subscriber whose socket takes no byte for this long while data waits")
          .onChange(Key.Change.AT_ONCE);

  /** Close a subscriber whose socket takes no byte for this long while data waits. */
  public Duration getStalled() {
    return values.get(STALLED);
  }

  /** Sets {@link #getStalled}. */
  public RouteOptions setStalled(Duration stalled) {
    values.set(STALLED, stalled);
    return this;
  }

  private static final Key<Boolean> GONE =
      OPTIONS
          .key("gone", ValueType.flag(), false)
          .says("`true` answers 204, so that clients stop for good")
          .onChange(Key.Change.NEW_HISTORY);

  /** {@code true} answers 204, so that clients stop for good. */
  public boolean isGone() {
    return values.get(GONE);
  }

  /** Sets {@link #isGone}. */
  public RouteOptions setGone(boolean gone) {
    values.set(GONE, gone);
    return this;
  }

  private static final Key<Duration> LINGER =
      OPTIONS
          .key("linger", ValueType.duration(Duration.ZERO), "30s")
          .says("How long a channel is kept that has no subscriber and no history")
          .onChange(Key.Change.AT_ONCE);

  /** How long a channel is kept that has no subscriber and no history. */
  public Duration getLinger() {
    return values.get(LINGER);
  }

  /** Sets {@link #getLinger}. */
  public RouteOptions setLinger(Duration linger) {
    values.set(LINGER, linger);
    return this;
  }

  private static final Key<RouteLimitsOptions> LIMITS =
      OPTIONS.block("limits", RouteLimitsOptions.OPTIONS).onChange(Key.Change.NEW_STREAMS);

  /** Limits of the route. */
  public RouteLimitsOptions getLimits() {
    return values.get(LIMITS);
  }

  /** Sets {@link #getLimits}. */
  public RouteOptions setLimits(RouteLimitsOptions limits) {
    values.set(LIMITS, limits);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RouteOptions that && values.equals(that.values);
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
