package dev.ssebridge.internal.client;

import dev.ssebridge.client.DeliveryMode;
import dev.ssebridge.client.EventSourceException;
import dev.ssebridge.client.EventSourceReason;
import dev.ssebridge.client.EventSourceState;
import dev.ssebridge.client.EventSourceTransition;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.format.SseTypes;
import dev.ssebridge.internal.config.SourceDelivery;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Hands the events of one source over to the event bus, and commits their positions in order: the
 * cursor never says more than what is done with. Only on the context.
 */
final class SourcePublisher implements StreamObserver {
  /** How many dead letters may be without their confirmation where nothing else is awaited. */
  private static final int UNCONFIRMED = 1000;

  /** The stream that the events come from. */
  interface Stream {
    /** The name of the bridge at its other end, or null if that is none. */
    @Nullable String remoteBridge();

    /** How many connections in a row brought nothing. */
    int failuresInRow();

    /** Asks for {@code amount} more events. */
    void fetch(long amount);

    /** It has come to an end by itself, and nothing follows. */
    void over();
  }

  /** An event on its way; the position behind it. */
  private static final class Step {
    private final boolean isEvent;
    private String id;
    private SeenEvents.@Nullable Sighting sighting;
    private boolean done;

    Step(String id, boolean isEvent) {
      this.id = id;
      this.isEvent = isEvent;
      this.done = !isEvent;
    }
  }

  private final SourceSurroundings surroundings;
  private final MessageForm form;
  private final Handover handover;
  private final Federation federation;
  private final Audience audience;
  private final Cursor cursor;
  private final SourceCounters counters;
  private final SourceStatus status;
  private final Stream stream;
  private final Loop loop;
  private final Warnings warnings;
  private final Warnings reserved;
  private final Warnings names;
  private final long atOnce;
  private final ArrayDeque<Step> steps = new ArrayDeque<>();
  private long finished;
  private long taken;
  private boolean abandoned;

  SourcePublisher(Parts parts, SourceSurroundings surroundings, Stream stream) {
    this.surroundings = surroundings;
    this.form = parts.form();
    this.handover = parts.handover();
    this.federation = new Federation(surroundings.bridge(), surroundings.maxHops());
    this.audience = parts.audience();
    this.cursor = parts.cursor();
    this.counters = parts.counters();
    this.status = parts.status();
    this.stream = stream;
    this.loop = parts.loop();
    this.warnings = parts.voice().warnings(Warnings.OFTEN);
    this.reserved = parts.voice().warnings(Warnings.SELDOM);
    this.names = parts.voice().warnings(Warnings.SELDOM);
    this.atOnce = Math.max(1, window(parts.delivery()) / 4);
  }

  /** What it is made of. */
  record Parts(
      SourceVoice voice,
      Loop loop,
      SourceDelivery delivery,
      MessageForm form,
      Handover handover,
      Audience audience,
      Cursor cursor,
      SourceCounters counters,
      SourceStatus status) {}

  /** How many events may be on their way at a time. */
  static long window(SourceDelivery delivery) {
    return delivery.mode() == DeliveryMode.REQUEST ? delivery.window() : UNCONFIRMED;
  }

  @Override
  public void event(ServerSentEvent event) {
    status.onLife();
    Step step = new Step(event.id() == null ? "" : event.id(), true);
    steps.add(step);
    counters.inFlight.add(1);
    counters.lastEventAt.set(loop.now());
    try {
      take(event, step);
    } catch (RuntimeException | Error e) {
      // An event that cannot even be formed must not hold up those behind it.
      finish(step);
      throw e;
    }
  }

  private void take(ServerSentEvent event, Step step) {
    String type = event.effectiveType();
    if (type.equals(SseTypes.AUTH)) {
      // What we have shown to that bridge ends soon: it says so to pages, which can show another.
      counters.filtered.add(1);
      finish(step);
    } else if (!MessageForm.isGap(event) && surroundings.isReserved(type, form.address(event))) {
      counters.reserved.add(1);
      reserved.warn(
          "an event of type \""
              + type
              + "\" is dropped, only bridges tell of themselves by it (counted as \"reserved\")");
      finish(step);
    } else if (!form.takes(event)) {
      counters.filtered.add(1);
      finish(step);
    } else {
      decide(event, step);
    }
  }

  private void decide(ServerSentEvent event, Step step) {
    String remote = stream.remoteBridge();
    Federation.Decision decision = federation.decide(event.fields().get(SseHeaders.PATH), remote);
    if (decision instanceof Federation.Take take) {
      taken++;
      Federation.Origin origin = Federation.origin(event, take, remote);
      SeenEvents.Sighting first = firstOf(event, origin, step);
      if (first == null) {
        count(event);
        hand(form.form(event, take.path(), origin), form.mayBeUnheard(event), step);
      } else {
        counters.duplicate.add(1);
        first.whenOver(done -> loop.execute(() -> onOver(event, step, done)));
      }
    } else if (decision instanceof Federation.Loop loop) {
      counters.looped.add(1);
      warnOfName(loop.path(), remote);
      finish(step);
    } else if (decision instanceof Federation.TooFar) {
      counters.tooFar.add(1);
      finish(step);
    }
  }

