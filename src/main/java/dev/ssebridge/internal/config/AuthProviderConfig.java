package dev.ssebridge.internal.config;

import dev.ssebridge.auth.AdminGrant;
import dev.ssebridge.auth.CertificateUserOptions;
import dev.ssebridge.auth.ForwardOptions;
import dev.ssebridge.auth.HtpasswdOptions;
import dev.ssebridge.auth.JwtOptions;
import dev.ssebridge.auth.RouterUserOptions;
import dev.ssebridge.auth.TokenOptions;
import dev.ssebridge.internal.address.GrantPattern;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One way in which users show who they are. Immutable. */
public sealed interface AuthProviderConfig {

  /** What everybody of it is authorised for. */
  Set<String> authorities();

  /** What JSON Web Tokens need. */
  String JWT = "io.vertx.ext.auth.jwt.JWTAuth";

  /** What the hashes of passwords need. */
  String BCRYPT = "at.favre.lib.crypto.bcrypt.BCrypt";

  /**
   * Tokens that were given once.
   *
   * @param tokens all of them
   */
  record Tokens(List<Token> tokens) implements AuthProviderConfig {
    /** Each has its own. */
    @Override
    public Set<String> authorities() {
      return Set.of();
    }

    /** Those of the token of this name. */
    Set<String> authoritiesOf(String name) {
      return tokens.stream()
          .filter(token -> token.name().equals(name))
          .findFirst()
          .map(Token::authorities)
          .orElse(Set.of());
    }
  }

  /**
   * One token.
   *
   * @param name whose it is
   * @param secret the token
   */
  record Token(
      String name,
      String secret,
      List<GrantPattern> subscribe,
      List<GrantPattern> publish,
      @Nullable AdminGrant admin,
      Set<String> authorities) {
    @Override
    public String toString() {
      return "Token[" + name + "]";
    }
  }

  /**
   * JSON Web Tokens.
   *
   * @param keys PEM files
   * @param jwks a file or URL; null for none
   * @param secret of HMAC; null for none
   * @param algorithms that are accepted; empty for those that go with the keys
   * @param ca a PEM file; null for the JVM's
   */
  record Jwt(
      List<String> keys,
      @Nullable String jwks,
      @Nullable String secret,
      Set<String> algorithms,
      @Nullable String issuer,
      List<String> audience,
      Duration leeway,
      List<String> required,
      String grants,
      String authoritiesClaim,
      Duration refresh,
      Duration floor,
      Duration timeout,
      @Nullable String ca,
      Set<String> authorities)
      implements AuthProviderConfig {
    @Override
    public String toString() {
      return "Jwt[]";
    }
  }

  /**
   * Names and passwords.
   *
   * @param file of htpasswd
   */
  record Basic(String file, Set<String> authorities) implements AuthProviderConfig {}

  /**
   * An endpoint that is asked.
   *
   * @param headers of a request that are passed on, in lower case
   * @param claims by the header of the answer
   * @param cache how long an answer counts
   * @param pending requests that may wait
   * @param ca a PEM file; null for the JVM's
   */
  record Forward(
      String url,
      List<String> headers,
      Map<String, String> claims,
      Duration cache,
      Duration timeout,
      int pending,
      @Nullable String ca,
      Set<String> authorities)
      implements AuthProviderConfig {}

  /**
   * The user of a router.
   *
   * @param grants the key of its grants
   * @param authoritiesKey the key of its authorities
   */
  record Router(String grants, String authoritiesKey, Set<String> authorities)
      implements AuthProviderConfig {}

  /**
   * Clients that have proved their names in the handshake.
   *
   * @param subscribe what everybody who has may subscribe to
   * @param publish what he may publish to
   */
  record Certificate(
      List<GrantPattern> subscribe, List<GrantPattern> publish, Set<String> authorities)
      implements AuthProviderConfig {}

