package dev.ssebridge.internal.auth;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who has shown who he is. Immutable, but for the user, which handlers of the application
 * are given.
 *
 * @param provider whom he has shown it to, by its name in the configuration
 * @param user as the application sees him
 * @param subject who he is; null where nothing says so
 * @param tokenId of his token; null where it has none
 * @param issued when his token was issued; null where nothing says so
 * @param expires when it ends; null for never
 * @param claims what is said of him
 * @param grants which addresses he may use
 * @param authorities what he is authorised for
 */
public record Identity(
    String provider,
    User user,
    @Nullable String subject,
    @Nullable String tokenId,
    @Nullable Instant issued,
    @Nullable Instant expires,
    JsonObject claims,
    Grants grants,
    Set<String> authorities) {

  /** What a claim says, as text; null where it is not there, or is no single value. */
  public @Nullable String claim(String name) {
    Object value = claims.getValue(name);
    return value instanceof String || value instanceof Number || value instanceof Boolean
        ? value.toString()
        : null;
  }

  /** Without what is said of him. */
  @Override
  public String toString() {
    return "Identity[" + provider + "]";
  }
}
