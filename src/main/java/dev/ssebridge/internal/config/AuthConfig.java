package dev.ssebridge.internal.config;

import dev.ssebridge.auth.AuthMode;
import dev.ssebridge.auth.AuthOptions;
import dev.ssebridge.auth.AuthRuleOptions;
import dev.ssebridge.auth.CertificateUserOptions;
import dev.ssebridge.auth.TicketOptions;
import dev.ssebridge.internal.text.Sha256;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Who may subscribe and publish. Immutable.
 *
 * @param isRequired false where everybody may do everything, and that is meant
 * @param providers the ways in which users show who they are, by name; all tokens are one
 * @param subscribe what users may subscribe to, beside their grants; the first about it decides
 * @param publish what users may publish, beside their grants; the first about it decides
 * @param cookie the one that may hold a token; null for none
 * @param tickets null for none
 * @param warning how long before its end a stream is told; 0 for not at all
 * @param revocations the bus address that takes them; null for none
 * @param realm of a refusal
 * @param resourceMetadata where the metadata of RFC 9728 is; null for nowhere
 * @param verified how many verified tokens are kept
 * @param marks of the providers, see {@link #mark}
 */
public record AuthConfig(
    boolean isRequired,
    Map<String, AuthProviderConfig> providers,
    List<AuthRule> subscribe,
    List<AuthRule> publish,
    @Nullable String cookie,
    @Nullable TicketConfig tickets,
    Duration warning,
    @Nullable String revocations,
    String realm,
    @Nullable String resourceMetadata,
    int verified,
    Map<String, String> marks) {

  /** The name of the provider that looks at certificates; there is only one. */
  private static final String CERTIFICATE = "certificate";

  /** Stands for all tokens together, as a name that nobody can choose. */
  private static final String TOKENS = "/tokens";

  /**
   * Tickets of pages.
   *
   * @param age how long one can be used the first time
   * @param life how long it can be used at all
   * @param secret that they are sealed with; null where they are kept alone
   * @param most how many are kept
   */
  public record TicketConfig(Duration age, Duration life, @Nullable String secret, int most) {
    @Override
    public String toString() {
      return "TicketConfig[]";
    }
  }

  static @Nullable AuthConfig of(@Nullable AuthOptions options, Place at) {
    if (options == null) {
      return null;
    }
    boolean isRequired = options.getMode() == AuthMode.REQUIRED;
    Map<String, AuthProviderConfig> providers = providers(options, at);
    if (isRequired && providers.isEmpty() && at.isFine("tokens")) {
      at.problem(
          "expected one of \"tokens\", \"jwt\", \"basic\", \"certificate\", \"forward\" and \"router\" in it, got none,"
              + " so nobody could show who he is; \"auth\": \"none\" says that everybody may do"
              + " everything");
    }
    TicketOptions tickets = options.getTickets();
    return new AuthConfig(
        isRequired,
        providers,
        rules(options.getSubscribe(), at.at("subscribe"), false),
        rules(options.getPublish(), at.at("publish"), true),
        options.getCookie(),
        tickets == null ? null : tickets(tickets),
        options.getWarning(),
        options.getRevocations(),
        options.getRealm(),
        options.getResourceMetadata(),
        options.getVerified(),
        marks(options));
  }

  private static TicketConfig tickets(TicketOptions options) {
    return new TicketConfig(
        options.getAge(), options.getLife(), options.getSecret(), options.getMost());
  }

  private static String escape(String name) {
    return ConfigObject.escape(name);
  }

  private static Map<String, AuthProviderConfig> providers(AuthOptions options, Place at) {
    Map<String, AuthProviderConfig> all = new LinkedHashMap<>();
    Map<String, String> places = new HashMap<>();
    if (!options.getTokens().isEmpty()) {
      options.getTokens().keySet().forEach(name -> requireFree(name, "tokens", places, at));
      all.put(TOKENS, AuthProviderConfig.tokens(options.getTokens(), at.at("tokens")));
    }
    add(all, places, at, "jwt", options.getJwt(), AuthProviderConfig::jwt);
    add(all, places, at, "basic", options.getBasic(), AuthProviderConfig::basic);
    CertificateUserOptions certificate = options.getCertificate();
    if (certificate != null) {
      requireFree(CERTIFICATE, CERTIFICATE, places, at);
      all.put(CERTIFICATE, AuthProviderConfig.certificate(certificate));
    }
    add(all, places, at, "router", options.getRouter(), AuthProviderConfig::router);
    // The last one that is asked, since it understands everything.
    add(all, places, at, "forward", options.getForward(), AuthProviderConfig::forward);
    return Collections.unmodifiableMap(all);
  }

  private static <O> void add(
      Map<String, AuthProviderConfig> all,
      Map<String, String> places,
      Place at,
      String kind,
      Map<String, O> options,
      BiFunction<O, Place, AuthProviderConfig> maker) {
    options.forEach(
        (name, each) -> {
          requireFree(name, kind, places, at);
          all.put(name, maker.apply(each, at.at(kind).at(escape(name))));
        });
  }

  private static void requireFree(String name, String kind, Map<String, String> places, Place at) {
    String first = places.putIfAbsent(name, kind);
    if (first != null) {
      at.at(kind).problem(escape(name), "expected a name of its own, got that of /auth/" + first);
    } else if (name.equals(AuthChoice.NONE)) {
      at.at(kind).problem(escape(name), "expected another name, as \"none\" is for everybody");
    }
  }

  /** The names that routes and rules may choose. */
  public Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    providers.forEach(
        (name, each) -> {
          if (each instanceof AuthProviderConfig.Tokens tokens) {
            tokens.tokens().forEach(token -> names.add(token.name()));
          } else {
            names.add(name);
          }
        });
    return names;
  }

  /** Headers of requests that others are asked with, in lower case, but for cookies. */
  public Set<String> passedOn() {
    Set<String> names = new LinkedHashSet<>();
    for (AuthProviderConfig each : providers.values()) {
      if (each instanceof AuthProviderConfig.Forward forward) {
        names.addAll(forward.headers());
      }
    }
    names.remove("cookie"); // no page sets it: Fetch, forbidden request-header
    return names;
  }

  /**
   * What stands for what a provider was configured with, so that a ticket is not taken for somebody
   * whose token is another now, or whose rights are; null where there is none of this name.
   */
  public @Nullable String mark(String provider) {
    return marks.get(provider);
  }

  private static Map<String, String> marks(AuthOptions options) {
    Map<String, String> marks = new LinkedHashMap<>();
    options.getTokens().forEach((name, each) -> marks.put(name, mark("token", each.toJson())));
    options.getJwt().forEach((name, each) -> marks.put(name, mark("jwt", each.toJson())));
    options.getBasic().forEach((name, each) -> marks.put(name, mark("basic", each.toJson())));
    options.getRouter().forEach((name, each) -> marks.put(name, mark("router", each.toJson())));
    options.getForward().forEach((name, each) -> marks.put(name, mark("forward", each.toJson())));
    CertificateUserOptions certificate = options.getCertificate();
    if (certificate != null) {
      marks.put(CERTIFICATE, mark(CERTIFICATE, certificate.toJson()));
    }
    return Collections.unmodifiableMap(marks);
  }

  /** A hash, from which nothing secret can be told. */
  private static String mark(String kind, JsonObject options) {
    return Base64.getEncoder().encodeToString(Sha256.of(kind + options.encode()));
  }

  /** What everybody who has shown who he is to the provider of this name is authorised for. */
  public Set<String> authoritiesOf(String name) {
    AuthProviderConfig provider = providers.get(name);
    if (provider != null) {
      return provider.authorities();
    }
    return providers.get(TOKENS) instanceof AuthProviderConfig.Tokens tokens
        ? tokens.authoritiesOf(name)
        : Set.of();
  }

  private static List<AuthRule> rules(
      Map<String, AuthRuleOptions> options, Place at, boolean isPublish) {
    List<AuthRule> rules = new ArrayList<>();
    options.forEach((name, each) -> rules.add(AuthRule.of(each, at.at(escape(name)), isPublish)));
    return List.copyOf(rules);
  }
}
