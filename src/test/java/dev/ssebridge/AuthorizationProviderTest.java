package dev.ssebridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.HttpCalls;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Way;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authorization.Authorization;
import io.vertx.ext.auth.authorization.AuthorizationProvider;
import io.vertx.ext.auth.authorization.PermissionBasedAuthorization;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An application says what users are authorised for. */
@ExtendWith(VertxExtension.class)
@Ways({Way.STRAIGHT_AUTO, Way.ROUTED_AUTO})
@Tag("slow")
class AuthorizationProviderTest {
  private static final String LOG = "dev.ssebridge.internal.auth.ProviderLog";
  private static final String CONFIG =
      "{'limits':{'decision':'300ms'},'auth':{'tickets':{},'tokens':{"
          + "'ada':{'token':'ada-ada-ada-ada-ada'},"
          + "'bob':{'token':'bob-bob-bob-bob-bob','subscribe':['free.*']},"
          + "'own':{'token':'own-own-own-own-own','authorities':['staff']}},"
          + "'subscribe':{'staff':{'address':'news','requiredAuthority':'staff'}},"
          + "'publish':{'staff':{'address':'news','requiredAuthority':'staff'}}},"
          + "'routes':{'news':{'path':'/news','address':'news'},"
          + "'free':{'path':'/free','address':'free.all'},"
          + "'open':{'path':'/open','address':'open','auth':'none'}},"
          + "'publish':{'news':{'path':'/news','address':'news'}}}";
  private static final String ADA = "Authorization: Bearer ada-ada-ada-ada-ada";
  private static final String BOB = "Authorization: Bearer bob-bob-bob-bob-bob";

  private static Vertx vertx;

  private final Queue<String> asked = new ConcurrentLinkedQueue<>();

  @BeforeAll
  static void start(Vertx shared) {
    vertx = shared;
  }

  /** One that takes down whom it is asked about. */
  private AuthorizationProvider provider(Function<User, Future<Void>> answer) {
    return new AuthorizationProvider() {
      @Override
      public String getId() {
        return "app";
      }

      @Override
      public Future<Void> getAuthorizations(User user) {
        asked.add(user.subject());
        return answer.apply(user);
      }
    };
  }

  private AuthorizationProvider staff(Set<String> names) {
    return provider(
        user -> {
          Set<Authorization> permissions =
              names.contains(user.subject())
                  ? Set.of(PermissionBasedAuthorization.create("staff"))
                  : Set.of();
          user.authorizations().put("app", permissions);
          return Future.succeededFuture();
        });
  }

  private static BridgeFixture deploy(AuthorizationProvider provider) {
    Handler<SseBridge> handlers = bridge -> bridge.authorizationProvider(provider);
    return BridgeFixture.withHandlers(vertx, CONFIG, handlers);
  }

  private static SseProbe post(BridgeFixture bridge, String who, String type, String body) {
    return bridge
        .request("POST", "/news", who, "Content-Type: " + type, "Content-Length: " + body.length())
        .send(body);
  }

  @Test
  void whatItLoadsIsWhatARuleRequires() {
    try (BridgeFixture bridge = deploy(staff(Set.of("ada")))) {
      SseProbe news = bridge.open("/news", ADA);
      assertThat(bridge.get("/news", BOB).status()).isEqualTo(403);
      assertThat(post(bridge, BOB, "text/plain", "no").status()).isEqualTo(403);
      assertThat(post(bridge, ADA, "text/plain", "yes").status()).isEqualTo(202);
      news.awaitData("yes");
      assertThat(news.data()).containsExactly("yes");
    }
  }

  @Test
  void whatTheConfigurationSaysOfAllCountsAllTheSame() {
    try (BridgeFixture bridge = deploy(staff(Set.of()))) {
      bridge.open("/news", "Authorization: Bearer own-own-own-own-own");
      assertThat(bridge.get("/news", ADA).status()).isEqualTo(403);
    }
  }

  @Test
  void itIsAskedOnceForARequestAndNotForAMessage() {
    try (BridgeFixture bridge = deploy(staff(Set.of("ada")))) {
      SseProbe news = bridge.open("/news", ADA);
      assertThat(asked).containsExactly("ada");
      assertThat(post(bridge, ADA, "application/x-ndjson", "1\n2\n3\n").status()).isEqualTo(202);
      bridge.publish("news", "4");
      news.awaitData("4");
      assertThat(asked).containsExactly("ada", "ada");
      bridge.open("/open");
      bridge.open("/free", BOB);
      assertThat(asked).containsExactly("ada", "ada", "bob");
    }
  }

