package dev.ssebridge;

import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.Rate;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Limits of the bridge as a whole. */
@DataObject
public final class LimitsOptions {
  static final Keys<LimitsOptions> OPTIONS =
      Keys.of(LimitsOptions.class, LimitsOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public LimitsOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public LimitsOptions(LimitsOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public LimitsOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private LimitsOptions(Values values) {
    this.values = values;
  }

  private static final Key<Integer> SUBSCRIBERS =
      OPTIONS
          .key("subscribers", ValueType.integer(1, 100_000_000), 100_000)
          .says("Subscribers of the bridge")
          .onChange(Key.Change.NEW_STREAMS);

  /** Subscribers of the bridge. */
  public int getSubscribers() {
    return values.get(SUBSCRIBERS);
  }

  /** Sets {@link #getSubscribers}. */
  public LimitsOptions setSubscribers(int subscribers) {
    values.set(SUBSCRIBERS, subscribers);
    return this;
  }

  private static final Key<Integer> SUBSCRIBERS_PER_REMOTE =
      OPTIONS
          .optional("subscribersPerRemote", ValueType.integer(1, 100_000_000))
          .says(
              "Subscribers of one remote address; of IPv6, of one network of 64 bits. Behind a "
                  + "proxy set `http.trustedProxies`. None: half of `limits.subscribers`, 20000 at "
                  + "the most")
          .onChange(Key.Change.NEW_STREAMS);

  /**
   * Subscribers of one remote address; of IPv6, of one network of 64 bits. Behind a proxy set
   * {@code http.trustedProxies}. None: half of {@code limits.subscribers}, 20000 at the most.
   */
  public @Nullable Integer getSubscribersPerRemote() {
    return values.optional(SUBSCRIBERS_PER_REMOTE);
  }

  /** Sets {@link #getSubscribersPerRemote}. */
  public LimitsOptions setSubscribersPerRemote(@Nullable Integer subscribersPerRemote) {
    values.setOptional(SUBSCRIBERS_PER_REMOTE, subscribersPerRemote);
    return this;
  }

  private static final Key<Integer> CONNECTIONS_PER_REMOTE =
      OPTIONS
          .optional("connectionsPerRemote", ValueType.integer(1, 100_000_000))
          .says(
              "Open connections of one remote address (the peer itself; trusted proxies are not "
                  + "counted); surplus ones are closed at once. Only on a server of the bridge's own, "
                  + "not on an application's server. None: three quarters of the descriptors that the "
                  + "process may have")
          .onChange(Key.Change.NEW_CONNECTIONS);

  /**
   * Open connections of one remote address (the peer itself; trusted proxies are not counted);
   * surplus ones are closed at once. Only on a server of the bridge's own, not on an application's
   * server. None: three quarters of the descriptors that the process may have.
   */
  public @Nullable Integer getConnectionsPerRemote() {
    return values.optional(CONNECTIONS_PER_REMOTE);
  }

  /** Sets {@link #getConnectionsPerRemote}. */
  public LimitsOptions setConnectionsPerRemote(@Nullable Integer connectionsPerRemote) {
    values.setOptional(CONNECTIONS_PER_REMOTE, connectionsPerRemote);
    return this;
  }

  private static final Key<Integer> CHANNELS_PER_REMOTE =
      OPTIONS
          .optional("channelsPerRemote", ValueType.integer(1, 100_000_000))
          .says(
              "Channels that exist because of requests of one remote address; behind a proxy "
                  + "see `http.trustedProxies`. At the limit its longest unused channel gives way to "
                  + "a new one, before its `linger` is over; where all are used, the new one is "
                  + "refused. None: 5000, and on each route half of its `limits.channels` at the "
                  + "most")
          .onChange(Key.Change.NEW_STREAMS);

  /**
   * Channels that exist because of requests of one remote address; behind a proxy see {@code
   * http.trustedProxies}. At the limit its longest unused channel gives way to a new one, before
   * its {@code linger} is over; where all are used, the new one is refused. None: 5000, and on each
   * route half of its {@code limits.channels} at the most.
   */
  public @Nullable Integer getChannelsPerRemote() {
    return values.optional(CHANNELS_PER_REMOTE);
  }

  /** Sets {@link #getChannelsPerRemote}. */
  public LimitsOptions setChannelsPerRemote(@Nullable Integer channelsPerRemote) {
    values.setOptional(CHANNELS_PER_REMOTE, channelsPerRemote);
    return this;
  }

  private static final Key<Long> RETAINED =
      OPTIONS
          .key("retained", ValueType.size(1), "256MiB")
          .says(
              "Bytes of heap that the histories of all channels together may take, with "
                  + "everything that belongs to them. Where there is no more room, the channel that "
                  + "was idle for the longest time loses its oldest events first, as far as its "
                  + "subscribers have been offered them");

  /**
   * Bytes of heap that the histories of all channels together may take, with everything that
   * belongs to them. Where there is no more room, the channel that was idle for the longest time
   * loses its oldest events first, as far as its subscribers have been offered them.
   */
  public long getRetained() {
    return values.get(RETAINED);
  }

  /** Sets {@link #getRetained}. */
  public LimitsOptions setRetained(long retained) {
    values.set(RETAINED, retained);
    return this;
  }

  private static final Key<Long> BODIES =
      OPTIONS
          .key("bodies", ValueType.size(1), "32MiB")
          .says(
              "Bytes of heap that all bodies to publish together may take until they are "
                  + "published (a body that is not complete, an unfinished line or event of a "
                  + "stream), over all connections of a Vert.x; at most an eighth of the heap. A body "
                  + "that needs more than is left gets 503 with `Retry-After`; the others go on")
          .onChange(Key.Change.NEW_REQUESTS);

  /**
   * Bytes of heap that all bodies to publish together may take until they are published (a body
   * that is not complete, an unfinished line or event of a stream), over all connections of a
   * Vert.x; at most an eighth of the heap. A body that needs more than is left gets 503 with {@code
   * Retry-After}; the others go on.
   */
  public long getBodies() {
    return values.get(BODIES);
  }

  /** Sets {@link #getBodies}. */
  public LimitsOptions setBodies(long bodies) {
    values.set(BODIES, bodies);
    return this;
  }

  private static final Key<Duration> DECISION =
      OPTIONS
          .key("decision", ValueType.duration(Duration.ofMillis(1)), "10s")
          .says(
              "How long the handlers of an application may take to decide: all of them together about a "
                  + "request for a stream, each of them about a message from outside. After that "
                  + "it is refused for now, and the log names the handler")
          .onChange(Key.Change.NEW_REQUESTS);

  /**
   * How long the handlers of an application may take to decide: all of them together about a
   * request for a stream, each of them about a message from outside. After that it is refused for
   * now, and the log names the handler.
   */
  public Duration getDecision() {
    return values.get(DECISION);
  }

  /** Sets {@link #getDecision}. */
  public LimitsOptions setDecision(Duration decision) {
    values.set(DECISION, decision);
    return this;
  }

  private static final Key<PublishRateOptions> PUBLISH_RATE =
      OPTIONS.block("publishRate", PublishRateOptions.OPTIONS).onChange(Key.Change.AT_ONCE);

  /** How often messages may be published over HTTP. */
  public PublishRateOptions getPublishRate() {
    return values.get(PUBLISH_RATE);
  }

  /** Sets {@link #getPublishRate}. */
  public LimitsOptions setPublishRate(PublishRateOptions publishRate) {
    values.set(PUBLISH_RATE, publishRate);
    return this;
  }

  private static final Key<String> SUBSCRIBE_RATE =
      OPTIONS
          .key("subscribeRate", Rate.type(), "none")
          .says(
              "Streams that one remote address may ask for, such as `20/s` or `600/m`; `none` for "
                  + "no limit. As many may come at once after a pause. An EventSource beyond it is told when "
                  + "to come back, each at another time, others get 429 with `Retry-After`. Behind a proxy "
                  + "set `http.trustedProxies`")
          .onChange(Key.Change.NEW_STREAMS);

  /**
   * Streams that one remote address may ask for, such as {@code 20/s} or {@code 600/m}; {@code
   * none} for no limit. As many may come at once after a pause. An EventSource beyond it is told
   * when to come back, each at another time, others get 429 with {@code Retry-After}. Behind a
   * proxy set {@code http.trustedProxies}.
   */
  public String getSubscribeRate() {
    return values.get(SUBSCRIBE_RATE);
  }

  /** Sets {@link #getSubscribeRate}. */
  public LimitsOptions setSubscribeRate(String subscribeRate) {
    values.set(SUBSCRIBE_RATE, subscribeRate);
    return this;
  }

  private static final Key<String> AUTH_FAILURES =
      OPTIONS
          .key("authFailures", Rate.type(), "120/m")
          .says(
              "How often one remote address may fail to prove who it is; `none` for as often as it "
                  + "likes. Beyond it nothing that it shows is looked at: an EventSource is told when to "
                  + "come back, others get 429 with `Retry-After`. Behind a proxy set "
                  + "`http.trustedProxies`, or all clients fail as one")
          .onChange(Key.Change.NEW_REQUESTS);

  /**
   * How often one remote address may fail to prove who it is; {@code none} for as often as it
   * likes. Beyond it nothing that it shows is looked at: an EventSource is told when to come back,
   * others get 429 with {@code Retry-After}. Behind a proxy set {@code http.trustedProxies}, or all
   * clients fail as one.
   */
  public String getAuthFailures() {
    return values.get(AUTH_FAILURES);
  }

  /** Sets {@link #getAuthFailures}. */
  public LimitsOptions setAuthFailures(String authFailures) {
    values.set(AUTH_FAILURES, authFailures);
    return this;
  }

  private static final Key<WaitingOptions> WAITING =
      OPTIONS.block("waiting", WaitingOptions.OPTIONS);

  /** What may wait between the event bus and the histories. */
  public WaitingOptions getWaiting() {
    return values.get(WAITING);
  }

  /** Sets {@link #getWaiting}. */
  public LimitsOptions setWaiting(WaitingOptions waiting) {
    values.set(WAITING, waiting);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LimitsOptions that && values.equals(that.values);
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
