package dev.ssebridge.internal.client;

import dev.ssebridge.EventSourceException;
import dev.ssebridge.EventSourceReason;
import dev.ssebridge.EventSourceState;
import dev.ssebridge.EventSourceTransition;
import dev.ssebridge.ServerSentEvent;
import dev.ssebridge.internal.config.SourceDelivery;
import java.util.ArrayDeque;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hands the events of one source over to the event bus, and commits their positions in order: the
 * cursor never says more than what is done with. Only on the context.
 */
final class SourcePublisher implements StreamObserver {
  private static final System.Logger LOG = System.getLogger(SourcePublisher.class.getName());

  /** An event on its way; the position behind it. */
  private static final class Step {
    private final boolean isEvent;
    private String id;
    private boolean done;

    Step(String id, boolean isEvent) {
      this.id = id;
      this.isEvent = isEvent;
      this.done = !isEvent;
    }
  }

  private final String source;
  private final MessageForm form;
  private final Handover handover;
  private final Federation federation;
  private final Supplier<@Nullable String> remoteBridge;
  private final Cursor cursor;
  private final SourceCounters counters;
  private final Warnings warnings;
  private final LongConsumer more;
  private final ArrayDeque<Step> steps = new ArrayDeque<>();
  private boolean troubled;

  /**
   * @param remoteBridge the name of the bridge that is followed, or null
   * @param more asks the source for so many more events; called as events are committed
   */
  SourcePublisher(
      String source,
      MessageForm form,
      Handover handover,
      Federation federation,
      Supplier<@Nullable String> remoteBridge,
      Cursor cursor,
      SourceCounters counters,
      Warnings warnings,
      LongConsumer more) {
    this.source = source;
    this.form = form;
    this.handover = handover;
    this.federation = federation;
    this.remoteBridge = remoteBridge;
    this.cursor = cursor;
    this.counters = counters;
    this.warnings = warnings;
    this.more = more;
  }

  /** How many events may be on their way at a time; 0 where each is done with at once. */
  static long window(SourceDelivery delivery) {
    return delivery.mode() == SourceDelivery.Mode.REQUEST ? delivery.window() : 0;
  }

  @Override
  public void event(ServerSentEvent event) {
    Step step = new Step(event.id() == null ? "" : event.id(), true);
    steps.add(step);
    try {
      take(event, step);
    } catch (RuntimeException e) {
      // An event that cannot even be formed must not hold up those behind it.
      finish(step);
      throw e;
    }
  }

  private void take(ServerSentEvent event, Step step) {
    if (!form.takes(event)) {
      counters.filtered++;
      finish(step);
      return;
    }
    Federation.Decision decision =
        federation.decide(event.fields().get(Federation.PATH), remoteBridge.get());
    if (decision instanceof Federation.Take take) {
      count(event);
      hand(form.form(event, take.path()), step);
    } else if (decision instanceof Federation.Loop) {
      counters.looped++;
      finish(step);
    } else if (decision instanceof Federation.TooFar) {
      counters.tooFar++;
      finish(step);
    }
  }

  private void count(ServerSentEvent event) {
    if (MessageForm.isGap(event)) {
      counters.gaps++;
      String missed = MessageForm.missed(event);
      if (!missed.equals("unknown")) {
        counters.missed += Long.parseLong(missed);
      }
      warnings.warn("a gap upstream, events missed: " + missed);
    }
  }

  private void hand(MessageForm.Result result, Step step) {
    if (result instanceof MessageForm.Formed formed) {
      handover.hand(formed.message()).onSuccess(done -> finish(step));
    } else if (result instanceof MessageForm.Unfit unfit) {
      handover.dead(unfit.message(), unfit.reason());
      finish(step);
    }
  }

  @Override
  public void position(String lastEventId) {
    Step last = steps.peekLast();
    if (last != null && last.done) {
      last.id = lastEventId;
    } else {
      steps.add(new Step(lastEventId, false));
      commit();
    }
  }

  private void finish(Step step) {
    if (!step.done) {
      step.done = true;
      commit();
    }
  }

  /** Commits what is done with, in order; only that makes room for more. */
  private void commit() {
    String id = null;
    int finished = 0;
    for (Step first = steps.peek(); first != null && first.done; first = steps.peek()) {
      id = first.id;
      finished += first.isEvent ? 1 : 0;
      steps.remove();
    }
    if (id != null) {
      cursor.commit(id);
    }
    if (finished > 0) {
      more.accept(finished);
    }
  }

  @Override
  public void transition(EventSourceTransition transition) {
    EventSourceException cause = transition.cause();
    if (transition.to() == EventSourceState.OPEN) {
      LOG.log(System.Logger.Level.INFO, "source {0}: open", source);
      troubled = false;
    } else if (transition.to() == EventSourceState.CLOSED) {
      if (transition.reason() != EventSourceReason.CLOSED) {
        String message = cause == null ? "as the server asked for" : cause.getMessage();
        LOG.log(
            System.Logger.Level.ERROR,
            "source {0}: stopped for good, {1}: {2}",
            source,
            transition.reason(),
            message);
      }
    } else if (cause != null && !troubled) {
      troubled = true;
      LOG.log(
          System.Logger.Level.WARNING,
          "source {0}: {1}: {2}; trying again, next in {3} ms",
          source,
          transition.reason(),
          cause.getMessage(),
          transition.delayMillis());
    }
  }

  @Override
  public void handlerFailed(EventSourceException failure) {
    warnings.warn("an event is dropped, " + failure.getMessage());
  }
}
