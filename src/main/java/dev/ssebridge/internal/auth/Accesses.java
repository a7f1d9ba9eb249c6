package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.config.AuthConfig;
import dev.ssebridge.internal.config.AuthProviderConfig;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.http.AuthFailures;
import dev.ssebridge.internal.http.Remotes;
import io.vertx.core.Vertx;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Makes what a configuration says about who may do what. */
public final class Accesses {
  private Accesses() {}

  /**
   * What finds out who asks; {@code null} where nobody has to show it.
   *
   * @param clock milliseconds since 1970
   * @param failures of each remote
   * @param revoked what is worth nothing any more
   */
  public static @Nullable Access of(
      Vertx vertx,
      BridgeConfig config,
      LongSupplier clock,
      AuthFailures failures,
      Revoked revoked) {
    AuthConfig auth = config.auth();
    return auth == null || !auth.isRequired()
        ? null
        : of(vertx, config, auth, clock, failures, revoked, tickets(auth, clock), null);
  }

  /** The same for another configuration. */
  public static @Nullable Access changed(
      @Nullable Access present,
      Vertx vertx,
      BridgeConfig next,
      LongSupplier clock,
      AuthFailures failures,
      Revoked revoked) {
    AuthConfig auth = next.auth();
    if (present == null) {
      return of(vertx, next, clock, failures, revoked);
    }
    if (auth != null && auth.equals(present.config()) && present.isFor(next.http())) {
      present.providers().refresh();
      return present;
    }
    Access changed =
        auth == null || !auth.isRequired()
            ? null
            : of(
                vertx,
                next,
                auth,
                clock,
                failures,
                revoked,
                tickets(present, auth, clock),
                present);
    present.providers().closeAllBut(changed == null ? null : changed.providers());
    if (changed != null) {
      changed.providers().refresh();
    }
    return changed;
  }

  private static @Nullable Tickets tickets(AuthConfig auth, LongSupplier clock) {
    return auth.tickets() == null ? null : Tickets.of(auth.tickets(), clock, auth::mark);
  }

  /** Those that there are stay good while nothing has changed that they stand for. */
  private static @Nullable Tickets tickets(Access present, AuthConfig auth, LongSupplier clock) {
    AuthConfig before = present.config();
    Tickets tickets = present.tickets();
    if (before.providers().equals(auth.providers())
        && Objects.equals(before.tickets(), auth.tickets())) {
      return tickets;
    }
    return tickets == null || auth.tickets() == null
        ? tickets(auth, clock)
        : tickets.changed(auth.tickets(), auth::mark);
  }

  private static Access of(
      Vertx vertx,
      BridgeConfig config,
      AuthConfig auth,
      LongSupplier clock,
      AuthFailures failures,
      Revoked revoked,
      @Nullable Tickets tickets,
      @Nullable Access present) {
    Map<String, Authenticator> authenticators = new LinkedHashMap<>();
    Home home = new Home(vertx);
    Remotes remotes = Remotes.of(config.http());
    auth.providers()
        .forEach(
            (name, each) -> {
              Authenticator same = present == null ? null : same(present, auth, name);
              authenticators.put(
                  name, same == null ? of(home, name, each, auth, remotes, clock) : same);
            });
    return new Access(
        auth,
        new CookiePages(config.http().cors()),
        remotes,
        failures,
        new Providers(authenticators),
        revoked,
        tickets);
  }

  /** What is configured as before goes on with all that it knows. */
  private static @Nullable Authenticator same(Access present, AuthConfig auth, String name) {
    AuthConfig before = present.config();
    boolean knowsProxies = auth.providers().get(name) instanceof AuthProviderConfig.Certificate;
    return !knowsProxies
            && before.verified() == auth.verified()
            && Objects.equals(before.providers().get(name), auth.providers().get(name))
        ? present.providers().get(name)
        : null;
  }

  private static Authenticator of(
      Home home,
      String name,
      AuthProviderConfig config,
      AuthConfig auth,
      Remotes remotes,
      LongSupplier clock) {
    if (config instanceof AuthProviderConfig.Tokens tokens) {
      return new StaticTokens(tokens);
    }
    if (config instanceof AuthProviderConfig.Router router) {
      return new RouterUser(name, router);
    }
    if (config instanceof AuthProviderConfig.Certificate certificate) {
      return new CertificateUser(name, certificate, remotes, clock);
    }
    if (config instanceof AuthProviderConfig.Jwt jwt) {
      return new Jwt(home, name, jwt, auth.verified(), clock);
    }
    if (config instanceof AuthProviderConfig.Basic basic) {
      return new Htpasswd(home, name, basic, auth.verified(), clock);
    }
    if (config instanceof AuthProviderConfig.Forward forward) {
      return new Forward(home, name, forward, auth.verified(), clock);
    }
    throw new IllegalArgumentException("no provider for " + config);
  }
}
