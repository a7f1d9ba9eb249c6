package dev.ssebridge.internal.client;

import dev.ssebridge.EventSourceException;
import dev.ssebridge.EventSourceOptions;
import dev.ssebridge.EventSourceReason;
import dev.ssebridge.EventSourceRequest;
import dev.ssebridge.EventSourceRequestSupplier;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to get a stream: asks the request supplier, sends the request, follows redirects, and
 * then hands on the body. Only on the context; calls back only from what the wire and timers call.
 */
final class Connection implements Exchange.Listener {
  /** Told of the attempt. Nothing is told after {@link #refused}, {@link #ended} or a close. */
  interface Listener {
    /** There is a stream, in this coding. */
    void opened(Connection from, ContentCoding coding, ResponseHead head);

    /** Some bytes of its body. */
    void bytes(Connection from, Buffer chunk);

    /** The server ended it in good order. */
    void ended(Connection from);

    /** There is no stream, or no more of it. */
    void refused(Connection from, ResponsePolicy.Ending verdict);

    /** Whether what is told waits for something else to be done. */
    boolean isBusy();
  }

  /** How much of the body of an answer that is no stream is kept: enough for what went wrong. */
  private static final int ANSWER_BYTES = 8 << 10;

  /** How long it may take. */
  private static final long ANSWER_MILLIS = 1000;

  private final EventSourceOptions options;
  private final Exchange.Opener opener;
  private final Loop loop;
  private final ResponsePolicy policy;
  private final @Nullable String lastEventId;
  private final Listener listener;

  private @Nullable Exchange exchange;
  private @Nullable EventSourceRequest request;
  private @Nullable Redirects redirects;
  private Loop.@Nullable Timer deadline;
  private @Nullable AnswerBody answer;
  private ResponsePolicy.@Nullable Ending verdict;
  private HttpMethod method = HttpMethod.GET;
  private boolean paused;
  private boolean over;

  Connection(
      EventSourceOptions options,
      Exchange.Opener opener,
      Loop loop,
      ResponsePolicy policy,
      @Nullable String lastEventId,
      Listener listener) {
    this.options = options;
    this.opener = opener;
    this.loop = loop;
    this.policy = policy;
    this.lastEventId = lastEventId;
    this.listener = listener;
  }

  /** Begins. */
  void start(EventSourceRequestSupplier.Attempt attempt) {
    EventSourceRequestSupplier supplier = options.requestSupplier();
    if (supplier == null) {
      send(attempt.request());
      return;
    }
    long limit = options.connectTimeout().toMillis();
    if (limit > 0) {
      deadline = loop.after(limit, () -> noRequest("no request within " + limit + " ms", null));
    }
    // In a task of its own: on a virtual thread it may wait, and the limit must hold all the same.
    loop.defer(() -> ask(supplier, attempt));
  }

  private void ask(
      EventSourceRequestSupplier supplier, EventSourceRequestSupplier.Attempt attempt) {
    if (!over) {
      supply(supplier, attempt)
          .onComplete(
              made -> loop.execute(() -> requestMade(made)),
              failure ->
                  loop.execute(
                      () -> noRequest("the request supplier failed: " + failure, failure)));
    }
  }

