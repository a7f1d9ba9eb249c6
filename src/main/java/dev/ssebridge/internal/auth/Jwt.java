package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.config.AuthProviderConfig;
import dev.ssebridge.internal.config.AuthText;
import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.keys.VerificationKey;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * JSON Web Tokens (RFC 7519, and RFC 8725 for how to take them). A signature is verified once;
 * until its token ends or its key is gone the token is known by its hash.
 */
final class Jwt implements Authenticator {
  /** Requests that may wait while keys are read. */
  static final int MOST_WAITING = 1000;

  private final String provider;
  private final AuthProviderConfig.Jwt config;
  private final LongSupplier clock;
  private final Set<String> permitted;
  private final JwtKeys keys;
  private final Kept<Known> kept;
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * A token that was verified.
   *
   * @param found whom it stands for, or that it has just ended
   * @param key by which it was
   */
  private record Known(Future<Identity> found, VerificationKey key) {}

  /**
   * Begins to read keys.
   *
   * @param verified how many verified tokens are kept
   * @param clock milliseconds since 1970
   */
  Jwt(Home home, String provider, AuthProviderConfig.Jwt config, int verified, LongSupplier clock) {
    this.provider = provider;
    this.config = config;
    this.clock = clock;
    this.permitted =
        config.algorithms().isEmpty()
            ? new LinkedHashSet<>(AuthText.ALGORITHMS)
            : config.algorithms();
    this.kept = new Kept<>(verified, clock);
    this.keys = new JwtKeys(home, config, permitted, clock, new ProviderLog(provider, clock));
  }

  @Override
  public Set<String> names() {
    return Set.of(provider);
  }

  @Override
  public boolean understands(Credentials shown, BridgeRequest request) {
    return shown.isBearer();
  }

  @Override
  public Future<Identity> authenticate(Credentials shown, BridgeRequest request, String remote) {
    KeyRing ring = keys.ring();
    Digest digest = Digest.of(shown.text());
    Known known = kept.get(digest);
    if (known != null && ring.has(known.key())) {
      return known.found();
    }
    try {
      TokenText token = TokenText.of(shown.text(), permitted);
      KeyRing.Verified verified = ring.verify(token);
      if (verified != null) {
        return Future.succeededFuture(accept(digest, token, verified));
      }
      return ring.names(token) ? Future.failedFuture(wrong()) : withMoreKeys(digest, token);
    } catch (AuthFailure failure) {
      return Future.failedFuture(failure);
    }
  }

  /** Its key may be a new one. */
  private Future<Identity> withMoreKeys(Digest digest, TokenText token) {
    Future<Void> looking = keys.lookForMore();
    if (looking == null) {
      return withKeysOfNow(digest, token); // they may just have been read
    }
    if (waiting.incrementAndGet() > MOST_WAITING) {
      waiting.decrementAndGet();
      return Future.failedFuture(unavailable());
    }
    return looking.transform(
        looked -> {
          waiting.decrementAndGet();
          return withKeysOfNow(digest, token);
        });
  }

  private Future<Identity> withKeysOfNow(Digest digest, TokenText token) {
    KeyRing.Verified verified = keys.ring().verify(token);
    try {
      return verified == null
          ? Future.failedFuture(unknown())
          : Future.succeededFuture(accept(digest, token, verified));
    } catch (AuthFailure failure) {
      return Future.failedFuture(failure);
    }
  }

  private Identity accept(Digest digest, TokenText token, KeyRing.Verified verified)
      throws AuthFailure {
    User user = verified.user();
    JsonObject claims = StrictJson.object(token.payload().getBytes());
    if (claims == null) {
      throw new AuthFailure(
          AuthFailure.Kind.INVALID,
          "expected the claims of the token to be a JSON object with each name once");
    }
    TokenClaims checked = check(digest, claims, verified);
    user.principal().remove("access_token"); // it is shown again where it is needed
    Set<String> authorities = new HashSet<>(config.authorities());
    authorities.addAll(Claims.texts(claims.getValue(config.authoritiesClaim())));
    Identity identity =
        new Identity(
            provider,
            user,
            checked.subject(),
            checked.id(),
            checked.issued(),
            checked.expires(),
            claims,
            Grants.of(claims.getValue(config.grants())),
            Set.copyOf(authorities));
    Instant end = checked.expires();
    kept.put(
        digest,
        new Known(Future.succeededFuture(identity), verified.key()),
        end == null ? Long.MAX_VALUE : end.toEpochMilli());
    return identity;
  }

  /** One that has just ended counts as no guess, so it is not verified each time either. */
  private TokenClaims check(Digest digest, JsonObject claims, KeyRing.Verified verified)
      throws AuthFailure {
    try {
      return TokenClaims.of(claims, config, Instant.ofEpochMilli(clock.getAsLong()));
    } catch (AuthFailure failure) {
      Instant end = Claims.instant(claims.getValue("exp"));
      if (failure.isJustOver() && end != null) {
        Known over = new Known(Future.failedFuture(failure), verified.key());
        Instant longOver = end.plus(config.leeway()).plus(TokenClaims.JUST_OVER);
        kept.put(digest, over, longOver.toEpochMilli());
      }
      throw failure;
    }
  }

  private static AuthFailure wrong() {
    return new AuthFailure(
        AuthFailure.Kind.INVALID, "the token is not signed by the key that it names");
  }

  private AuthFailure unknown() {
    return keys.isWithout()
        ? unavailable()
        : new AuthFailure(
            AuthFailure.Kind.INVALID, "the token is not signed by a key that is known here");
  }

  private static AuthFailure unavailable() {
    return new AuthFailure(
        AuthFailure.Kind.UNAVAILABLE,
        "the keys of tokens cannot be found out for now; try again later");
  }

  @Override
  public void refresh() {
    keys.refresh();
  }

  @Override
  public void close() {
    keys.close();
  }
}
