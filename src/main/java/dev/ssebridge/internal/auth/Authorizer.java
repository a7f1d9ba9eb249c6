package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.http.RequestLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authorization.AuthorizationProvider;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the application what a user is authorised for, once he has shown who he is: once for a
 * request, on the context of the request, and for a limited time. Any thread.
 */
public final class Authorizer {
  /** Nobody but the providers says it. */
  public static final Authorizer NONE = new Authorizer(null, null, null, () -> Duration.ZERO);

  /** Requests that may wait at once. */
  static final int MOST_WAITING = 1000;

  private final @Nullable AuthorizationProvider provider;
  private final @Nullable Home home;
  private final @Nullable ProviderLog log;
  private final Supplier<Duration> limit;
  private final AtomicInteger waiting = new AtomicInteger();

  private Authorizer(
      @Nullable AuthorizationProvider provider,
      @Nullable Home home,
      @Nullable ProviderLog log,
      Supplier<Duration> limit) {
    this.provider = provider;
    this.home = home;
    this.log = log;
    this.limit = limit;
  }

  /**
   * One that asks a provider of the application.
   *
   * @param clock milliseconds since 1970
   * @param limit how long it may take
   */
  public static Authorizer of(
      Vertx vertx, AuthorizationProvider provider, LongSupplier clock, Supplier<Duration> limit) {
    ProviderLog log = new ProviderLog(provider.getClass().getName(), clock);
    return new Authorizer(provider, new Home(vertx), log, limit);
  }

  /**
   * The same user with what the application says that he is authorised for, in place of what he has
   * said himself.
   *
   * @param configured what everybody of his kind is authorised for all the same
   * @return failed with an {@link AuthFailure} where the application does not answer
   */
  Future<Identity> authorise(BridgeRequest request, Identity who, Set<String> configured) {
    AuthorizationProvider asked = provider;
    Home timers = home;
    if (asked == null || timers == null) {
      return Future.succeededFuture(who);
    }
    if (waiting.incrementAndGet() > MOST_WAITING) {
      waiting.decrementAndGet();
      return Future.failedFuture(unavailable("too many requests wait for it"));
    }
    Promise<Void> answer = Promise.promise();
    User own = ownUser(who.user());
    RequestLoop.run(request.request(), () -> ask(asked, own, answer));
    Future<Void> answered = answer.future();
    if (!answered.isComplete()) {
      long millis = limit.get().toMillis();
      Runnable stop = timers.after(millis, () -> answer.tryFail(new Late(millis)));
      answered.onComplete(done -> stop.run());
    }
    answered.onComplete(done -> waiting.decrementAndGet());
    return answered
        .map(who.with(own, configured))
        .recover(failure -> Future.failedFuture(unavailable(describe(failure))));
  }

  /** What others have loaded, for this request or another, counts no more. */
  private static User ownUser(User user) {
    return User.create(copy(user.principal()), copy(user.attributes()));
  }

  /** Whatever is in it, JSON or not. */
  private static JsonObject copy(JsonObject of) {
    return new JsonObject(new LinkedHashMap<>(of.getMap()));
  }

  private static void ask(AuthorizationProvider asked, User user, Promise<Void> answer) {
    Future<Void> loaded;
    try {
      loaded = asked.getAuthorizations(user);
    } catch (Throwable e) { // whatever it is, the client gets an answer
      answer.tryFail(e);
      return;
    }
    if (loaded == null) {
      answer.tryFail(new IllegalStateException("it has returned null"));
      return;
    }
    loaded.onComplete(
        done -> {
          if (done.succeeded()) {
            answer.tryComplete();
          } else {
            answer.tryFail(done.cause());
          }
        });
  }

  private static String describe(Throwable failure) {
    return failure instanceof Late late
        ? "it has not answered within " + late.millis + " ms (limits.decision)"
        : "it has failed: " + failure;
  }

  private AuthFailure unavailable(String reason) {
    if (log != null) {
      log.seldom("expected the authorizations of a user; the request is refused, as " + reason);
    }
    return new AuthFailure(
        AuthFailure.Kind.UNAVAILABLE,
        "what who asks may do cannot be found out for now; try again later");
  }

  /** It has taken too long. */
  private static final class Late extends Exception {
    private static final long serialVersionUID = 1L;

    private final long millis;

    private Late(long millis) {
      super(null, null, false, false);
      this.millis = millis;
    }
  }
}
