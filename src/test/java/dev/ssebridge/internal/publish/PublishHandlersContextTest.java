package dev.ssebridge.internal.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.LimitsOptions;
import dev.ssebridge.PublishOptions;
import dev.ssebridge.PublishRequest;
import dev.ssebridge.RouteOptions;
import dev.ssebridge.SseBridge;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.impl.UserContextInternal;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Publish handlers on a server of the application, whatever its threads and its HTTP. */
@ExtendWith(VertxExtension.class)
class PublishHandlersContextTest {
  private static final String LINES =
      IntStream.range(0, 500).mapToObj(i -> i + "\n").collect(Collectors.joining());

  @ParameterizedTest
  @EnumSource(ThreadingModel.class)
  void messagesKeepTheirOrderOnEveryKindOfThread(ThreadingModel model, Vertx vertx) {
    Assumptions.assumeTrue(
        model != ThreadingModel.VIRTUAL_THREAD || Runtime.version().feature() >= 21);
    List<Object> got = new CopyOnWriteArrayList<>();
    vertx.eventBus().consumer("a", message -> got.add(message.body()));
    Server server =
        new Server(
            request -> {
              if (request.number() % 50 != 0) {
                request.accept();
              } else {
                pause(vertx).onComplete(v -> request.accept());
              }
            },
            Duration.ofSeconds(10));
    BridgeFixture.get(
        vertx.deployVerticle(server, new DeploymentOptions().setThreadingModel(model)));

    for (HttpVersion version : List.of(HttpVersion.HTTP_1_1, HttpVersion.HTTP_2)) {
      got.clear();
      JsonObject answer = post(vertx, server, version, LINES);
      assertThat(answer).isEqualTo(new JsonObject().put("published", 500).put("status", 202));
      Deadline.await(() -> got.size() == 500, () -> "500 messages, got " + got.size());
      assertThat(got).isEqualTo(IntStream.range(0, 500).boxed().toList());
    }
    assertThat(server.users).contains("me");
  }

  @ParameterizedTest
  @EnumSource(ThreadingModel.class)
  void whoDecidesTooLateIsAnsweredFor(ThreadingModel model, Vertx vertx) {
    Assumptions.assumeTrue(
        model != ThreadingModel.VIRTUAL_THREAD || Runtime.version().feature() >= 21);
    Promise<Void> never = Promise.promise();
    Server server =
        new Server(
            request -> never.future().onComplete(v -> request.accept()), Duration.ofMillis(50));
    BridgeFixture.get(
        vertx.deployVerticle(server, new DeploymentOptions().setThreadingModel(model)));
    assertThat(post(vertx, server, HttpVersion.HTTP_1_1, LINES).getInteger("status"))
        .isEqualTo(503);
    assertThat(post(vertx, server, HttpVersion.HTTP_2, LINES).getInteger("status")).isEqualTo(503);
    never.complete();
  }

  @Test
  void aStreamThatIsResetFreesWhatItHeld(Vertx vertx) {
    AtomicReference<@Nullable PublishRequest> kept = new AtomicReference<>();
    Server server = new Server(kept::set, Duration.ofHours(1));
    BridgeFixture.get(vertx.deployVerticle(server));
    HttpClient client = client(vertx, HttpVersion.HTTP_2);
    BridgeFixture.get(
        client
            .request(HttpMethod.POST, server.port(), "127.0.0.1", "/a")
            .compose(
                request -> {
                  request.putHeader("content-type", "text/plain").end("x");
                  return wait(vertx, kept).map(v -> request.reset());
                }));
    assertThat(BridgeFixture.get(server.bridge().close().map("closed"))).isEqualTo("closed");
    PublishRequest late = kept.get();
    if (late != null) {
      assertThat(late.accept()).isTrue(); // and nothing comes of it
    }
  }

  private static Future<Void> wait(Vertx vertx, AtomicReference<?> for_) {
    return for_.get() != null
        ? Future.succeededFuture()
        : pause(vertx).compose(v -> wait(vertx, for_));
  }

  private static Future<Void> pause(Vertx vertx) {
    Promise<Void> promise = Promise.promise();
    vertx.setTimer(1, id -> promise.complete());
    return promise.future();
  }

  private static HttpClient client(Vertx vertx, HttpVersion version) {
    return vertx.createHttpClient(
        new HttpClientOptions().setProtocolVersion(version).setHttp2ClearTextUpgrade(false));
  }

  private static JsonObject post(Vertx vertx, Server server, HttpVersion version, String lines) {
    HttpClient client = client(vertx, version);
    return BridgeFixture.get(
        client
            .request(HttpMethod.POST, server.port(), "127.0.0.1", "/a")
            .compose(
                request ->
                    request
                        .putHeader("content-type", "application/x-ndjson")
                        .send(Buffer.buffer(lines)))
            .compose(
                response ->
                    response
                        .body()
                        .map(body -> body.toJsonObject().put("status", response.statusCode())))
            .eventually(client::close)); // whom nobody holds is closed before the answer, perhaps
  }

  /** Of an application. */
  private static final class Server extends VerticleBase {
    private final Handler<PublishRequest> handler;
    private final Duration limit;
    private final List<String> users = new CopyOnWriteArrayList<>();
    private @Nullable HttpServer listening;
    private @Nullable SseBridge bridge;

    Server(Handler<PublishRequest> handler, Duration limit) {
      this.handler = handler;
      this.limit = limit;
    }

    int port() {
      return listening == null ? 0 : listening.actualPort();
    }

    SseBridge bridge() {
      if (bridge == null) {
        throw new AssertionError("not deployed");
      }
      return bridge;
    }

    @Override
    public Future<?> start() {
      SseBridge made =
          SseBridge.create(
              vertx,
              new SseBridgeOptions()
                  .setLimits(new LimitsOptions().setDecision(limit))
                  .addRoute("a", new RouteOptions("/a", "a"))
                  .addPublish("a", new PublishOptions("/a", "a")));
      made.publishHandler(
          request -> {
            User user = request.user();
            users.add(user == null ? "nobody" : user.principal().getString("username"));
            handler.handle(request);
          });
      bridge = made;
      Router router = Router.router(vertx);
      router
          .route()
          .handler(
              context -> {
                ((UserContextInternal) context.userContext()).setUser(User.fromName("me"));
                context.next();
              });
      return made.mount(router)
          .compose(v -> vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"))
          .onSuccess(server -> listening = server);
    }
  }
}
