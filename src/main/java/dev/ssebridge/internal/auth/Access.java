package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.config.AuthChoice;
import dev.ssebridge.internal.config.AuthConfig;
import dev.ssebridge.internal.config.AuthRule;
import dev.ssebridge.internal.config.CorsConfig;
import dev.ssebridge.internal.http.AuthFailures;
import dev.ssebridge.internal.http.BridgeRequest;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who asks, and whether he may. Shared by all bridges of a configuration; any thread, but
 * for requests, which are looked at on their loops.
 */
public final class Access {
  private final AuthConfig config;
  private final CookiePages pages;
  private final AuthFailures failures;
  private final Map<String, Authenticator> authenticators;
  private final Revoked revoked;
  private final @Nullable Tickets tickets;

  /**
   * Whoever is asked.
   *
   * @param pages that may use the cookie
   * @param failures of each remote
   * @param authenticators by the names of their providers, in the order in which they are asked
   * @param revoked what is worth nothing any more
   * @param tickets null where there are none
   */
  public Access(
      AuthConfig config,
      CookiePages pages,
      AuthFailures failures,
      Map<String, Authenticator> authenticators,
      Revoked revoked,
      @Nullable Tickets tickets) {
    this.config = config;
    this.pages = pages;
    this.failures = failures;
    this.authenticators = authenticators;
    this.revoked = revoked;
    this.tickets = tickets;
  }

  /** Whether it asks pages as this says. */
  boolean isFor(CorsConfig cors) {
    return pages.isOf(cors);
  }

  /** What was configured. */
  public AuthConfig config() {
    return config;
  }

  /** Those that stand for somebody in a URL; null where there are none. */
  public @Nullable Tickets tickets() {
    return tickets;
  }

  /** Now, by the clock of the revocations. */
  public Instant now() {
    return revoked.now();
  }

  /**
   * Whether somebody was revoked since he has shown who he is, or what he has shown was.
   *
   * @param shown when he has
   */
  public boolean isRevoked(Identity identity, Instant shown) {
    return revoked.names(identity, isLive(identity) ? shown : identity.issued(), isLive(identity));
  }

  /** Whether what somebody has shown is good still: neither over nor revoked. */
  public boolean isStill(Identity identity, Instant shown) {
    Instant expires = identity.expires();
    return (expires == null || now().isBefore(expires)) && !isRevoked(identity, shown);
  }

  /** Whether somebody else is asked about him each time, and there is no token that says when. */
  private boolean isLive(Identity identity) {
    return identity.tokenId() == null
        && identity.issued() == null
        && authenticators.values().stream()
            .anyMatch(each -> each.isLive() && each.names().contains(identity.provider()));
  }

  /** Takes note of what is worth nothing any more. */
  public void revoke(Revocation revocation) {
    revoked.add(revocation);
    authenticators.values().forEach(Authenticator::forget);
  }

  /** What is worth nothing any more. */
  Revoked revoked() {
    return revoked;
  }

  /**
   * Finds out who asks. Of the providers that understand what the request shows each is asked in
   * turn until one knows it.
   *
   * @param choice which providers may say so
   * @param remote who has sent the request
   * @return failed with an {@link AuthFailure}
   */
  public Future<Identity> identify(BridgeRequest context, AuthChoice choice, String remote) {
    long wait = failures.waitOf(remote);
    if (wait > 0) {
      return Future.failedFuture(AuthFailure.tooMany(wait));
    }
    return identify(context, choice, remote, config.cookie())
        .onFailure(
            failure -> {
              if (failure instanceof AuthFailure known && known.isOfWhatWasShown()) {
                failures.failed(remote);
              }
            });
  }

