package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.config.AuthProviderConfig;
import dev.ssebridge.internal.http.BridgeRequest;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import io.vertx.ext.web.RoutingContext;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The user whom an {@code AuthenticationHandler} of the application has found out. */
final class RouterUser implements Authenticator {
  private final String provider;
  private final AuthProviderConfig.Router config;

  RouterUser(String provider, AuthProviderConfig.Router config) {
    this.provider = provider;
    this.config = config;
  }

  @Override
  public Set<String> names() {
    return Set.of(provider);
  }

  @Override
  public boolean understands(Credentials shown, BridgeRequest request) {
    return userOf(request) != null;
  }

  private static @Nullable User userOf(BridgeRequest request) {
    RoutingContext routing = request.routing();
    return routing == null ? null : routing.user();
  }

  @Override
  public Future<Identity> authenticate(Credentials shown, BridgeRequest request, String remote) {
    User user = userOf(request);
    if (user == null) {
      return Future.failedFuture(
          new AuthFailure(AuthFailure.Kind.MISSING, "expected a request that shows who asks"));
    }
    if (user.expired()) {
      return Future.failedFuture(
          new AuthFailure(AuthFailure.Kind.INVALID, "what was shown is not valid any more"));
    }
    JsonObject claims = Claims.of(user);
    Set<String> authorities = new HashSet<>(config.authorities());
    authorities.addAll(Claims.texts(claims.getValue(config.authoritiesKey())));
    return Future.succeededFuture(
        new Identity(
            provider,
            user,
            user.subject(),
            claims.getValue("jti") instanceof String id ? id : null,
            Claims.instant(claims.getValue("iat")),
            Claims.instant(claims.getValue("exp")),
            claims,
            Grants.of(claims.getValue(config.grants())),
            Set.copyOf(authorities)));
  }

  @Override
  public boolean isLive() {
    return true;
  }
}
