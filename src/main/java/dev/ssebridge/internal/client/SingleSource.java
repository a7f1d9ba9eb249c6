package dev.ssebridge.internal.client;

import dev.ssebridge.internal.config.SourceConfig;
import dev.ssebridge.internal.store.StoreDirectory;
import dev.ssebridge.internal.text.PrintableText;
import dev.ssebridge.internal.text.Sha256;
import dev.ssebridge.spi.HistoryStore;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.lang.System.Logger.Level;
import java.util.Base64;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A source that one node follows at a time: the one whose {@linkplain Turn turn} it is. The others
 * try for it again and again. One that was given up while it stood still finds that out, and stops;
 * so for a moment two may follow, and what was not kept yet comes twice; but nothing is left out.
 *
 * <p>Only on its context, except for {@link #end} and {@link #describe}.
 */
final class SingleSource {
  private static final System.Logger LOG = System.getLogger(SingleSource.class.getName());

  /** How often it is tried at least, and looked whether it is still this one. */
  static final long EVERY_MILLIS = 1000;

  private final Vertx vertx;
  private final Context context;
  private final String name;
  private final SourceConfig config;
  private final Turn turns;
  private final @Nullable String first;
  private final Maker maker;
  private final Consumer<@Nullable RemoteSource> followed;

  private @Nullable RemoteSource source;
  private boolean isTold;
  private String told = "";
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
    String key =
        name + '@' + Base64.getEncoder().encodeToString(Sha256.of(config.url().toString()));
    String store = config.singleBy();
    this.turns =
        store == null
            ? new ClusterTurn(vertx, name, key)
            : new LeaseTurn(
                store,
                () -> {
                  HistoryStore there = StoreDirectory.of(vertx).get(store);
                  return there == null ? null : there.lease("source " + key);
                });
  }

  /** Tries for the lock from now on. */
  void begin() {
    context.runOnContext(v -> attempt());
  }

  private void later() {
    vertx.setTimer(turns.everyMillis(), timer -> attempt());
  }

  private void attempt() {
    if (isEnded) {
      return;
    }
    turn =
        turns
            .take()
            .transform(
                got -> {
                  if (got.succeeded() && got.result()) {
                    return follow();
                  }
                  if (got.failed()) {
                    warn("not followed, tried again", got.cause());
                  } else if (!isTold) {
                    isTold = true;
                    LOG.log(
                        Level.INFO,
                        "source " + name + ": another node follows it, this one stands by");
                  }
                  later();
                  return Future.succeededFuture();
                });
  }

  /** At most one line as long as it is for the same reason. */
  private void warn(String what, Throwable cause) {
    String text = "source " + name + ": " + what + ": " + cause.getMessage();
    if (!text.equals(told)) {
      told = text;
      LOG.log(Level.WARNING, PrintableText.of(text));
    }
  }

  private Future<Void> follow() {
    return turns
        .begin()
        .compose(position -> maker.make(position == null ? first : position, turns::keep))
        .transform(
            made -> {
              if (made.failed()) {
                warn("not followed, tried again", made.cause());
                return turns
                    .release()
                    .transform(
                        released -> {
                          later();
                          return Future.succeededFuture();
                        });
              }
              RemoteSource now = made.result();
              if (isEnded) {
                return now.stop().eventually(turns::release);
              }
              source = now;
              isTold = false;
              told = "";
              LOG.log(Level.INFO, "source " + name + ": this node follows it, for all");
              followed.accept(now);
              now.start();
              check();
              return Future.succeededFuture();
            });
  }

  private void check() {
    vertx.setTimer(
        turns.everyMillis(),
        timer -> {
          if (isEnded || source == null) {
            return;
          }
          turns
              .goesOn()
              .onComplete(
                  goesOn -> {
                    if (isEnded || source == null) {
                      return;
                    }
                    if (goesOn) {
                      told = "";
                      check();
                    } else {
                      lose("another node may follow it meanwhile, so this one stops");
                    }
                  },
                  failure -> {
                    warn("cannot see who follows it", failure);
                    if (!isEnded && source != null && turns.isOver()) {
                      lose("another node may follow it by now, so this one stops");
                    } else {
                      check();
                    }
                  });
        });
  }

  private void lose(String why) {
    RemoteSource lost = source;
    if (lost == null) {
      return;
    }
    source = null;
    LOG.log(Level.WARNING, "source " + name + ": " + why);
    followed.accept(null);
    turn =
        lost.stop()
            .eventually(turns::release)
            .transform(
                stopped -> {
                  later();
                  return Future.succeededFuture();
                });
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
              .eventually(turns::release)
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
