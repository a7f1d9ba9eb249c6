package dev.ssebridge.internal.store.redis;

import dev.ssebridge.internal.store.redis.RedisStoreSettings.Mode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All keys are on one server: the one that is given, or the one that Sentinels call the master. */
final class OneServer implements Servers {
  private final RedisLink link;

  OneServer(Vertx vertx, RedisStoreSettings settings, RedisLink.Listener listener) {
    RedisUrl url = RedisUrl.parse(settings.urls().get(0));
    Sentinels sentinels = new Sentinels(vertx, settings);
    this.link =
        new RedisLink(
            vertx,
            settings,
            settings.mode() == Mode.SENTINEL
                ? sentinels::connect
                : () -> RedisSession.open(vertx, settings, url, url.address()),
            listener);
  }

  @Override
  public Future<Void> start() {
    return link.start();
  }

  @Override
  public @Nullable RedisSession session(String key) {
    return link.session();
  }

  @Override
  public String problem(String key) {
    return link.problem();
  }

  @Override
  public @Nullable String problem() {
    return link.session() == null ? link.problem() : null;
  }

  @Override
  public List<RedisSession> sessions() {
    RedisSession session = link.session();
    return session == null ? List.of() : List.of(session);
  }

  @Override
  public void moved() {
    // There is no other server.
  }

  @Override
  public void drop(RedisSession session) {
    session.close("it is a replica now");
  }

  @Override
  public void close() {
    link.close();
  }
}