  @Test
  void whoComesBackIsAskedAboutAgain() {
    Set<String> names = ConcurrentHashMap.newKeySet();
    names.add("ada");
    try (BridgeFixture bridge = deploy(staff(names))) {
      SseProbe news = bridge.open("/news", ADA);
      bridge.publish("news", "1");
      String id = news.awaitData("1").id();
      news.close();
      bridge.open("/news", ADA, "Last-Event-ID: " + id).close();
      names.remove("ada");
      assertThat(bridge.get("/news", ADA, "Last-Event-ID: " + id).status()).isEqualTo(403);
    }
  }

  @Test
  void whoComesWithATicketIsAskedAboutAsWell() {
    Set<String> names = ConcurrentHashMap.newKeySet();
    names.add("ada");
    try (BridgeFixture bridge = deploy(staff(names))) {
      SseProbe given = bridge.request("POST", "/news/ticket", ADA).awaitEnd();
      String target = "/news?ticket=" + new JsonObject(given.body()).getString("ticket");
      SseProbe news = bridge.open(target);
      bridge.publish("news", "1");
      String id = news.awaitData("1").id();
      news.close();
      assertThat(asked).containsExactly("ada", "ada");
      names.remove("ada");
      SseProbe back = bridge.get(target, "Last-Event-ID: " + id);
      assertThat(back.awaitJson("sse.refused").getString("reason")).contains("may not subscribe");
      assertThat(bridge.request("POST", "/news/ticket", ADA).status()).isEqualTo(403);
      assertThat(asked).hasSize(4);
    }
  }

  /** What an application can do wrong: each is a refusal for now, and a line that says why. */
  private static List<Function<User, Future<Void>>> faults() {
    return List.of(
        user -> Future.failedFuture("no database"),
        user -> {
          throw new IllegalStateException("no database");
        },
        user -> null,
        user -> Promise.<Void>promise().future());
  }

  @Test
  void whereItFailsNobodyGetsInForNowAndTheLogSaysWhy() {
    List<String> reasons =
        List.of("no database", "no database", "null", "300 ms (limits.decision)");
    for (int i = 0; i < reasons.size(); i++) {
      try (LogRecorder log = LogRecorder.of(LOG);
          BridgeFixture bridge = deploy(provider(faults().get(i)))) {
        SseProbe bystander = bridge.open("/open");
        SseProbe page = bridge.get("/news", ADA, "Accept: text/html", "Accept: text/event-stream");
        assertThat(page.awaitJson("sse.refused").getString("reason")).contains("for now");
        assertThat(page.awaitEnd().status()).isEqualTo(200);
        HttpCalls calls = new HttpCalls(bridge.port());
        assertThat(calls.get("/news", "authorization", ADA.substring(15)).statusCode())
            .isEqualTo(503);
        assertThat(calls.get("/free", "authorization", BOB.substring(15)).statusCode())
            .isEqualTo(503);
        assertThat(post(bridge, ADA, "text/plain", "x").status()).isEqualTo(503);
        assertThat(log.messages()).hasSize(1);
        assertThat(log.messages().get(0))
            .contains(AuthorizationProviderTest.class.getName(), reasons.get(i))
            .doesNotContain("ada-ada");
        bridge.publish("open", "on");
        bystander.awaitData("on");
      }
    }
  }

  @Test
  void anAnswerThatTakesItsTimeIsWaitedFor() {
    Queue<Promise<Void>> answers = new ConcurrentLinkedQueue<>();
    AuthorizationProvider slow =
        provider(
            user -> {
              Promise<Void> answer = Promise.promise();
              answers.add(answer);
              return answer.future();
            });
    String config = CONFIG.replace("300ms", "20s");
    try (BridgeFixture bridge =
        BridgeFixture.withHandlers(vertx, config, each -> each.authorizationProvider(slow))) {
      SseProbe free = bridge.request("GET", "/free", BOB);
      Deadline.await(() -> answers.size() == 1, () -> "a question, got " + asked);
      answers.remove().complete();
      free.awaitOpen();
      SseProbe sent = post(bridge, ADA, "text/plain", "x");
      Deadline.await(() -> answers.size() == 1, () -> "a question, got " + asked);
      answers.remove().complete();
      assertThat(sent.status()).isEqualTo(403);
    }
  }

  @Test
  void itIsSetBeforeTheBridgeIsMounted() {
    try (BridgeFixture bridge = deploy(staff(Set.of()))) {
      assertThatThrownBy(() -> bridge.bridge().authorizationProvider(staff(Set.of())))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("mount()");
    }
    assertThat(asked).isEmpty();
  }
}
