package dev.ssebridge.internal.bus;

import io.vertx.core.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a store is asked that an application may have brought: whatever it does, it answers. */
final class StoreQuestion {
  private StoreQuestion() {}

  /** Asks; where the store throws, or there is nothing that could be awaited, it has failed. */
  static <T> Future<T> ask(Supplier<@Nullable Future<T>> question) {
    try {
      Future<T> answer = question.get();
      return answer == null ? Future.failedFuture(nothing()) : answer;
    } catch (RuntimeException | Error e) {
      return Future.failedFuture(e);
    }
  }

  /** The same, where an answer that is null is a failure as well. */
  static <T> Future<T> askFor(Supplier<@Nullable Future<T>> question) {
    return ask(question)
        .compose(
            answer ->
                answer == null ? Future.failedFuture(nothing()) : Future.succeededFuture(answer));
  }

  private static IllegalStateException nothing() {
    return new IllegalStateException("the store has answered null");
  }
}
