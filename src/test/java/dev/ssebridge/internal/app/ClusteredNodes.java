package dev.ssebridge.internal.app;

import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.testing.Installed;
import dev.ssebridge.testing.Opened;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** Nodes of one cluster in this process, each a Vert.x of its own. */
final class ClusteredNodes implements AutoCloseable {
  private final String name = UUID.randomUUID().toString();
  private final List<Integer> ports;
  private final Opened open = new Opened();
  private int joined;

  /** Not more than so many. */
  ClusteredNodes(int most) {
    ports = Installed.portsToComeBackTo(most);
  }

  /** Another one, once it and all before it are together. */
  Vertx join() throws Exception {
    JsonObject cluster =
        new JsonObject()
            .put("name", name)
            .put("host", "127.0.0.1")
            .put("port", ports.get(joined))
            .put("members", ports.stream().map(port -> "127.0.0.1:" + port).toList())
            .put("minNodes", ++joined);
    JsonObject whole = new JsonObject().put("cluster", cluster);
    ClusterNode node = ClusterNode.of(Objects.requireNonNull(BridgeConfig.read(whole).cluster()));
    return open.add(node.join(Vertx.builder()));
  }

  @Override
  public void close() {
    open.close();
  }
}
