package dev.ssebridge.client;

import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.internal.client.ClientRules;
import dev.ssebridge.internal.client.SourceControl;
import dev.ssebridge.internal.client.SourceGroup;
import dev.ssebridge.internal.client.SourceSet;
import dev.ssebridge.internal.client.VertxLoop;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.ControlConfig;
import dev.ssebridge.internal.config.SourceConfig;
import io.vertx.core.CompositeFuture;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Follows remote event streams and hands their events over to the event bus. Takes the
 * configuration of the whole bridge and follows its {@code sources}; every event becomes a message
 * to the source's address with the headers {@code sse-event} (its type), {@code sse-id} (its id, if
 * any) and {@code sse-source} (the name of the source).
 *
 * <p>Several instances divide the sources among themselves, each on its own event loop. Deploying
 * the verticle waits until the kept positions are read, but not until a remote end answers.
 * Undeploying it waits, for a limited time, for replies that are on their way.
 */
public final class SseClientVerticle extends VerticleBase {
  private final @Nullable SseBridgeOptions options;
  private final HttpClientOptions given;
  private @Nullable SourceGroup group;
  private SourceSet.@Nullable Member member;

  /** A verticle that takes its options from the configuration of its deployment, as JSON. */
  public SseClientVerticle() {
    this.options = null;
    this.given = EventSourceOptions.defaultHttpClient();
  }

  /**
   * A verticle of these options; the configuration of its deployment is the application's.
   *
   * @param options copied; {@code sources}, {@code federation} and {@code control} are used, {@code
   *     routes}, {@code publish} and {@code auth} are looked at, so that no route takes the events
   *     of a source that are for one consumer, and no source publishes to an address that is for
   *     the bridge; anything else is a problem
   */
  public SseClientVerticle(SseBridgeOptions options) {
    this(options, EventSourceOptions.defaultHttpClient());
  }

  /**
   * The same with options of Vert.x for the clients of all sources: another kind of trust than PEM
   * files, socket buffers, a SOCKS proxy. What is set for a source ({@code ca}, {@code trustAll},
   * {@code clientCert}, {@code http2}, {@code localAddress}, {@code proxy}) counts.
   *
   * @param client copied; start from {@link EventSourceOptions#defaultHttpClient}. Idle timeouts
   *     and decompression are refused
   * @throws IllegalArgumentException if it is refused
   */
  public SseClientVerticle(SseBridgeOptions options, HttpClientOptions client) {
    Objects.requireNonNull(options, "options");
    ClientRules.require(Objects.requireNonNull(client, "client"));
    this.options = new SseBridgeOptions(options);
    this.given = new HttpClientOptions(client);
  }

  @Override
  public Future<?> start() {
    BridgeConfig config =
        BridgeConfig.ofClient(options == null ? SseBridgeOptions.read(config()) : options);
    SourceGroup shared = SourceGroup.of(vertx, deploymentID(), config, given);
    SourceSet.Member self = shared.sources().join(context);
    group = shared;
    member = self;
    int instance = shared.join();
    int count = context.getInstanceCount();
    List<Future<?>> started = new ArrayList<>();
    int index = 0;
    for (var source : config.sources().entrySet()) {
      if (index++ % count == instance) {
        started.add(shared.sources().add(source.getKey(), source.getValue(), self));
      }
    }
    if (instance == count - 1) {
      // The last one, so that what it adds again is spread over all.
      started.add(startControl(shared, config.control()));
    }
    // All, not the first that fails: what is being added must be there to be stopped again.
    return Future.join(started)
        .recover(
            failure -> stop().transform(stopped -> Future.<CompositeFuture>failedFuture(failure)));
  }

  /** Once, however many instances there are: a command that is published is carried out once. */
  private Future<?> startControl(SourceGroup shared, ControlConfig config) {
    String address = config.sources();
    if (address == null) {
      return Future.succeededFuture();
    }
    return SourceControl.start(vertx, shared.sources(), config)
        .compose(
            control -> {
              shared.control(control);
              return vertx.eventBus().consumer(address, control::handle).completion();
            });
  }

  @Override
  public Future<?> stop() {
    SourceGroup shared = group();
    SourceSet.Member self = member;
    Future<Void> left = self == null ? Future.succeededFuture() : shared.sources().leave(self);
    // The last to leave lets go of the file.
    SourceControl control = shared.leave(vertx, deploymentID());
    return control == null ? left : left.eventually(control::close);
  }

  /**
   * Follows one more source from now on; may be called from any thread. {@code control.allow} does
   * not limit what it may use: that is for sources that are added over the event bus.
   *
   * @param name its name, 1..64 of {@code A-Z a-z 0-9 _ . -}
   * @return completes when it is followed; fails if the configuration is wrong, the name is taken,
   *     or the verticle was undeployed
   * @throws IllegalStateException if the verticle is not deployed yet
   */
  public Future<Void> addSource(String name, SourceOptions source) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(source, "source");
    SourceConfig config;
    try {
      config = SourceConfig.of(source);
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
    SourceSet.Member self = member;
    if (self == null) {
      throw notDeployed();
    }
    return VertxLoop.toCaller(vertx, group().sources().add(name, config, self));
  }

  /**
   * Stops following a source. Its position is kept. The future fails if there is none of this name.
   */
  public Future<Void> stopSource(String name) {
    Objects.requireNonNull(name, "name");
    return VertxLoop.toCaller(vertx, group().sources().stop(name));
  }

  /** What every source is, where it stands and what it has done, in the order of the names. */
  public Future<JsonArray> sources() {
    return VertxLoop.toCaller(vertx, group().sources().list());
  }

  private SourceGroup group() {
    if (group == null) {
      throw notDeployed();
    }
    return group;
  }

  private static IllegalStateException notDeployed() {
    return new IllegalStateException("the verticle is not deployed");
  }
}
