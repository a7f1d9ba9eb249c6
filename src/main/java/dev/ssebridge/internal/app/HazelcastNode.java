package dev.ssebridge.internal.app;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.core.HazelcastException;
import dev.ssebridge.ClusterOptions;
import dev.ssebridge.internal.config.ClusterConfig;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A node of Hazelcast, set up as the configuration says. Its jar is only there for a cluster. */
final class HazelcastNode {
  private static final String NO = "false";
  private static final String STANDARD_NAME = new ClusterOptions().getName();

  private HazelcastNode() {}

  /**
   * What joins. Blocks while it reads files.
   *
   * @throws StartException if its own configuration cannot be read
   */
  static ClusterManager manager(ClusterConfig cluster) throws StartException {
    return new HazelcastClusterManager(config(cluster));
  }

  static Config config(ClusterConfig cluster) throws StartException {
    boolean isOwn = cluster.file() != null || cluster.inline() != null;
    Config config = isOwn ? read(cluster) : ConfigUtil.loadConfig();
    requireMaps(config);
    if (!isOwn || !cluster.name().equals(STANDARD_NAME)) {
      config.setClusterName(cluster.name());
    }
    config.setProperty("hazelcast.phone.home.enabled", NO);
    config.setProperty("hazelcast.logging.type", "jdk");
    // The program leaves by itself, once its streams have ended.
    config.setProperty("hazelcast.shutdownhook.enabled", NO);
    config.setProperty(
        "hazelcast.max.join.seconds", Long.toString(cluster.joinTimeout().toSeconds()));
    NetworkConfig network = config.getNetworkConfig();
    JoinConfig join = network.getJoin();
    if (!isOwn) {
      join.getAutoDetectionConfig().setEnabled(false);
      join.getMulticastConfig().setEnabled(true);
    }
    if (!cluster.members().isEmpty()) {
      join.getAutoDetectionConfig().setEnabled(false);
      join.getMulticastConfig().setEnabled(false);
      join.getTcpIpConfig().setEnabled(true).setMembers(cluster.members());
    }
    String host = cluster.host();
    if (host != null) {
      network.getInterfaces().setEnabled(true).clear().addInterface(host);
      config.setProperty("hazelcast.socket.bind.any", NO);
    } else if (!isOwn) {
      config.setProperty("hazelcast.socket.bind.any", NO);
    }
    Integer port = cluster.port();
    if (port != null) {
      network.setPort(port).setPortAutoIncrement(false);
    }
    return config;
  }

  /**
   * What Vert.x and the program keep there, where a configuration of somebody's own does not say
   * how.
   */
  private static void requireMaps(Config config) {
    if (!config.getMultiMapConfigs().containsKey("__vertx.subs")) {
      config.addMultiMapConfig(
          new MultiMapConfig("__vertx.subs")
              .setBackupCount(1)
              .setValueCollectionType(MultiMapConfig.ValueCollectionType.SET));
    }
    for (String map : new String[] {"__vertx.haInfo", "__vertx.nodeInfo", Leaving.MAP}) {
      if (!config.getMapConfigs().containsKey(map)) {
        config.addMapConfig(new MapConfig(map).setBackupCount(1));
      }
    }
  }

  private static Config read(ClusterConfig cluster) throws StartException {
    JsonObject inline = cluster.inline();
    String file = cluster.file();
    String what = file == null ? "what is there" : "\"" + file + "\"";
    try {
      String text;
      if (inline != null) {
        // JSON is YAML, and what is in a file is below the name of the product.
        text =
            (inline.containsKey("hazelcast") ? inline : new JsonObject().put("hazelcast", inline))
                .encode();
      } else {
        text = Files.readString(Path.of(String.valueOf(file)));
      }
      return Config.loadFromString(text);
    } catch (IOException unreadable) {
      throw new StartException(
          "/cluster/config: expected a readable file, got " + what + ": " + unreadable, unreadable);
    } catch (HazelcastException | IllegalArgumentException wrong) {
      throw new StartException(
          "/cluster/config: expected a configuration of Hazelcast in YAML, XML or JSON, got one"
              + " that is refused in "
              + what
              + ": "
              + wrong.getMessage(),
          wrong);
    }
  }
}
