package dev.ssebridge.internal.client;

import dev.ssebridge.internal.config.SourceConfig;
import dev.ssebridge.internal.text.PrintableText;
import dev.ssebridge.internal.text.Sha256;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.AsyncMap;
import io.vertx.core.shareddata.Lock;
import java.lang.System.Logger.Level;
import java.util.Base64;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A source that one node of a cluster follows at a time: the one that has the lock of its name. The
 * others try for it again and again. Where they go on is kept in a map that all nodes share,
 * together with a mark of whoever follows: one that was given up while it stood still finds another
 * mark there, and stops. So for a moment two may follow, and what was not kept yet comes twice; but
 * nothing is left out. In a Vert.x that is no cluster, its deployments share the lock.
 *
 * <p>Only on its context, but for {@link #end} and {@link #describe}.
 */
final class SingleSource {
  private static final System.Logger LOG = System.getLogger(SingleSource.class.getName());
  private static final String SHARED = "sse-bridge.sources";

  /** A lock that somebody has is not waited for, as that takes a thread. */
  private static final long LOCK_MILLIS = 10;

  /** How often it is tried, and looked whether it is still this one. */
  static final long EVERY_MILLIS = 1000;

  private final Vertx vertx;
  private final Context context;
  private final String name;
  private final SourceConfig config;
  private final String key;
  private final String mark = UUID.randomUUID().toString();
  private final @Nullable String first;
  private final Maker maker;
  private final Consumer<@Nullable RemoteSource> followed;

  private @Nullable Lock lock;
  private @Nullable RemoteSource source;
  private boolean isTold;
  private boolean isEnded;

  /** What it has begun, until that is done. */
  private Future<?> turn = Future.succeededFuture();

  /** Makes what follows. */
  @FunctionalInterface
  interface Maker {
    /**
     * One that is not started.
     *
     * @param position where to go on; null for what was kept elsewhere
     * @param keep keeps a position for other nodes
     */
    Future<RemoteSource> make(@Nullable String position, Function<String, Future<Void>> keep);
  }

  /**
   * @param first where to go on if no node has been anywhere; null for what was kept elsewhere
   * @param followed told what follows, and null when it does no more
   */
  SingleSource(
      Vertx vertx,
      Context context,
      String name,
      SourceConfig config,
      @Nullable String first,
      Maker maker,
      Consumer<@Nullable RemoteSource> followed) {
    this.vertx = vertx;
    this.context = context;
    this.name = name;
    this.config = config;
    this.first = first;
    this.maker = maker;
    this.followed = followed;
    // A position means nothing to another stream.
    this.key = name + '@' + Base64.getEncoder().encodeToString(Sha256.of(config.url().toString()));
  }

  /** What is shared: who follows, and how far he has come. */
  private record Kept(String mark, @Nullable String position) {
    static @Nullable Kept of(@Nullable String text) {
      if (text == null) {
        return null;
      }
      int end = text.indexOf('\n');
      return end < 0
          ? new Kept(text, null)
          : new Kept(text.substring(0, end), text.substring(end + 1));
    }

    String text() {
      return position == null ? mark : mark + '\n' + position;
    }
  }

  /** Tries for the lock from now on. */
  void begin() {
    context.runOnContext(v -> attempt());
  }

  private void later() {
    vertx.setTimer(EVERY_MILLIS, timer -> attempt());
  }

  private void attempt() {
    if (isEnded) {
      return;
    }
    turn =
        vertx
            .sharedData()
            .getLockWithTimeout("sse-bridge.source." + name, LOCK_MILLIS)
            .transform(
                got -> {
                  if (got.succeeded()) {
                    return follow(got.result());
                  }
                  if (!isTold) {
                    isTold = true;
                    LOG.log(
                        Level.INFO,
                        "source " + name + ": another node follows it, this one stands by");
                  }
                  later();
                  return Future.succeededFuture();
                });
  }

  private Future<AsyncMap<String, String>> shared() {
    return vertx.sharedData().getAsyncMap(SHARED);
  }

  private Future<Void> follow(Lock got) {
    lock = got;
    return shared()
        .compose(
            map ->
                map.get(key)
                    .compose(
                        text -> {
                          Kept kept = Kept.of(text);
                          String position = kept == null ? null : kept.position();
                          return map.put(key, new Kept(mark, position).text())
                              .compose(
                                  put ->
                                      maker.make(position == null ? first : position, this::keep));
                        }))
        .transform(
            made -> {
              if (made.failed()) {
                LOG.log(
                    Level.WARNING,
                    "source " + name + ": not followed, tried again: " + made.cause());
                release();
                later();
                return Future.succeededFuture();
              }
              RemoteSource now = made.result();
              if (isEnded) {
                return now.stop().eventually(this::release);
              }
              source = now;
              isTold = false;
              LOG.log(Level.INFO, "source " + name + ": this node follows it, for all");
              followed.accept(now);
              now.start();
              check();
              return Future.succeededFuture();
            });
  }

  /** Keeps a position for whoever follows next, unless that is somebody else already. */
  private Future<Void> keep(String position) {
    return shared()
        .compose(
            map ->
                map.get(key)
                    .compose(
                        text -> {
                          Kept kept = Kept.of(text);
                          return kept != null && !kept.mark().equals(mark)
                              ? Future.succeededFuture()
                              : map.put(key, new Kept(mark, position).text());
                        }));
  }

  private void check() {
    vertx.setTimer(
        EVERY_MILLIS,
        timer -> {
          if (isEnded || source == null) {
            return;
          }
          shared()
              .compose(map -> map.get(key))
              .onComplete(
                  text -> {
                    Kept kept = Kept.of(text);
                    if (isEnded || source == null) {
                      return;
                    }
                    if (kept == null || kept.mark().equals(mark)) {
                      check();
                    } else {
                      lose();
                    }
                  },
                  failure -> {
                    LOG.log(
                        Level.WARNING,
                        "source " + name + ": cannot see who follows it: " + failure);
                    check();
                  });
        });
  }

  private void lose() {
    RemoteSource lost = source;
    if (lost == null) {
      return;
    }
    source = null;
    LOG.log(
        Level.WARNING, "source " + name + ": another node follows it meanwhile, so this one stops");
    followed.accept(null);
    turn =
        lost.stop()
            .eventually(this::release)
            .transform(
                stopped -> {
                  later();
                  return Future.succeededFuture();
                });
  }

  private Future<Void> release() {
    Lock held = lock;
    lock = null;
    if (held != null) {
      try {
        held.release();
      } catch (RuntimeException lost) { // whatever a manager throws that has given it to another
        LOG.log(Level.DEBUG, "source " + name + ": its lock was lost", lost);
      }
    }
    return Future.succeededFuture();
  }

  /**
   * Does so no more: what follows is stopped this way, and then another node may. Any thread.
   *
   * @param way ends what follows, and says how far it has come
   */
  Future<@Nullable String> end(Function<RemoteSource, Future<@Nullable String>> way) {
    Promise<@Nullable String> ended = Promise.promise();
    context.runOnContext(
        v -> {
          isEnded = true;
          RemoteSource last = source;
          source = null;
          turn.transform(
                  done ->
                      last == null ? Future.<@Nullable String>succeededFuture() : way.apply(last))
              .eventually(this::release)
              .onComplete(ended);
        });
    return ended.future();
  }

  /** What it was made of. */
  SourceConfig config() {
    return config;
  }

  /** What it is while another node follows it. */
  JsonObject describe() {
    return new JsonObject()
        .put("name", name)
        .put("url", PrintableText.ofUrl(config.url().toString()))
        .put("address", config.address().toString())
        .put("state", "standby")
        .put("open", false);
  }
}
