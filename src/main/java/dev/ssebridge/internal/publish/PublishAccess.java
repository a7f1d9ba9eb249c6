package dev.ssebridge.internal.publish;

import dev.ssebridge.internal.access.AccessLine;
import dev.ssebridge.internal.auth.Access;
import dev.ssebridge.internal.auth.AuthDecisions;
import dev.ssebridge.internal.auth.AuthFailure;
import dev.ssebridge.internal.auth.Authorizer;
import dev.ssebridge.internal.auth.Identity;
import dev.ssebridge.internal.config.AuthChoice;
import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.http.Problem;
import dev.ssebridge.internal.http.Remotes;
import dev.ssebridge.internal.socket.Rejection;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who asks to publish, before his body is read. On the context of the request.
 *
 * @param access finds it out; {@code null} where nobody has to show it
 * @param authorizer of the application
 * @param choice of the path
 * @param remotes tells who sent a request
 * @param decisions counts them
 * @param isLogged whether requests have a line in the access log
 */
public record PublishAccess(
    Vertx vertx,
    @Nullable Access access,
    Authorizer authorizer,
    AuthChoice choice,
    Remotes remotes,
    AuthDecisions decisions,
    BooleanSupplier isLogged) {

  /** The request, noted for the access log if there is one. */
  BridgeRequest noted(BridgeRequest context, PublishTarget target) {
    return isLogged.getAsBoolean() && AccessLine.isWanted()
        ? PublishLine.noting(context, target, remotes.of(context.request()))
        : context;
  }

  /**
   * Goes on with who asks, or refuses the request. Where it takes time the request is paused, and
   * stays so.
   *
   * @param known is told him; {@code null} where nobody has to show who he is
   */
  void identify(BridgeRequest context, Consumer<@Nullable Identity> known) {
    if (access == null || choice.isNone()) {
      known.accept(null);
      return;
    }
    access.whenKnown(
        context,
        choice,
        remotes.of(context.request()),
        authorizer,
        () -> context.request().pause(),
        who -> {
          PublishLine.of(context).by(who);
          known.accept(who);
        },
        failure -> refuse(context, failure));
  }

  /**
   * Why somebody may not publish any more who was known when his request came; {@code null} while
   * he may.
   *
   * @param shown when that was
   */
  @Nullable Problem lost(BridgeRequest context, @Nullable Identity who, Instant shown) {
    if (who == null || access == null || access.isStill(who, shown)) {
      return null;
    }
    AuthFailure failure =
        new AuthFailure(AuthFailure.Kind.INVALID, "what was shown is not valid any more");
    decisions.refused(AuthDecisions.Wish.PUBLISH, failure);
    return context.response().headWritten()
        ? new Problem(401, failure.reason()) // it is told by nothing but the end of the answer
        : access.challenge(choice).refuse(context.response(), failure);
  }

  /** He may publish where he asks to; {@code null} where nobody has to show who he is. */
  void onPermitted(@Nullable Identity who) {
    if (who != null) {
      decisions.permitted(AuthDecisions.Wish.PUBLISH);
    }
  }

  /** Now, by the clock that decides what is valid. */
  Instant now() {
    return access == null ? Instant.EPOCH : access.now();
  }

  /** Answers a request that may not be. */
  void refuse(BridgeRequest context, AuthFailure failure) {
    decisions.refused(AuthDecisions.Wish.PUBLISH, failure);
    if (access != null && !context.response().headWritten() && !context.response().closed()) {
      Rejection.send(vertx, context, access.challenge(choice).refuse(context.response(), failure));
    }
  }
}