  /** All of those that were given once. */
  static Tokens tokens(Map<String, TokenOptions> options, Place at) {
    List<Token> tokens = new ArrayList<>();
    options.forEach(
        (name, each) -> {
          for (Token other : tokens) {
            if (other.secret().equals(each.getToken())) {
              at.at(ConfigObject.escape(name))
                  .problem("token", "expected another token than that of " + other.name());
            }
          }
          tokens.add(
              new Token(
                  name,
                  each.getToken(),
                  patterns(each.getSubscribe()),
                  patterns(each.getPublish()),
                  each.getAdmin(),
                  Set.copyOf(each.getAuthorities())));
        });
    return new Tokens(List.copyOf(tokens));
  }

  private static List<GrantPattern> patterns(List<String> texts) {
    return texts.stream().map(GrantPattern::parse).toList();
  }

  static Jwt jwt(JwtOptions options, Place at) {
    at.needs(
        OptionalJar.missing(
            JWT, "io.vertx:vertx-auth-jwt", "the version of the other jars of Vert.x"));
    boolean hasKeys = !options.getKeys().isEmpty() || options.getJwks() != null;
    if (!hasKeys && options.getSecret() == null) {
      at.problem("keys", "missing, expected \"keys\", \"jwks\" or \"secret\"");
    }
    if (options.getJwks() == null) {
      JwtOptions standard = new JwtOptions();
      String why = "has no effect without \"jwks\"";
      if (!options.getRefresh().equals(standard.getRefresh())) {
        at.problem("refresh", why);
      }
      if (!options.getFloor().equals(standard.getFloor())) {
        at.problem("floor", why);
      }
      if (!options.getTimeout().equals(standard.getTimeout())) {
        at.problem("timeout", why);
      }
    }
    for (int i = 0; i < options.getAlgorithms().size(); i++) {
      boolean isShared = options.getAlgorithms().get(i).startsWith("HS");
      if (isShared ? options.getSecret() == null : !hasKeys) {
        at.problem(
            "algorithms/" + i,
            isShared
                ? "has no effect without \"secret\""
                : "has no effect without \"keys\" or \"jwks\"");
      }
    }
    return new Jwt(
        options.getKeys(),
        options.getJwks(),
        options.getSecret(),
        Set.copyOf(options.getAlgorithms()),
        options.getIssuer(),
        options.getAudience(),
        options.getLeeway(),
        options.getRequired(),
        options.getGrantsClaim(),
        options.getAuthoritiesClaim(),
        options.getRefresh(),
        options.getFloor(),
        options.getTimeout(),
        options.getCa(),
        Set.copyOf(options.getAuthorities()));
  }

  static Basic basic(HtpasswdOptions options, Place at) {
    at.needs(OptionalJar.missing(BCRYPT, "at.favre.lib:bcrypt", "version 0.10 or later"));
    return new Basic(options.getFile(), Set.copyOf(options.getAuthorities()));
  }

  static Router router(RouterUserOptions options, Place at) {
    return new Router(
        options.getGrantsKey(), options.getAuthoritiesKey(), Set.copyOf(options.getAuthorities()));
  }

  static Certificate certificate(CertificateUserOptions options) {
    return new Certificate(
        patterns(options.getSubscribe()),
        patterns(options.getPublish()),
        Set.copyOf(options.getAuthorities()));
  }

  static Forward forward(ForwardOptions options, Place at) {
    List<String> headers = options.getHeaders();
    for (int i = 0; i < headers.size(); i++) {
      String header = headers.get(i);
      at.check("headers/" + i, () -> AuthText.requirePassedOn(header));
    }
    return new Forward(
        options.getUrl(),
        headers.isEmpty() ? List.of("authorization", "cookie") : headers,
        options.getClaims(),
        options.getCache(),
        options.getTimeout(),
        options.getPending(),
        options.getCa(),
        Set.copyOf(options.getAuthorities()));
  }
}
