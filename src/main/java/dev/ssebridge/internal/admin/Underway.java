package dev.ssebridge.internal.admin;

import dev.ssebridge.internal.http.Problem;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Answers that were not taken yet, which are large at times: a bounded number of them. Any thread.
 */
final class Underway {
  /** Of what is asked for with a grant. */
  static final int MOST_READS = 8;

  /** Of metrics, which anybody may ask for. */
  static final int MOST_SCRAPES = 4;

  private final int most;
  private final AtomicInteger count = new AtomicInteger();

  Underway(int most) {
    this.most = most;
  }

  /** The same, where it is not one too many. */
  Handler<RoutingContext> bounded(Handler<RoutingContext> handler) {
    return context -> {
      if (count.incrementAndGet() > most) {
        count.decrementAndGet();
        context.response().putHeader(HttpHeaders.RETRY_AFTER, "1");
        Answers.problem(
            context,
            503,
            "expected at most " + most + " answers that are not taken yet, got one more");
      } else {
        context.addEndHandler(ended -> count.decrementAndGet());
        handler.handle(context);
      }
    };
  }
}
