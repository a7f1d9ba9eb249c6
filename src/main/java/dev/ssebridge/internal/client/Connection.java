package dev.ssebridge.internal.client;

import dev.ssebridge.client.EventSourceException;
import dev.ssebridge.client.EventSourceReason;
import dev.ssebridge.client.EventSourceRequest;
import dev.ssebridge.client.EventSourceRequestSupplier;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.Objects;
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

    /** The server gave a whole answer instead of a stream, as it was allowed to. */
    void answered(Connection from, ResponseHead head, Buffer text);

    /** The server ended it in good order. */
    void ended(Connection from);

    /** There is no stream, or no more of it. */
    void refused(Connection from, ResponsePolicy.Ending verdict);

    /** Whether what is told waits for something else to be done. */
    boolean isBusy();
  }

  /** How much of the body of a refusal is kept: enough for what went wrong. */
  private static final int REFUSAL_BYTES = 8 << 10;

  /** How long it may take. */
  private static final long REFUSAL_MILLIS = 1000;

  private final SourcePlan plan;
  private final Exchange.Opener opener;
  private final Loop loop;
  private final ResponsePolicy policy;
  private final @Nullable String lastEventId;
  private final Listener listener;

  private @Nullable Exchange exchange;
  private @Nullable EventSourceRequest request;
  private @Nullable Redirects redirects;
  private Loop.@Nullable Timer deadline;
  private @Nullable AnswerReader answer;
  private HttpMethod method = HttpMethod.GET;
  private boolean paused;
  private boolean over;

  Connection(
      SourcePlan plan,
      Exchange.Opener opener,
      Loop loop,
      ResponsePolicy policy,
      @Nullable String lastEventId,
      Listener listener) {
    this.plan = plan;
    this.opener = opener;
    this.loop = loop;
    this.policy = policy;
    this.lastEventId = lastEventId;
    this.listener = listener;
  }

  /** Begins. */
  void start(EventSourceRequestSupplier.Attempt attempt) {
    EventSourceRequestSupplier supplier = plan.supplier();
    if (supplier == null) {
      send(attempt.request());
      return;
    }
    long limit = plan.options().getConnectTimeout().toMillis();
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
      return Objects.requireNonNullElse(supplier.request(attempt), Future.succeededFuture());
    } catch (RuntimeException | Error e) {
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
      redirects = new Redirects(next, plan.options());
    }
    request = next;
    try {
      exchange = opener.open(next, lastEventId, this);
    } catch (RuntimeException | Error e) {
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
    } else if (judged instanceof ResponsePolicy.Whole whole) {
      readAnswer(whole.coding(), head);
    } else if (judged instanceof ResponsePolicy.Ending ending) {
      readRefusal(ending, head);
    }
  }

  /** What the server says about it is told with the failure. */
  private void readRefusal(ResponsePolicy.Ending ending, ResponseHead head) {
    ContentCoding coding = ContentCoding.of(head.values("content-encoding"));
    EventSourceException failure = ending.failure();
    Exchange from = exchange;
    if (failure == null || coding == null || from == null) {
      refuse(ending);
      return;
    }
    read(
        new AnswerReader(
            loop,
            from,
            coding,
            REFUSAL_BYTES,
            REFUSAL_MILLIS,
            (text, cut) -> refuse(ending.with(failure.withBody(text)))));
  }

  private void readAnswer(ContentCoding coding, ResponseHead head) {
    long limit = plan.options().getMaxEventBytes();
    Exchange from = exchange;
    if (from == null) {
      throw new IllegalStateException("an answer without an exchange");
    }
    read(
        new AnswerReader(
            loop,
            from,
            coding,
            limit == 0 ? Integer.MAX_VALUE : limit,
            plan.options().getResponseTimeout().toMillis(),
            (text, failure) -> {
              if (failure != null) {
                refuse(new ResponsePolicy.Retry(failure, 0));
              } else if (!over) {
                close();
                listener.answered(this, head, text);
              }
            }));
  }

  /** An answer is no event: it is read even while nobody asks for events. */
  private void read(AnswerReader reader) {
    answer = reader;
    if (exchange != null) {
      exchange.resume();
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
      answer.add(chunk);
    } else {
      listener.bytes(this, chunk);
    }
  }

  @Override
  public void onEnd() {
    if (answer != null) {
      answer.end(null);
    } else if (!over) {
      over = true;
      listener.ended(this);
    }
  }

  @Override
  public void onFailure(EventSourceException failure) {
    if (answer != null) {
      answer.end(failure);
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
    if (exchange != null && answer == null) {
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