  /** A gap has the position of an event, and is not that event: it is told as often as it comes. */
  private SeenEvents.@Nullable Sighting firstOf(
      ServerSentEvent event, Federation.@Nullable Origin origin, Step step) {
    boolean isGap = MessageForm.isGap(event);
    String key =
        origin == null || isGap ? null : surroundings.seen().key(form.address(event), origin);
    if (key == null) {
      return null;
    }
    SeenEvents.Sighting sighting = new SeenEvents.Sighting(key);
    SeenEvents.Sighting first = surroundings.seen().add(sighting);
    if (first == null) {
      step.sighting = sighting;
    }
    return first;
  }

  /**
   * A copy is done with when the first one is; where that was given up, the copy takes its place.
   */
  private void onOver(ServerSentEvent event, Step step, boolean isHandedOver) {
    if (abandoned) {
      return;
    }
    if (isHandedOver) {
      finish(step);
    } else {
      counters.duplicate.add(-1);
      decide(event, step);
    }
  }

  private void warnOfName(String path, @Nullable String remote) {
    if (taken == 0 && !federation.isNamed(remote)) {
      names.warn(
          "all its events so far were here already, they came over "
              + path
              + "; if another bridge is called "
              + surroundings.bridge()
              + " as well, give each a federation.name of its own");
    }
  }

  private void count(ServerSentEvent event) {
    if (MessageForm.isGap(event)) {
      counters.gaps.add(1);
      String missed = MessageForm.missed(event);
      if (!missed.equals("unknown")) {
        counters.missed.add(Long.parseLong(missed));
      }
      warnings.warn("a gap upstream, events missed: " + missed);
    }
  }

  private void hand(MessageForm.Result result, boolean mayBeUnheard, Step step) {
    if (result instanceof MessageForm.Formed formed) {
      BusMessage message = formed.message();
      if (mayBeUnheard) {
        tellReaders(message);
        handover.offer(message).onSuccess(done -> finish(step));
      } else {
        audience.fed(message.address());
        handover.hand(message).onSuccess(done -> finish(step));
      }
    } else if (result instanceof MessageForm.Unfit unfit) {
      handover.dead(unfit.message(), unfit.reason()).onSuccess(done -> finish(step));
    }
  }

  /** Events were missed, nobody knows of which type: it may be that of any reader. */
  private void tellReaders(BusMessage gap) {
    audience.tell(
        address -> {
          if (!address.equals(gap.address())) {
            handover.tell(gap.to(address));
          }
        });
  }

  @Override
  public void comment(String text) {
    status.onLife();
  }

  @Override
  public void position(String lastEventId) {
    status.onLife();
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
      counters.inFlight.add(-1);
      if (step.sighting != null) {
        step.sighting.over(true);
      }
      commit();
    }
  }

  /** Commits what is done with, in order; only that makes room for more. */
  private void commit() {
    String id = null;
    for (Step first = steps.peek(); first != null && first.done; first = steps.peek()) {
      id = first.id;
      finished += first.isEvent ? 1 : 0;
      steps.remove();
    }
    if (id != null) {
      cursor.commit(id);
    }
    if (finished >= atOnce) {
      long amount = finished;
      finished = 0;
      stream.fetch(amount);
    }
  }

  /** What is not done with may come again, from wherever. */
  void abandon() {
    abandoned = true;
    for (Step step : steps) {
      if (step.sighting != null && !step.done) {
        surroundings.seen().remove(step.sighting);
      }
      if (!step.done) {
        step.done = true;
        counters.inFlight.add(-1); // others may go on counting
      }
    }
  }

  @Override
  public void transition(EventSourceTransition transition) {
    if (transition.to() == EventSourceState.WAITING
        || transition.reason() == EventSourceReason.RESTARTED) {
      counters.reconnects(transition.reason()).add(1);
    }
    status.transition(transition, stream.failuresInRow());
    if (transition.to() == EventSourceState.CLOSED
        && transition.reason() != EventSourceReason.CLOSED) {
      stream.over();
    }
    if (transition.to() == EventSourceState.OPEN && federation.isNamed(stream.remoteBridge())) {
      names.warn(
          "the bridge at the other end has the name of this one, "
              + surroundings.bridge()
              + ", so all its events are dropped; give each a federation.name of its own");
    }
  }

  @Override
  public void handlerFailed(EventSourceException failure) {
    warnings.warn("an event is dropped, " + failure.getMessage());
  }
}
