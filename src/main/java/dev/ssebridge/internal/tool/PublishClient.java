package dev.ssebridge.internal.tool;

import dev.ssebridge.internal.text.PrintableText;
import dev.ssebridge.internal.text.TimeText;
import dev.ssebridge.internal.tls.NotTls;
import dev.ssebridge.internal.tool.PublishException.Fate;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Posts bodies, one after the other, over a connection that is kept; waits for each answer. */
final class PublishClient {
  /** What is kept of an answer. */
  private static final int LONGEST = 64 * 1024;

  private final HttpClient client;
  private final RequestOptions head;
  private final Duration patience;

  /**
   * @param head of every request
   * @param patience for an answer
   */
  PublishClient(HttpClient client, RequestOptions head, Duration patience) {
    this.client = client;
    this.head = head;
    this.patience = patience;
  }

  /** Of draft-ietf-httpapi-idempotency-key-header. */
  private static final String KEY = "Idempotency-Key";

  /** Nobody could be reached; nothing was sent. */
  private static final class NoConnection extends Exception {
    private static final long serialVersionUID = 1L;

    NoConnection(Throwable cause) {
      super("no connection: " + reason(cause), cause);
    }
  }

  private static String reason(Throwable cause) {
    if (NotTls.isCauseOf(cause)) {
      return NotTls.ADVICE;
    }
    return cause.getMessage() == null
        ? cause.getClass().getSimpleName()
        : PrintableText.ofUrl(cause.getMessage());
  }

  /**
   * Posts it. Not on an event loop.
   *
   * @param key names it, so that a bridge takes it once however often it is sent
   * @throws PublishException if there was no answer
   */
  PublishAnswer post(Buffer body, String key) throws PublishException, InterruptedException {
    Future<PublishAnswer> answer =
        client
            .request(new RequestOptions(head).putHeader(KEY, '"' + key + '"'))
            .recover(failure -> Future.failedFuture(new NoConnection(failure)))
            .compose(request -> send(request, body));
    try {
      return answer
          .toCompletionStage()
          .toCompletableFuture()
          .get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause() == null ? failed : failed.getCause();
      if (cause instanceof NoConnection) {
        throw new PublishException(Fate.NOT_TAKEN, String.valueOf(cause.getMessage()));
      }
      throw new PublishException(
          Fate.UNKNOWN, "the connection broke before the answer: " + reason(cause));
    } catch (TimeoutException late) {
      throw new PublishException(
          Fate.UNKNOWN, "no answer within " + TimeText.ofMillis(patience.toMillis()));
    }
  }

  private static Future<PublishAnswer> send(HttpClientRequest request, Buffer body) {
    request.exceptionHandler(failure -> {}); // the future tells of it
    return request.send(body).compose(response -> read(request, response));
  }

  private static Future<PublishAnswer> read(
      HttpClientRequest request, HttpClientResponse response) {
    Promise<PublishAnswer> read = Promise.promise();
    Buffer kept = Buffer.buffer();
    response.handler(
        chunk -> {
          kept.appendBuffer(chunk, 0, Math.min(chunk.length(), LONGEST - kept.length()));
          if (kept.length() == LONGEST && read.tryComplete(answer(response, kept))) {
            request.reset();
          }
        });
    response.endHandler(end -> read.tryComplete(answer(response, kept)));
    // What the head says holds, even if the rest is lost.
    response.exceptionHandler(failure -> read.tryComplete(answer(response, kept)));
    return read.future();
  }

  private static PublishAnswer answer(HttpClientResponse response, Buffer body) {
    return new PublishAnswer(
        response.statusCode(),
        response.getHeader("content-type"),
        body.toString(StandardCharsets.UTF_8),
        response.getHeader("retry-after"),
        response.getHeader("location"));
  }
}
