package dev.ssebridge.testing;

import static org.assertj.core.api.Assertions.fail;

import dev.ssebridge.EventStream;
import dev.ssebridge.PublishRequest;
import dev.ssebridge.SseBridge;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.SseBridgeServer;
import dev.ssebridge.SubscribeRequest;
import dev.ssebridge.client.EventSource;
import dev.ssebridge.client.EventSourceOptions;
import dev.ssebridge.client.EventStreams;
import dev.ssebridge.client.SseClientVerticle;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.metrics.BridgeMeters;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.streams.ReadStream;
import io.vertx.ext.web.Router;
import java.lang.reflect.Proxy;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What an application may hold of this library, each made for a test. */
public final class ApiObjects implements AutoCloseable {
  private static final String CONFIG =
      "{'http':{'port':0,'host':'127.0.0.1'},'routes':{'news':{'path':'/news','address':'news'}},"
          + "'publish':{'news':{'path':'/publish','address':'in'}}}";
  private static final String BRIDGE_CONFIG = CONFIG.replace("'port':0,'host':'127.0.0.1'", "");

  private final SseProbes probes = new SseProbes();
  private final Vertx vertx;

  /** Those of this Vert.x. */
  public ApiObjects(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Drops the connections that were made for them. */
  @Override
  public void close() {
    probes.close();
  }

  /** One that is not connected. */
  public EventSource source() {
    return EventSource.create(vertx, "http://127.0.0.1:1/");
  }

  /** One that asks once. */
  public EventSource once() {
    return EventSource.once(vertx, new EventSourceOptions("http://127.0.0.1:1/"));
  }

  /** One that goes on trying to connect. */
  public EventSource connected() {
    EventSource source = source();
    source.connect();
    return source;
  }

  /** The same on the context of a worker verticle. */
  public EventSource ofWorker() {
    AtomicReference<@Nullable EventSource> made = new AtomicReference<>();
    BridgeFixture.get(
        vertx.deployVerticle(
            new VerticleBase() {
              @Override
              public Future<?> start() {
                made.set(connected());
                return Future.succeededFuture();
              }
            },
            new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)));
    return there(made);
  }

  /** To the events of a source. */
  public Flow.Subscription read() {
    AtomicReference<Flow.@Nullable Subscription> got = new AtomicReference<>();
    source().publisher().subscribe(new Subscriber(got));
    Deadline.await(() -> got.get() != null, () -> "a subscription");
    return there(got);
  }

  private record Subscriber(AtomicReference<Flow.@Nullable Subscription> got)
      implements Flow.Subscriber<ServerSentEvent> {
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      got.set(subscription);
    }

    @Override
    public void onNext(ServerSentEvent event) {}

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onComplete() {}
  }

  /** The events in no bytes, on a context. */
  public ReadStream<ServerSentEvent> decoded() {
    @SuppressWarnings("unchecked")
    ReadStream<Buffer> bytes =
        (ReadStream<Buffer>)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ReadStream.class},
                (proxy, method, given) -> proxy);
    AtomicReference<@Nullable ReadStream<ServerSentEvent>> made = new AtomicReference<>();
    ((ContextInternal) vertx.getOrCreateContext())
        .dispatch(() -> made.set(EventStreams.decode(bytes)));
    return there(made);
  }

  /** One that is not mounted. */
  public SseBridge bridge() {
    return SseBridge.create(vertx, SseBridgeOptions.read(BridgeFixture.json(BRIDGE_CONFIG)));
  }

  /** One that is. */
  public SseBridge mounted() {
    SseBridge bridge = bridge();
    BridgeFixture.get(bridge.mount(Router.router(vertx)));
    return bridge;
  }

  /** One that does not listen. */
  public SseBridgeServer server() {
    return SseBridgeServer.create(vertx, SseBridgeOptions.read(BridgeFixture.json(CONFIG)));
  }

  /** One that does. */
  public SseBridgeServer listening() {
    SseBridgeServer server = server();
    BridgeFixture.get(server.listen());
    return server;
  }

  /** Those of a bridge. */
  public BridgeMeters meters() {
    return BridgeMeters.of(vertx).add("first", bridge());
  }

  /** One that a client has opened. */
  public EventStream stream() {
    AtomicReference<@Nullable EventStream> opened = new AtomicReference<>();
    HttpServer server =
        BridgeFixture.get(
            vertx
                .createHttpServer()
                .requestHandler(request -> opened.set(EventStream.open(request)))
                .listen(0, "127.0.0.1"));
    probes.get(server.actualPort(), "/");
    return await(opened);
  }

  /** One that is not decided. */
  public SubscribeRequest asked() {
    AtomicReference<@Nullable SubscribeRequest> asked = new AtomicReference<>();
    SseBridgeServer server = server();
    server.bridge().subscribeHandler(asked::set);
    BridgeFixture.get(server.listen());
    probes.get(server.actualPort(), "/news");
    return await(asked);
  }

  /** One that is not decided. */
  public PublishRequest posted() {
    AtomicReference<@Nullable PublishRequest> posted = new AtomicReference<>();
    SseBridgeServer server = server();
    server.bridge().publishHandler(posted::set);
    BridgeFixture.get(server.listen());
    probes.request(
        server.actualPort(), "POST", "/publish", "content-type: text/plain", "content-length: 0");
    return await(posted);
  }

  /** One that is deployed. */
  public SseClientVerticle client() {
    SseClientVerticle verticle = new SseClientVerticle(new SseBridgeOptions());
    BridgeFixture.get(vertx.deployVerticle(verticle));
    return verticle;
  }

  private static <T> T await(AtomicReference<@Nullable T> value) {
    Deadline.await(() -> value.get() != null, () -> "what is to be tested");
    return there(value);
  }

  private static <T> T there(AtomicReference<@Nullable T> value) {
    T present = value.get();
    return present == null ? fail("nothing") : present;
  }
}
