package dev.ssebridge.testing;

import dev.ssebridge.SseBridge;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.internal.bridge.BridgeRoutes;
import dev.ssebridge.internal.bridge.Extensions;
import dev.ssebridge.internal.bridge.ServedRoute;
import dev.ssebridge.internal.bus.BoundChannel;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.subscribe.StreamHandlers;
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
import java.util.function.Supplier;

/**
 * A bridge on a server with options of its own, in the {@link Way} and for the {@link Wire} that
 * the test runs on: mounted on the router of an application, or asked before a router is, as by its
 * own verticle.
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
    this.view = routes(vertx, config);
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

  private static BridgeRoutes routes(Vertx vertx, JsonObject config) {
    return new BridgeRoutes(
        vertx, BridgeConfig.read(config), Extensions.NONE, new StreamHandlers());
  }

  /** Where it listens. */
  public int port() {
    return instances.get(0).server().actualPort();
  }

  /** A route's part of the bridge. */
  public ServedRoute route(String name) {
    ServedRoute route = view.channels().routes().get(name);
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
    private volatile List<Supplier<Future<Void>>> ends = List.of();

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
      boolean straight = !Way.current().isRouted() && router.getRoutes().isEmpty();
      HttpServer server =
          vertx.createHttpServer(Wire.current().in(options).setStrictThreadMode(straight));
      servers = List.of(server);
      return (straight ? serveStraight(server, router) : mount(server, router))
          .compose(v -> server.listen(SocketAddress.sharedRandomPort(1, "127.0.0.1")));
    }

    private Future<Void> mount(HttpServer server, Router router) {
      SseBridge bridge = SseBridge.create(vertx, SseBridgeOptions.read(config));
      ends = List.of(bridge::close);
      server.requestHandler(router);
      return bridge.mount(router);
    }

    private Future<Void> serveStraight(HttpServer server, Router router) {
      BridgeRoutes routes = routes(vertx, config);
      ends = List.of(routes::close);
      server.requestHandler(
          request -> {
            if (!routes.serve(request)) {
              router.handle(request);
            }
          });
      return routes.mount(router);
    }

    @Override
    public Future<?> stop() {
      return ends.get(0).get().compose(v -> server().close());
    }
  }
}
