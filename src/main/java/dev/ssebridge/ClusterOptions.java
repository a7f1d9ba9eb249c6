package dev.ssebridge;

import dev.ssebridge.internal.config.ClusterConfig;
import dev.ssebridge.internal.config.Key;
import dev.ssebridge.internal.config.Keys;
import dev.ssebridge.internal.config.StructureTypes;
import dev.ssebridge.internal.config.TextForms;
import dev.ssebridge.internal.config.ValueType;
import dev.ssebridge.internal.config.Values;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cluster that the program joins, so that its event bus is that of all nodes; an application
 * makes its clustered Vert.x itself.
 */
@DataObject
public final class ClusterOptions {
  static final Keys<ClusterOptions> OPTIONS =
      Keys.of(ClusterOptions.class, ClusterOptions::new, options -> options.values);

  /** What can keep the nodes together. */
  public enum Manager {
    /** Hazelcast. */
    HAZELCAST,
    /** Infinispan. */
    INFINISPAN
  }

  private final Values values;

  /** All defaults. */
  public ClusterOptions() {
    this(OPTIONS.defaults());
  }

  /** A copy that shares nothing with the other. */
  public ClusterOptions(ClusterOptions other) {
    this(other.values.copy());
  }

  /**
   * What the JSON says; {@link #toJson} writes it.
   *
   * @throws ConfigException if anything in it is wrong; it names every problem
   */
  public ClusterOptions(JsonObject json) {
    this(OPTIONS.read(json));
  }

  private ClusterOptions(Values values) {
    this.values = values;
  }

  private static final Key<Manager> MANAGER =
      OPTIONS
          .key("manager", ValueType.oneOf(Manager.class), "hazelcast")
          .says(
              "What keeps the nodes together: `hazelcast` or `infinispan`; in the jar "
                  + "`vertx-sse-bridge-cluster.jar`");

  /**
   * What keeps the nodes together: {@code hazelcast} or {@code infinispan}; in the jar {@code
   * vertx-sse-bridge-cluster.jar}.
   */
  public Manager getManager() {
    return values.get(MANAGER);
  }

  /** Sets {@link #getManager}. */
  public ClusterOptions setManager(Manager manager) {
    values.set(MANAGER, manager);
    return this;
  }

  private static final Key<String> NAME =
      OPTIONS
          .key(
              "name",
              ValueType.checked(ClusterConfig::requireName).formed(TextForms.NAME),
              "sse-bridge")
          .says("Name of the cluster; nodes of another name are no members");

  /** Name of the cluster; nodes of another name are no members. */
  public String getName() {
    return values.get(NAME);
  }

  /** Sets {@link #getName}. */
  public ClusterOptions setName(String name) {
    values.set(NAME, name);
    return this;
  }

  private static final Key<List<String>> MEMBERS =
      OPTIONS
          .list(
              "members",
              ValueType.checked(ClusterConfig::requireMember).formed(TextForms.MEMBER),
              1000)
          .says(
              "Hosts of nodes, each with a port if that is not the usual one, `10.0.0.1` or "
                  + "`node-1:5801`; a few that are there are enough, and only they are asked. None:"
                  + " they are searched for by multicast");

  /**
   * Hosts of nodes, each with a port if that is not the usual one, {@code 10.0.0.1} or {@code
   * node-1:5801}; a few that are there are enough, and only they are asked. None: they are searched
   * for by multicast.
   */
  public List<String> getMembers() {
    return values.get(MEMBERS);
  }

  /** Sets {@link #getMembers}. */
  public ClusterOptions setMembers(List<String> members) {
    values.set(MEMBERS, members);
    return this;
  }

  private static final Key<String> HOST =
      OPTIONS
          .optional(
              "host", ValueType.checked(ClusterConfig::requireHost).formed(TextForms.ADDRESS_OF_IP))
          .says(
              "Address of this machine that other nodes connect to; none: one that the "
                  + "manager finds");

  /** Address of this machine that other nodes connect to; none: one that the manager finds. */
  public @Nullable String getHost() {
    return values.optional(HOST);
  }

