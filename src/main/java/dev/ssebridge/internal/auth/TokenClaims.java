package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.config.AuthProviderConfig;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a token with a right signature says of itself: for whom it is, from whom, and from when to
 * when it is valid (RFC 7519, section 4.1).
 *
 * @param subject who has it; null where nothing says so
 * @param id of the token; null where it has none
 * @param issued null where nothing says so
 * @param expires null for never; never before now
 */
record TokenClaims(
    @Nullable String subject,
    @Nullable String id,
    @Nullable Instant issued,
    @Nullable Instant expires) {

  /** How long after its end a page may still be about to get another token. */
  static final Duration JUST_OVER = Duration.ofMinutes(5);

  /**
   * Looks at them.
   *
   * @throws AuthFailure if the token is not valid here and now
   */
  static TokenClaims of(JsonObject claims, AuthProviderConfig.Jwt config, Instant now)
      throws AuthFailure {
    for (String name : config.required()) {
      if (claims.getValue(name) == null) {
        throw invalid("expected a token with the claim \"" + name + "\"");
      }
    }
    if (config.issuer() != null && !config.issuer().equals(claims.getValue("iss"))) {
      throw invalid("expected a token of another issuer");
    }
    requireAudience(claims, config);
    Instant notBefore = time(claims, "nbf");
    Instant issued = time(claims, "iat");
    Instant expires = time(claims, "exp");
    Instant latest = now.plus(config.leeway());
    if (notBefore != null && notBefore.isAfter(latest)) {
      throw invalid("the token is not valid yet");
    }
    if (issued != null && issued.isAfter(latest)) {
      throw invalid("the token was issued in the future; one of the clocks is wrong");
    }
    Instant end = expires;
    if (end != null && !end.isAfter(now)) {
      end = end.plus(config.leeway()); // who comes in so late shall not be sent away at once
      if (!end.isAfter(now)) {
        throw end.plus(JUST_OVER).isAfter(now)
            ? AuthFailure.justOver("the token has expired")
            : invalid("the token has expired");
      }
    }
    return new TokenClaims(text(claims, "sub"), text(claims, "jti"), issued, end);
  }

  /**
   * RFC 7519, section 4.1.3: who does not find himself in the audience must refuse the token, and
   * so must one who has no name to look for.
   */
  private static void requireAudience(JsonObject claims, AuthProviderConfig.Jwt config)
      throws AuthFailure {
    Object audience = claims.getValue("aud");
    boolean isFine;
    if (config.audience().isEmpty()) {
      isFine = !claims.containsKey("aud");
    } else if (audience instanceof JsonArray array) {
      isFine =
          array.stream().allMatch(String.class::isInstance)
              && array.stream().anyMatch(config.audience()::contains);
    } else {
      isFine = audience instanceof String && config.audience().contains(audience);
    }
    if (!isFine) {
      throw invalid(
          config.audience().isEmpty()
              ? "the token is for an audience, and none is configured here"
              : "expected a token for another audience");
    }
  }

  /** RFC 7519, section 2: a number of seconds, maybe with a part. */
  private static @Nullable Instant time(JsonObject claims, String name) throws AuthFailure {
    if (!claims.containsKey(name)) {
      return null;
    }
    Instant time = Claims.instant(claims.getValue(name));
    if (time == null) {
      throw invalid("expected the claim \"" + name + "\" to be a number of seconds");
    }
    return time;
  }

  private static @Nullable String text(JsonObject claims, String name) throws AuthFailure {
    Object value = claims.getValue(name);
    if (claims.containsKey(name) && !(value instanceof String)) {
      throw invalid("expected the claim \"" + name + "\" to be text");
    }
    return (String) value;
  }

  private static AuthFailure invalid(String reason) {
    return new AuthFailure(AuthFailure.Kind.INVALID, reason);
  }
}
