package dev.ssebridge.internal.bus;

import dev.ssebridge.internal.fanout.Deadline;
import dev.ssebridge.internal.text.PrintableText;
import java.lang.System.Logger.Level;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Has all channels tell that messages of others may have been missed. However often that is said,
 * it is told at a {@linkplain DoubtPace limited pace}, and the log says why as often. Any thread.
 */
final class Doubts {
  /** The most reasons that are named when it is told once. */
  static final int MOST_REASONS = 5;

  private static final System.Logger LOG = System.getLogger(Doubts.class.getName());

  private final Loops loops;

  // guarded by this
  private final DoubtPace pace = new DoubtPace();
  private final Set<String> reasons = new LinkedHashSet<>();
  private int others;
  private boolean isToCome;

  Doubts(Loops loops) {
    this.loops = loops;
  }

  /**
   * Something may have been missed.
   *
   * @param why in words for the log
   */
  void add(String why) {
    long delay;
    synchronized (this) {
      if (reasons.size() < MOST_REASONS) {
        reasons.add(why);
      } else if (!reasons.contains(why)) {
        others++;
      }
      if (isToCome) {
        return;
      }
      isToCome = true;
      delay = pace.delay(millis());
    }
    if (delay == 0) {
      tell();
    } else {
      Loops.OnLoop onLoop = loops.next();
      onLoop.loop().execute(() -> onLoop.fanout().scheduleIn(new Later(), delay));
    }
  }

  private void tell() {
    String why;
    synchronized (this) {
      pace.told(millis());
      isToCome = false;
      why = String.join("; ", reasons) + (others == 0 ? "" : "; and " + others + " times more");
      reasons.clear();
      others = 0;
    }
    LOG.log(Level.WARNING, PrintableText.of("subscribers may have missed messages: " + why));
    loops.forEachChannel(BoundChannel::mayHaveMissed);
  }

  private static long millis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  private final class Later extends Deadline {
    @Override
    protected void due(long now) {
      tell();
    }
  }
}
