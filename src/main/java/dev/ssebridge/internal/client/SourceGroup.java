package dev.ssebridge.internal.client;

import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.ConfigWarnings;
import dev.ssebridge.internal.metrics.Snapshot;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the instances of one deployment of the client verticle share. Any thread. */
public final class SourceGroup implements Shareable {
  private static final System.Logger LOG = System.getLogger(SourceGroup.class.getName());
  private static final String SHARED = "dev.ssebridge.sources";

  private final SourceSet sources;
  private final AtomicInteger instances = new AtomicInteger();
  private volatile @Nullable SourceControl control;

  /** What is being done for a source, by its name; guarded by itself. */
  private final Map<String, Future<Void>> turns = new HashMap<>();

  private SourceGroup(SourceSet sources) {
    this.sources = sources;
  }

  /**
   * That of a deployment, made for the first of its instances.
   *
   * @param client the options of their clients that an application gives
   */
  public static SourceGroup of(
      Vertx vertx, String deployment, BridgeConfig config, HttpClientOptions client) {
    return all(vertx).computeIfAbsent(deployment, id -> begin(vertx, config, client));
  }

  private static SourceGroup begin(Vertx vertx, BridgeConfig config, HttpClientOptions client) {
    ConfigWarnings.ofSources(config).forEach(warning -> LOG.log(Level.WARNING, warning));
    return new SourceGroup(new SourceSet(vertx, config, client));
  }

  /** That of a deployment that there is. */
  public static @Nullable SourceGroup of(Vertx vertx, String deployment) {
    return all(vertx).get(deployment);
  }

  /** Where every source of a Vert.x stands, by name. */
  public static JsonObject states(Vertx vertx) {
    JsonObject states = new JsonObject();
    all(vertx)
        .values()
        .forEach(group -> group.sources.forEach(one -> states.put(one.name(), one.state())));
    return states;
  }

  /** The sources of a Vert.x that have been down for longer than they may be. */
  public static List<String> downTooLong(Vertx vertx) {
    List<String> names = new ArrayList<>();
    for (SourceGroup group : all(vertx).values()) {
      group.sources.forEach(
          one -> {
            if (one.isDownTooLong()) {
              names.add(one.name());
            }
          });
    }
    names.sort(Comparator.naturalOrder());
    return names;
  }

  /** What every source of a Vert.x has done, as meters show it, once however often it is read. */
  public static void read(Vertx vertx, Snapshot into) {
    for (SourceGroup group : all(vertx).values()) {
      if (into.begin(group)) {
        group.sources.forEach(one -> one.read(into));
      }
    }
  }

  static LocalMap<String, SourceGroup> all(Vertx vertx) {
    return vertx.sharedData().getLocalMap(SHARED);
  }

  /** The sources of all instances. */
  public SourceSet sources() {
    return sources;
  }

  /** What speaks against a reload, each with its place; empty if nothing does. */
  public List<String> problems(BridgeConfig next, SourceReload.Changes changes) {
    return new SourceReload(sources, next, changes).problems();
  }

  /**
   * Follows the sources of another configuration from now on.
   *
   * @return completes with those that could not be followed as it says, by name
   */
  public Future<Map<String, SourceReload.Failure>> reload(
      BridgeConfig next, SourceReload.Changes changes) {
    SourceControl present = control;
    if (present != null) {
      present.change(next.control());
    }
    return new SourceReload(sources, next, changes).run();
  }

  /** One instance more; returns how many there were. */
  public int join() {
    return instances.getAndIncrement();
  }

  /** Whether there is a source of this name, followed, paused, or about to be. */
  boolean knows(String name) {
    synchronized (turns) {
      if (turns.containsKey(name)) {
        return true;
      }
    }
    return sources.names().containsKey(name) || paused().contains(name);
  }

  /** Does this when what was to be done before for the same source is done, whatever came of it. */
  Future<Void> inTurn(String name, Supplier<Future<Void>> command) {
    synchronized (turns) {
      Future<Void> before = turns.get(name);
      Future<Void> now =
          (before == null ? Future.<Void>succeededFuture() : before)
              .transform(done -> Future.<Void>succeededFuture())
              .compose(done -> command.get());
      if (!now.isComplete()) {
        turns.put(name, now);
        now.onComplete(
            done -> {
              synchronized (turns) {
                turns.remove(name, now);
              }
            });
      }
      return now;
    }
  }

  /** Those that could be followed, and are not, as somebody wants. */
  Set<String> paused() {
    SourceControl present = control;
    Set<String> names = new TreeSet<>(sources.stopped().names());
    if (present != null) {
      names.addAll(present.added());
    }
    names.removeAll(sources.names().keySet());
    return names;
  }

  /** Whether a source could be followed again where it is paused. */
  boolean canResume(String name) {
    SourceControl present = control;
    return sources.stopped().canStart(name) || (present != null && present.hasAdded(name));
  }

  /** Follows one of those again. */
  Future<Void> resume(String name) {
    SourceControl present = control;
    return present != null && present.hasAdded(name)
        ? present.resume(name)
        : sources.stopped().start(name);
  }

  /** What carries out the commands for the sources; null where nothing does. */
  @Nullable SourceControl control() {
    return control;
  }

  /** What carries out the commands for the sources. */
  public void control(SourceControl value) {
    control = value;
  }

  /**
   * One instance less.
   *
   * @return who carried out the commands, where this was the last
   */
  public @Nullable SourceControl leave(Vertx vertx, String deployment) {
    all(vertx).remove(deployment);
    return instances.decrementAndGet() == 0 ? control : null;
  }
}
