package dev.ssebridge.internal.bus;

import dev.ssebridge.internal.text.PrintableText;
import dev.ssebridge.spi.HistoryLease;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.lang.System.Logger.Level;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether this node records a channel for all, or another does. It asks for the lease of the
 * channel again and again, and knows from the text that goes with the lease whether another node
 * may have recorded anything in between. On the channel's writer, except for what says otherwise.
 */
final class Tenure {
  private static final System.Logger LOG = System.getLogger(Tenure.class.getName());

  private final String channel;
  private final Loops.OnLoop writer;
  private final LeaseCounts counts;
  private final Host host;

  /** What this node is called in the text of the lease. */
  private final String self = UUID.randomUUID().toString();

  private @Nullable HistoryLease lease;
  private Runnable stop = () -> {};
  private boolean asking;
  private boolean hasListened;
  private int turns;

  /** Until then others go first, who may have kept what the last one that recorded has not. */
  private long patientUntil;

  // written by the writer, read by any thread
  private volatile State state = State.WAITING;

  private enum State {
    /** It is not known who records. */
    WAITING,
    /** Another node does. */
    STANDING,
    /** The lease is had, and it is being found out what others have recorded. */
    TAKING,
    /** This node does. */
    HOLDING,
    /** It is over. */
    CLOSED
  }

  /** What depends on it. */
  interface Host {
    /** Completed once all that is in the channel by now was told. */
    Future<Void> refresh();

    /**
     * This node records from now on.
     *
     * @param alone whether nobody else has since it did so last, or ever
     * @param late whether it has stood by for nobody before, so that it may have come too late for
     *     what the last one had not recorded yet
     * @return how many events of the time before it has to add
     */
    int onTaken(boolean alone, boolean late);

    /** Another node records from now on. */
    void onStanding();

    /** Another node did so just now. */
    void onOtherSeen();

    /** It was in doubt whether this node still does: it does. */
    void onGoesOn();
  }

  /**
   * @param channel for messages
   */
  Tenure(String channel, Loops.OnLoop writer, LeaseCounts counts, Host host) {
    this.channel = channel;
    this.writer = writer;
    this.counts = counts;
    this.host = host;
  }

  /** Asks for this lease from now on. */
  void begin(HistoryLease of) {
    if (state == State.CLOSED) {
      return;
    }
    boolean isNew = lease == null;
    stop.run();
    lease = of;
    if (isNew) {
      letOthersFirst(of);
    } else {
      askAgain(of);
    }
  }

  /**
   * Where a node has recorded it before, another that stands by has the messages that this one came
   * too late for, and takes the lease as soon as it can be had: before this one asks for it.
   */
  private void letOthersFirst(HistoryLease of) {
    onWriter(
        of::value,
        last -> {
          boolean isFirst = last.succeeded() && last.result() == null;
          patientUntil = isFirst ? 0 : writer.loop().millis() + of.millis() * 3 / 2;
          if (of == lease && state != State.CLOSED) {
            askAgain(of);
          }
        });
  }

  private void askAgain(HistoryLease of) {
    stop.run();
    stop = writer.loop().every(Math.max(1, of.millis() / 3), this::ask);
    ask();
  }

  /** Whether this node may record, as far as it can tell. Any thread. */
  boolean isHolding() {
    HistoryLease of = lease;
    return state == State.HOLDING && of != null && of.isHeld();
  }

  /** Finds out at once what is so. */
  void ask() {
    HistoryLease of = lease;
    boolean isPatient = patientUntil > 0 && writer.loop().millis() < patientUntil;
    if (asking || isPatient || of == null || state == State.CLOSED) {
      return;
    }
    asking = true;
    onWriter(of::take, answer -> onAnswer(of, answer));
  }

  private <T> void onWriter(Supplier<Future<T>> question, Then<T> then) {
    Future<T> asked;
    try {
      asked = question.get();
    } catch (RuntimeException e) {
      asked = Future.failedFuture(e);
    }
    asked.onComplete(answer -> writer.loop().run(() -> then.on(answer)));
  }

  private interface Then<T> {
    void on(AsyncResult<T> answer);
  }

  private void onAnswer(HistoryLease of, AsyncResult<Boolean> answer) {
    asking = false;
    if (state == State.CLOSED) {
      giveBack(of);
    } else if (answer.failed()) {
      // The store itself says why it cannot be asked; a lease that is held ends by itself
      // meanwhile.
      LOG.log(Level.DEBUG, "the lease of " + channel + " cannot be asked for", answer.cause());
    } else if (!answer.result()) {
      onRefused();
    } else if (state == State.HOLDING) {
      host.onGoesOn();
    } else if (state != State.TAKING) {
      takeOver(of);
    }
  }

  private void onRefused() {
    if (state == State.HOLDING || state == State.TAKING) {
      // Lost; whether somebody else has it is another question.
      to(State.WAITING);
      ask();
      return;
    }
    if (state == State.WAITING) {
      to(State.STANDING);
      hasListened = true;
      tell(Level.INFO, "another node records it, this one stands by");
      host.onStanding();
    }
    host.onOtherSeen();
  }

  private void takeOver(HistoryLease of) {
    State before = state;
    to(State.TAKING);
    int turn = ++turns;
    boolean[] alone = new boolean[1];
    onWriter(
        () ->
            of.value()
                .compose(
                    last -> {
                      alone[0] = last == null || last.equals(self);
                      // Who had it before can append no more: what is there now is all of his.
                      return self.equals(last)
                          ? Future.<Void>succeededFuture()
                          : host.refresh().compose(told -> of.keep(self));
                    }),
        done -> {
          if (turn != turns || state != State.TAKING) {
            return;
          }
          if (done.failed()) {
            to(before); // tried again when it is asked for next
            LOG.log(
                Level.DEBUG, "what others recorded of " + channel + " is unknown", done.cause());
            return;
          }
          to(State.HOLDING);
          int more = host.onTaken(alone[0], !alone[0] && !hasListened);
          hasListened = true;
          counts.taken();
          tell(
              Level.INFO,
              alone[0]
                  ? "this node records it, for all"
                  : "this node records it from now on, in place of another; "
                      + more
                      + " events that it had kept are added where the other had not");
        });
  }

  private void to(State next) {
    State before = state;
    state = next;
    counts.holding((next == State.HOLDING ? 1 : 0) - (before == State.HOLDING ? 1 : 0));
    counts.standing((next == State.STANDING ? 1 : 0) - (before == State.STANDING ? 1 : 0));
    if (before == State.HOLDING && next == State.WAITING) {
      tell(Level.WARNING, "this node was not heard of for too long, and records it no more");
    }
  }

  private void tell(Level level, String what) {
    LOG.log(level, PrintableText.of("channel " + channel + ": " + what));
  }

  /**
   * Records no more, so that another node can; what is under way is to be decided by then.
   *
   * @return completed once that is so, or cannot be asked for
   */
  Future<Void> close() {
    if (state == State.CLOSED) {
      return Future.succeededFuture();
    }
    to(State.CLOSED);
    stop.run();
    HistoryLease of = lease;
    return of == null || asking ? Future.succeededFuture() : giveBack(of);
  }

  private Future<Void> giveBack(HistoryLease of) {
    try {
      return of.giveBack()
          .recover(
              e -> {
                LOG.log(Level.DEBUG, "the lease of " + channel + " was not given back", e);
                return Future.succeededFuture();
              });
    } catch (RuntimeException e) {
      LOG.log(Level.DEBUG, "the lease of " + channel + " was not given back", e);
      return Future.succeededFuture();
    }
  }
}
