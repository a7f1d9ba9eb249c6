package dev.ssebridge.internal.auth;

import dev.ssebridge.auth.JwtOptions;
import dev.ssebridge.internal.config.AuthProviderConfig;
import dev.ssebridge.testing.Deadline;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A provider of tokens at a time of its own, which is asked without a server. */
final class JwtFixture implements AutoCloseable {
  /** Seconds since 1970 at the beginning. */
  static final long NOW = 1_800_000_000L;

  final AtomicLong clock = new AtomicLong(NOW * 1000);
  final Jwt jwt;

  JwtFixture(Vertx vertx, UnaryOperator<JwtOptions> options) {
    JwtOptions set = options.apply(new JwtOptions());
    AuthProviderConfig.Jwt config =
        new AuthProviderConfig.Jwt(
            set.getKeys(),
            set.getJwks(),
            set.getSecret(),
            Set.copyOf(set.getAlgorithms()),
            set.getIssuer(),
            set.getAudience(),
            set.getLeeway(),
            set.getRequired(),
            set.getGrantsClaim(),
            set.getAuthoritiesClaim(),
            set.getRefresh(),
            set.getFloor(),
            set.getTimeout(),
            set.getCa(),
            Set.copyOf(set.getAuthorities()));
    this.jwt = new Jwt(new Home(vertx), "tokens", config, 100, clock::get);
  }

  /** Claims that are valid now. */
  static JsonObject claims() {
    return new JsonObject().put("sub", "ada").put("iat", NOW - 10).put("exp", NOW + 600);
  }

  Future<Identity> ask(String token) {
    return jwt.authenticate(
        new Credentials("bearer", token, false), FakeRequest.get("/x"), "127.0.0.1");
  }

  /** Why somebody does not come in; null where he does. */
  AuthFailure.@Nullable Kind kind(String token) {
    return kind(ask(token));
  }

  static AuthFailure.@Nullable Kind kind(Future<Identity> asked) {
    Deadline.await(asked::isComplete, () -> "an answer");
    if (asked.succeeded()) {
      return null;
    }
    if (asked.cause() instanceof AuthFailure failure) {
      return failure.kind();
    }
    throw new AssertionError(asked.cause());
  }

  /** Waits until this one comes in. */
  void awaitIn(String token) {
    Deadline.await(() -> kind(token) == null, () -> "to be let in");
  }

  void pass(Duration time) {
    clock.addAndGet(time.toMillis());
  }

  @Override
  public void close() {
    jwt.close();
  }

  static List<String> algorithms() {
    return List.of(
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA");
  }
}
