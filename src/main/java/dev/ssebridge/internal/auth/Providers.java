package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.config.AuthChoice;
import dev.ssebridge.internal.http.BridgeRequest;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Who are asked who somebody is, in their order. Any thread. */
final class Providers {
  private final Map<String, Authenticator> byKey;

  /** The names of those that are asked each time. */
  private final Set<String> live;

  /**
   * These, by the keys that the configuration has them under.
   *
   * @param byKey in the order in which they are asked
   */
  Providers(Map<String, Authenticator> byKey) {
    this.byKey = byKey;
    this.live =
        byKey.values().stream()
            .filter(Authenticator::isLive)
            .flatMap(each -> each.names().stream())
            .collect(Collectors.toUnmodifiableSet());
  }

  Collection<Authenticator> all() {
    return byKey.values();
  }

  /** The one of a key; null for none. */
  @Nullable Authenticator get(String key) {
    return byKey.get(key);
  }

  /** Those that a path takes. */
  Stream<Authenticator> of(AuthChoice choice) {
    return byKey.values().stream().filter(each -> choice.takesAnyOf(each.names()));
  }

  /** Whether the one of this name is asked each time. */
  boolean areLive(String name) {
    return live.contains(name);
  }

  /** Asks one after the other. Of two failures, that one counts which may soon be over. */
  static Future<Identity> ask(
      List<Authenticator> asked, int at, Credentials shown, BridgeRequest context, String remote) {
    Future<Identity> answer = asked.get(at).authenticate(shown, context, remote);
    return at + 1 == asked.size()
        ? answer
        : answer.recover(
            no ->
                ask(asked, at + 1, shown, context, remote)
                    .recover(last -> Future.failedFuture(isBetter(no, last) ? no : last)));
  }

  /** Whether the first of two failures says more: that it may soon be over. */
  private static boolean isBetter(Throwable no, Throwable last) {
    return isUnavailable(no)
        || (no instanceof AuthFailure known && known.isJustOver() && !isUnavailable(last));
  }

  private static boolean isUnavailable(Throwable failure) {
    return failure instanceof AuthFailure known && known.kind() == AuthFailure.Kind.UNAVAILABLE;
  }

  /** Has files read again that may have changed. */
  void refresh() {
    all().forEach(Authenticator::refresh);
  }

  /** Lets go of all that others do not go on with. */
  void closeAllBut(@Nullable Providers others) {
    byKey.forEach(
        (key, each) -> {
          if (others == null || others.get(key) != each) {
            each.close();
          }
        });
  }
}
