package dev.ssebridge.internal.app;

import dev.ssebridge.internal.config.ClusterConfig;
import io.vertx.core.spi.cluster.ClusterManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A node of Infinispan, set up as the configuration says, which is by system properties. Nothing
 * here is compiled with it: it comes on the class path, from whoever prefers it.
 */
final class InfinispanNode {
  /** What joins. */
  static final String MANAGER = "io.vertx.ext.cluster.infinispan.InfinispanClusterManager";

  private static final int USUAL_PORT = 7800;
  private static final Pattern MEMBER = Pattern.compile("(\\[[^\\]]+\\]|[^:]+)(?::([0-9]+))?");

  private InfinispanNode() {}

  /**
   * What joins. Blocks while it writes a file.
   *
   * @throws StartException if it cannot be made
   */
  static ClusterManager manager(ClusterConfig cluster) throws StartException {
    if (cluster.inline() != null) {
      throw new StartException(
          "/cluster/config: expected the path of a file, as Infinispan reads its configuration"
              + " itself; got JSON");
    }
    properties(cluster).forEach(InfinispanNode::setUnlessSet);
    if (!cluster.members().isEmpty()) {
      setUnlessSet("vertx.jgroups.config", stack(cluster));
    }
    try {
      return Class.forName(MANAGER).asSubclass(ClusterManager.class).getConstructor().newInstance();
    } catch (ReflectiveOperationException | LinkageError | ClassCastException impossible) {
      throw new StartException("cannot set up Infinispan: " + impossible, impossible);
    }
  }

  static Map<String, String> properties(ClusterConfig cluster) {
    Map<String, String> properties = new TreeMap<>();
    String file = cluster.file();
    if (file != null) {
      properties.put("vertx.infinispan.config", file);
    }
    String host = cluster.host();
    if (host != null) {
      properties.put("jgroups.bind.address", host);
    }
    Integer port = cluster.port();
    properties.put("jgroups.bind.port", String.valueOf(port == null ? USUAL_PORT : port));
    properties.put("vertx.cluster.name", cluster.name());
    return properties;
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /** A stack of JGroups over TCP that asks these hosts and no others, in a file of its own. */
  private static String stack(ClusterConfig cluster) {
    try {
      Path file = Files.createTempFile("sse-bridge-jgroups", ".xml");
      file.toFile().deleteOnExit();
      Files.writeString(file, text(cluster.members(), cluster.port() == null ? 10 : 0));
      return file.toString();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /**
   * The stack as XML.
   *
   * @param range of how many further ports the first free one is taken
   */
  static String text(List<String> members, int range) {
    String hosts = members.stream().map(InfinispanNode::ofJGroups).collect(Collectors.joining(","));
    return """
            <config xmlns="urn:org:jgroups">
              <TCP bind_addr="${jgroups.bind.address:SITE_LOCAL}" bind_port="${jgroups.bind.port:7800}"
                   port_range="RANGE" thread_pool.min_threads="0" thread_pool.max_threads="200"/>
              <RED/>
              <TCPPING initial_hosts="HOSTS" port_range="RANGE"/>
              <MERGE3 min_interval="10000" max_interval="30000"/>
              <FD_SOCK2/>
              <FD_ALL3/>
              <VERIFY_SUSPECT2 timeout="1000"/>
              <pbcast.NAKACK2 use_mcast_xmit="false"/>
              <UNICAST3/>
              <pbcast.STABLE/>
              <pbcast.GMS print_local_addr="false" join_timeout="2000"/>
              <UFC/>
              <MFC/>
              <FRAG4/>
            </config>
            """
        .replace("RANGE", Integer.toString(range))
        .replace("HOSTS", hosts);
  }

  /** A host and its port as JGroups writes them. */
  private static String ofJGroups(String member) {
    Matcher parts = MEMBER.matcher(member);
    if (!parts.matches()) {
      throw new IllegalArgumentException(member); // it has been checked
    }
    String port = parts.group(2);
    return parts.group(1).replaceAll("[\\[\\]]", "")
        + '['
        + (port == null ? Integer.toString(USUAL_PORT) : port)
        + ']';
  }
}
