package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.http.BridgeRequest;
import io.vertx.core.Future;
import java.util.Set;

/**
 * One way in which users show who they are. Called on the loop of the request; never blocks it, and
 * completes in bounded time, on any thread.
 */
public interface Authenticator {

  /** The names that routes and rules choose it by: of one provider its own. */
  Set<String> names();

  /** Whether this is for it to look at: of the kind that it understands. */
  boolean understands(Credentials shown, BridgeRequest request);

  /**
   * Finds out who it is.
   *
   * @param remote who has sent the request
   * @return failed with an {@link AuthFailure} where it is nobody
   */
  Future<Identity> authenticate(Credentials shown, BridgeRequest request, String remote);

  /** Whether a refusal offers {@code Basic} and not {@code Bearer}. */
  default boolean isBasic() {
    return false;
  }

  /**
   * Whether somebody else is asked who it is whenever a request comes, so that a user who was
   * revoked is refused there; what was shown is not remembered as revoked then.
   */
  default boolean isLive() {
    return false;
  }

  /**
   * Whether a browser sends what this looks at by itself, with requests of any page; then it must
   * be checked which page it was.
   */
  default boolean isShownByItself(BridgeRequest request) {
    return false;
  }

  /** Something was revoked: what is remembered of earlier answers counts no more. Any thread. */
  default void forget() {}

  /** Has files read again that may have changed, and are not looked at otherwise. Does not wait. */
  default void refresh() {}

  /** Lets go of what it holds. */
  default void close() {}
}
