package news;

import dev.ssebridge.RouteOptions;
import dev.ssebridge.SseBridge;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.SseBridgeOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.Credentials;
import io.vertx.ext.auth.authentication.UsernamePasswordCredentials;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BasicAuthHandler;

/** An application with a REST interface, and a stream below it. */
public final class NewsVerticle extends VerticleBase {
  private HttpServer server;

  @Override
  public Future<?> start() {
    vertx.eventBus().registerDefaultCodec(Goal.class, new LocalGoals());
    Router api = Router.router(vertx);
    SseBridge bridge =
        SseBridge.create(
                vertx,
                new SseBridgeOptions()
                    .addRoute("news", new RouteOptions("/news/:topic", "news.{topic}"))
                    .addRoute("inbox", new RouteOptions("/inbox", "nobody")))
            .codec(NewsVerticle::event)
            .subscribeHandler(
                "inbox",
                request ->
                    request.address("user." + request.user().principal().getString("username")).accept())
            .mountClient(api);
    Router router = Router.router(vertx);
    router.route("/api/*").handler(BasicAuthHandler.create(NewsVerticle::login));
    router.route("/api/*").subRouter(api);
    router.get("/score").handler(context -> context.end("1:0"));
    return bridge
        .mount(api)
        .compose(
            mounted ->
                vertx
                    .createHttpServer()
                    .connectionHandler(bridge.connectionHandler())
                    .requestHandler(router)
                    .listen(0, "127.0.0.1"))
        .onSuccess(listening -> server = listening);
  }

  private static Future<User> login(Credentials credentials) {
    return credentials instanceof UsernamePasswordCredentials user
            && user.getPassword().equals("secret of " + user.getUsername())
        ? Future.succeededFuture(User.fromName(user.getUsername()))
        : Future.failedFuture("unknown user or wrong password");
  }

  public int port() {
    return server.actualPort();
  }

  private static ServerSentEvent event(Message<?> message) {
    return message.body() instanceof Goal goal
        ? ServerSentEvent.of(
            new JsonObject().put("team", goal.team()).put("minute", goal.minute()).encode())
        : null;
  }

  /** Goals stay within this process, as they are. */
  private static final class LocalGoals implements MessageCodec<Goal, Goal> {
    @Override
    public void encodeToWire(Buffer buffer, Goal goal) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Goal decodeFromWire(int position, Buffer buffer) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Goal transform(Goal goal) {
      return goal;
    }

    @Override
    public String name() {
      return "goal";
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }
}
