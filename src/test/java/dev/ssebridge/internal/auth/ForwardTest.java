package dev.ssebridge.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.config.AuthProviderConfig;
import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.HttpCalls;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An endpoint is asked about requests; who gets no clear yes is refused. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class ForwardTest {
  private static final AuthFailure.Kind UNAVAILABLE = AuthFailure.Kind.UNAVAILABLE;
  private static final Handler<HttpServerRequest> YES = KeyServer.status(204);

  private final AtomicLong clock = new AtomicLong(1_000_000);
  private LogRecorder log;
  private @Nullable Forward provider;

  @BeforeEach
  void begin() {
    log = LogRecorder.of(ProviderLog.class);
  }

  @AfterEach
  void end() {
    if (provider != null) {
      provider.close();
    }
    log.close();
  }

  private Forward provider(Vertx vertx, KeyServer server, Duration cache, int pending) {
    return provider(vertx, server, cache, pending, Duration.ofSeconds(10));
  }

  private Forward provider(
      Vertx vertx, KeyServer server, Duration cache, int pending, Duration timeout) {
    provider =
        new Forward(
            new Home(vertx),
            "shop",
            new AuthProviderConfig.Forward(
                server.url(),
                List.of("authorization", "cookie"),
                Map.of(
                    "x-user",
                    "sub",
                    "x-grants",
                    "sse",
                    "x-may",
                    "permissions",
                    "x-tenant",
                    "tenant"),
                cache,
                timeout,
                pending,
                null,
                Set.of("customer")),
            100,
            clock::get);
    return provider;
  }

  private Forward provider(Vertx vertx, KeyServer server) {
    return provider(vertx, server, Duration.ofSeconds(10), 100);
  }

  private static Future<Identity> ask(Forward provider, BridgeRequest request) {
    return provider.authenticate(Credentials.NONE, request, "192.0.2.1");
  }

  private static AuthFailure.@Nullable Kind kind(Forward provider, BridgeRequest request) {
    return JwtFixture.kind(ask(provider, request));
  }

  private static BridgeRequest as(String who) {
    return FakeRequest.get("/x?a=1", "cookie", "session=" + who);
  }

  @Test
  void endpointIsToldOfTheRequestAndNothingElse(Vertx vertx) {
    try (KeyServer server = KeyServer.start(vertx, YES)) {
      Forward provider = provider(vertx, server);
      BridgeRequest request =
          FakeRequest.of(
              HttpMethod.POST,
              "/p/a%20b?x=1&ticket=hidden&y=2;%74icket=hidden;tickets=3&ticket",
              "Cookie",
              "a=1",
              "Cookie",
              "b=2",
              "X-Secret",
              "s",
              "X-Forwarded-For",
              "forged",
              "Content-Length",
              "5");
      assertThat(kind(provider, request)).isNull();

      HttpServerRequest asked = server.requests().get(0);
      assertThat(asked.method()).isEqualTo(HttpMethod.GET);
      assertThat(asked.uri()).isEqualTo("/keys?token=hidden");
      assertThat(asked.headers().names())
          .containsExactlyInAnyOrder(
              "host", "cookie", "x-original-method", "x-original-uri", "x-forwarded-for");
      assertThat(asked.headers().getAll("cookie")).containsExactly("a=1", "b=2");
      assertThat(asked.getHeader("x-original-method")).isEqualTo("POST");
      assertThat(asked.getHeader("x-original-uri")).isEqualTo("/p/a%20b?x=1&y=2;tickets=3");
      assertThat(asked.headers().getAll("x-forwarded-for")).containsExactly("192.0.2.1");
    }
  }

  @Test
  void headersOfTheAnswerBecomeClaims(Vertx vertx) {
    try (KeyServer server =
        KeyServer.start(
            vertx,
            request ->
                request
                    .response()
                    .putHeader("X-User", "ada")
                    .putHeader("X-Grants", "{\"subscribe\":[\"rooms.*\"]}")
                    .putHeader("X-May", "[\"read\",\"write\"]")
                    .putHeader("X-Tenant", "m\u00c3\u00bcller")
                    .putHeader("X-Other", "no")
                    .end("hello"))) {
      Identity ada = BridgeFixture.get(ask(provider(vertx, server), as("ada")));
      assertThat(ada.subject()).isEqualTo("ada");
      assertThat(ada.user().subject()).isEqualTo("ada");
      assertThat(ada.claim("tenant")).isEqualTo("m\u00fcller");
      assertThat(ada.claims().fieldNames())
          .containsExactlyInAnyOrder("sub", "sse", "permissions", "tenant");
      assertThat(ada.authorities()).containsExactlyInAnyOrder("customer", "read", "write");
      assertThat(ada.grants().subscribes("rooms.1")).isTrue();
      assertThat(ada.grants().subscribes("rooms.1.2")).isFalse();
      assertThat(ada.grants().publishes("rooms.1")).isFalse();
    }
  }

  @Test
  void headersThatAreUnclearGrantNothing(Vertx vertx) {
    try (KeyServer server =
        KeyServer.start(
            vertx,
            request ->
                request
                    .response()
                    .putHeader("X-User", (Iterable<String>) List.of("ada", "eve"))
                    .putHeader("X-Grants", "{\"subscribe\":")
                    .putHeader("X-May", "read write")
                    .end())) {
      Identity somebody = BridgeFixture.get(ask(provider(vertx, server), as("ada")));
      assertThat(somebody.subject()).isNull();
      assertThat(somebody.grants()).isEqualTo(Grants.NONE);
      assertThat(somebody.authorities()).containsExactlyInAnyOrder("customer", "read", "write");
    }
    assertThat(log.messages()).hasSize(1);
  }

  @Test
  void whatIsNeitherYesNorNoIsRefusedForNow(Vertx vertx) {
    Map<String, Handler<HttpServerRequest>> answers = new LinkedHashMap<>();
    answers.put("500", KeyServer.status(500));
    answers.put("404", KeyServer.status(404));
    answers.put("400", KeyServer.status(400));
    answers.put(
        "redirect",
        request ->
            request.response().setStatusCode(302).putHeader("location", "/login").end("secret"));
    answers.put("closed", request -> request.connection().close());
    answers.put("hangs", request -> {});
    answers.put("hangs within", request -> request.response().setChunked(true).write("secret"));
    try (KeyServer server = KeyServer.start(vertx, YES)) {
      Forward provider =
          provider(vertx, server, Duration.ofSeconds(10), 100, Duration.ofMillis(300));
      answers.forEach(
          (name, answer) -> {
            server.answer(answer);
            assertThat(kind(provider, as("ada"))).as(name).isEqualTo(UNAVAILABLE);
          });
      assertThat(server.requests()).noneMatch(each -> each.path().equals("/login"));
      server.answer(YES);
      Deadline.await(() -> kind(provider, as("ada")) == null, () -> "a yes in time");
    }
    assertThat(log.messages()).as("one in ten seconds").hasSize(1);
    assertThat(log.messages().get(0))
        .contains("expected status 2xx, 401 or 403 from http://127.0.0.1:")
        .doesNotContain("secret")
        .doesNotContain("hidden");
  }

  @Test
  void connectionThatIsClosedAsItIsUsedAgainIsNoRefusal(Vertx vertx) {
    try (KeyServer server = KeyServer.start(vertx, YES)) {
      Forward provider = provider(vertx, server);
      assertThat(kind(provider, as("ada"))).isNull();
      server.answer(
          request -> {
            server.answer(YES);
            request.connection().close();
          });
      assertThat(kind(provider, as("bob"))).isNull();
      assertThat(server.requests()).hasSize(3);
    }
  }

  @Test
  void endpointThatIsNotThereIsNoYes(Vertx vertx) {
    KeyServer gone = KeyServer.start(vertx, YES);
    Forward provider = provider(vertx, gone);
    gone.close();
    assertThat(kind(provider, as("ada"))).isEqualTo(UNAVAILABLE);
  }

  @Test
  void refusalsAreToldApartAndItsBodyIsNobodysBusiness(Vertx vertx) {
    try (KeyServer server = KeyServer.start(vertx, KeyServer.status(401))) {
      Forward provider = provider(vertx, server);
      Future<Identity> asked = ask(provider, as("eve"));
      assertThat(JwtFixture.kind(asked)).isEqualTo(AuthFailure.Kind.INVALID);
      assertThat(asked.cause().getMessage()).doesNotContain("secret");
      assertThat(kind(provider, FakeRequest.get("/x"))).isEqualTo(AuthFailure.Kind.MISSING);
      server.answer(KeyServer.status(403));
      assertThat(kind(provider, as("bob"))).isEqualTo(AuthFailure.Kind.FORBIDDEN);
    }
  }

  @Test
  void answerCountsForTheSameRequestOfTheSameClientForAWhile(Vertx vertx) {
    try (KeyServer server = KeyServer.start(vertx, YES)) {
      Forward provider = provider(vertx, server);
      assertThat(kind(provider, as("ada"))).isNull();
      server.answer(KeyServer.status(401));
      assertThat(ask(provider, as("ada")).succeeded()).isTrue();
      List<BridgeRequest> others =
          List.of(
              as("eve"),
              FakeRequest.get("/x?a=2", "cookie", "session=ada"),
              FakeRequest.get("/y?a=1", "cookie", "session=ada"),
              FakeRequest.get("/x?a=1", "authorization", "session=ada"),
              FakeRequest.get("/x?a=1", "cookie", "session=ada", "cookie", "b=1"),
              FakeRequest.of(HttpMethod.POST, "/x?a=1", "cookie", "session=ada"));
      others.forEach(each -> assertThat(kind(provider, each)).isEqualTo(AuthFailure.Kind.INVALID));
      assertThat(JwtFixture.kind(provider.authenticate(Credentials.NONE, as("ada"), "192.0.2.2")))
          .isEqualTo(AuthFailure.Kind.INVALID);
      assertThat(server.requests()).hasSize(8);

      clock.addAndGet(9_999);
      assertThat(kind(provider, as("ada"))).isNull();
      clock.addAndGet(1);
      assertThat(kind(provider, as("ada"))).isEqualTo(AuthFailure.Kind.INVALID);
    }
  }

  @Test
  void refusalCountsForASecondAtMost(Vertx vertx) {
    try (KeyServer server = KeyServer.start(vertx, KeyServer.status(403))) {
      Forward provider = provider(vertx, server);
      assertThat(kind(provider, as("ada"))).isEqualTo(AuthFailure.Kind.FORBIDDEN);
      server.answer(YES);
      assertThat(kind(provider, as("ada"))).isEqualTo(AuthFailure.Kind.FORBIDDEN);
      assertThat(server.requests()).hasSize(1);
      clock.addAndGet(1000);
      assertThat(kind(provider, as("ada"))).isNull();
    }
  }

  @Test
  void withoutACacheEachRequestIsAskedAbout(Vertx vertx) {
    try (KeyServer server = KeyServer.start(vertx, YES)) {
      Forward provider = provider(vertx, server, Duration.ZERO, 100);
      List<Future<Identity>> asked = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        asked.add(ask(provider, as("ada")));
      }
      asked.forEach(each -> assertThat(JwtFixture.kind(each)).isNull());
      assertThat(server.requests()).hasSize(5);
    }
  }

  @Test
  void answersOfBeforeARevocationCountNoMore(Vertx vertx) {
    List<HttpServerRequest> held = new CopyOnWriteArrayList<>();
    try (KeyServer server = KeyServer.start(vertx, YES)) {
      Forward provider = provider(vertx, server);
      assertThat(kind(provider, as("ada"))).isNull();
      server.answer(held::add);
      Future<Identity> underway = ask(provider, as("bob"));
      Deadline.await(() -> !held.isEmpty(), () -> "a question");
      provider.forget();
      server.answer(KeyServer.status(401));
      held.forEach(YES::handle);
      assertThat(JwtFixture.kind(underway)).isNull();
      assertThat(kind(provider, as("ada"))).isEqualTo(AuthFailure.Kind.INVALID);
      assertThat(kind(provider, as("bob"))).isEqualTo(AuthFailure.Kind.INVALID);
    }
  }

  @Test
  void whoAsksTheSameAtTheSameTimeSharesTheAnswerAndTooManyAreRefusedForNow(Vertx vertx) {
    List<HttpServerRequest> held = new CopyOnWriteArrayList<>();
    try (KeyServer server = KeyServer.start(vertx, held::add)) {
      Forward provider = provider(vertx, server, Duration.ofSeconds(10), 20);
      List<Future<Identity>> asked = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        asked.add(ask(provider, as("ada")));
      }
      Deadline.await(() -> !held.isEmpty(), () -> "a question");
      assertThat(asked.stream().filter(Future::failed).count()).isEqualTo(10);
      held.forEach(YES::handle);
      Deadline.await(() -> asked.stream().allMatch(Future::isComplete), () -> "all to be answered");
      assertThat(asked.stream().filter(Future::succeeded).count()).isEqualTo(20);
      assertThat(server.requests()).hasSize(1);

      server.answer(YES);
      assertThat(kind(provider, as("bob"))).isNull();
    }
  }

  @Test
  void longBodyIsNotRead(Vertx vertx) {
    try (KeyServer server =
        KeyServer.start(
            vertx,
            request -> {
              request.response().setChunked(true);
              for (int i = 0; i < 20; i++) {
                request.response().write("x".repeat(10_000)); // and it does not end
              }
            })) {
      assertThat(kind(provider(vertx, server), as("ada"))).isNull();
    }
  }

  @Test
  void endpointIsAskedLast(Vertx vertx) {
    try (KeyServer server = KeyServer.start(vertx, KeyServer.status(401));
        BridgeFixture bridge =
            BridgeFixture.deploy(
                vertx,
                "{'routes':{'x':{'path':'/x','address':'a'}},'auth':{"
                    + "'forward':{'shop':{'url':'"
                    + server.url()
                    + "'}},'tokens':{'ci':{'token':'0123456789abcdef',"
                    + "'subscribe':['a']}}}}")) {
      HttpCalls calls = new HttpCalls(bridge.port());
      String known = "Bearer 0123456789abcdef";
      assertThat(calls.get("/x", "authorization", known).statusCode()).isEqualTo(200);
      assertThat(server.requests()).isEmpty();
      assertThat(calls.get("/x", "authorization", known + "0").statusCode()).isEqualTo(401);
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void floodWhileTheEndpointHangsDoesNotDisturbWhoIsIn(Vertx vertx) {
    List<HttpServerRequest> held = new CopyOnWriteArrayList<>();
    try (KeyServer server =
            KeyServer.start(vertx, request -> request.response().putHeader("x-user", "ada").end());
        BridgeFixture bridge =
            BridgeFixture.deploy(
                vertx,
                "{'routes':{'x':{'path':'/x','address':'a'}},"
                    + "'publish':{'x':{'path':'/p','address':'a'}},"
                    + "'auth':{'forward':{'shop':{'url':'"
                    + server.url()
                    + "','claims':{'x-user':'sub'},'timeout':'3s','pending':3}},"
                    + "'subscribe':{'a':{'address':'a'}},'publish':{'a':{'address':'a'}}}}")) {
      HttpCalls calls = new HttpCalls(bridge.port());
      SseProbe stream = bridge.open("/x", "Cookie: session=ada");
      assertThat(calls.post("/p", "one", "cookie", "session=ada").statusCode()).isEqualTo(202);
      server.answer(held::add);
      assertThat(calls.post("/p", "bad", "cookie", "session=eve").statusCode()).isEqualTo(503);
      assertThat(calls.post("/p", "two", "cookie", "session=ada").statusCode()).isEqualTo(202);
      stream.awaitData("two");
      server.answer(KeyServer.status(401));
      assertThat(calls.get("/x", "cookie", "session=eve").statusCode()).isEqualTo(401);
      assertThat(calls.get("/x").statusCode()).isEqualTo(401);
      server.answer(KeyServer.status(403));
      assertThat(calls.get("/x", "cookie", "session=bob").statusCode()).isEqualTo(403);
      assertThat(stream.data()).containsExactly("one", "two");
    }
  }
}
