package dev.ssebridge.internal.doctor;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits, on the thread of a command, for what happens on event loops. */
final class Patience {
  private Patience() {}

  /** It failed, or did not come in time; the message says so in a few words. */
  static final class UnansweredException extends Exception {
    private static final long serialVersionUID = 1L;

    UnansweredException(String words, Throwable cause) {
      super(words, cause);
    }

    String words() {
      return String.valueOf(getMessage());
    }
  }

  static <T> T await(Future<T> future, Duration limit)
      throws UnansweredException, InterruptedException {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause() == null ? failed : failed.getCause();
      throw new UnansweredException(Failures.words(cause), cause);
    } catch (TimeoutException late) {
      throw new UnansweredException("no answer within " + Text.ofTime(limit.toNanos()), late);
    }
  }
}
