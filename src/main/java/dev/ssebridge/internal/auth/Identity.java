package dev.ssebridge.internal.auth;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authorization.PermissionBasedAuthorization;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who has shown who he is. Immutable, except for the user, which handlers of the
 * application are given.
 *
 * @param provider whom he has shown it to, by its name in the configuration
 * @param user as the application sees him
 * @param subject who he is; null where nothing says so
 * @param tokenId of his token; null where it has none
 * @param issued when his token was issued; null where nothing says so
 * @param expires when it ends; null for never
 * @param claims what is said of him
 * @param grants which addresses he may use
 * @param authorities what he is authorised for, beside the authorizations of the user
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

  /** Two with the same one are the same user; all those of a provider without a subject are one. */
  public String key() {
    return subject == null ? provider : provider + ' ' + subject;
  }

  /** What a claim says, as text; null where it is not there, or is no single value. */
  public @Nullable String claim(String name) {
    Object value = claims.getValue(name);
    return value instanceof String || value instanceof Number || value instanceof Boolean
        ? value.toString()
        : null;
  }

  /**
   * Whether he is authorised for something: a permission of that name, and not a role, nor one for
   * some resource only.
   */
  public boolean isAuthorised(String authority) {
    return authorities.contains(authority)
        || user.authorizations().verify(PermissionBasedAuthorization.create(authority));
  }

  /** All permissions that {@link #isAuthorised} finds by their names. */
  Set<String> allAuthorities() {
    Set<String> all = new TreeSet<>(authorities);
    user.authorizations()
        .forEach(
            (id, each) -> {
              if (each instanceof PermissionBasedAuthorization permission
                  && permission.getResource() == null) {
                all.add(permission.getPermission());
              }
            });
    return all;
  }

  /** The same one as another user, with other {@link #authorities}. */
  Identity with(User other, Set<String> others) {
    return new Identity(provider, other, subject, tokenId, issued, expires, claims, grants, others);
  }

  /** Without what is said of him. */
  @Override
  public String toString() {
    return "Identity[" + provider + "]";
  }
}
