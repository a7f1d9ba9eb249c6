package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.config.AuthChoice;
import dev.ssebridge.internal.config.AuthConfig;
import dev.ssebridge.internal.config.AuthRule;
import dev.ssebridge.internal.config.HttpConfig;
import dev.ssebridge.internal.http.AuthFailures;
import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.http.Remotes;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who asks, and whether he may. Shared by all bridges of a configuration; any thread,
 * except for requests, which are looked at on their loops.
 */
public final class Access {
  private static final System.Logger LOG = System.getLogger(Access.class.getName());

  private final AuthConfig config;
  private final CookiePages pages;
  private final Remotes remotes;
  private final AuthFailures failures;
  private final Providers providers;
  private final Revoked revoked;

  private final @Nullable Tickets tickets;

  /**
   * Those who are asked.
   *
   * @param pages that may use the cookie
   * @param remotes tells which peers are proxies
   * @param failures of each remote
   * @param providers who are asked
   * @param revoked what is worth nothing any more
   * @param tickets null where there are none
   */
  Access(
      AuthConfig config,
      CookiePages pages,
      Remotes remotes,
      AuthFailures failures,
      Providers providers,
      Revoked revoked,
      @Nullable Tickets tickets) {
    this.config = config;
    this.pages = pages;
    this.remotes = remotes;
    this.failures = failures;
    this.providers = providers;
    this.revoked = revoked;
    this.tickets = tickets;
  }

  /** Whether it asks pages, and believes proxies, as this says. */
  boolean isFor(HttpConfig http) {
    return pages.isOf(http.cors()) && remotes.equals(Remotes.of(http));
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
    return revoked.names(identity, isLive(identity) ? shown : identity.issued());
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
        && providers.areLive(identity.provider());
  }

  /** Takes note of what is worth nothing any more. */
  public void revoke(Revocation revocation) {
    revoked.add(revocation);
    providers.all().forEach(Authenticator::forget);
  }

  /**
   * Finds out who asks, and what he is authorised for, and goes on with the request, on its
   * context.
   *
   * @param authorizer of the application
   * @param waiting told before it takes time
   * @param known told who it is
   * @param refused told why it is nobody
   */
  public void whenKnown(
      BridgeRequest context,
      AuthChoice choice,
      String remote,
      Authorizer authorizer,
      Runnable waiting,
      Consumer<Identity> known,
      Consumer<AuthFailure> refused) {
    Future<Identity> asked = identify(context, choice, remote);
    whenDone(
        context,
        asked.compose(who -> authorise(context, who, authorizer)),
        waiting,
        known,
        refused);
  }

  /** The same for somebody who has shown before who he is, and waits for nothing. */
  public void whenAuthorised(
      BridgeRequest context,
      Identity who,
      Authorizer authorizer,
      Consumer<Identity> known,
      Consumer<AuthFailure> refused) {
    whenDone(context, authorise(context, who, authorizer), () -> {}, known, refused);
  }

  private Future<Identity> authorise(BridgeRequest context, Identity who, Authorizer authorizer) {
    return authorizer.authorise(context, who, config.authoritiesOf(who.provider()));
  }

  private static void whenDone(
      BridgeRequest context,
      Future<Identity> asked,
      Runnable waiting,
      Consumer<Identity> known,
      Consumer<AuthFailure> refused) {
    Context loop = Vertx.currentContext();
    if (asked.isComplete()) {
      goOn(context, asked, known, refused);
      return;
    }
    waiting.run();
    asked.onComplete(done -> loop.runOnContext(v -> goOn(context, asked, known, refused)));
  }

  private static void goOn(
      BridgeRequest context,
      Future<Identity> asked,
      Consumer<Identity> known,
      Consumer<AuthFailure> refused) {
    if (asked.succeeded()) {
      known.accept(asked.result());
    } else if (asked.cause() instanceof AuthFailure failure) {
      refused.accept(failure);
    } else {
      LOG.log(Level.ERROR, "who asks could not be found out", asked.cause());
      context.fail(asked.cause());
    }
  }

  /**
   * Finds out who asks. Of the providers that understand what the request shows each is asked in
   * turn until one knows it.
   *
   * @param choice which providers may say so
   * @param remote who has sent the request
   * @return failed with an {@link AuthFailure}
   */
  Future<Identity> identify(BridgeRequest context, AuthChoice choice, String remote) {
    long wait = failures.waitOf(remote);
    if (wait > 0) {
      return Future.failedFuture(AuthFailure.tooMany(wait));
    }
    return lookAt(context, choice, remote)
        .onFailure(
            failure -> {
              if (failure instanceof AuthFailure known && known.isOfWhatWasShown()) {
                failures.failed(remote);
              }
            });
  }

  private Future<Identity> lookAt(BridgeRequest context, AuthChoice choice, String remote) {
    try {
      return ask(Shown.by(context.request(), config.cookie()), context, choice, remote);
    } catch (AuthFailure malformed) {
      return Future.failedFuture(malformed);
    }
  }

  private Future<Identity> ask(
      Credentials shown, BridgeRequest context, AuthChoice choice, String remote) {
    List<Authenticator> asked = new ArrayList<>();
    boolean isShownByItself = shown.isCookie();
    for (Authenticator each : providers.all()) {
      if (choice.takesAnyOf(each.names()) && each.understands(shown, context)) {
        asked.add(each);
        isShownByItself |= each.isShownByItself(context);
      }
    }
    if (isShownByItself && !pages.include(context.request())) {
      return Future.failedFuture(
          new AuthFailure(
              AuthFailure.Kind.FORBIDDEN,
              "expected a cookie, or a certificate, from a page of this site, or of an origin in"
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
    return Providers.ask(asked, 0, shown, context, remote).compose(who -> permitted(who, choice));
  }

  private Future<Identity> permitted(Identity who, AuthChoice choice) {
    if (!choice.takes(who.provider())) {
      return Future.failedFuture(
          new AuthFailure(AuthFailure.Kind.INVALID, "expected a token that is taken here"));
    }
    return !isLive(who) && revoked.names(who, who.issued())
        ? Future.failedFuture(
            new AuthFailure(AuthFailure.Kind.INVALID, "what was shown has been revoked"))
        : Future.succeededFuture(who);
  }

  /** Whether he may subscribe to an address. */
  public boolean maySubscribe(Identity identity, String address) {
    return identity.grants().subscribes(address)
        || config.subscribe().stream()
            .filter(rule -> rule.isAbout(address))
            .findFirst()
            .map(rule -> permits(rule, identity))
            .orElse(false);
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
    List<AuthRule> about = config.publish().stream().filter(rule -> rule.isAbout(address)).toList();
    return PublishPermit.of(about, rule -> permits(rule, identity));
  }

  private static boolean permits(AuthRule rule, Identity identity) {
    return rule.authority() == null || identity.isAuthorised(rule.authority());
  }

  /** How a request is refused, for what it lacks. */
  public Challenge challenge(AuthChoice choice) {
    boolean isBasic = providers.of(choice).anyMatch(Authenticator::isBasic);
    boolean isBearer = providers.of(choice).anyMatch(each -> !each.isBasic());
    return new Challenge(config.realm(), config.resourceMetadata(), isBearer, isBasic);
  }

  /** Who are asked. */
  Providers providers() {
    return providers;
  }

  /** Lets go of everything. */
  public void close() {
    providers.all().forEach(Authenticator::close);
  }
}
