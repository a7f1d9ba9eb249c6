package dev.ssebridge.testing;

import dev.ssebridge.SseBridge;
import dev.ssebridge.internal.bus.BoundChannel;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.http.BridgeRoutes;
import dev.ssebridge.internal.http.Channels;
import dev.ssebridge.spi.EventCodec;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A bridge that is mounted on an application's own server, with options of its own and the writer
 * of the {@link Way} that the test runs on.
 */
public final class BridgeServer implements AutoCloseable {
  private final Vertx vertx;
  private final List<Instance> instances = new CopyOnWriteArrayList<>();
  private final BridgeRoutes view;
  private final String deployment;

  private BridgeServer(
      Vertx vertx,
      JsonObject configured,
      HttpServerOptions options,
      int count,
      Handler<Router> before) {
    JsonObject config = Way.current().in(configured);
    this.vertx = vertx;
    this.view =
        new BridgeRoutes(vertx, BridgeConfig.read(config), EventCodec.NONE, (q, c, r, e) -> {});
    this.deployment =
        BridgeFixture.get(
            vertx.deployVerticle(
                () -> {
                  Instance instance = new Instance(config, options, before);
                  instances.add(instance);
                  return instance;
                },
                new DeploymentOptions().setInstances(count)));
  }

  /** Starts so many instances; the configuration is JSON with ' instead of ". */
  public static BridgeServer start(
      Vertx vertx, String config, HttpServerOptions options, int instances) {
    return new BridgeServer(vertx, BridgeFixture.json(config), options, instances, router -> {});
  }

  /** One instance, with routes of the application before those of the bridge. */
  public static BridgeServer start(
      Vertx vertx, String config, HttpServerOptions options, Handler<Router> before) {
    return new BridgeServer(vertx, BridgeFixture.json(config), options, 1, before);
  }

  /** A server whose sockets take about so many bytes before they are full. */
  public static HttpServerOptions sendBuffer(int bytes) {
    return new HttpServerOptions().setSendBufferSize(bytes).setAcceptBacklog(8192);
  }

  /** Where it listens. */
  public int port() {
    return instances.get(0).server().actualPort();
  }

  /** A route's part of the bridge. */
  public Channels.Route route(String name) {
    Channels.Route route = view.channels().routes().get(name);
    if (route == null) {
      throw new AssertionError("no route " + name);
    }
    return route;
  }

  /** How many streams are open. */
  public int openStreams() {
    return view.channels().openStreams();
  }

  /** The newest sequence of the only channel of a route. */
  public long head(String route) {
    return route(route).channels().all().stream()
        .map(BoundChannel::channel)
        .mapToLong(channel -> channel.log().head())
        .max()
        .orElse(0);
  }

  /** Publishes on the event bus. */
  public void publish(String address, Object body) {
    vertx.eventBus().publish(address, body);
  }

  @Override
  public void close() {
    BridgeFixture.get(vertx.undeploy(deployment).eventually(view::close));
  }

  private static final class Instance extends VerticleBase {
    private final JsonObject config;
    private final HttpServerOptions options;
    private final Handler<Router> before;
    private volatile List<HttpServer> servers = List.of();
    private volatile List<SseBridge> bridges = List.of();

    Instance(JsonObject config, HttpServerOptions options, Handler<Router> before) {
      this.config = config;
      this.options = options;
      this.before = before;
    }

    HttpServer server() {
      return servers.get(0);
    }

    @Override
    public Future<?> start() {
      Router router = Router.router(vertx);
      before.handle(router);
      SseBridge bridge = SseBridge.create(vertx, config);
      HttpServer server = vertx.createHttpServer(options).requestHandler(router);
      bridges = List.of(bridge);
      servers = List.of(server);
      return bridge
          .mount(router)
          .compose(v -> server.listen(SocketAddress.sharedRandomPort(1, "127.0.0.1")));
    }

    @Override
    public Future<?> stop() {
      return bridges.get(0).close().compose(v -> server().close());
    }
  }
}
