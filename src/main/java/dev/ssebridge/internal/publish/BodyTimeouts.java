package dev.ssebridge.internal.publish;

import dev.ssebridge.internal.fanout.Deadline;
import dev.ssebridge.internal.fanout.FanoutLoop;
import io.vertx.core.Context;

/**
 * How long a body may bring nothing, and how long one message of it may take; not counted while the
 * sender is not what is waited for. Only on the context.
 */
final class BodyTimeouts extends Deadline {
  private final FanoutLoop timers;
  private final Context context;
  private final Body body;
  private final long millis;
  private final long messageMillis;
  private final long period;
  private long chunks;
  private long published;
  private long silent; // for so long
  private long waited; // for a message, for so long

  /** The body, as its limits see it. */
  interface Body {
    /** Whether the sender is not what is waited for. */
    boolean isHeldUp();

    /** Whether something of it has come that was not read yet. */
    boolean isUnread();

    /** Whether nothing more of it will be read. */
    boolean isDone();

    /** How many pieces have come. */
    long chunks();

    /** How many messages it has brought. */
    long published();

    /**
     * It has taken too long.
     *
     * @param expected what should have come, and within what time
     */
    void timeOut(String expected);
  }

  /**
   * @param timers those of the context's loop, which need not be its thread
   * @param millis without anything, 0 for as long as it likes
   * @param messageMillis without a whole message, 0 for as long as it likes
   */
  BodyTimeouts(FanoutLoop timers, Context context, Body body, long millis, long messageMillis) {
    this.timers = timers;
    this.context = context;
    this.body = body;
    this.millis = millis;
    this.messageMillis = messageMillis;
    this.period =
        millis == 0 || messageMillis == 0
            ? Math.max(millis, messageMillis)
            : Math.min(millis, messageMillis);
  }

  void watch() {
    if (period > 0) {
      timers.loop().run(() -> timers.scheduleIn(this, period));
    }
  }

  void end() {
    timers.loop().run(() -> timers.cancel(this));
  }

  @Override
  protected void due(long now) {
    context.runOnContext(v -> look());
  }

  private void look() {
    if (body.isDone()) {
      return;
    }
    boolean heldUp = body.isHeldUp();
    silent = heldUp || body.isUnread() || body.chunks() != chunks ? 0 : silent + period;
    waited = heldUp || body.published() != published ? 0 : waited + period;
    chunks = body.chunks();
    published = body.published();
    if (millis > 0 && silent >= millis) {
      body.timeOut("more of it within " + millis + " ms (bodyTimeout), got none");
    } else if (messageMillis > 0 && waited >= messageMillis) {
      body.timeOut("a whole message within " + messageMillis + " ms (messageTimeout), got less");
    } else {
      watch();
    }
  }
}
