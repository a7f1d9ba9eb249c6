package dev.ssebridge.internal.auth;

import static dev.ssebridge.internal.auth.JwtFixture.NOW;
import static dev.ssebridge.internal.auth.JwtFixture.claims;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.TestKey;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a token has to be, whatever its key came from. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class JwtTest {
  private static final TestKey RSA = TestKey.make("r", "RS256");
  private static final TestKey OTHER = TestKey.make("r", "RS256");
  private static final TestKey EC = TestKey.make("e", "ES256");
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  private static final AuthFailure.Kind INVALID = AuthFailure.Kind.INVALID;

  private @TempDir Path directory;

  private JwtFixture ofPem(Vertx vertx, TestKey... keys) throws Exception {
    List<String> files = new ArrayList<>();
    for (TestKey key : keys) {
      Path file = directory.resolve("key" + files.size() + ".pem");
      files.add(key.writePem(file).toString());
    }
    return new JwtFixture(vertx, options -> options.setKeys(files));
  }

  @Test
  void everyAlgorithmOfAKeyIsTakenAndNoneOfAnother(Vertx vertx) throws Exception {
    Map<String, TestKey> keys = new LinkedHashMap<>();
    for (String algorithm : List.of("RS256", "ES256", "ES384", "ES512", "EdDSA")) {
      keys.put(algorithm, TestKey.make(algorithm, algorithm));
    }
    Path set = directory.resolve("jwks.json");
    Files.writeString(set, TestKey.set(keys.values().toArray(new TestKey[0])).encode());
    try (JwtFixture pem = ofPem(vertx, keys.values().toArray(new TestKey[0]));
        JwtFixture jwks = new JwtFixture(vertx, options -> options.setJwks(set.toString()))) {
      for (String algorithm : JwtFixture.algorithms()) {
        boolean isRsa = algorithm.startsWith("RS") || algorithm.startsWith("PS");
        TestKey key = Objects.requireNonNull(keys.get(isRsa ? "RS256" : algorithm));
        for (int i = 0; i < 5; i++) {
          JsonObject claims = claims().put("n", i);
          String named = key.token(algorithm, claims);
          assertThat(pem.kind(named)).as("%s by PEM", algorithm).isNull();
          assertThat(jwks.kind(named)).as("%s by JWKS", algorithm).isNull();
          String nameless = key.token(new JsonObject().put("alg", algorithm), claims);
          assertThat(jwks.kind(nameless)).as("%s without kid", algorithm).isNull();
        }
      }
      // A signature of the right key under the name of another algorithm.
      JsonObject header = new JsonObject().put("alg", "ES384").put("kid", "ES256");
      assertThat(
              jwks.kind(
                  Objects.requireNonNull(keys.get("ES256"))
                      .token("ES256", header.encode(), claims().encode())))
          .isEqualTo(AuthFailure.Kind.INVALID);
      header = new JsonObject().put("alg", "PS256").put("kid", "RS256");
      assertThat(
              jwks.kind(
                  Objects.requireNonNull(keys.get("RS256"))
                      .token("RS256", header.encode(), claims().encode())))
          .isEqualTo(AuthFailure.Kind.INVALID);
    }
  }

  @Test
  void secretIsForHmacAlone(Vertx vertx) {
    try (JwtFixture fixture = new JwtFixture(vertx, options -> options.setSecret(SECRET))) {
      for (String algorithm : List.of("HS256", "HS384", "HS512")) {
        JsonObject header = new JsonObject().put("alg", algorithm);
        assertThat(fixture.kind(TestKey.hmac(SECRET.getBytes(UTF_8), algorithm, header, claims())))
            .as(algorithm)
            .isNull();
        assertThat(fixture.kind(TestKey.hmac("wrong".getBytes(UTF_8), algorithm, header, claims())))
            .isEqualTo(AuthFailure.Kind.INVALID);
      }
      assertThat(fixture.kind(RSA.token("RS256", claims()))).isEqualTo(AuthFailure.Kind.INVALID);
    }
  }

  @Test
  void onlyAlgorithmsThatAreNamedAreTaken(Vertx vertx) throws Exception {
    String file = RSA.writePem(directory.resolve("key.pem")).toString();
    try (JwtFixture fixture =
        new JwtFixture(
            vertx, options -> options.setKeys(List.of(file)).setAlgorithms(List.of("PS256")))) {
      assertThat(fixture.kind(RSA.token("PS256", claims()))).isNull();
      assertThat(fixture.kind(RSA.token("RS256", claims()))).isEqualTo(AuthFailure.Kind.INVALID);
    }
  }

  @Test
  void attacksAreRefused(Vertx vertx) throws Exception {
    try (JwtFixture fixture = ofPem(vertx, RSA, EC)) {
      fixture.awaitIn(RSA.token("RS256", claims()));
      Map<String, String> attacks = new LinkedHashMap<>();
      for (String none : List.of("none", "None", "NONE", "nOnE", "", " none", "null", "HS0")) {
        String signed =
            TestKey.base64(new JsonObject().put("alg", none).encode().getBytes(UTF_8))
                + "."
                + TestKey.base64(claims().encode().getBytes(UTF_8));
        attacks.put("alg " + none + " in two parts", signed);
        attacks.put("alg " + none + " without signature", signed + ".");
        attacks.put("alg " + none + " with any", signed + ".AAAA");
      }
      attacks.put("no alg", RSA.token("RS256", "{}", claims().encode()));
      attacks.put("alg null", RSA.token("RS256", "{\"alg\":null}", claims().encode()));
      attacks.put("alg 1", RSA.token("RS256", "{\"alg\":1}", claims().encode()));
      attacks.put("alg list", RSA.token("RS256", "{\"alg\":[\"RS256\"]}", claims().encode()));
      attacks.put("alg rs256", RSA.token("RS256", "{\"alg\":\"rs256\"}", claims().encode()));
      for (String form : List.of(RSA.pem(), RSA.pem().strip(), EC.pem())) {
        attacks.put(
            "HS256 by PEM " + form.length(),
            TestKey.hmac(
                form.getBytes(UTF_8), "HS256", new JsonObject().put("alg", "HS256"), claims()));
      }
      attacks.put(
          "HS256 by DER",
          TestKey.hmac(
              RSA.pair().getPublic().getEncoded(),
              "HS256",
              new JsonObject().put("alg", "HS256").put("kid", "r"),
              claims()));
      attacks.put("foreign key", OTHER.token("RS256", claims()));
      attacks.put(
          "key in the header",
          OTHER.token(
              new JsonObject().put("alg", "RS256").put("jwk", OTHER.jwk()).put("kid", "r"),
              claims()));
      attacks.put(
          "crit",
          RSA.token(
              new JsonObject().put("alg", "RS256").put("crit", new JsonArray().add("exp")),
              claims()));
      attacks.put(
          "crit null", RSA.token("RS256", "{\"alg\":\"RS256\",\"crit\":null}", claims().encode()));
      attacks.put("kid 1", RSA.token("RS256", "{\"alg\":\"RS256\",\"kid\":1}", claims().encode()));
      attacks.put(
          "header twice alg",
          RSA.token("RS256", "{\"alg\":\"none\",\"alg\":\"RS256\"}", claims().encode()));
      attacks.put(
          "claim twice",
          RSA.token("RS256", "{\"alg\":\"RS256\"}", "{\"sub\":\"eve\",\"sub\":\"ada\"}"));
      attacks.put(
          "claim twice inside",
          RSA.token(
              "RS256", "{\"alg\":\"RS256\"}", "{\"sse\":{\"publish\":[],\"publish\":[\"a\"]}}"));
      attacks.put("claims are a list", RSA.token("RS256", "{\"alg\":\"RS256\"}", "[]"));
      attacks.put("claims are no JSON", RSA.token("RS256", "{\"alg\":\"RS256\"}", "{"));
      attacks.put("claims and more", RSA.token("RS256", "{\"alg\":\"RS256\"}", "{}{}"));
      attacks.put("header is no JSON", RSA.token("RS256", "alg", claims().encode()));
      String good = RSA.token("RS256", claims());
      String[] parts = good.split("\\.", -1);
      String eve = TestKey.base64(claims().put("sub", "eve").encode().getBytes(UTF_8));
      attacks.put("other claims", parts[0] + "." + eve + "." + parts[2]);
      attacks.put("no signature", parts[0] + "." + parts[1] + ".");
      attacks.put("two parts", parts[0] + "." + parts[1]);
      attacks.put("four parts", good + "." + parts[2]);
      attacks.put("a dot more", good + ".");
      attacks.put("a dot before", "." + good);
      attacks.put("two dots", parts[0] + ".." + parts[2]);
      attacks.put("only dots", "..");
      attacks.put("padding", good + "=");
      attacks.put("half a signature", good.substring(0, good.length() - 40));
      attacks.put("longer signature", good + "AAAA");
      attacks.put("line break", parts[0] + "." + parts[1] + ".\n" + parts[2]);
      attacks.put("huge", RSA.token("RS256", claims().put("x", "y".repeat(10_000))));
      attacks.put("opaque", "0123456789abcdef");
      String ec = EC.token("ES256", claims());
      String ecSigned = ec.substring(0, ec.lastIndexOf('.') + 1);
      attacks.put("r and s are 0", ecSigned + TestKey.base64(new byte[64]));
      byte[] half = new byte[64];
      half[63] = 1;
      attacks.put("r is 0", ecSigned + TestKey.base64(half));
      byte[] order = new byte[64];
      Arrays.fill(order, (byte) 0xFF);
      attacks.put("r and s over the order", ecSigned + TestKey.base64(order));
      attacks.put("ASN.1", ecSigned + TestKey.base64(asn1(ec)));
      attacks.put("no signature of EC", ecSigned);

      attacks.forEach(
          (name, token) ->
              assertThat(fixture.kind(token)).as(name).isEqualTo(AuthFailure.Kind.INVALID));
      // Nor does an attack spoil what comes after it.
      assertThat(fixture.kind(EC.token("ES256", claims().put("n", 2)))).isNull();
      assertThat(fixture.kind(RSA.token("RS256", claims().put("n", 2)))).isNull();
    }
  }

  /** The right signature in the form of certificates. */
  private static byte[] asn1(String token) throws Exception {
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(EC.pair().getPrivate());
    signature.update(token.substring(0, token.lastIndexOf('.')).getBytes(UTF_8));
    return signature.sign();
  }

  @Test
  void everyBitOfATokenCounts(Vertx vertx) throws Exception {
    try (JwtFixture fixture = ofPem(vertx, RSA, EC)) {
      for (String good : List.of(RSA.token("RS256", claims()), EC.token("ES256", claims()))) {
        fixture.awaitIn(good);
        for (int i = 0; i < good.length(); i++) {
          char c = good.charAt(i);
          String other = good.substring(0, i) + (c == 'A' ? 'B' : 'A') + good.substring(i + 1);
          assertThat(fixture.kind(other)).as("at %d", i).isEqualTo(AuthFailure.Kind.INVALID);
        }
      }
    }
  }

  @Test
  void timesAreLookedAtWithTheLeeway(Vertx vertx) throws Exception {
    String file = EC.writePem(directory.resolve("key.pem")).toString();
    try (JwtFixture fixture =
        new JwtFixture(
            vertx, options -> options.setKeys(List.of(file)).setLeeway(Duration.ofSeconds(10)))) {
      Map<String, Consumer<JsonObject>> fine = new LinkedHashMap<>();
      fine.put("just valid", c -> c.put("exp", NOW + 1));
      fine.put("in the leeway", c -> c.put("exp", NOW - 9));
      fine.put("never ends", c -> c.remove("exp"));
      fine.put("a part of a second", c -> c.put("exp", NOW + 0.5));
      fine.put("far away", c -> c.put("exp", 1e17));
      fine.put("beyond all", c -> c.put("exp", 1e300));
      fine.put("not before in the leeway", c -> c.put("nbf", NOW + 10));
      fine.put("issued in the leeway", c -> c.put("iat", NOW + 10));
      fine.put("no times", c -> List.of("iat", "exp").forEach(c::remove));
      Map<String, Consumer<JsonObject>> wrong = new LinkedHashMap<>();
      wrong.put("expired", c -> c.put("exp", NOW - 10));
      wrong.put("expired long ago", c -> c.put("exp", 0));
      wrong.put("negative", c -> c.put("exp", -1e300));
      wrong.put("not yet valid", c -> c.put("nbf", NOW + 11));
      wrong.put("issued later", c -> c.put("iat", NOW + 11));
      for (String name : List.of("exp", "nbf", "iat")) {
        wrong.put(name + " is text", c -> c.put(name, Long.toString(NOW)));
        wrong.put(name + " is null", c -> c.putNull(name));
        wrong.put(name + " is true", c -> c.put(name, true));
        wrong.put(name + " is a list", c -> c.put(name, new JsonArray().add(NOW)));
      }
      fixture.awaitIn(EC.token("ES256", claims()));
      fine.forEach((name, change) -> assertThat(fixture.kind(changed(change))).as(name).isNull());
      wrong.forEach(
          (name, change) -> assertThat(fixture.kind(changed(change))).as(name).isEqualTo(INVALID));
    }
  }

  private static String changed(Consumer<JsonObject> change) {
    JsonObject claims = claims();
    change.accept(claims);
    return EC.token("ES256", claims);
  }

  @Test
  void issuerAudienceAndRequiredClaimsAreLookedAt(Vertx vertx) throws Exception {
    String file = EC.writePem(directory.resolve("key.pem")).toString();
    JsonObject good = claims().put("iss", "https://issuer").put("aud", "here").put("tenant", "t");
    try (JwtFixture fixture =
        new JwtFixture(
            vertx,
            options ->
                options
                    .setKeys(List.of(file))
                    .setIssuer("https://issuer")
                    .setAudience(List.of("here", "there"))
                    .setRequired(List.of("tenant", "exp")))) {
      fixture.awaitIn(EC.token("ES256", good));
      Map<String, Object> audiences = new LinkedHashMap<>();
      audiences.put("there", "there");
      audiences.put("one of several", new JsonArray().add("x").add("here"));
      audiences.forEach(
          (name, aud) ->
              assertThat(fixture.kind(EC.token("ES256", good.copy().put("aud", aud))))
                  .as(name)
                  .isNull());
      List<JsonObject> wrong = new ArrayList<>();
      for (Object aud :
          List.of(
              "elsewhere",
              "HERE",
              "here there",
              "",
              1,
              true,
              new JsonArray(),
              new JsonArray().add("x"),
              new JsonArray().add("here").add(1),
              new JsonObject().put("here", true))) {
        wrong.add(good.copy().put("aud", aud));
      }
      wrong.add(good.copy().putNull("aud"));
      for (Object iss :
          List.of("https://issuer/", "issuer", 1, new JsonArray().add("https://issuer"))) {
        wrong.add(good.copy().put("iss", iss));
      }
      for (String name : List.of("aud", "iss", "tenant", "exp")) {
        JsonObject without = good.copy();
        without.remove(name);
        wrong.add(without);
        wrong.add(good.copy().putNull(name));
      }
      wrong.add(good.copy().put("sub", 1));
      wrong.add(good.copy().put("jti", 1));
      for (JsonObject claims : wrong) {
        assertThat(fixture.kind(EC.token("ES256", claims))).as(claims.encode()).isEqualTo(INVALID);
      }
    }
    try (JwtFixture unnamed = ofPem(vertx, EC)) {
      unnamed.awaitIn(EC.token("ES256", claims()));
      assertThat(unnamed.kind(EC.token("ES256", claims().put("aud", "elsewhere"))))
          .isEqualTo(INVALID);
    }
  }

  @Test
  void claimsBecomeAnIdentity(Vertx vertx) throws Exception {
    try (JwtFixture fixture = ofPem(vertx, EC)) {
      JsonObject claims =
          claims()
              .put("jti", "t1")
              .put("tenant", "acme")
              .put("permissions", new JsonArray().add("read").add("write"))
              .put(
                  "sse",
                  new JsonObject()
                      .put("subscribe", new JsonArray().add("rooms.*"))
                      .put("publish", new JsonArray().add("rooms.lobby")));
      Identity identity = BridgeFixture.get(fixture.ask(EC.token("ES256", claims)));

      assertThat(identity.subject()).isEqualTo("ada");
      assertThat(identity.tokenId()).isEqualTo("t1");
      assertThat(identity.issued()).isEqualTo(Instant.ofEpochSecond(NOW - 10));
      assertThat(identity.expires()).isEqualTo(Instant.ofEpochSecond(NOW + 600));
      assertThat(identity.claim("tenant")).isEqualTo("acme");
      assertThat(identity.authorities()).containsExactlyInAnyOrder("read", "write");
      assertThat(identity.grants().subscribes("rooms.1")).isTrue();
      assertThat(identity.grants().publishes("rooms.lobby")).isTrue();
      assertThat(identity.grants().publishes("rooms.1")).isFalse();
      assertThat(identity.user().subject()).isEqualTo("ada");
      assertThat(identity.user().principal().encode() + identity.user().attributes().encode())
          .doesNotContain("eyJ");
    }
  }

  @Test
  void tokenIsVerifiedOnceUntilItEnds(Vertx vertx) throws Exception {
    try (JwtFixture fixture = ofPem(vertx, EC)) {
      String token = EC.token("ES256", claims());
      Identity first = BridgeFixture.get(fixture.ask(token));
      assertThat(fixture.ask(token).result()).isSameAs(first);

      fixture.pass(Duration.ofSeconds(599));
      assertThat(fixture.ask(token).result()).isSameAs(first);
      fixture.pass(Duration.ofSeconds(5));
      Identity late = BridgeFixture.get(fixture.ask(token));
      assertThat(late).isNotSameAs(first);
      assertThat(late.expires()).isEqualTo(Instant.ofEpochSecond(NOW + 610));
      fixture.pass(Duration.ofSeconds(6));
      assertThat(fixture.kind(token)).isEqualTo(INVALID);
    }
  }

  @Test
  void keysOfFilesAreReadAgainWhenToldSoAndTokensOfTheOldOneAreRefused(Vertx vertx)
      throws Exception {
    Path file = RSA.writePem(directory.resolve("key.pem"));
    try (JwtFixture fixture =
        new JwtFixture(vertx, options -> options.setKeys(List.of(file.toString())))) {
      String before = RSA.token("RS256", claims());
      String after = OTHER.token("RS256", claims());
      fixture.awaitIn(before);
      OTHER.writePem(file);
      assertThat(fixture.kind(after)).isEqualTo(INVALID);

      fixture.jwt.refresh();
      fixture.awaitIn(after);
      assertThat(fixture.kind(before)).isEqualTo(INVALID);

      Files.writeString(file, "broken");
      fixture.jwt.refresh();
      assertThat(fixture.kind(EC.token("ES256", claims()))).isEqualTo(INVALID);
      assertThat(fixture.kind(after)).isNull();
    }
  }

  @Test
  void whileNoKeyCanBeReadEverybodyIsRefusedForNow(Vertx vertx) {
    try (JwtFixture fixture =
        new JwtFixture(
            vertx, options -> options.setKeys(List.of(directory.resolve("none").toString())))) {
      assertThat(fixture.kind(RSA.token("RS256", claims())))
          .isEqualTo(AuthFailure.Kind.UNAVAILABLE);
      assertThat(fixture.kind("a.b.c")).isEqualTo(INVALID);
    }
  }

  @Test
  void manyThreadsVerifyAtOnce(Vertx vertx) throws Exception {
    try (JwtFixture fixture = ofPem(vertx, RSA, EC)) {
      fixture.awaitIn(RSA.token("RS256", claims()));
      List<Thread> threads = new ArrayList<>();
      List<String> wrong = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        int number = t;
        Thread thread =
            new Thread(
                () -> {
                  for (int i = 0; i < 50; i++) {
                    JsonObject claims = claims().put("n", number * 1000 + i);
                    TestKey key = i % 2 == 0 ? RSA : EC;
                    String token = key.token(i % 2 == 0 ? "RS256" : "ES256", claims);
                    Future<Identity> asked = fixture.ask(token);
                    if (!asked.succeeded()
                        || !Integer.toString(number * 1000 + i).equals(asked.result().claim("n"))) {
                      synchronized (wrong) {
                        wrong.add(asked.toString());
                      }
                    }
                  }
                });
        threads.add(thread);
        thread.start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(wrong).isEmpty();
    }
  }

  @Test
  void whatHasJustEndedHasSoForFiveMinutesAlsoWhereItIsRemembered(Vertx vertx) throws Exception {
    String file = EC.writePem(directory.resolve("key.pem")).toString();
    Duration leeway = Duration.ofSeconds(10);
    try (JwtFixture fixture =
        new JwtFixture(vertx, options -> options.setKeys(List.of(file)).setLeeway(leeway))) {
      String token = EC.token("ES256", claims().put("exp", NOW + 60));
      fixture.awaitIn(token);
      fixture.pass(Duration.ofSeconds(60).plus(leeway).plusMinutes(5).minusMillis(1));
      assertThat(isJustOver(fixture.ask(token))).isTrue();
      assertThat(isJustOver(fixture.ask(token))).as("remembered").isTrue();
      fixture.pass(Duration.ofMillis(1));
      assertThat(isJustOver(fixture.ask(token))).isFalse();
    }
  }

  private static boolean isJustOver(Future<Identity> asked) {
    assertThat(JwtFixture.kind(asked)).isEqualTo(INVALID);
    return ((AuthFailure) asked.cause()).isJustOver();
  }
}
