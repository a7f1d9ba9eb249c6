package dev.ssebridge.internal.publish;

import dev.ssebridge.PublishBody;
import dev.ssebridge.PublishRequest;
import dev.ssebridge.internal.auth.PublishPermit;
import dev.ssebridge.internal.bus.JsonBody;
import dev.ssebridge.internal.http.BadRequestException;
import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.http.Problem;
import dev.ssebridge.internal.http.RequestLoop;
import dev.ssebridge.internal.text.PrintableText;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks the handlers of the application about the messages of one request, one after the other, and
 * publishes what all of them accept. What waits is bounded by the piece of the body that was read
 * last, as nothing more is read meanwhile. Only on the context of the request.
 */
final class Review {
  private static final System.Logger LOG = System.getLogger(Review.class.getName());

  /** About what a message takes of memory beside its body. */
  private static final long DRAFT = 256;

  private final Vertx vertx;
  private final Context context;
  private final Question.Asker asker;
  private final Publisher publisher;
  private final Reading.Door door;
  private final Consumer<Problem> onLate;
  private final List<Handler<PublishRequest>> handlers;
  private final long limitMillis;
  private final Deque<Draft> drafts = new ArrayDeque<>();

  private int next; // of the handlers
  private @Nullable Question asked;
  private boolean asking;
  private long timer = -1;
  private long number = 1;
  private boolean closed;
  private @Nullable Runnable whenDecided;

  /**
   * @param door what a message has to pass once it is accepted
   * @param onLate told how to answer where there was no decision in time
   */
  Review(
      Vertx vertx,
      BridgeRequest request,
      PublishTarget target,
      PublishTarget.Destination destination,
      Publisher publisher,
      Reading.Door door,
      Consumer<Problem> onLate) {
    this.vertx = vertx;
    this.context = Vertx.currentContext();
    this.asker =
        new Question.Asker(
            request, target, destination, () -> RequestLoop.runSoon(context, this::onDecision));
    this.publisher = publisher;
    this.door = door;
    this.onLate = onLate;
    this.handlers = handlers(target, destination.permit());
    this.limitMillis = target.reviewers().limit().toMillis();
  }

  /** Whether there is anything to ask about messages that go there. */
  static boolean isNeeded(PublishTarget target, PublishTarget.Destination destination) {
    return destination.permit().looksAtBodies() || !target.reviewers().handlers().isEmpty();
  }

  private static List<Handler<PublishRequest>> handlers(
      PublishTarget target, PublishPermit permit) {
    if (!permit.looksAtBodies()) {
      return target.reviewers().handlers();
    }
    List<Handler<PublishRequest>> all = new ArrayList<>();
    PublishBody form = target.config().body();
    all.add(asked -> require(permit, form, (Question) asked));
    all.addAll(target.reviewers().handlers());
    return all;
  }

  private static void require(PublishPermit permit, PublishBody form, Question asked) {
    if (asked.draft().isPermitted(permit, form)) {
      asked.accept();
    } else {
      asked.refuse(403, "who asks may not publish such a message there");
    }
  }

  /** One more message, behind the others. */
  void add(Draft draft) {
    drafts.add(draft);
  }

  /** Whether there are messages that are not decided. */
  boolean isPending() {
    return !drafts.isEmpty();
  }

  /** About how many bytes they hold. */
  long held() {
    long held = 0;
    for (Draft draft : drafts) {
      held += DRAFT + draft.size();
    }
    return held;
  }

  /** Whether a handler has answered the request by itself, or its client has gone. */
  boolean isAnswered() {
    HttpServerResponse response = asker.request().response();
    return response.headWritten() || response.closed();
  }

  /**
   * Asks, and publishes, as long as the answers come at once.
   *
   * @return whether all messages are decided; if not, {@link #whenDecided} says when to come again
   * @throws BadRequestException if one is refused
   */
  boolean settle() throws BadRequestException {
    while (!closed && !asking) {
      Draft draft = drafts.peek();
      if (draft == null) {
        return true;
      }
      if (asked == null && !isAnswered()) {
        ask(draft);
      }
      Question question = asked;
      if (question == null || isAnswered() || question.await()) {
        watch();
        return false;
      }
      unwatch();
      asked = null;
      Draft accepted = question.accepted();
      drafts.remove();
      if (++next < handlers.size()) {
        drafts.addFirst(accepted);
      } else {
        next = 0;
        number++;
        publish(accepted);
      }
    }
    return false;
  }

  private void publish(Draft draft) throws BadRequestException {
    Problem shut = door.enter();
    if (shut != null) {
      throw new BadRequestException(shut);
    }
    try {
      publisher.send(draft);
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw notCarried(draft, e);
    } finally {
      door.gate().leave();
    }
  }

  /** The fault of a handler; where the body is as it came, it is another one. */
  private BadRequestException notCarried(Draft draft, RuntimeException cause) {
    Object body = draft.body();
    if (body == null || body instanceof JsonBody || body instanceof String) {
      throw cause;
    }
    LOG.log(
        Level.ERROR,
        PrintableText.of("publish rule " + asker.target().reviewers().rule())
            + ": a publish handler has given a message a body that the event bus cannot carry:"
            + " expected JSON, text, bytes, or what a codec is registered for, got a "
            + body.getClass().getName()
            + ": "
            + PrintableText.of(String.valueOf(cause.getMessage())));
    return new BadRequestException(
        500, draft.inPlace("the message could not be published; the log says why"));
  }

  private void ask(Draft draft) {
    Question question = new Question(asker, draft, number);
    asked = question;
    if (!context.isEventLoopContext()) {
      watch(); // the handler may wait there, and others have their turn meanwhile
    }
    asking = true;
    try {
      handlers.get(next).handle(question);
    } catch (Throwable e) { // whatever it is, the request wants an answer
      LOG.log(Level.ERROR, describe() + " failed", e);
      question.decide(
          new Problem(500, draft.inPlace("the message could not be checked; the log says why")));
    } finally {
      asking = false;
    }
  }

  private String describe() {
    return PrintableText.of(
        "publish rule "
            + asker.target().reviewers().rule()
            + ": the handler "
            + handlers.get(next).getClass().getName());
  }

  /** Runs this once, when {@link #settle} has returned false and there is a decision. */
  void whenDecided(Runnable task) {
    whenDecided = task;
  }

  private void onDecision() {
    Runnable then = whenDecided;
    if (!closed && !asking && then != null) {
      whenDecided = null;
      then.run();
    }
  }

  private void watch() {
    if (timer < 0 && !closed) {
      timer = vertx.setTimer(limitMillis, id -> context.runOnContext(v -> onLate(id)));
    }
  }

  private void unwatch() {
    if (timer >= 0) {
      vertx.cancelTimer(timer);
      timer = -1;
    }
  }

  private void onLate(long id) {
    Question question = asked;
    if (closed || id != timer || question == null) {
      return;
    }
    timer = -1;
    String reason = "the message was not checked in time; try again later";
    Problem problem = new Problem(503, question.draft().inPlace(reason));
    if (question.decide(problem)) {
      if (!isAnswered()) {
        logLate();
      }
      onLate.accept(problem);
    }
  }

  private void logLate() {
    LOG.log(
        Level.WARNING,
        describe() + " has not decided within " + limitMillis + " ms (limits.decision)");
  }

  /** Lets everything go; what is decided from now on has no effect. */
  void close() {
    closed = true;
    unwatch();
    drafts.clear();
    asked = null;
    whenDecided = null;
  }
}
