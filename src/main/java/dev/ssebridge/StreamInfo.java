package dev.ssebridge;

import dev.ssebridge.spi.CloseReason;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.ext.auth.User;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a bridge to one client, as it was at one moment: when it opened, when it ended, or
 * when {@link SseBridge#streams} was called. Immutable, for any thread. The same whether the
 * request came through a router or not.
 */
@DataObject
public final class StreamInfo {
  private final Builder from;

  private StreamInfo(Builder from) {
    this.from = from;
  }

  /**
   * For the bridge, and for tests of an application's handlers.
   *
   * @param id unique in the process
   * @param route the name of the route
   */
  public static Builder builder(String id, String route) {
    return new Builder(id, route);
  }

  /** A short text, which no other stream of this process has or had. */
  public String id() {
    return from.id;
  }

  /** The name of the route in the configuration. */
  public String route() {
    return from.route;
  }

  /** The event-bus addresses of its channel, at least one. */
  public List<String> channel() {
    return from.channel;
  }

  /**
   * Those of them whose events it gets: all, unless the request or a subscribe handler has chosen.
   */
  public List<String> addresses() {
    return from.addresses;
  }

  /** The decoded parameters of the path, by name. */
  public Map<String, String> parameters() {
    return from.parameters;
  }

  /** The address of the client; behind proxies that are trusted, as they tell it. */
  public String remote() {
    return from.remote;
  }

  /** The user of the routing context; {@code null} where there is none, or no router. */
  public @Nullable User user() {
    return from.user;
  }

  /** When it was opened. */
  public Instant opened() {
    return from.opened;
  }

  /** The id of the first event that was written to it; {@code null} before there is one. */
  public @Nullable String firstId() {
    return from.firstId;
  }

  /** The id of the last event that was written to it; {@code null} before there is one. */
  public @Nullable String lastId() {
    return from.lastId;
  }

  /**
   * The id of its position in the channel: that of the last event written, or passed over, or
   * missed, or after which it began. A client that comes back with it goes on exactly there.
   */
  public String position() {
    return from.position;
  }

  /** How many events of the channel were written to it. */
  public long delivered() {
    return from.delivered;
  }

  /** How many events it missed, in the gaps that it was told of. */
  public long missed() {
    return from.missed;
  }

  /** Why it ended; {@code null} while it is open. */
  public @Nullable CloseReason reason() {
    return from.reason;
  }

  /** What subscribe handlers have said of it, by name. */
  public Map<String, Object> attributes() {
    return from.attributes;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof StreamInfo that && from.facts().equals(that.from.facts());
  }

  @Override
  public int hashCode() {
    return from.id.hashCode(); // no two streams have one
  }

  /** The facts in one line, for a log; without user and attributes, which may hold secrets. */
  @Override
  public String toString() {
    return "stream "
        + from.id
        + " of route "
        + from.route
        + " to "
        + from.remote
        + ", "
        + from.delivered
        + " delivered, "
        + from.missed
        + " missed, at "
        + from.position
        + (from.reason == null ? "" : ", ended: " + from.reason.word());
  }

  /** What makes a {@link StreamInfo}. For one thread. */
  public static final class Builder {
    private final String id;
    private final String route;
    private List<String> channel = List.of();
    private List<String> addresses = List.of();
    private Map<String, String> parameters = Map.of();
    private String remote = "";
    private @Nullable User user;
    private Instant opened = Instant.EPOCH;
    private @Nullable String firstId;
    private @Nullable String lastId;
    private String position = "";
    private long delivered;
    private long missed;
    private @Nullable CloseReason reason;
    private Map<String, Object> attributes = Map.of();

    private Builder(String id, String route) {
      this.id = Objects.requireNonNull(id, "id");
      this.route = Objects.requireNonNull(route, "route");
    }

    private Builder(Builder other) {
      id = other.id;
      route = other.route;
      channel = other.channel;
      addresses = other.addresses;
      parameters = other.parameters;
      remote = other.remote;
      user = other.user;
      opened = other.opened;
      firstId = other.firstId;
      lastId = other.lastId;
      position = other.position;
      delivered = other.delivered;
      missed = other.missed;
      reason = other.reason;
      attributes = other.attributes;
    }

    /** All that was set. */
    private List<@Nullable Object> facts() {
      return Arrays.asList(
          id,
          route,
          channel,
          addresses,
          parameters,
          remote,
          user,
          opened,
          firstId,
          lastId,
          position,
          delivered,
          missed,
          reason,
          attributes);
    }

    /**
     * Sets the addresses.
     *
     * @param channel all of the channel
     * @param addresses those that it gets events of
     */
    public Builder addresses(Collection<String> channel, Collection<String> addresses) {
      this.channel = List.copyOf(Objects.requireNonNull(channel, "channel"));
      this.addresses = List.copyOf(Objects.requireNonNull(addresses, "addresses"));
      return this;
    }

    /** Sets the parameters of the path. */
    public Builder parameters(Map<String, String> parameters) {
      Objects.requireNonNull(parameters, "parameters");
      this.parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
      return this;
    }

    /** Sets the address of the client. */
    public Builder remote(String remote) {
      this.remote = Objects.requireNonNull(remote, "remote");
      return this;
    }

    /** Sets the user. */
    public Builder user(@Nullable User user) {
      this.user = user;
      return this;
    }

    /** Sets when it was opened. */
    public Builder opened(Instant opened) {
      this.opened = Objects.requireNonNull(opened, "opened");
      return this;
    }

    /**
     * Sets the ids.
     *
     * @param first of the first event, {@code null} for none
     * @param last of the last event, {@code null} for none
     * @param position where it is
     */
    public Builder ids(@Nullable String first, @Nullable String last, String position) {
      this.firstId = first;
      this.lastId = last;
      this.position = Objects.requireNonNull(position, "position");
      return this;
    }

    /** Sets how many events were written. */
    public Builder delivered(long delivered) {
      this.delivered = delivered;
      return this;
    }

    /** Sets how many events are in gaps. */
    public Builder missed(long missed) {
      this.missed = missed;
      return this;
    }

    /** Sets why it ended, {@code null} while it is open. */
    public Builder reason(@Nullable CloseReason reason) {
      this.reason = reason;
      return this;
    }

    /** Sets the attributes. */
    public Builder attributes(Map<String, ?> attributes) {
      Objects.requireNonNull(attributes, "attributes");
      this.attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
      return this;
    }

    /** What was set so far. */
    public StreamInfo build() {
      return new StreamInfo(new Builder(this));
    }
  }
}
