package dev.ssebridge;

import dev.ssebridge.internal.client.SourceControl;
import dev.ssebridge.internal.client.SourceSet;
import dev.ssebridge.internal.client.VertxLoop;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.SourceConfig;
import io.vertx.core.CompositeFuture;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Follows remote event streams and hands their events over to the event bus. Takes the
 * configuration of the whole bridge and follows its {@code sources}; every event becomes a message
 * to the source's address with the headers {@code sse-event} (its type), {@code sse-id} (its id, if
 * any) and {@code sse-source} (the name of the source).
 *
 * <p>Several instances share the sources between them. The verticle is deployed when the kept
 * positions are read; whether a remote end answers is not waited for.
 */
public final class SseClientVerticle extends VerticleBase {
  private static final String SHARED = "dev.ssebridge.sources";

  private @Nullable SourceSet sources;
  private boolean stopping;

  /** What the instances of one deployment share. */
  private static final class Group implements Shareable {
    private final SourceSet sources;
    private final AtomicInteger instances = new AtomicInteger();

    private Group(SourceSet sources) {
      this.sources = sources;
    }
  }

  /** A verticle that takes its configuration from its deployment. */
  public SseClientVerticle() {}

  @Override
  public Future<?> start() {
    BridgeConfig config = BridgeConfig.read(config());
    LocalMap<String, Group> groups = vertx.sharedData().getLocalMap(SHARED);
    String deployment = deploymentID();
    Group group =
        groups.computeIfAbsent(
            deployment,
            id ->
                new Group(
                    new SourceSet(
                        vertx, config.federation().nameIn(vertx), config.federation().maxHops())));
    sources = group.sources;
    int instance = group.instances.getAndIncrement();
    List<Future<?>> started = new ArrayList<>();
    int index = 0;
    for (var source : config.sources().entrySet()) {
      if (index++ % context.getInstanceCount() == instance) {
        started.add(add(source.getKey(), source.getValue()));
      }
    }
    String control = config.control().sources();
    if (control != null) {
      SourceControl commands = new SourceControl(group.sources, this::add);
      started.add(vertx.eventBus().consumer(control, commands::handle).completion());
    }
    // All, not the first that fails: what is being added must be there to be stopped again.
    return Future.join(started)
        .recover(
            failure -> stop().transform(stopped -> Future.<CompositeFuture>failedFuture(failure)));
  }

  @Override
  public Future<?> stop() {
    LocalMap<String, Group> groups = vertx.sharedData().getLocalMap(SHARED);
    groups.remove(deploymentID());
    stopping = true;
    return set().stopAll(this);
  }

  /**
   * Follows one more source from now on; may be called from any thread.
   *
   * @param name its name, 1..64 of {@code A-Z a-z 0-9 _ . -}
   * @param source its keys, as in the configuration
   * @return completes when it is followed; fails if the configuration is wrong or the name is taken
   */
  public Future<Void> addSource(String name, JsonObject source) {
    SourceConfig config;
    try {
      config = SourceConfig.read(source);
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
    return VertxLoop.toCaller(vertx, add(name, config));
  }

  private Future<Void> add(String name, SourceConfig config) {
    Promise<Void> added = Promise.promise();
    context.runOnContext(
        ignored -> set().add(name, config, this).compose(done -> keep(name)).onComplete(added));
    return added.future();
  }

  /** What was on its way when the verticle was stopped is stopped, too. */
  private Future<Void> keep(String name) {
    if (stopping) {
      return set()
          .stop(name)
          .transform(stopped -> Future.failedFuture("the verticle is being stopped"));
    }
    return Future.succeededFuture();
  }

  /** Stops following a source, its position kept; fails if there is none of this name. */
  public Future<Void> stopSource(String name) {
    return VertxLoop.toCaller(vertx, set().stop(name));
  }

  /** What every source is, where it stands and what it has done, in the order of the names. */
  public Future<JsonArray> sources() {
    return VertxLoop.toCaller(vertx, set().list());
  }

  private SourceSet set() {
    if (sources == null) {
      throw new IllegalStateException("the verticle is not deployed");
    }
    return sources;
  }
}
