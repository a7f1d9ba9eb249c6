package dev.ssebridge.internal.app;

import dev.ssebridge.internal.text.TimeText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Notices what a clustered event bus says nothing of: that this node stood still for so long that
 * others may have given it up, with the messages for it; and that another node is gone without
 * having said so, with messages that were on their way, or is alive and cannot be reached. Looks
 * when it is told to, at a time that it is told. Any thread.
 */
final class ClusterWatch {
  /** What may have been missed is told once all that is known of it has come together. */
  private static final long SETTLE_MILLIS = 2000;

  /** After it stood still: what others have kept for it comes first, and is not missing. */
  private static final long WAKE_MILLIS = 5000;

  /** How long it waits to find out whether a node has said that it leaves. */
  private static final long ANSWER_MILLIS = Duration.ofSeconds(30).toMillis();

  private final Duration frozen;
  private final Consumer<String> doubt;

  // guarded by this
  private final Map<String, Gone> gone = new LinkedHashMap<>();
  private boolean isBegun;
  private long lastWall;
  private long lastMonotonic;
  private boolean isStopping;

  /** How long it stood still, 0 where it did not, or that was told. */
  private long stood;

  private long wokeAt;

  /**
   * A node that is no member any more.
   *
   * @param hasSaidNothing whether it is known that it has not said that it leaves
   */
  private record Gone(long since, boolean hasSaidNothing) {}

  /**
   * @param frozen a longer stop is one in which messages may have been lost
   * @param doubt told why subscribers may have missed messages, in words for the log
   */
  ClusterWatch(Duration frozen, Consumer<String> doubt) {
    this.frozen = frozen;
    this.doubt = doubt;
  }

  /**
   * Looks. To be called again and again, by what stands still when the node does.
   *
   * @param wallMillis the time of day, which goes on while a machine sleeps
   * @param monotonicMillis a clock that goes on while the process is stopped, and is never set
   */
  void look(long wallMillis, long monotonicMillis) {
    List<String> reasons = new ArrayList<>();
    synchronized (this) {
      if (isStopping) {
        return;
      }
      long passed = Math.max(wallMillis - lastWall, monotonicMillis - lastMonotonic);
      if (isBegun && passed > frozen.toMillis()) {
        stood = Math.max(stood, passed);
        wokeAt = monotonicMillis;
      } else if (stood > 0 && monotonicMillis - wokeAt >= WAKE_MILLIS) {
        reasons.add(
            "this node stood still for "
                + TimeText.ofMillis(stood)
                + ", or its clock was set; others may have given up what was for it");
        stood = 0;
      }
      isBegun = true;
      lastWall = wallMillis;
      lastMonotonic = monotonicMillis;
      List<String> lost = new ArrayList<>();
      Iterator<Map.Entry<String, Gone>> each = gone.entrySet().iterator();
      while (each.hasNext()) {
        Map.Entry<String, Gone> one = each.next();
        Gone node = one.getValue();
        long least = node.hasSaidNothing ? SETTLE_MILLIS : ANSWER_MILLIS;
        if (monotonicMillis - node.since >= least) {
          lost.add(one.getKey());
          each.remove();
        }
      }
      if (!lost.isEmpty()) {
        reasons.add(
            (lost.size() == 1 ? "node " : "nodes ")
                + String.join(", ", lost)
                + " left without having said so; what was on its way from there is lost");
      }
    }
    reasons.forEach(doubt);
  }

  /** A node is no member any more. It is to be found out whether it had said that it leaves. */
  synchronized void onGone(String node, long monotonicMillis) {
    if (!isStopping) {
      gone.put(node, new Gone(monotonicMillis, false));
    }
  }

  /** A node that is gone had said so. */
  synchronized void onSaid(String node) {
    gone.remove(node);
  }

  /** A node that is gone had not said so, or nobody knows. */
  synchronized void onUnsaid(String node) {
    gone.computeIfPresent(node, (name, known) -> new Gone(known.since, true));
  }

  /** This node itself leaves; whatever it sees from now on means nothing. */
  synchronized void stop() {
    isStopping = true;
    gone.clear();
  }
}
