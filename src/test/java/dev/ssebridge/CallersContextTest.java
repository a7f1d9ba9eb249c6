package dev.ssebridge;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a verticle does next, after the bridge has done something, belongs to the verticle. */
@ExtendWith(VertxExtension.class)
class CallersContextTest {
  private static final class Application extends VerticleBase {
    private final List<Context> seen = new CopyOnWriteArrayList<>();
    private @Nullable SseBridge bridge;
    private int port;

    @Override
    public Future<?> start() {
      SseBridgeOptions options = new SseBridgeOptions();
      for (int i = 0; i < 5; i++) {
        options.addRoute("r" + i, new RouteOptions("/r" + i, "r" + i));
      }
      SseBridge made = SseBridge.create(vertx, options);
      bridge = made;
      Router router = Router.router(vertx);
      return made.mount(router)
          .compose(v -> noted(made.addRoute("more", new RouteOptions("/more", "more"))))
          .compose(v -> noted(made.removeRoute("r0")))
          .compose(v -> noted(made.health()))
          .compose(
              v -> noted(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1")))
          .onSuccess(server -> port = server.actualPort());
    }

    @Override
    public Future<?> stop() {
      return requireNonNull(bridge).close().compose(v -> noted(Future.succeededFuture()));
    }

    private <T> Future<T> noted(Future<T> next) {
      seen.add(Vertx.currentContext());
      return next;
    }

    Context own() {
      return context;
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EVENT_LOOP", "WORKER"})
  void whatFollowsIsOnTheContextOfTheVerticle(ThreadingModel model, Vertx vertx) throws Exception {
    for (int round = 0; round < 10; round++) {
      Application application = new Application();
      String id =
          BridgeFixture.get(
              vertx.deployVerticle(application, new DeploymentOptions().setThreadingModel(model)));
      BridgeFixture.get(vertx.undeploy(id));
      assertThat(application.seen).hasSize(5).containsOnly(application.own());
      assertThat(isServed(application.port)).as("a server of nobody").isFalse();
    }
  }

  @Test
  void aServerIsClosedAfterItsVertx() {
    Vertx own = Vertx.vertx();
    SseBridgeServer server =
        SseBridgeServer.create(
            own,
            SseBridgeOptions.read(
                BridgeFixture.json(
                    "{'http':{'port':0},'routes':{'n':{'path':'/n','address':'news'}}}")));
    BridgeFixture.get(server.listen());
    BridgeFixture.get(own.close());
    Assertions.assertThatCode(() -> BridgeFixture.get(server.close())).doesNotThrowAnyException();
  }

  private static boolean isServed(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException refused) {
      return false;
    }
  }
}
