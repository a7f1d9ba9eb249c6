package dev.ssebridge.internal.store.redis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Asks Sentinels which server is the master, one after the other until one knows. */
final class Sentinels {
  private final Vertx vertx;
  private final RedisStoreSettings settings;
  private final List<RedisUrl> sentinels;
  private int next;

  Sentinels(Vertx vertx, RedisStoreSettings settings) {
    this.vertx = vertx;
    this.settings = settings;
    this.sentinels = settings.urls().stream().map(RedisUrl::parse).toList();
  }

  /** A session with the master. */
  Future<RedisSession> connect() {
    return master(sentinels.size())
        .compose(address -> RedisSession.open(vertx, settings, sentinels.get(0), address))
        .compose(
            session -> {
              if (session.info().isMaster()) {
                return Future.succeededFuture(session);
              }
              session.close("it is a replica");
              return Future.failedFuture("the Sentinels still call a replica the master; wait");
            });
  }

  private Future<RedisAddress> master(int left) {
    RedisUrl sentinel = sentinels.get(next);
    Future<RedisAddress> asked = ask(sentinel);
    return asked.recover(
        failure -> {
          next = (next + 1) % sentinels.size();
          return left > 1
              ? master(left - 1)
              : Future.failedFuture(
                  "no Sentinel knows the master; "
                      + sentinel
                      + ": "
                      + RedisErrors.sentence(failure));
        });
  }

  private Future<RedisAddress> ask(RedisUrl sentinel) {
    // A Sentinel has users of its own.
    RedisStoreSettings asSentinel =
        new RedisStoreSettings.Builder(settings.mode(), settings.urls())
            .master(settings.master())
            .login(settings.sentinelUser(), settings.sentinelPassword())
            .trust(settings.trust())
            .trustAll(settings.trustAll())
            .timeout(settings.timeout())
            .pings(settings.pingInterval(), settings.idleTimeout())
            .build();
    Redis client = RedisClients.of(vertx, asSentinel, sentinel, sentinel.address());
    return client
        .connect()
        .compose(
            connection ->
                connection.send(
                    Request.cmd(Command.SENTINEL)
                        .arg("get-master-addr-by-name")
                        .arg(String.valueOf(settings.master()))))
        .compose(Sentinels::address)
        .timeout(settings.timeout(), TimeUnit.MILLISECONDS)
        .onComplete(done -> RedisClients.closeQuietly(client));
  }

  private static Future<RedisAddress> address(Response answer) {
    if (answer == null || answer.size() < 2) {
      return Future.failedFuture("it knows no master of that name");
    }
    return Future.succeededFuture(
        new RedisAddress(answer.get(0).toString(), answer.get(1).toInteger()));
  }
}
