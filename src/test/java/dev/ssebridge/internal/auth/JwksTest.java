package dev.ssebridge.internal.auth;

import static dev.ssebridge.internal.auth.JwtFixture.claims;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.auth.JwtOptions;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.HeldPort;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.TestCertificate;
import dev.ssebridge.testing.TestKey;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Keys that somebody else changes, withdraws, and at times cannot give. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class JwksTest {
  private static final AuthFailure.Kind INVALID = AuthFailure.Kind.INVALID;
  private static final AuthFailure.Kind UNAVAILABLE = AuthFailure.Kind.UNAVAILABLE;

  private static final TestKey ONE = TestKey.make("one", "ES256");
  private static final TestKey TWO = TestKey.make("two", "ES256");

  private LogRecorder log;

  @BeforeEach
  void begin() {
    log = LogRecorder.of(ProviderLog.class);
  }

  @AfterEach
  void end() {
    log.close();
  }

  /** Its own timer never reads before the clock of the test says so. */
  private static JwtFixture of(Vertx vertx, KeyServer server, UnaryOperator<JwtOptions> more) {
    return new JwtFixture(
        vertx,
        options ->
            more.apply(
                options
                    .setJwks(server.url())
                    .setFloor(Duration.ofSeconds(10))
                    .setRefresh(Duration.ofMinutes(10))
                    .setTimeout(Duration.ofSeconds(5))));
  }

  private static String token(TestKey key) {
    return token(key, 0);
  }

  private static String token(TestKey key, int number) {
    return key.token("ES256", claims().put("n", number));
  }

  @Test
  void newKeyIsReadWhenATokenNamesItAndAWithdrawnOneCountsNoMore(Vertx vertx) {
    try (KeyServer server = KeyServer.start(vertx, KeyServer.keys(ONE));
        JwtFixture fixture = of(vertx, server, o -> o)) {
      assertThat(fixture.kind(token(ONE))).isNull();
      server.answer(KeyServer.keys(ONE, TWO));
      assertThat(fixture.kind(token(TWO))).as("before the floor").isEqualTo(INVALID);
      fixture.pass(Duration.ofSeconds(10));
      assertThat(fixture.kind(token(TWO))).isNull();
      assertThat(fixture.kind(token(ONE))).isNull();
      assertThat(server.requests()).hasSize(2);

      server.answer(KeyServer.keys(TWO));
      fixture.pass(Duration.ofMinutes(10).plusSeconds(1));
      String later = ONE.token("ES256", claims().put("exp", JwtFixture.NOW + 6000));
      assertThat(fixture.kind(TWO.token("ES256", claims().put("exp", JwtFixture.NOW + 6000))))
          .isNull();
      Deadline.await(() -> fixture.kind(later) == INVALID, () -> "the old key to be gone");
      assertThat(server.requests()).hasSize(3);
    }
    assertThat(log.messages()).isEmpty();
  }

  @Test
  void tokenThatWasVerifiedIsRefusedWhenItsKeyIsGone(Vertx vertx) {
    try (KeyServer server = KeyServer.start(vertx, KeyServer.keys(ONE, TWO));
        JwtFixture fixture = of(vertx, server, o -> o)) {
      assertThat(fixture.kind(token(ONE))).isNull();
      assertThat(fixture.ask(token(ONE)).succeeded()).isTrue();
      TestKey sameName = TestKey.make("one", "ES256");
      server.answer(KeyServer.keys(sameName, TWO));
      fixture.pass(Duration.ofSeconds(10));
      fixture.kind(token(TestKey.make("three", "ES256"))); // has the set read

      assertThat(fixture.kind(token(ONE))).isEqualTo(INVALID);
      assertThat(fixture.kind(token(sameName))).isNull();
      assertThat(fixture.kind(token(TWO))).isNull();
    }
  }

  @Test
  void whileTheSourceIsDownTheLastGoodSetCounts(Vertx vertx) {
    try (KeyServer server = KeyServer.start(vertx, KeyServer.keys(ONE));
        JwtFixture fixture = of(vertx, server, o -> o)) {
      assertThat(fixture.kind(token(ONE))).isNull();
      Map<String, Handler<HttpServerRequest>> outages = new LinkedHashMap<>();
      outages.put("500", KeyServer.status(500));
      outages.put("404", KeyServer.status(404));
      outages.put(
          "redirect",
          request ->
              request.response().setStatusCode(302).putHeader("location", server.url()).end());
      outages.put("no JSON", request -> request.response().end("<html>secret</html>"));
      outages.put("no set", KeyServer.body(ONE.jwk()));
      outages.put("no list", KeyServer.body(new JsonObject().put("keys", "x")));
      outages.put("closed", request -> request.connection().close());
      outages.put(
          "too long",
          request ->
              request.response().end(TestKey.set(TWO).put("x", "y".repeat(1 << 20)).encode()));
      int asked = server.requests().size();
      for (Map.Entry<String, Handler<HttpServerRequest>> outage : outages.entrySet()) {
        server.answer(outage.getValue());
        fixture.pass(Duration.ofSeconds(10));
        assertThat(fixture.kind(token(TWO))).as(outage.getKey()).isEqualTo(UNAVAILABLE);
        assertThat(fixture.kind(token(TWO))).as("in the floor").isEqualTo(UNAVAILABLE);
        assertThat(fixture.kind(token(ONE))).as(outage.getKey()).isNull();
        assertThat(server.requests().size()).as(outage.getKey()).isGreaterThan(asked);
        asked = server.requests().size();
      }
      assertThat(log.messages()).as("all of it").hasSize(1);
      server.answer(KeyServer.keys(ONE, TWO));
      fixture.pass(Duration.ofSeconds(10));
      assertThat(fixture.kind(token(TWO))).isNull();
    }
    assertThat(log.messages()).hasSize(2);
    assertThat(log.messages().get(0))
        .contains("cannot be read from http://127.0.0.1:", "expected status 200, got 500");
    assertThat(log.messages().get(1)).contains("is read again");
    assertThat(log.messages().toString()).doesNotContain("secret").doesNotContain("hidden");
  }

  @Test
  void bridgeThatBeginsBeforeTheSourceRefusesForNowAndTakesItWhenItIsThere(Vertx vertx)
      throws IOException {
    try (HeldPort held = new HeldPort();
        JwtFixture fixture =
            new JwtFixture(
                vertx,
                options -> options.setJwks(held.url("/keys")).setFloor(Duration.ofSeconds(10)))) {
      assertThat(fixture.kind(token(ONE))).isEqualTo(UNAVAILABLE);
      assertThat(fixture.kind("not.a.token")).isEqualTo(INVALID);
      held.giveUp();
      try (KeyServer server =
          KeyServer.start(
              vertx, new HttpServerOptions().setPort(held.port()), KeyServer.keys(ONE))) {
        fixture.pass(Duration.ofSeconds(10));
        assertThat(fixture.kind(token(ONE))).isNull();
        assertThat(server.requests()).hasSize(1);
      }
    }
  }

  @Test
  void floodOfUnknownKeysCausesOneReadingAndHoldsUpNobodyElse(Vertx vertx) {
    List<HttpServerRequest> held = new CopyOnWriteArrayList<>();
    try (KeyServer server = KeyServer.start(vertx, KeyServer.keys(ONE));
        JwtFixture fixture = of(vertx, server, o -> o)) {
      assertThat(fixture.kind(token(ONE))).isNull();
      fixture.pass(Duration.ofSeconds(10));
      server.answer(held::add);
      List<Future<Identity>> flood = new ArrayList<>();
      for (int i = 0; i < Jwt.MOST_WAITING + 200; i++) {
        JsonObject header = new JsonObject().put("alg", "ES256").put("kid", "k" + i);
        flood.add(fixture.ask(TestKey.hmac(new byte[64], "HS512", header, claims())));
      }
      Deadline.await(() -> !held.isEmpty(), () -> "a question");
      assertThat(fixture.ask(token(ONE)).succeeded()).as("known token").isTrue();
      assertThat(fixture.ask(token(ONE, 1)).succeeded()).as("new token").isTrue();
      long full = flood.stream().filter(Future::isComplete).count();
      assertThat(full).isEqualTo(200);

      held.forEach(KeyServer.keys(ONE)::handle);
      flood.forEach(each -> assertThat(JwtFixture.kind(each)).isIn(INVALID, UNAVAILABLE));
      for (int i = 0; i < 100; i++) {
        JsonObject header = new JsonObject().put("alg", "ES256").put("kid", "l" + i);
        assertThat(fixture.kind(TestKey.hmac(new byte[64], "HS512", header, claims())))
            .isEqualTo(INVALID);
      }
      assertThat(server.requests()).hasSize(2);
    }
  }

  @Test
  void sourceThatHangsEndsAtTheTimeout(Vertx vertx) {
    try (KeyServer server = KeyServer.start(vertx, request -> {});
        JwtFixture fixture = of(vertx, server, o -> o.setTimeout(Duration.ofMillis(200)))) {
      assertThat(fixture.kind(token(ONE))).isEqualTo(UNAVAILABLE);
      fixture.pass(Duration.ofSeconds(10));
      server.answer(
          request -> {
            request.response().setChunked(true).write("{"); // and no more
          });
      assertThat(fixture.kind(token(ONE))).isEqualTo(UNAVAILABLE);
      server.answer(KeyServer.keys(ONE));
      Deadline.await(
          () -> {
            fixture.pass(Duration.ofSeconds(10));
            return fixture.kind(token(ONE)) == null;
          },
          () -> "the set to be read in time");
    }
  }

  @Test
  void setIsReadByItselfWhenItIsOld(Vertx vertx) {
    try (KeyServer server = KeyServer.start(vertx, KeyServer.keys(ONE));
        JwtFixture fixture =
            of(
                vertx,
                server,
                o -> o.setRefresh(Duration.ofMillis(20)).setFloor(Duration.ofMillis(10)))) {
      for (int i = 2; i < 6; i++) {
        fixture.pass(Duration.ofMillis(20));
        server.await(i);
      }
    }
  }

  @Test
  void keysThatDoNotFitAreLeftOutAndToldOnce(Vertx vertx) {
    TestKey rsa = TestKey.make("rsa", "RS256");
    JsonObject set =
        new JsonObject()
            .put(
                "keys",
                new JsonArray()
                    .add(ONE.jwk())
                    .add(TWO.jwk().put("use", "enc"))
                    .add(TWO.jwk().put("alg", "RS256"))
                    .add(TWO.jwk().put("alg", "HS256"))
                    .add(TWO.jwk().put("alg", "none"))
                    .add(TWO.jwk().put("alg", "ES384"))
                    .add(TWO.jwk().put("crv", "P-384"))
                    .add(TWO.jwk().put("y", TWO.jwk().getString("x")))
                    .add(TWO.jwk().put("key_ops", new JsonArray().add("encrypt")))
                    .add(rsa.jwk().put("n", "AQAB"))
                    .add(rsa.jwk().put("e", "AQ"))
                    .add(rsa.jwk().put("n", "***"))
                    .add(
                        new JsonObject()
                            .put("kty", "oct")
                            .put("kid", "two")
                            .put("k", TestKey.base64(new byte[64])))
                    .add(new JsonObject().put("kty", "XYZ"))
                    .add(new JsonObject().put("kty", 1))
                    .add("key")
                    .add(rsa.jwk().put("use", "sig").put("alg", "RS512")));
    try (KeyServer server = KeyServer.start(vertx, KeyServer.body(set));
        JwtFixture fixture = of(vertx, server, o -> o)) {
      assertThat(fixture.kind(token(ONE))).isNull();
      assertThat(fixture.kind(token(TWO))).isEqualTo(INVALID);
      assertThat(fixture.kind(rsa.token("RS512", claims()))).isNull();
      assertThat(fixture.kind(rsa.token("RS256", claims()))).isEqualTo(INVALID);
      JsonObject header = new JsonObject().put("alg", "HS256").put("kid", "two");
      assertThat(fixture.kind(TestKey.hmac(new byte[64], "HS256", header, claims())))
          .isEqualTo(INVALID);
      fixture.pass(Duration.ofSeconds(10));
      fixture.kind(token(TWO, 1));
      server.await(2);
    }
    assertThat(log.messages()).hasSize(15).allMatch(each -> each.contains(" is left out: "));
  }

  @Test
  void serverOfTheSetIsTrustedByItsCertificateAlone(Vertx vertx, @TempDir Path directory)
      throws Exception {
    TestCertificate certificate = TestCertificate.forHost("ip:127.0.0.1");
    HttpServerOptions tls =
        new HttpServerOptions().setPort(0).setSsl(true).setKeyCertOptions(certificate.key());
    Path other = directory.resolve("other.pem");
    Files.copy(TestCertificate.forHost("ip:127.0.0.2").pem(), other);
    try (KeyServer server = KeyServer.start(vertx, tls, KeyServer.keys(ONE))) {
      String url = server.url().replace("http:", "https:");
      Map<String, AuthFailure.Kind> byFile = new LinkedHashMap<>();
      byFile.put(certificate.pem().toString(), null);
      byFile.put(other.toString(), UNAVAILABLE);
      byFile.forEach(
          (ca, expected) -> {
            try (JwtFixture fixture =
                new JwtFixture(vertx, options -> options.setJwks(url).setCa(ca))) {
              assertThat(fixture.kind(token(ONE))).isEqualTo(expected);
            }
          });
      try (JwtFixture fixture = new JwtFixture(vertx, options -> options.setJwks(url))) {
        assertThat(fixture.kind(token(ONE))).isEqualTo(UNAVAILABLE);
      }
    }
  }

  @Test
  void setInAFileIsReadAgainForAnUnknownKey(Vertx vertx, @TempDir Path directory) throws Exception {
    Path file = directory.resolve("jwks.json");
    Files.writeString(file, TestKey.set(ONE).encode());
    try (JwtFixture fixture = new JwtFixture(vertx, options -> options.setJwks(file.toString()))) {
      assertThat(fixture.kind(token(ONE))).isNull();
      Files.writeString(file, TestKey.set(TWO).encode());
      fixture.pass(Duration.ofSeconds(10));
      assertThat(fixture.kind(token(TWO))).isNull();
      assertThat(fixture.kind(token(ONE))).isEqualTo(INVALID);
    }
  }
}