  private static Future<EventSourceRequest> supply(
      EventSourceRequestSupplier supplier, EventSourceRequestSupplier.Attempt attempt) {
    try {
      return supplier.request(attempt);
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private void requestMade(@Nullable EventSourceRequest made) {
    if (made == null) {
      noRequest("the request supplier gave null", null);
    } else if (!over) {
      cancelDeadline();
      send(made);
    }
  }

  private void noRequest(String message, @Nullable Throwable cause) {
    refuse(
        new ResponsePolicy.Retry(
            new EventSourceException(EventSourceReason.REQUEST_FAILED, message, cause), 0));
  }

  private void send(EventSourceRequest next) {
    if (redirects == null) {
      method = next.method();
      redirects = new Redirects(next, options.maxRedirects());
    }
    request = next;
    try {
      exchange = opener.open(next, lastEventId, this);
    } catch (RuntimeException e) {
      noRequest("the request cannot be made: " + e, e);
      return;
    }
    if (paused) {
      exchange.pause();
    }
  }

  @Override
  public void onHead(ResponseHead head) {
    ResponsePolicy.Verdict judged = policy.judge(head, loop.wallClock());
    if (judged instanceof ResponsePolicy.Open open) {
      listener.opened(this, open.coding(), head);
    } else if (judged instanceof ResponsePolicy.Redirect) {
      closeExchange();
      follow(head);
    } else if (judged instanceof ResponsePolicy.Ending ending) {
      readAnswer(ending, head);
    }
  }

  /** What the server says about it is told with the failure; it is read even while paused. */
  private void readAnswer(ResponsePolicy.Ending ending, ResponseHead head) {
    ContentCoding coding = ContentCoding.of(head.values("content-encoding"));
    if (ending.failure() == null || coding == null) {
      refuse(ending);
      return;
    }
    verdict = ending;
    answer = new AnswerBody(coding, ANSWER_BYTES);
    deadline = loop.after(ANSWER_MILLIS, this::refuseWithAnswer);
    if (exchange != null) {
      exchange.resume();
    }
  }

  private void addToAnswer(AnswerBody body, Buffer chunk) {
    try {
      body.add(chunk);
    } catch (Inflation.CorruptException e) {
      refuseWithAnswer();
      return;
    }
    if (body.isOverflowing()) {
      refuseWithAnswer();
    }
  }

  private void refuseWithAnswer() {
    ResponsePolicy.Ending ending = verdict;
    AnswerBody body = answer;
    EventSourceException failure = ending == null ? null : ending.failure();
    if (ending != null && body != null && failure != null) {
      refuse(ending.with(failure.withBody(body.text())));
    }
  }

  private void follow(ResponseHead head) {
    EventSourceRequest from = request;
    Redirects trail = redirects;
    if (from == null || trail == null) {
      throw new IllegalStateException("a redirect without a request");
    }
    Redirects.Step step = trail.next(from, head.status(), head.header("location"));
    if (step instanceof Redirects.Follow follow) {
      send(follow.request());
    } else if (step instanceof Redirects.Unusable unusable) {
      refuse(policy.unusable(brokenRedirect(unusable.problem(), head)));
    } else if (step instanceof Redirects.Endless endless) {
      refuse(new ResponsePolicy.Retry(brokenRedirect(endless.problem(), head), 0));
    }
  }

  private static EventSourceException brokenRedirect(String problem, ResponseHead head) {
    return new EventSourceException(
        EventSourceReason.REDIRECT,
        "expected a redirect to another place, got " + problem,
        null,
        head.status(),
        head.headers());
  }

  @Override
  public void onBytes(Buffer chunk) {
    if (answer != null) {
      addToAnswer(answer, chunk);
    } else {
      listener.bytes(this, chunk);
    }
  }

  @Override
  public void onEnd() {
    if (answer != null) {
      refuseWithAnswer();
    } else if (!over) {
      over = true;
      listener.ended(this);
    }
  }

  @Override
  public void onFailure(EventSourceException failure) {
    if (answer != null) {
      refuseWithAnswer();
      return;
    }
    refuse(new ResponsePolicy.Retry(failure, 0));
  }

  @Override
  public boolean isBusy() {
    return listener.isBusy();
  }

  /** Ends the attempt with this verdict. */
  private void refuse(ResponsePolicy.Ending ending) {
    if (!over) {
      close();
      listener.refused(this, ending);
    }
  }

  /** The method of the request, as it was before redirects; GET before there is one. */
  HttpMethod method() {
    return method;
  }

  void pause() {
    paused = true;
    if (exchange != null && answer == null) {
      exchange.pause();
    }
  }

  void resume() {
    paused = false;
    if (exchange != null) {
      exchange.resume();
    }
  }

  /** Ends the attempt at once; idempotent. */
  void close() {
    over = true;
    cancelDeadline();
    closeExchange();
    if (answer != null) {
      answer.close();
      answer = null;
    }
  }

  private void closeExchange() {
    if (exchange != null) {
      exchange.close();
      exchange = null;
    }
  }

  private void cancelDeadline() {
    if (deadline != null) {
      deadline.cancel();
      deadline = null;
    }
  }
}