  /** Sets {@link #getHost}. */
  public ClusterOptions setHost(@Nullable String host) {
    values.setOptional(HOST, host);
    return this;
  }

  private static final Key<Integer> PORT =
      OPTIONS
          .optional("port", ValueType.integer(0, 65_535))
          .says(
              "Port of the manager for other nodes, 0 for any that is free; none: `5701` for "
                  + "Hazelcast and `7800` for Infinispan, or the next that is free");

  /**
   * Port of the manager for other nodes, 0 for any that is free; none: {@code 5701} for Hazelcast
   * and {@code 7800} for Infinispan, or the next that is free.
   */
  public @Nullable Integer getPort() {
    return values.optional(PORT);
  }

  /** Sets {@link #getPort}. */
  public ClusterOptions setPort(@Nullable Integer port) {
    values.setOptional(PORT, port);
    return this;
  }

  private static final Key<Integer> BUS_PORT =
      OPTIONS
          .key("busPort", ValueType.integer(0, 65_535), 0)
          .says("Port of the event bus for other nodes; 0 for any that is free");

  /** Port of the event bus for other nodes; 0 for any that is free. */
  public int getBusPort() {
    return values.get(BUS_PORT);
  }

  /** Sets {@link #getBusPort}. */
  public ClusterOptions setBusPort(int busPort) {
    values.set(BUS_PORT, busPort);
    return this;
  }

  private static final Key<Object> CONFIG =
      OPTIONS
          .optional("config", StructureTypes.fileOrJson())
          .says(
              "Configuration of the manager itself, the path of a file of its own form (YAML,"
                  + " XML, JSON) or as JSON right here; what is set beside it counts more")
          .secret();

  /**
   * Configuration of the manager itself, the path of a file of its own form (YAML, XML, JSON) or as
   * JSON right here; what is set beside it counts more.
   */
  public @Nullable Object getConfig() {
    return values.optional(CONFIG);
  }

  /** Sets {@link #getConfig}. */
  public ClusterOptions setConfig(@Nullable Object config) {
    values.setOptional(CONFIG, config);
    return this;
  }

  private static final Key<Integer> MIN_NODES =
      OPTIONS
          .key("minNodes", ValueType.integer(1, 1000), 1)
          .says("How many nodes, this one included, must be there before it serves");

  /** How many nodes, this one included, must be there before it serves. */
  public int getMinNodes() {
    return values.get(MIN_NODES);
  }

  /** Sets {@link #getMinNodes}. */
  public ClusterOptions setMinNodes(int minNodes) {
    values.set(MIN_NODES, minNodes);
    return this;
  }

  private static final Key<Duration> JOIN_TIMEOUT =
      OPTIONS
          .key("joinTimeout", ValueType.duration(Duration.ofSeconds(1)), "60s")
          .says(
              "How long it may take to join, and for `minNodes` to be there; after that the "
                  + "start has failed");

  /**
   * How long it may take to join, and for {@code minNodes} to be there; after that the start has
   * failed.
   */
  public Duration getJoinTimeout() {
    return values.get(JOIN_TIMEOUT);
  }

  /** Sets {@link #getJoinTimeout}. */
  public ClusterOptions setJoinTimeout(Duration joinTimeout) {
    values.set(JOIN_TIMEOUT, joinTimeout);
    return this;
  }

  private static final Key<Duration> FROZEN =
      OPTIONS
          .key("frozen", ValueType.duration(Duration.ofMillis(100)), "10s")
          .says(
              "A node that stood still for longer than this, a machine that slept, say, tells"
                  + " its subscribers that they may have missed events");

  /**
   * A node that stood still for longer than this, a machine that slept, say, tells its subscribers
   * that they may have missed events.
   */
  public Duration getFrozen() {
    return values.get(FROZEN);
  }

  /** Sets {@link #getFrozen}. */
  public ClusterOptions setFrozen(Duration frozen) {
    values.set(FROZEN, frozen);
    return this;
  }

  /** As JSON, secrets included: what is not at its default. */
  public JsonObject toJson() {
    return values.toJson();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ClusterOptions that && values.equals(that.values);
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
