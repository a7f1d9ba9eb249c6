package dev.ssebridge.internal.config;

import dev.ssebridge.ClusterOptions;
import dev.ssebridge.ClusterOptions.Manager;
import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The cluster that the program joins. Immutable.
 *
 * @param manager what keeps the nodes together
 * @param name of the cluster
 * @param members hosts of nodes, each maybe with a port; empty where they are searched for
 * @param host address of this machine for other nodes; null for one that the manager finds
 * @param port of the manager for other nodes, 0 for any that is free; null for the usual one, or
 *     the next that is free
 * @param busPort of the event bus for other nodes, 0 for any that is free
 * @param file with the manager's own configuration; null for none
 * @param inline the manager's own configuration; null for none
 * @param minNodes how many nodes must be there before it serves
 * @param joinTimeout how long it may take to join, and for these to be there
 * @param frozen a node that stood still for longer tells its subscribers so
 */
public record ClusterConfig(
    Manager manager,
    String name,
    List<String> members,
    @Nullable String host,
    @Nullable Integer port,
    int busPort,
    @Nullable String file,
    @Nullable JsonObject inline,
    int minNodes,
    Duration joinTimeout,
    Duration frozen) {

  private static final Pattern MEMBER = Pattern.compile(TextForms.MEMBER);
  private static final Pattern NAME = Pattern.compile(TextForms.NAME);
  private static final Pattern IP = Pattern.compile(TextForms.ADDRESS_OF_IP);

  static @Nullable ClusterConfig of(@Nullable ClusterOptions options) {
    if (options == null) {
      return null;
    }
    Object config = options.getConfig();
    return new ClusterConfig(
        options.getManager(),
        options.getName(),
        options.getMembers(),
        options.getHost(),
        options.getPort(),
        options.getBusPort(),
        config instanceof String file ? file : null,
        config instanceof JsonObject json ? json : null,
        options.getMinNodes(),
        options.getJoinTimeout(),
        options.getFrozen());
  }

  /** As the manager is called in the configuration. */
  public String managerName() {
    return manager.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Checks the name of a cluster.
   *
   * @throws IllegalArgumentException if it is not valid
   */
  public static void requireName(String text) {
    if (!NAME.matcher(text).matches()) {
      throw UnfitValueException.expected("a name of 1..64 of A-Z a-z 0-9 _ . -", text);
    }
  }

  /**
   * Checks a host, maybe with a port.
   *
   * @throws IllegalArgumentException if it is not valid
   */
  public static void requireMember(String text) {
    if (!MEMBER.matcher(text).matches()) {
      throw UnfitValueException.expected(
          "a host such as \"10.0.0.1\", \"node-1\", \"node-1:5701\" or \"[::1]:5701\"", text);
    }
  }

  /**
   * Checks an address of this machine.
   *
   * @throws IllegalArgumentException if it is not valid
   */
  public static void requireHost(String text) {
    if (!IP.matcher(text).matches()) {
      throw UnfitValueException.expected(
          "an IP address of this machine, such as \"10.0.0.1\"", text);
    }
  }

  /** Never the manager's own configuration, in which secrets may be. */
  @Override
  public String toString() {
    return managerName() + " " + name + " " + members;
  }
}
