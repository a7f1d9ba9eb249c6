package dev.ssebridge.internal.store.redis;

import dev.ssebridge.internal.store.redis.RedisStoreSettings.Mode;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Makes clients, each of one server and for a few connections. */
final class RedisClients {
  private static final Logger LOG = Logger.getLogger(RedisClients.class.getName());

  private RedisClients() {}

  /** A client of one server. */
  static Redis of(Vertx vertx, RedisStoreSettings settings, RedisUrl login, RedisAddress address) {
    NetClientOptions net =
        new NetClientOptions()
            .setConnectTimeout((int) Math.min(settings.timeout(), Integer.MAX_VALUE))
            .setTcpKeepAlive(true)
            .setTcpNoDelay(true)
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
            .setReadIdleTimeout((int) Math.min(settings.idleTimeout(), Integer.MAX_VALUE));
    if (login.tls()) {
      net.setSsl(true)
          .setTrustAll(settings.trustAll())
          .setHostnameVerificationAlgorithm(settings.trustAll() ? "" : "HTTPS");
      if (!settings.trust().isEmpty()) {
        PemTrustOptions trust = new PemTrustOptions();
        settings.trust().forEach(trust::addCertPath);
        net.setTrustOptions(trust);
      }
    }
    String database =
        login.database() == null || settings.mode() != Mode.SINGLE ? "" : "/" + login.database();
    RedisOptions options =
        new RedisOptions()
            .setNetClientOptions(net)
            .setConnectionString((login.tls() ? "rediss://" : "redis://") + address + database)
            .setMaxPoolSize(2)
            .setMaxPoolWaiting(2)
            .setPoolCleanerInterval(-1)
            .setPoolRecycleTimeout(-1)
            .setMaxWaitingHandlers(RedisSession.MOST_WAITING + 16);
    String user = settings.user() == null ? login.user() : settings.user();
    String password = settings.password() == null ? login.password() : settings.password();
    if (user != null) {
      options.setUser(user);
    }
    if (password != null) {
      options.setPassword(password);
    }
    return Redis.createClient(vertx, options);
  }

  static void closeQuietly(Redis client) {
    client.close().onFailure(failure -> LOG.log(Level.FINE, "closing a client of Redis", failure));
  }
}
