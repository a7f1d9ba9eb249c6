package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.keys.VerificationKey;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keys at one time, each with what verifies signatures by it: a {@link JWTAuth} for the key and one
 * algorithm, so that a token cannot choose what its signature is compared with. Immutable; any
 * thread.
 */
final class KeyRing {
  /** The most keys that are tried for a token that names no key. */
  static final int MOST_TRIED = 10;

  private final Map<VerificationKey, Map<String, Verifier>> keys = new LinkedHashMap<>();
  private final Map<String, List<Verifier>> byAlgorithm = new HashMap<>();

  private record Verifier(VerificationKey key, String algorithm, JWTAuth auth) {}

  /**
   * Whose signature it was.
   *
   * @param user as Vert.x makes him of the token
   * @param key that has verified it
   */
  record Verified(User user, VerificationKey key) {}

  /**
   * Those keys, for no other algorithms than these.
   *
   * @param before whose verifiers are used again where the key is the same; null for none
   */
  KeyRing(
      Vertx vertx,
      Collection<VerificationKey> keys,
      Set<String> permitted,
      @Nullable KeyRing before) {
    for (VerificationKey key : new LinkedHashSet<>(keys)) {
      Map<String, Verifier> known = before == null ? null : before.keys.get(key);
      Map<String, Verifier> verifiers = known == null ? verifiers(vertx, key, permitted) : known;
      this.keys.put(key, verifiers);
      verifiers.forEach(
          (algorithm, each) ->
              byAlgorithm.computeIfAbsent(algorithm, none -> new ArrayList<>()).add(each));
    }
  }

  private static Map<String, Verifier> verifiers(
      Vertx vertx, VerificationKey key, Set<String> permitted) {
    // Vert.x knows nothing of the clock here, and does not look at all of the claims.
    JWTOptions time = new JWTOptions().setIgnoreExpiration(true);
    Map<String, Verifier> verifiers = new LinkedHashMap<>();
    for (String algorithm : key.algorithms()) {
      if (permitted.contains(algorithm)) {
        JsonObject jwk = key.jwk().copy().put("alg", algorithm);
        JWTAuth auth = JWTAuth.create(vertx, new JWTAuthOptions().addJwk(jwk).setJWTOptions(time));
        verifiers.put(algorithm, new Verifier(key, algorithm, auth));
      }
    }
    return verifiers;
  }

  /** Whether a key is still among them. */
  boolean has(VerificationKey key) {
    return keys.containsKey(key);
  }

  /** Whether a key has the name that a token gives, for its algorithm. */
  boolean names(TokenText token) {
    return token.keyId() != null
        && of(token).stream().anyMatch(each -> token.keyId().equals(each.key().id()));
  }

  private List<Verifier> of(TokenText token) {
    return byAlgorithm.getOrDefault(token.algorithm(), List.of());
  }

  /**
   * Verifies the signature of a token: by the key that it names, otherwise by those without a name;
   * where it names none, by any.
   *
   * @return null where no key of these has signed it
   */
  @Nullable Verified verify(TokenText token) {
    boolean isNamed = names(token);
    int tried = 0;
    for (Verifier each : of(token)) {
      String id = each.key().id();
      boolean isMeant = token.keyId() == null || (isNamed ? token.keyId().equals(id) : id == null);
      if (isMeant
          && token.hasSignatureOf(each.key().signatureBytes(each.algorithm()))
          && tried++ < MOST_TRIED) {
        User user = verify(each.auth(), token.text());
        if (user != null) {
          return new Verified(user, each.key());
        }
      }
    }
    return null;
  }

  /** It answers at once; some tokens it does not expect, and throws. */
  private static @Nullable User verify(JWTAuth auth, String token) {
    try {
      Future<User> user = auth.authenticate(new TokenCredentials(token));
      return user.succeeded() ? user.result() : null;
    } catch (RuntimeException unexpected) {
      return null;
    }
  }
}
