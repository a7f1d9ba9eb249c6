package dev.ssebridge.internal.auth;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/** Questions that are being answered: the same question meanwhile gets that answer. Any thread. */
final class Underway<T> {
  private final ConcurrentMap<Digest, Future<T>> questions = new ConcurrentHashMap<>();

  /**
   * The answer to a question.
   *
   * @param ask is called only if nobody else is asking the same now
   */
  Future<T> answer(Digest question, Supplier<Future<T>> ask) {
    Promise<T> promise = Promise.promise();
    Future<T> other = questions.putIfAbsent(question, promise.future());
    if (other != null) {
      return other;
    }
    Future<T> answer;
    try {
      answer = ask.get();
    } catch (RuntimeException e) {
      answer = Future.failedFuture(e);
    }
    answer.onComplete(
        done -> {
          questions.remove(question);
          promise.handle(done);
        });
    return promise.future();
  }
}
