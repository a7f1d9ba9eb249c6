package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.config.AuthProviderConfig;
import dev.ssebridge.internal.http.BridgeRequest;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that were given once. Each request is compared with all of them, by their hashes and in
 * constant time, so that the time tells nothing of how much was right.
 */
final class StaticTokens implements Authenticator {
  private final List<Known> known = new ArrayList<>();
  private final Set<String> names;

  /** A token, and whose it is. */
  private record Known(Digest digest, Identity identity) {}

  StaticTokens(AuthProviderConfig.Tokens config) {
    names =
        config.tokens().stream()
            .map(AuthProviderConfig.Token::name)
            .collect(Collectors.toUnmodifiableSet());
    for (AuthProviderConfig.Token token : config.tokens()) {
      JsonObject claims = new JsonObject().put("sub", token.name());
      Identity identity =
          new Identity(
              token.name(),
              User.create(claims),
              token.name(),
              null,
              null,
              null,
              claims,
              new Grants(token.subscribe(), token.publish(), token.admin()),
              token.authorities());
      known.add(new Known(Digest.of(token.secret()), identity));
    }
  }

  @Override
  public Set<String> names() {
    return names;
  }

  @Override
  public boolean understands(Credentials shown, BridgeRequest request) {
    return shown.isBearer();
  }

  @Override
  public Future<Identity> authenticate(Credentials shown, BridgeRequest request, String remote) {
    Digest digest = Digest.of(shown.text());
    @Nullable Identity found = null;
    for (Known each : known) {
      if (each.digest().equals(digest)) {
        found = each.identity();
      }
    }
    return found == null
        ? Future.failedFuture(
            new AuthFailure(AuthFailure.Kind.INVALID, "expected a token that is known here"))
        : Future.succeededFuture(found);
  }
}
