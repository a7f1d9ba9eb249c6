package dev.ssebridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.auth.AuthOptions;
import dev.ssebridge.auth.AuthRuleOptions;
import dev.ssebridge.auth.RouterUserOptions;
import dev.ssebridge.spi.CloseReason;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.AuthenticationProvider;
import io.vertx.ext.auth.authorization.AuthorizationProvider;
import io.vertx.ext.auth.authorization.PermissionBasedAuthorization;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BasicAuthHandler;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.FormLoginHandler;
import io.vertx.ext.web.handler.JWTAuthHandler;
import io.vertx.ext.web.handler.SessionHandler;
import io.vertx.ext.web.sstore.LocalSessionStore;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Users whom handlers of Vert.x have found out, before a bridge on the same router. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class EmbeddedUsersTest {
  private static final String JSON = "content-type: application/json";

  /** What the two users are said to be. */
  private static final Map<String, JsonObject> USERS =
      Map.of(
          "ada",
          new JsonObject()
              .put("sub", "ada")
              .put("permissions", new JsonArray().add("staff"))
              .put("sse", new JsonObject().put("subscribe", new JsonArray().add("rooms.*"))),
          "bob",
          new JsonObject().put("sub", "bob"));

  private static final AuthenticationProvider KNOWN =
      credentials -> {
        JsonObject shown = credentials.toJson();
        JsonObject user = USERS.get(shown.getString("username"));
        return user != null && "secret".equals(shown.getString("password"))
            ? Future.succeededFuture(User.create(user.copy()))
            : Future.failedFuture("unknown");
      };

  private final SseProbes probes = new SseProbes();
  private final Queue<CloseReason> ended = new ConcurrentLinkedQueue<>();
  private Vertx vertx;
  private Router router;
  private SseBridge bridge;

  @BeforeEach
  void make(Vertx vertx) {
    this.vertx = vertx;
    router = Router.router(vertx);
    router.errorHandler(401, context -> context.response().setStatusCode(401).end());
    AuthOptions auth =
        new AuthOptions()
            .addRouter("app", new RouterUserOptions())
            .addSubscribe("all", new AuthRuleOptions().setAddress("news"))
            .addSubscribe(
                "staff", new AuthRuleOptions().setAddress("inside").setRequiredAuthority("staff"))
            .addPublish(
                "notes",
                new AuthRuleOptions()
                    .setAddressRegex("rooms[.].+")
                    .setMatch(new JsonObject().put("kind", "note")));
    bridge =
        SseBridge.create(
                vertx,
                new SseBridgeOptions()
                    .setAuth(auth)
                    .addRoute("news", new RouteOptions("/news", "news"))
                    .addRoute("inside", new RouteOptions("/inside", "inside"))
                    .addRoute("rooms", new RouteOptions("/rooms/:room", "rooms.{room}"))
                    .addRoute("mine", new RouteOptions("/mine", "user.{claim:sub}"))
                    .addPublish("rooms", new PublishOptions("/rooms/:room", "rooms.{room}")))
            .closeHandler(stream -> ended.add(stream.reason()));
  }

  @AfterEach
  void close() {
    probes.close();
    BridgeFixture.get(bridge.close());
  }

  private int serve() {
    BridgeFixture.get(bridge.mount(router));
    return BridgeFixture.get(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"))
        .actualPort();
  }

  private static String basic(String name) {
    byte[] pair = (name + ":secret").getBytes(UTF_8);
    return "Authorization: Basic " + Base64.getEncoder().encodeToString(pair);
  }

  private SseProbe post(int port, String target, String body, String... headers) {
    List<String> all = new ArrayList<>(List.of(headers));
    all.add("Content-Length: " + body.length());
    return probes.request(port, "POST", target, all.toArray(String[]::new)).send(body);
  }

  /** What each of the two may do, however they have shown who they are. */
  private void requireRights(int port, String ada, String bob) {
    SseProbe adas = probes.get(port, "/mine", ada);
    SseProbe bobs = probes.get(port, "/mine", bob);
    SseProbe room = probes.get(port, "/rooms/a", ada);
    List.of(adas, bobs, room).forEach(SseProbe::awaitOpen);
    probes.get(port, "/inside", ada).awaitOpen();
    probes.get(port, "/news", bob).awaitOpen();
    assertThat(probes.get(port, "/inside", bob).status()).isEqualTo(403);
    assertThat(probes.get(port, "/rooms/a", bob).status()).isEqualTo(403);
    assertThat(post(port, "/rooms/a", "{\"kind\":\"order\"}", bob, JSON).status()).isEqualTo(403);
    assertThat(post(port, "/rooms/a", "{\"kind\":\"note\"}", bob, JSON).status()).isEqualTo(202);
    room.awaitData("{\"kind\":\"note\"}");
    assertThat(room.data()).containsExactly("{\"kind\":\"note\"}");
    vertx.eventBus().publish("user.ada", "ada's");
    vertx.eventBus().publish("user.bob", "bob's");
    adas.awaitData("ada's");
    bobs.awaitData("bob's");
    assertThat(adas.data()).containsExactly("ada's");
    assertThat(bobs.data()).containsExactly("bob's");
  }

  @Test
  void whoHasShownAPassword() {
    router.route().handler(BasicAuthHandler.create(KNOWN));
    int port = serve();
    assertThat(probes.get(port, "/news").status()).isEqualTo(401);
    assertThat(probes.get(port, "/news", basic("eve")).status()).isEqualTo(401);
    requireRights(port, basic("ada"), basic("bob"));
  }

  @Test
  void whoHasShownAJsonWebToken() {
    JWTAuth jwt = jwt();
    router.route().handler(JWTAuthHandler.create(jwt));
    int port = serve();
    assertThat(probes.get(port, "/news").status()).isEqualTo(401);
    String other =
        JWTAuth.create(vertx, secret("another-secret-of-more-than-32-bytes"))
            .generateToken(USERS.get("ada"));
    assertThat(probes.get(port, "/news", "Authorization: Bearer " + other).status()).isEqualTo(401);
    requireRights(port, bearer(jwt, "ada", 600), bearer(jwt, "bob", 600));
  }

  @Test
  void aStreamEndsWithTheTokenThatTheHandlerHasTaken() {
    JWTAuth jwt = jwt();
    router.route().handler(JWTAuthHandler.create(jwt));
    int port = serve();
    SseProbe brief = probes.get(port, "/news", bearer(jwt, "ada", 2));
    SseProbe bystander = probes.get(port, "/news", bearer(jwt, "bob", 600));
    bystander.awaitOpen();
    brief.awaitOpen();
    brief.awaitEnd();
    Deadline.await(() -> !ended.isEmpty(), () -> "an end");
    assertThat(ended).containsExactly(CloseReason.UNAUTHORIZED);
    vertx.eventBus().publish("news", "on");
    bystander.awaitData("on");
  }

  private JWTAuth jwt() {
    return JWTAuth.create(vertx, secret("a-secret-of-more-than-32-characters"));
  }

  private static JWTAuthOptions secret(String secret) {
    return new JWTAuthOptions()
        .addPubSecKey(new PubSecKeyOptions().setAlgorithm("HS256").setBuffer(secret));
  }

  private static String bearer(JWTAuth jwt, String name, int seconds) {
    JWTOptions options = new JWTOptions().setExpiresInSeconds(seconds);
    return "Authorization: Bearer " + jwt.generateToken(USERS.get(name), options);
  }

  @Test
  void whoHasSignedInToASession() {
    router.route().handler(SessionHandler.create(LocalSessionStore.create(vertx)));
    router
        .post("/login")
        .handler(BodyHandler.create())
        .handler(FormLoginHandler.create(KNOWN).setDirectLoggedInOKURL("/in"));
    router
        .post("/logout")
        .handler(
            context -> {
              context.session().destroy();
              context.end();
            });
    int port = serve();
    assertThat(probes.get(port, "/news").status()).isEqualTo(401);
    String ada = signIn(port, "ada");
    String bob = signIn(port, "bob");
    requireRights(port, ada, bob);
    assertThat(post(port, "/logout", "", ada).status()).isEqualTo(200);
    assertThat(probes.get(port, "/news", ada).status()).isEqualTo(401);
    probes.get(port, "/news", bob).awaitOpen();
  }

  private String signIn(int port, String name) {
    String form = "username=" + name + "&password=secret";
    SseProbe answer = post(port, "/login", form, "Content-Type: application/x-www-form-urlencoded");
    assertThat(answer.status()).isEqualTo(302);
    String cookie = answer.header("set-cookie");
    return "Cookie: " + cookie.substring(0, cookie.indexOf(';'));
  }

  @Test
  void anOwnHandlerDecidesBesideTheRules() {
    router.route().handler(BasicAuthHandler.create(KNOWN));
    bridge.subscribeHandler(
        "rooms",
        request -> {
          User user = request.user();
          if (user == null || "closed".equals(request.parameters().get("room"))) {
            request.refuse(403, "not this one");
          } else {
            request.accept();
          }
        });
    bridge.publishHandler(
        request -> {
          User user = request.user();
          if (user != null && "ada".equals(user.subject())) {
            request.accept();
          } else {
            request.refuse(403, "ada only");
          }
        });
    int port = serve();
    probes.get(port, "/rooms/a", basic("ada")).awaitOpen();
    assertThat(probes.get(port, "/rooms/closed", basic("ada")).status()).isEqualTo(403);
    assertThat(probes.get(port, "/rooms/a", basic("bob")).status()).isEqualTo(403);
    String note = "{\"kind\":\"note\"}";
    assertThat(post(port, "/rooms/a", note, basic("ada"), JSON).status()).isEqualTo(202);
    assertThat(post(port, "/rooms/a", note, basic("bob"), JSON).status()).isEqualTo(403);
    assertThat(post(port, "/rooms/a", "{}", basic("ada"), JSON).status()).isEqualTo(403);
  }

  @Test
  void whatAHandlerBeforeTheBridgeHasLoadedIsWhatARuleRequires() {
    router.route().handler(BasicAuthHandler.create(KNOWN));
    router
        .route()
        .handler(
            context -> {
              User user = context.user();
              if ("bob".equals(user.subject())) {
                user.authorizations().put("app", PermissionBasedAuthorization.create("staff"));
              }
              context.next();
            });
    int port = serve();
    probes.get(port, "/inside", basic("bob")).awaitOpen();
  }

  @ParameterizedTest
  @EnumSource(
      value = ThreadingModel.class,
      names = {"EVENT_LOOP", "WORKER"})
  void aProviderIsAskedWhereTheRouterIsServed(ThreadingModel model) {
    Queue<Boolean> onWorker = new ConcurrentLinkedQueue<>();
    AuthorizationProvider permissions =
        new AuthorizationProvider() {
          @Override
          public String getId() {
            return "permissions";
          }

          @Override
          public Future<Void> getAuthorizations(User user) {
            onWorker.add(Context.isOnWorkerThread());
            user.authorizations().put(getId(), PermissionBasedAuthorization.create("staff"));
            return Future.succeededFuture();
          }
        };
    bridge.authorizationProvider(permissions);
    router.route().handler(BasicAuthHandler.create(KNOWN));
    Promise<Integer> port = Promise.promise();
    VerticleBase verticle =
        new VerticleBase() {
          @Override
          public Future<?> start() {
            Future<HttpServer> listening =
                vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1");
            return Future.all(bridge.mount(router), listening)
                .onSuccess(all -> port.complete(listening.result().actualPort()));
          }
        };
    BridgeFixture.get(
        vertx.deployVerticle(verticle, new DeploymentOptions().setThreadingModel(model)));
    int at = BridgeFixture.get(port.future());
    probes.get(at, "/inside", basic("bob")).awaitOpen();
    String note = "{\"kind\":\"note\"}";
    assertThat(post(at, "/rooms/a", note, basic("bob"), JSON).status()).isEqualTo(202);
    boolean isWorker = model == ThreadingModel.WORKER;
    assertThat(onWorker).containsExactly(isWorker, isWorker);
  }
}
