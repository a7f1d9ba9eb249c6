package dev.ssebridge.internal.app;

import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.Opened;
import dev.ssebridge.testing.RedisServer;
import dev.ssebridge.testing.TcpProxy;
import dev.ssebridge.testing.TestCertificate;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** A Redis of some kind, with what is around it, for some nodes. */
final class RedisGround implements AutoCloseable {
  private static final String PASSWORD = "secret";

  /** What kinds of it there are. */
  enum Kind {
    /** One server that comes back with all, and a wire to it for each node. */
    LOG,
    /** One server that comes back with its last snapshot. */
    SNAPSHOT,
    /** A server with a log; nodes keep few messages while it is away. */
    LITTLE_ROOM,
    /** A master and its replica, with a Sentinel. */
    SENTINEL,
    /** The same with TLS and passwords. */
    SENTINEL_WITH_TLS,
    /** A cluster of three masters, each with a replica. */
    CLUSTER
  }

  final List<TcpProxy> wires = new ArrayList<>();
  private final Opened open = new Opened();
  private final Kind kind;
  private final JsonObject store = new JsonObject().put("timeout", "2s").put("ping", "500ms");
  private final List<RedisServer> masters = new ArrayList<>();

  RedisGround(Kind kind) throws Exception {
    this.kind = kind;
    try {
      switch (kind) {
        case LOG, LITTLE_ROOM -> alone(RedisServer.withLog());
        case SNAPSHOT -> alone(RedisServer.start());
        case SENTINEL -> guarded(RedisServer.start());
        case SENTINEL_WITH_TLS -> {
          TestCertificate certificate = TestCertificate.forHost("ip:127.0.0.1");
          guarded(
              RedisServer.withTls(
                  certificate,
                  "--tls-replication",
                  "yes",
                  "--requirepass",
                  PASSWORD,
                  "--masterauth",
                  PASSWORD));
          store
              .put("ca", certificate.pem().toString())
              .put("password", PASSWORD)
              .put("sentinelPassword", PASSWORD);
        }
        case CLUSTER -> cluster();
      }
    } catch (AssertionError | Exception failed) {
      close();
      throw failed;
    }
  }

  private void alone(RedisServer server) {
    masters.add(open.add(server));
  }

  private void guarded(RedisServer master) {
    alone(master);
    RedisServer replica = open.add(RedisServer.replicaOf(master));
    RedisServer guard = open.add(RedisServer.sentinelOf(master));
    Deadline.await(
        () ->
            guard.call("SENTINEL", "replicas", "bridge").contains("" + replica.port())
                && replica.call("INFO", "replication").contains("master_link_status:up"),
        () -> "a replica that is known");
    store
        .put("urls", new JsonArray().add(guard.url()))
        .put("mode", "sentinel")
        .put("master", "bridge");
  }

  private void cluster() {
    List<RedisServer> all = RedisServer.cluster();
    all.forEach(open::add);
    masters.addAll(all);
    all.forEach(master -> open.add(RedisServer.replicaInCluster(master)));
    JsonArray urls = new JsonArray();
    all.forEach(master -> urls.add(master.url()));
    store.put("urls", urls).put("mode", "cluster");
  }

  /** What another node needs to know. */
  JsonObject storeOfNextNode() {
    if (store.containsKey("mode")) {
      return store.copy();
    }
    TcpProxy wire = open.add(new TcpProxy(master().port()));
    wires.add(wire);
    return store.copy().put("urls", new JsonArray().add("redis://127.0.0.1:" + wire.port()));
  }

  /** What the nodes are limited to. */
  JsonObject limits() {
    JsonObject limits = new JsonObject().put("retained", "16MiB");
    return kind == Kind.LITTLE_ROOM
        ? limits.put("waiting", new JsonObject().put("events", 100))
        : limits;
  }

  /** The server where the history is. */
  RedisServer master() {
    if (masters.size() == 1) {
      return masters.get(0);
    }
    return masters.stream()
        .filter(each -> each.call("KEYS", "*:log").contains("log"))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    open.close();
  }
}