  private Future<Identity> identify(
      BridgeRequest context, AuthChoice choice, String remote, @Nullable String cookie) {
    Credentials shown;
    try {
      shown = Shown.by(context.request(), cookie);
    } catch (AuthFailure failure) {
      return Future.failedFuture(failure);
    }
    List<Authenticator> asked = new ArrayList<>();
    authenticators
        .values()
        .forEach(
            each -> {
              if (isFor(each, choice) && each.understands(shown, context)) {
                asked.add(each);
              }
            });
    boolean usesCookies =
        shown.isCookie()
            || (asked.stream().anyMatch(Authenticator::usesCookies)
                && context.request().headers().contains(HttpHeaders.COOKIE));
    if (usesCookies && !pages.include(context.request())) {
      return Future.failedFuture(
          new AuthFailure(
              AuthFailure.Kind.FORBIDDEN,
              "expected a cookie from a page of this site, or of an origin in"
                  + " http.cors.publishOrigins, or in http.cors.origins with credentials"));
    }
    if (asked.isEmpty()) {
      return Future.failedFuture(
          shown.scheme() == null
              ? new AuthFailure(AuthFailure.Kind.MISSING, "expected a request that shows who asks")
              : new AuthFailure(
                  AuthFailure.Kind.INVALID,
                  "expected what a provider of this path understands, got something else"));
    }
    return ask(asked, 0, shown, context, remote).compose(who -> permitted(who, choice));
  }

  /** Of two failures the one counts that may be otherwise soon. */
  private static Future<Identity> ask(
      List<Authenticator> asked, int at, Credentials shown, BridgeRequest context, String remote) {
    Future<Identity> answer = asked.get(at).authenticate(shown, context, remote);
    return at + 1 == asked.size()
        ? answer
        : answer.recover(
            no ->
                ask(asked, at + 1, shown, context, remote)
                    .recover(last -> Future.failedFuture(isUnavailable(no) ? no : last)));
  }

  private static boolean isUnavailable(Throwable failure) {
    return failure instanceof AuthFailure known && known.kind() == AuthFailure.Kind.UNAVAILABLE;
  }

  private static boolean isFor(Authenticator each, AuthChoice choice) {
    return each.names().stream().anyMatch(choice::takes);
  }

  private Future<Identity> permitted(Identity who, AuthChoice choice) {
    if (!choice.takes(who.provider())) {
      return Future.failedFuture(
          new AuthFailure(AuthFailure.Kind.INVALID, "expected a token that is taken here"));
    }
    return !isLive(who) && isRevoked(who, revoked.now())
        ? Future.failedFuture(
            new AuthFailure(AuthFailure.Kind.INVALID, "what was shown has been revoked"))
        : Future.succeededFuture(who);
  }

  /** Whether he may subscribe to an address. */
  public boolean maySubscribe(Identity identity, String address) {
    return identity.grants().subscribes(address)
        || config.subscribe().values().stream().anyMatch(rule -> permits(rule, identity, address));
  }

  /**
   * What he may publish to an address.
   *
   * @return {@code null} for nothing
   */
  public @Nullable PublishPermit mayPublish(Identity identity, String address) {
    if (identity.grants().publishes(address)) {
      return PublishPermit.ALL;
    }
    List<AuthRule> about =
        config.publish().values().stream()
            .filter(rule -> permits(rule, identity, address))
            .toList();
    return about.isEmpty() ? null : PublishPermit.of(about);
  }

  private static boolean permits(AuthRule rule, Identity identity, String address) {
    return (rule.authority() == null || identity.authorities().contains(rule.authority()))
        && rule.isAbout(address);
  }

  /** How a request is refused, for what it lacks. */
  public Challenge challenge(AuthChoice choice) {
    boolean isBearer = false;
    boolean isBasic = false;
    for (Authenticator each : authenticators.values()) {
      if (isFor(each, choice)) {
        isBasic |= each.isBasic();
        isBearer |= !each.isBasic();
      }
    }
    return new Challenge(config.realm(), config.resourceMetadata(), isBearer, isBasic);
  }

  /** Has files read again that may have changed. */
  public void refresh() {
    authenticators.values().forEach(Authenticator::refresh);
  }

  /** Who looks at what one provider understands; {@code null} for no such provider. */
  @Nullable Authenticator authenticator(String provider) {
    return authenticators.get(provider);
  }

  /** Lets go of everything that another one does not go on with. */
  void closeAllBut(@Nullable Access other) {
    authenticators.forEach(
        (name, each) -> {
          if (other == null || other.authenticator(name) != each) {
            each.close();
          }
        });
  }

  /** Lets go of everything. */
  public void close() {
    authenticators.values().forEach(Authenticator::close);
  }

  /** The claims of somebody as the values of a template's parameters. */
  public static Function<String, @Nullable String> claimsOf(@Nullable Identity identity) {
    return name -> identity == null ? null : identity.claim(name);
  }
}
