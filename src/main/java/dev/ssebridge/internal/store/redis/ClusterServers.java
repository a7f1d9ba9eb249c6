package dev.ssebridge.internal.store.redis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The masters of a Redis Cluster, each with a link of its own, and which of the slots each has. The
 * client's own cluster mode is not used: it hides which server answers, and what its connections
 * do.
 */
final class ClusterServers implements Servers {
  private static final long BETWEEN_ASKING = 1_000;

  private final Vertx vertx;
  private final RedisStoreSettings settings;
  private final RedisLink.Listener listener;
  private final RedisUrl login;
  private final Map<RedisAddress, RedisLink> links = new HashMap<>();
  private final @Nullable RedisAddress[] slots = new RedisAddress[HashSlot.SLOTS];

  private String problem = "the cluster was not asked yet";
  private boolean asking;
  private boolean closed;
  private int nextSeed;
  private long timer = -1;

  ClusterServers(Vertx vertx, RedisStoreSettings settings, RedisLink.Listener listener) {
    this.vertx = vertx;
    this.settings = settings;
    this.listener = listener;
    this.login = RedisUrl.parse(settings.urls().get(0));
  }

  @Override
  public Future<Void> start() {
    timer = vertx.setPeriodic(BETWEEN_ASKING, tick -> askWhereNeeded());
    return ask();
  }

  private void askWhereNeeded() {
    if (links.isEmpty() || links.values().stream().anyMatch(link -> link.session() == null)) {
      ask();
    }
  }

  private Future<Void> ask() {
    if (asking || closed) {
      return Future.succeededFuture();
    }
    asking = true;
    return slotTable()
        .compose(this::learn)
        .recover(
            failure -> {
              problem = "no node tells of its cluster: " + RedisErrors.sentence(failure);
              return Future.succeededFuture();
            })
        .onComplete(done -> asking = false);
  }

  private Future<Response> slotTable() {
    List<RedisSession> open = sessions();
    if (!open.isEmpty()) {
      RedisSession any = open.get(nextSeed++ % open.size());
      return any.send(Request.cmd(Command.CLUSTER).arg("SLOTS"));
    }
    RedisUrl seed = RedisUrl.parse(settings.urls().get(nextSeed++ % settings.urls().size()));
    Redis client = RedisClients.of(vertx, settings, seed, seed.address());
    return client
        .connect()
        .compose(connection -> connection.send(Request.cmd(Command.CLUSTER).arg("SLOTS")))
        .timeout(settings.timeout(), TimeUnit.MILLISECONDS)
        .onComplete(done -> RedisClients.closeQuietly(client));
  }

  private Future<Void> learn(Response table) {
    if (closed) {
      return Future.succeededFuture();
    }
    if (table.size() == 0) {
      return Future.failedFuture("it has no slots yet");
    }
    Set<RedisAddress> masters = new HashSet<>();
    for (Response range : table) {
      String host = range.get(2).get(0) == null ? "" : range.get(2).get(0).toString();
      RedisAddress master =
          new RedisAddress(
              host.isEmpty() ? login.address().host() : host, range.get(2).get(1).toInteger());
      masters.add(master);
      for (int slot = range.get(0).toInteger(); slot <= range.get(1).toInteger(); slot++) {
        slots[slot] = master;
      }
    }
    List<Future<Void>> tried = new ArrayList<>();
    for (RedisAddress master : masters) {
      if (!links.containsKey(master)) {
        RedisLink link =
            new RedisLink(
                vertx, settings, () -> RedisSession.open(vertx, settings, login, master), listener);
        links.put(master, link);
        tried.add(link.start());
      }
    }
    for (RedisAddress other : Set.copyOf(links.keySet())) {
      RedisLink link = links.get(other);
      if (link != null && !masters.contains(other)) {
        links.remove(other);
        link.close();
        listener.down(link);
      }
    }
    // Keys may be where there is a session already.
    for (RedisLink link : links.values()) {
      RedisSession session = link.session();
      if (session != null) {
        listener.up(link, session);
        break;
      }
    }
    return Future.join(tried).<Void>mapEmpty().otherwiseEmpty();
  }

  private @Nullable RedisLink link(String key) {
    RedisAddress master = slots[HashSlot.of(key)];
    return master == null ? null : links.get(master);
  }

  @Override
  public @Nullable RedisSession session(String key) {
    RedisLink link = link(key);
    return link == null ? null : link.session();
  }

  @Override
  public String problem(String key) {
    RedisLink link = link(key);
    return link == null ? problem : link.problem();
  }

  @Override
  public @Nullable String problem() {
    if (links.isEmpty()) {
      return problem;
    }
    return sessions().isEmpty() ? links.values().iterator().next().problem() : null;
  }

  @Override
  public List<RedisSession> sessions() {
    List<RedisSession> open = new ArrayList<>();
    for (RedisLink link : links.values()) {
      RedisSession session = link.session();
      if (session != null) {
        open.add(session);
      }
    }
    return open;
  }

  @Override
  public void moved() {
    ask();
  }

  @Override
  public void drop(RedisSession session) {
    session.close("it is a replica now");
    ask();
  }

  @Override
  public void close() {
    closed = true;
    if (timer >= 0) {
      vertx.cancelTimer(timer);
    }
    links.values().forEach(RedisLink::close);
  }
}
