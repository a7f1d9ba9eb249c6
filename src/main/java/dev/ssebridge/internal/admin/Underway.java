package dev.ssebridge.internal.admin;

import dev.ssebridge.internal.http.AnswerBody;
import dev.ssebridge.internal.http.Problem;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
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
  private static final String WRITING = OF_REQUEST + ".writing";

  private final int most;
  private final AtomicInteger count = new AtomicInteger();

  Underway(int most) {
    this.most = most;
  }

  /** One of them. */
  private final class Answer {

    // guarded by this
    private boolean made;
    private boolean gone;
    private boolean over;

    /** Nothing works for it any more, and it is on its way if there is one. */
    synchronized void made() {
      made = true;
      endIfOver();
    }

    /** Its socket has taken it, or the client has gone. */
    synchronized void gone() {
      gone = true;
      endIfOver();
    }

    private void endIfOver() {
      if (made && gone && !over) {
        over = true;
        count.decrementAndGet();
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
            .send(context.request());
      } else {
        Answer answer = new Answer();
        context.put(OF_REQUEST, answer);
        context.addEndHandler(
            ended -> {
              // The end of one that is being written is told before anything is taken.
              if (context.get(WRITING) == null) {
                answer.gone();
              }
            });
        handler.handle(context);
      }
    };
  }

  /** Ends a response with this, and counts it until the socket has taken it, or is gone. */
  static void end(RoutingContext context, Buffer body) {
    @Nullable Answer answer = context.get(OF_REQUEST);
    if (answer == null) {
      AnswerBody.end(context.request(), body);
    } else {
      context.put(WRITING, true);
      AnswerBody.end(context.request(), body)
          .onComplete(
              taken -> {
                answer.made();
                answer.gone();
              });
    }
  }

  /** What was to be made for this request is made, or will not be. */
  static void made(RoutingContext context) {
    @Nullable Answer answer = context.get(OF_REQUEST);
    if (answer != null) {
      answer.made();
    }
  }
}
