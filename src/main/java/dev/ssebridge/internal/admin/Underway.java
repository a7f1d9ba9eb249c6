package dev.ssebridge.internal.admin;

import dev.ssebridge.internal.http.Problem;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Answers that their sockets have not taken yet, which are large at times: a bounded number of
 * them. Any thread.
 */
final class Underway {
  /** Of what is asked for with a grant. */
  static final int MOST_READS = 8;

  /** Of metrics, which anybody may ask for. */
  static final int MOST_SCRAPES = 4;

  private static final String OF_REQUEST = Underway.class.getName();

  private final int most;
  private final AtomicInteger count = new AtomicInteger();

  Underway(int most) {
    this.most = most;
  }

  /** One of them. */
  private final class Answer {
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile boolean writing;

    void end() {
      if (over.compareAndSet(false, true)) {
        count.decrementAndGet();
      }
    }

    void endUnlessWriting() {
      if (!writing) {
        end();
      }
    }
  }

  /** The same, where it is not one too many. */
  Handler<RoutingContext> bounded(Handler<RoutingContext> handler) {
    return context -> {
      if (count.incrementAndGet() > most) {
        count.decrementAndGet();
        context.response().putHeader(HttpHeaders.RETRY_AFTER, "1");
        new Problem(
                503, "expected at most " + most + " answers that are not taken yet, got one more")
            .send(context.response());
      } else {
        Answer answer = new Answer();
        context.put(OF_REQUEST, answer);
        context.addEndHandler(ended -> answer.endUnlessWriting());
        handler.handle(context);
      }
    };
  }

  /** Ends a response with this, and counts it until the socket has taken it, or is gone. */
  static void end(RoutingContext context, Buffer body) {
    HttpServerResponse response = context.response();
    @Nullable Answer answer = context.get(OF_REQUEST);
    if (answer == null) {
      response.end(body);
    } else {
      answer.writing = true; // its end is told before anything is taken
      response.end(body).onComplete(taken -> answer.end());
    }
  }
}
