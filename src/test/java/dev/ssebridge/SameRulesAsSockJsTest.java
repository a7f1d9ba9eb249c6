package dev.ssebridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.auth.AuthOptions;
import dev.ssebridge.auth.AuthRuleOptions;
import dev.ssebridge.auth.RouterUserOptions;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.HttpCalls;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.AuthenticationProvider;
import io.vertx.ext.auth.authorization.Authorization;
import io.vertx.ext.auth.authorization.AuthorizationProvider;
import io.vertx.ext.auth.authorization.PermissionBasedAuthorization;
import io.vertx.ext.auth.authorization.RoleBasedAuthorization;
import io.vertx.ext.auth.authorization.WildcardPermissionBasedAuthorization;
import io.vertx.ext.bridge.PermittedOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BasicAuthHandler;
import io.vertx.ext.web.handler.sockjs.SockJSBridgeOptions;
import io.vertx.ext.web.handler.sockjs.SockJSHandler;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One router with the SockJS bridge of Vert.x and with this one, with the same rules, over the same
 * event bus: whatever one permits the other does.
 */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class SameRulesAsSockJsTest {
  /** Every user has the name of his permissions, as the password is the same for all. */
  private static final Map<String, Set<Authorization>> USERS =
      Map.of(
          "staff", Set.of(PermissionBasedAuthorization.create("staff")),
          "nobody", Set.of(),
          "role", Set.of(RoleBasedAuthorization.create("staff")),
          "some", Set.of(PermissionBasedAuthorization.create("staff").setResource("a")),
          "wild", Set.of(WildcardPermissionBasedAuthorization.create("staff")),
          "both",
              Set.of(
                  PermissionBasedAuthorization.create("boss"),
                  PermissionBasedAuthorization.create("staff")));

  private static final AuthenticationProvider KNOWN =
      credentials ->
          "secret".equals(credentials.toJson().getString("password"))
              ? Future.succeededFuture(User.fromName(credentials.toJson().getString("username")))
              : Future.failedFuture("unknown");

  private static final AuthorizationProvider PERMISSIONS =
      new AuthorizationProvider() {
        @Override
        public String getId() {
          return "table";
        }

        @Override
        public Future<Void> getAuthorizations(User user) {
          user.authorizations().put(getId(), USERS.get(user.subject()));
          return Future.succeededFuture();
        }
      };

  private static final String FENCE = "room.fence";

  private static Vertx vertx;

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  /** Both bridges with the same rules, on one router. */
  private static final class Both implements AutoCloseable {
    private final SseBridge bridge;
    private final HttpServer server;
    private final WebSocketClient client = vertx.createWebSocketClient();
    private final SseProbes probes = new SseProbes();

    private Both(JsonArray rules) {
      this(rules, true);
    }

    private Both(JsonArray rules, boolean isShown) {
      List<PermittedOptions> permitted = new ArrayList<>();
      permitted.add(new PermittedOptions().setAddress(FENCE));
      rules.forEach(rule -> permitted.add(new PermittedOptions((JsonObject) rule)));
      AuthOptions auth = new AuthOptions().addRouter("app", new RouterUserOptions());
      for (int i = 0; i < permitted.size(); i++) {
        auth.addPublish("rule" + i, new AuthRuleOptions(permitted.get(i)));
        if (permitted.get(i).getMatch() == null) {
          auth.addSubscribe("rule" + i, new AuthRuleOptions(permitted.get(i)));
        }
      }
      Router router = Router.router(vertx);
      if (isShown) {
        router.route().handler(BasicAuthHandler.create(KNOWN));
      }
      router
          .route("/eventbus/*")
          .subRouter(
              SockJSHandler.create(vertx)
                  .bridge(
                      PERMISSIONS,
                      new SockJSBridgeOptions()
                          .setInboundPermitteds(permitted)
                          .setOutboundPermitteds(permitted),
                      null));
      bridge =
          SseBridge.create(
              vertx,
              new SseBridgeOptions()
                  .setAuth(auth)
                  .addRoute("rooms", new RouteOptions("/rooms/:room", "room.{room}"))
                  .addPublish("rooms", new PublishOptions("/rooms/:room", "room.{room}")));
      bridge.authorizationProvider(PERMISSIONS);
      BridgeFixture.get(bridge.mount(router));
      server =
          BridgeFixture.get(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
    }

    private static String authorization(String user) {
      byte[] pair = (user + ":secret").getBytes(UTF_8);
      return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    private String path(String address) {
      return address.replace("room.", "/rooms/");
    }

    /** Whether a message reaches the user by the SockJS bridge. */
    private boolean sockJsDelivers(String user, String address) throws Exception {
      return overSockJs(
          user,
          (socket, received) -> {
            send(socket, "register", address, null);
            send(socket, "register", FENCE, null);
            send(socket, "publish", FENCE, "registered");
            awaitFence(received, "registered");
            vertx.eventBus().publish(address, "probe");
            vertx.eventBus().publish(FENCE, "end");
            return awaitFence(received, "end").stream()
                .anyMatch(each -> "probe".equals(each.getValue("body")));
          });
    }

    /** Whether a message of the user reaches the event bus by the SockJS bridge. */
    private boolean sockJsPublishes(String user, String address, @Nullable Object body)
        throws Exception {
      return published(
          address,
          () ->
              overSockJs(
                  user,
                  (socket, received) -> {
                    send(socket, "publish", address, body);
                    send(socket, "register", FENCE, null);
                    send(socket, "publish", FENCE, "end");
                    awaitFence(received, "end");
                    return true;
                  }));
    }

    private interface Conversation {
      boolean have(WebSocket socket, BlockingQueue<JsonObject> received) throws Exception;
    }

    private boolean overSockJs(String user, Conversation conversation) throws Exception {
      BlockingQueue<JsonObject> received = new LinkedBlockingQueue<>();
      WebSocket socket =
          BridgeFixture.get(
              client.connect(
                  new WebSocketConnectOptions()
                      .setPort(server.actualPort())
                      .setHost("127.0.0.1")
                      .setURI("/eventbus/websocket")
                      .putHeader("authorization", authorization(user))));
      socket.handler(frame -> received.add(frame.toJsonObject()));
      boolean answer = conversation.have(socket, received);
      BridgeFixture.get(socket.close());
      return answer;
    }

    private static void send(WebSocket socket, String type, String address, @Nullable Object body) {
      JsonObject message = new JsonObject().put("type", type).put("address", address);
      BridgeFixture.get(socket.writeTextMessage(message.put("body", body).encode()));
    }

    private static List<JsonObject> awaitFence(BlockingQueue<JsonObject> received, String body)
        throws Exception {
      List<JsonObject> all = new ArrayList<>();
      while (true) {
        JsonObject next = received.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("the message %s, after %s", body, all).isNotNull();
        if (FENCE.equals(next.getString("address")) && body.equals(next.getValue("body"))) {
          return all;
        }
        all.add(next);
      }
    }

    /** Whether a message reaches the user by this bridge. */
    private boolean bridgeDelivers(String user, String address) {
      SseProbe probe =
          probes.get(server.actualPort(), path(address), "Authorization: " + authorization(user));
      if (probe.status() == 403) {
        return false;
      }
      probe.awaitOpen();
      vertx.eventBus().publish(address, "probe");
      probe.awaitData("probe");
      return true;
    }

    /** Whether a message of the user reaches the event bus by this bridge. */
    private boolean bridgePublishes(String user, String address, String body, String type)
        throws Exception {
      return published(
          address,
          () -> {
            int status =
                new HttpCalls(server.actualPort())
                    .post(
                        path(address),
                        body,
                        "authorization",
                        authorization(user),
                        "content-type",
                        type)
                    .statusCode();
            assertThat(status).isIn(202, 403);
            return status == 202;
          });
    }

    private interface Sending {
      boolean run() throws Exception;
    }

    private static boolean published(String address, Sending sending) throws Exception {
      BlockingQueue<Boolean> seen = new LinkedBlockingQueue<>();
      MessageConsumer<Object> consumer =
          vertx.eventBus().consumer(address, message -> seen.add(true));
      MessageConsumer<Object> fence =
          vertx.eventBus().consumer(address + ".end", message -> seen.add(false));
      BridgeFixture.get(Future.all(consumer.completion(), fence.completion()));
      boolean accepted = sending.run();
      vertx.eventBus().publish(address + ".end", "");
      boolean reached = false;
      while (seen.poll(20, TimeUnit.SECONDS)) {
        reached = true;
      }
      BridgeFixture.get(Future.all(consumer.unregister(), fence.unregister()));
      assertThat(reached && !accepted).as("refused and published").isFalse();
      return reached;
    }

    @Override
    public void close() {
      probes.close();
      BridgeFixture.get(bridge.close());
      BridgeFixture.get(server.close());
      BridgeFixture.get(client.close());
    }
  }

  private static JsonArray rules(String text) {
    return new JsonArray(text.replace('\'', '"'));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[] | room.a | staff | no",
        "[{}] | room.a | nobody | yes",
        "[{'address':'room.a'}] | room.a | nobody | yes",
        "[{'address':'room.a'}] | room.b | staff | no",
        "[{'address':'room.a'}] | room.A | staff | no",
        "[{'address':'room.a'}] | room.ab | staff | no",
        "[{'address':'room..'}] | room.ab | staff | no",
        "[{'addressRegex':'room[.][ab]'}] | room.b | nobody | yes",
        "[{'addressRegex':'room[.][ab]'}] | room.bb | nobody | no",
        "[{'addressRegex':'oom.*'}] | room.b | nobody | no",
        "[{'address':'room.a','addressRegex':'room.*'}] | room.b | nobody | no",
        "[{'address':'room.a','addressRegex':'nothing'}] | room.a | nobody | yes",
        "[{'address':'room.a','requiredAuthority':'staff'}] | room.a | staff | yes",
        "[{'address':'room.a','requiredAuthority':'staff'}] | room.a | nobody | no",
        "[{'address':'room.a','requiredAuthority':'staff'}] | room.a | role | no",
        "[{'address':'room.a','requiredAuthority':'staff'}] | room.a | some | no",
        "[{'address':'room.a','requiredAuthority':'staff'}] | room.a | wild | yes",
        "[{'address':'room.a','requiredAuthority':'Staff'}] | room.a | staff | no",
        "[{'requiredAuthority':'staff'}] | room.z | staff | yes",
        "[{'requiredAuthority':'staff'}] | room.z | nobody | no",
        "[{'address':'room.a','requiredAuthority':'boss'},{}] | room.a | staff | no",
        "[{'address':'room.a','requiredAuthority':'boss'},{}] | room.b | staff | yes",
        "[{},{'address':'room.a','requiredAuthority':'boss'}] | room.a | staff | yes",
        "[{'addressRegex':'.*','requiredAuthority':'boss'},"
            + "{'address':'room.a','requiredAuthority':'staff'}] | room.a | staff | no",
        "[{'addressRegex':'.*','requiredAuthority':'boss'},"
            + "{'address':'room.a','requiredAuthority':'staff'}] | room.a | both | yes"
      })
  void whoMayRead(String rules, String address, String user, String expected) throws Exception {
    try (Both both = new Both(rules(rules))) {
      boolean bySockJs = both.sockJsDelivers(user, address);
      assertThat(bySockJs ? "yes" : "no").as("by SockJS").isEqualTo(expected);
      assertThat(both.bridgeDelivers(user, address)).as("by this bridge").isEqualTo(bySockJs);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[] | 'x' | staff | no",
        "[{}] | 'x' | nobody | yes",
        "[{'address':'room.b'}] | 'x' | staff | no",
        "[{'requiredAuthority':'staff'}] | {'k':1} | staff | yes",
        "[{'requiredAuthority':'staff'}] | {'k':1} | nobody | no",
        "[{'requiredAuthority':'staff'}] | {'k':1} | role | no",
        "[{'match':{}}] | {'k':1} | nobody | yes",
        "[{'match':{}}] | 'x' | nobody | no",
        "[{'match':{'k':1}}] | {'k':1} | nobody | yes",
        "[{'match':{'k':1}}] | {'k':1,'l':2} | nobody | yes",
        "[{'match':{'k':1}}] | {'k':2} | nobody | no",
        "[{'match':{'k':1}}] | {'k':'1'} | nobody | no",
        "[{'match':{'k':1}}] | {'l':1} | nobody | no",
        "[{'match':{'k':1}}] | {} | nobody | no",
        "[{'match':{'k':1}}] | [{'k':1}] | nobody | no",
        "[{'match':{'k':1}}] | 1 | nobody | no",
        "[{'match':{'k':1}}] | true | nobody | no",
        "[{'match':{'k':1}}] | \"{\\\"k\\\":1}\" | nobody | no",
        "[{'match':{'k':true}}] | {'k':true} | nobody | yes",
        "[{'match':{'k':[1,2]}}] | {'k':[1,2]} | nobody | yes",
        "[{'match':{'k':[1,2]}}] | {'k':[2,1]} | nobody | no",
        "[{'match':{'k':[1,2]}}] | {'k':[1,2,3]} | nobody | no",
        "[{'match':{'k':{'l':1}}}] | {'k':{'l':1,'m':2}} | nobody | yes",
        "[{'match':{'k':{'l':1}}}] | {'k':{'l':2}} | nobody | no",
        "[{'match':{'k':{'l':1}}}] | {'k':1} | nobody | no",
        "[{'match':{'k':1},'requiredAuthority':'staff'}] | {'k':1} | staff | yes",
        "[{'match':{'k':1},'requiredAuthority':'staff'}] | {'k':1} | nobody | no",
        "[{'match':{'k':1},'requiredAuthority':'staff'}] | {'k':2} | staff | no",
        "[{'match':{'k':1},'requiredAuthority':'staff'},{}] | {'k':1} | nobody | no",
        "[{'match':{'k':1},'requiredAuthority':'staff'},{}] | {'k':2} | nobody | yes",
        "[{'match':{'k':1},'requiredAuthority':'staff'},{}] | 'x' | nobody | yes",
        "[{},{'match':{'k':1},'requiredAuthority':'staff'}] | {'k':1} | nobody | yes",
        "[{'match':{'k':1}},{'match':{'k':2}}] | {'k':2} | nobody | yes",
        "[{'requiredAuthority':'boss'},{'requiredAuthority':'staff'}] | {'k':2} | staff | no",
        "[{'address':'room.a','addressRegex':'room.b','match':{'k':1}}] | {'k':1} | staff | yes"
      },
      quoteCharacter = '`')
  void whoMayPublish(String rules, String body, String user, String expected) throws Exception {
    String json = body.replace('\'', '"');
    Object value = new JsonArray("[" + json + "]").getValue(0);
    try (Both both = new Both(rules(rules))) {
      boolean bySockJs = both.sockJsPublishes(user, "room.a", value);
      assertThat(bySockJs ? "yes" : "no").as("by SockJS").isEqualTo(expected);
      assertThat(both.bridgePublishes(user, "room.a", json, "application/json"))
          .as("by this bridge")
          .isEqualTo(bySockJs);
    }
  }

  /** What SockJS takes and this bridge does not, as the page on security says. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{'match':{'k':1}}] | null | application/json",
        "[{'match':{'k':{'l':1}}}] | {} | application/json",
        "[{'match':{'k':1},'requiredAuthority':'staff'},{}] | {'k':1} | text/plain",
        "[{'match':{'k':1},'requiredAuthority':'staff'},{}] | {'k':1,'k':2} | application/json"
      },
      quoteCharacter = '`')
  void whereThisBridgeIsStricter(String rules, String body, String type) throws Exception {
    String json = body.replace('\'', '"');
    Object value = type.equals("text/plain") ? json : new JsonArray("[" + json + "]").getValue(0);
    try (Both both = new Both(rules(rules))) {
      assertThat(both.sockJsPublishes("nobody", "room.a", value)).isTrue();
      assertThat(both.bridgePublishes("nobody", "room.a", json, type)).isFalse();
    }
  }

  /** The other way round there is but this: a number is a value, however it is written. */
  @ParameterizedTest
  @CsvSource({"1.0", "1e0"})
  void aNumberIsItsValue(String number) throws Exception {
    try (Both both = new Both(rules("[{'match':{'k':1}}]"))) {
      String json = "{\"k\":" + number + "}";
      assertThat(both.sockJsPublishes("nobody", "room.a", new JsonObject(json))).isFalse();
      assertThat(both.bridgePublishes("nobody", "room.a", json, "application/json")).isTrue();
    }
  }

  /** To the SockJS bridge everybody is somebody; without a handler before it nobody is known. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"[{'address':'room.a'}] | true", "[{'requiredAuthority':'staff'}] | false"})
  void whoHasNotShownWhoHeIs(String rules, boolean bySockJs) throws Exception {
    try (Both both = new Both(rules(rules), false)) {
      assertThat(both.sockJsDelivers("staff", "room.a")).isEqualTo(bySockJs);
      assertThat(both.sockJsPublishes("staff", "room.a", 1)).isEqualTo(bySockJs);
      HttpCalls calls = new HttpCalls(both.server.actualPort());
      assertThat(calls.get("/rooms/a").statusCode()).isEqualTo(401);
      assertThat(calls.post("/rooms/a", "1").statusCode()).isEqualTo(401);
    }
  }
}
