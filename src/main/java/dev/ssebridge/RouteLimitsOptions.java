package dev.ssebridge;

import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** Limits of one route. */
@DataObject
public final class RouteLimitsOptions {
  static final Keys<RouteLimitsOptions> OPTIONS =
      Keys.of(RouteLimitsOptions.class, RouteLimitsOptions::new, options -> options.values);

  private final Values values;

  /** All defaults. */
  public RouteLimitsOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public RouteLimitsOptions(RouteLimitsOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public RouteLimitsOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private RouteLimitsOptions(Values values) {
    this.values = values;
  }

  private static final Key<Integer> SUBSCRIBERS =
      OPTIONS
          .key("subscribers", ValueType.integer(1, 100_000_000), 100_000)
          .says("Subscribers of the route");

  /** Subscribers of the route. */
  public int getSubscribers() {
    return values.get(SUBSCRIBERS);
  }

  /** Sets {@link #getSubscribers}. */
  public RouteLimitsOptions setSubscribers(int subscribers) {
    values.set(SUBSCRIBERS, subscribers);
    return this;
  }

  private static final Key<Integer> SUBSCRIBERS_PER_CHANNEL =
      OPTIONS
          .key("subscribersPerChannel", ValueType.integer(1, 100_000_000), 100_000)
          .says("Subscribers of one channel");

  /** Subscribers of one channel. */
  public int getSubscribersPerChannel() {
    return values.get(SUBSCRIBERS_PER_CHANNEL);
  }

  /** Sets {@link #getSubscribersPerChannel}. */
  public RouteLimitsOptions setSubscribersPerChannel(int subscribersPerChannel) {
    values.set(SUBSCRIBERS_PER_CHANNEL, subscribersPerChannel);
    return this;
  }

  private static final Key<Integer> CHANNELS =
      OPTIONS
          .key("channels", ValueType.integer(1, 10_000_000), 10_000)
          .says(
              "Channels at a time. When this many exist, a new one takes the place of a channel "
                  + "without subscribers that is empty, or that the same remote has made and no other "
                  + "remote has used. For a subscriber it may also take the place of a channel whose "
                  + "history nobody has used for `linger`. A message for which there is no channel is "
                  + "still published, but is in no history");

  /**
   * Channels at a time. When this many exist, a new one takes the place of a channel without
   * subscribers that is empty, or that the same remote has made and no other remote has used. For a
   * subscriber it may also take the place of a channel whose history nobody has used for {@code
   * linger}. A message for which there is no channel is still published, but is in no history.
   */
  public int getChannels() {
    return values.get(CHANNELS);
  }

  /** Sets {@link #getChannels}. */
  public RouteLimitsOptions setChannels(int channels) {
    values.set(CHANNELS, channels);
    return this;
  }

  private static final Key<Integer> ADDRESSES =
      OPTIONS
          .key("addresses", ValueType.integer(1, 1000), 100)
          .says("Addresses one subscriber may pick");

  /** Addresses one subscriber may pick. */
  public int getAddresses() {
    return values.get(ADDRESSES);
  }

  /** Sets {@link #getAddresses}. */
  public RouteLimitsOptions setAddresses(int addresses) {
    values.set(ADDRESSES, addresses);
    return this;
  }

  private static final Key<Integer> PARAMETER =
      OPTIONS
          .key("parameter", ValueType.integer(1, 4096), 256)
          .says("Characters of a path parameter");

  /** Characters of a path parameter. */
  public int getParameter() {
    return values.get(PARAMETER);
  }

  /** Sets {@link #getParameter}. */
  public RouteLimitsOptions setParameter(int parameter) {
    values.set(PARAMETER, parameter);
    return this;
  }

  private static final Key<Integer> ID =
      OPTIONS.key("id", ValueType.integer(1, 4096), 256).says("Characters of a `Last-Event-ID`");

  /** Characters of a {@code Last-Event-ID}. */
  public int getId() {
    return values.get(ID);
  }

  /** Sets {@link #getId}. */
  public RouteLimitsOptions setId(int id) {
    values.set(ID, id);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RouteLimitsOptions that && values.equals(that.values);
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
