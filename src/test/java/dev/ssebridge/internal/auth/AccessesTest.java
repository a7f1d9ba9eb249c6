package dev.ssebridge.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.http.AuthFailures;
import dev.ssebridge.internal.http.TokenBuckets;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.TestKey;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a change of the configuration does to whoever finds out who asks. */
@ExtendWith(VertxExtension.class)
class AccessesTest {
  private static final Revoked REVOKED = new Revoked(System::currentTimeMillis);
  private static final AuthFailures FAILURES =
      new AuthFailures(new TokenBuckets(null, System::nanoTime));

  private static final TestKey KEY = TestKey.make("k", "ES256");

  private static BridgeConfig config(KeyServer server, String more, String ofJwt) {
    return BridgeConfig.read(
        BridgeFixture.json(
            "{'routes':{'x':{'path':'/x','address':'a'}},'auth':{"
                + more
                + "'jwt':{'users':{'jwks':'"
                + server.url()
                + "'"
                + ofJwt
                + "}}}}"));
  }

  private static Future<Identity> ask(Access access, int number) {
    JsonObject claims = new JsonObject().put("sub", "ada").put("n", number);
    return Objects.requireNonNull(access.providers().get("users"))
        .authenticate(
            new Credentials("bearer", KEY.token("ES256", claims), false),
            FakeRequest.get("/x"),
            "127.0.0.1");
  }

  @Test
  void providerThatStaysGoesOnWithItsKeysThoughTheirSourceIsDown(Vertx vertx) {
    try (KeyServer server = KeyServer.start(vertx, KeyServer.keys(KEY))) {
      Access first =
          Objects.requireNonNull(
              Accesses.of(
                  vertx, config(server, "", ""), System::currentTimeMillis, FAILURES, REVOKED));
      assertThat(JwtFixture.kind(ask(first, 1))).isNull();
      server.answer(KeyServer.status(500));

      Access second =
          Objects.requireNonNull(
              Accesses.changed(
                  first,
                  vertx,
                  config(server, "'realm':'other',", ""),
                  System::currentTimeMillis,
                  FAILURES,
                  REVOKED));
      assertThat(second).isNotSameAs(first);
      assertThat(ask(second, 2).succeeded()).isTrue();

      Access third =
          Objects.requireNonNull(
              Accesses.changed(
                  second,
                  vertx,
                  config(server, "'realm':'other',", ",'issuer':'me'"),
                  System::currentTimeMillis,
                  FAILURES,
                  REVOKED));
      assertThat(third.providers().get("users")).isNotSameAs(second.providers().get("users"));
      assertThat(JwtFixture.kind(ask(third, 3))).isEqualTo(AuthFailure.Kind.UNAVAILABLE);

      assertThat(
              Accesses.changed(
                  third,
                  vertx,
                  BridgeConfig.read(
                      BridgeFixture.json(
                          "{'routes':{'x':{'path':'/x','address':'a'}},'auth':'none'}")),
                  System::currentTimeMillis,
                  FAILURES,
                  REVOKED))
          .isNull();
    }
  }

  @Test
  void whoLooksAtCertificatesKnowsTheProxiesOfNow(Vertx vertx) {
    String config =
        "{'http':{'trustedProxies':['%s'],'tls':{'cert':'c','key':'k','clientCa':'ca'}},"
            + "'routes':{'x':{'path':'/x','address':'a'}},'auth':{'certificate':{}}}";
    Access first =
        Objects.requireNonNull(
            Accesses.of(
                vertx,
                BridgeConfig.read(BridgeFixture.json(config.formatted("10.0.0.0/8"))),
                System::currentTimeMillis,
                FAILURES,
                REVOKED));
    BridgeConfig same = BridgeConfig.read(BridgeFixture.json(config.formatted("10.0.0.0/8")));
    BridgeConfig next = BridgeConfig.read(BridgeFixture.json(config.formatted("127.0.0.1")));
    assertThat(Accesses.changed(first, vertx, same, System::currentTimeMillis, FAILURES, REVOKED))
        .isSameAs(first);
    Access second =
        Objects.requireNonNull(
            Accesses.changed(first, vertx, next, System::currentTimeMillis, FAILURES, REVOKED));
    assertThat(second.providers().get("certificate"))
        .isNotSameAs(first.providers().get("certificate"));
  }

  @Test
  void rulesInAnotherOrderAreOthers(Vertx vertx) {
    try (KeyServer server = KeyServer.start(vertx, KeyServer.keys(KEY))) {
      String staff = "'staff':{'address':'a','requiredAuthority':'staff'}";
      String all = "'all':{}";
      Access first =
          Objects.requireNonNull(
              Accesses.of(
                  vertx,
                  config(server, "'subscribe':{" + staff + "," + all + "},", ""),
                  System::currentTimeMillis,
                  FAILURES,
                  REVOKED));
      Access second =
          Objects.requireNonNull(
              Accesses.changed(
                  first,
                  vertx,
                  config(server, "'subscribe':{" + all + "," + staff + "},", ""),
                  System::currentTimeMillis,
                  FAILURES,
                  REVOKED));
      Identity ada = BridgeFixture.get(ask(second, 1));
      assertThat(first.maySubscribe(ada, "a")).isFalse();
      assertThat(second.maySubscribe(ada, "a")).isTrue();
    }
  }
}
