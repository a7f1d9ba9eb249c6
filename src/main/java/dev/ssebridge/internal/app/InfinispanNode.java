package dev.ssebridge.internal.app;

import dev.ssebridge.internal.config.ClusterConfig;
import io.vertx.core.spi.cluster.ClusterManager;
import java.io.IOException;
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
 * here is compiled with it: those who prefer it put it on the class path.
 */
final class InfinispanNode {
  /** What joins. */
  static final String MANAGER = "io.vertx.ext.cluster.infinispan.InfinispanClusterManager";

  private static final int USUAL_PORT = 7800;

  /** Of this number of ports the first that is free is taken. */
  private static final int PORTS = 10;

  private static final String UDP = "default-configs/default-jgroups-udp.xml";
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
    try {
      String stack = UDP;
      if (!cluster.members().isEmpty()) {
        stack = file("jgroups", text(cluster.members(), cluster.port() == null ? PORTS : 0));
        setUnlessSet("vertx.jgroups.config", stack);
      }
      if (cluster.file() == null) {
        setUnlessSet("vertx.infinispan.config", file("infinispan", caches(cluster.name(), stack)));
      }
      return Class.forName(MANAGER).asSubclass(ClusterManager.class).getConstructor().newInstance();
    } catch (IOException failed) {
      throw new StartException("cannot set up Infinispan: " + failed, failed);
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
    return properties;
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /** A file with this in it, for as long as the program runs. */
  private static String file(String name, String text) throws IOException {
    Path file = Files.createTempFile("sse-bridge-" + name, ".xml");
    file.toFile().deleteOnExit();
    return Files.writeString(file, text).toString();
  }

  /** What Vert.x keeps there; the program ends it by itself, once its streams have ended. */
  static String caches(String name, String stack) {
    return """
        <infinispan xmlns="urn:infinispan:config:14.0">
          <jgroups>
            <stack-file name="jgroups" path="STACK"/>
          </jgroups>
          <cache-container default-cache="distributed-cache" shutdown-hook="DONT_REGISTER">
            <transport cluster="NAME" stack="jgroups"/>
            <distributed-cache name="distributed-cache"/>
            <replicated-cache name="__vertx.subs"/>
            <replicated-cache name="__vertx.haInfo"/>
            <replicated-cache name="__vertx.nodeInfo"/>
            <distributed-cache-configuration name="__vertx.distributed.cache.configuration"/>
          </cache-container>
        </infinispan>
        """
        .replace("STACK", stack)
        .replace("NAME", name);
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
