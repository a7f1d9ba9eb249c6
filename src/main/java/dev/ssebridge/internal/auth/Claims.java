package dev.ssebridge.internal.auth;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads claims (RFC 7519, section 4). */
final class Claims {
  private Claims() {}

  /** What a user of Vert.x says: what his token said, if he has one, and his principal. */
  static JsonObject of(User user) {
    JsonObject claims = user.principal().copy();
    JsonObject attributes = user.attributes();
    claims.mergeIn(attributes.copy());
    if (attributes.getValue("accessToken") instanceof JsonObject token) {
      claims.mergeIn(token);
    }
    List.of("access_token", "id_token", "refresh_token", "accessToken", "idToken", "password")
        .forEach(claims::remove);
    return claims;
  }

  /** A list of texts, or texts with spaces between them; empty for anything else. */
  static Set<String> texts(@Nullable Object claim) {
    if (claim instanceof JsonArray array) {
      return array.stream()
          .filter(String.class::isInstance)
          .map(String.class::cast)
          .collect(Collectors.toUnmodifiableSet());
    }
    return claim instanceof String text
        ? Arrays.stream(text.split(" ")) // no other space: "staff\n" is not "staff"
            .filter(each -> !each.isEmpty())
            .collect(Collectors.toUnmodifiableSet())
        : Set.of();
  }

  /** Seconds since 1970; null for anything else. */
  static @Nullable Instant instant(@Nullable Object claim) {
    try {
      return claim instanceof Number seconds
          ? Instant.ofEpochMilli(Math.round(seconds.doubleValue() * 1000))
          : null;
    } catch (DateTimeException outOfRange) {
      return null;
    }
  }
}
