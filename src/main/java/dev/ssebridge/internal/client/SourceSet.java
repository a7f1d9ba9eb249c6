package dev.ssebridge.internal.client;

import dev.ssebridge.internal.config.SourceConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** The sources that are followed, by name. Thread-safe. */
public final class SourceSet {
  /** More sources than this are refused: each has a connection and a pool of its own. */
  static final int MOST = 10_000;

  private final Vertx vertx;
  private final String bridge;
  private final int maxHops;
  private final Map<String, Followed> sources = new ConcurrentSkipListMap<>();
  private final Map<Path, String> cursors = new ConcurrentHashMap<>();
  private final Set<String> names = ConcurrentHashMap.newKeySet();

  /**
   * @param bridge the name of this bridge
   * @param maxHops over how many bridges an event may have come
   */
  public SourceSet(Vertx vertx, String bridge, int maxHops) {
    this.vertx = vertx;
    this.bridge = bridge;
    this.maxHops = maxHops;
  }

  /** A command that cannot be carried out. */
  public static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    RefusedException(int status, String message) {
      super(message);
      this.status = status;
    }

    /** What is wrong with it, as HTTP would have it: 400, 404, 409 or 503. */
    public int status() {
      return status;
    }
  }

  /**
   * A source, and with whom it ends.
   *
   * @param owner compared by identity
   */
  private record Followed(RemoteSource source, Object owner) {}

  /**
   * Follows one more source, on the context this is called on.
   *
   * @param owner who may {@linkplain #stopAll stop} it with all others of its own
   */
  public Future<Void> add(String name, SourceConfig config, Object owner) {
    if (names.size() >= MOST) {
      return refused(503, "expected at most " + MOST + " sources, got one more");
    }
    if (!names.add(name)) {
      return refused(409, "source " + name + ": there is one of this name already");
    }
    String file = config.cursor().file();
    Path cursor = file == null ? null : Path.of(file).toAbsolutePath().normalize();
    String other = cursor == null ? null : cursors.putIfAbsent(cursor, name);
    if (other != null) {
      names.remove(name);
      return refused(
          409, "source " + name + ": its cursor " + file + " is that of source " + other);
    }
    return make(name, config)
        .<Void>map(
            source -> {
              sources.put(name, new Followed(source, owner));
              source.start();
              return null;
            })
        .onFailure(failure -> forget(name));
  }

  private Future<RemoteSource> make(String name, SourceConfig config) {
    try {
      return RemoteSource.create(vertx, name, config, bridge, maxHops);
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  /** Stops following a source. */
  public Future<Void> stop(String name) {
    Followed followed = sources.remove(name);
    if (followed == null) {
      return refused(404, "source " + name + ": there is none of this name");
    }
    return followed.source().stop().onComplete(done -> forget(name));
  }

  private void forget(String name) {
    cursors.values().remove(name);
    names.remove(name);
  }

  /** What every source is and does, in the order of the names. */
  public Future<JsonArray> list() {
    List<Future<JsonObject>> all = new ArrayList<>();
    sources.values().forEach(followed -> all.add(followed.source().status()));
    return Future.all(all).map(done -> new JsonArray(done.<JsonObject>list()));
  }

  /** Stops following the sources of this owner. */
  public Future<Void> stopAll(Object owner) {
    List<Future<Void>> all = new ArrayList<>();
    sources.forEach(
        (name, followed) -> {
          if (followed.owner() == owner) {
            all.add(stop(name));
          }
        });
    return Future.join(all).mapEmpty();
  }

  private static <T> Future<T> refused(int status, String message) {
    return Future.failedFuture(new RefusedException(status, message));
  }
}
