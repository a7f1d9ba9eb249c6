package dev.ssebridge.internal.tool;

import dev.ssebridge.client.EventSourceReason;
import dev.ssebridge.client.EventSourceState;
import dev.ssebridge.client.EventSourceTransition;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.format.SseTypes;
import dev.ssebridge.internal.eventstream.ReservedTypes;
import dev.ssebridge.internal.text.TimeText;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;

/** Follows one stream and writes its events, on the thread of the command, to an end. */
final class TailRun {
  private static final long HOUR = TimeUnit.HOURS.toMillis(1);
  private static final long LONG_WAIT = 5000;

  /**
   * What is wanted.
   *
   * @param timed whether each event is shown with the time at which it came
   * @param types those that are shown; all where there are none
   * @param events after how many events it ends; 0 for never
   * @param time after how long it ends, or null for never
   * @param strict whether it ends where something was missed
   */
  record Wish(
      TailView view,
      boolean timed,
      Ansi colours,
      Set<String> types,
      long events,
      @Nullable Duration time,
      boolean strict) {}

  private final Wish wish;
  private final TailOutput output;
  private final TailReport report;
  private final long startedAt = now();

  // How the connection stands.
  private boolean opened;
  private boolean open;
  private boolean connecting;
  private boolean waitingTold;
  private boolean gapTold;
  private long changedAt = startedAt;
  private long downSince = startedAt;
  private long eventsOfConnection;
  private @Nullable EventSourceReason closedBy;

  // What it counts.
  private long shown;
  private long missed;
  private int unknown;

  TailRun(Wish wish, TailOutput output, TailReport report) {
    this.wish = wish;
    this.output = output;
    this.report = report;
  }

  /** Follows to the end; the exit code. */
  int follow(TailFeed feed) throws InterruptedException, IOException {
    feed.start();
    Integer end = null;
    while (end == null) {
      TailSignal signal = feed.next(patience());
      end = signal == null ? null : take(signal);
      if (end == null) {
        end = look();
      }
    }
    return end;
  }

  private static long now() {
    return System.nanoTime() / 1_000_000;
  }

  private long patience() {
    long patience = isSlow() || open ? HOUR : Math.max(1, changedAt + LONG_WAIT - now());
    Duration time = wish.time();
    return time == null
        ? patience
        : Math.max(1, Math.min(patience, startedAt + time.toMillis() - now()));
  }

  private boolean isSlow() {
    return waitingTold || now() - changedAt >= LONG_WAIT;
  }

  /** What the time says. */
  private @Nullable Integer look() {
    Duration time = wish.time();
    if (time != null && now() - startedAt >= time.toMillis()) {
      if (!opened) {
        report.failed("no stream within " + TimeText.ofMillis(time.toMillis()));
        return Terminal.FAILED;
      }
      return done("time is up");
    }
    if (!open && !waitingTold && connecting && isSlow()) {
      waitingTold = true;
      report.waiting(now() - changedAt);
    }
    return null;
  }

  private @Nullable Integer take(TailSignal signal) throws IOException {
    if (signal instanceof TailSignal.Event event) {
      return take(event);
    }
    if (signal instanceof TailSignal.Moved moved) {
      return take(moved);
    }
    if (signal instanceof TailSignal.Over over) {
      return over(over.failure());
    }
    if (signal instanceof TailSignal.Unread) {
      return Terminal.DONE;
    }
    return done("stopped");
  }

  private @Nullable Integer take(TailSignal.Event arrived) throws IOException {
    ServerSentEvent event = arrived.event();
    String type = event.effectiveType();
    TailGap gap = TailGap.of(event);
    boolean first = eventsOfConnection++ == 0;
    if (gap != null) {
      report.gap(gap);
      if (!first || !gapTold) {
        count(gap);
      }
    } else if (type.equals(SseTypes.SOURCE)) {
      report.source(event);
    }
    boolean own = gap != null || ReservedTypes.isOwn(type);
    boolean asked = wish.types().contains(type);
    boolean isShown = wish.types().isEmpty() ? !own || wish.view() == TailView.JSON : asked;
    if (isShown) {
      String text = wish.view().show(event, arrived.time(), wish.timed(), wish.colours());
      if (!output.write(text)) {
        return Terminal.DONE; // the reader has closed the output
      }
      shown += own && !asked ? 0 : 1;
    }
    if (wish.strict() && gap != null && gap.isLoss()) {
      return TailCommand.MISSED;
    }
    return wish.events() > 0 && shown >= wish.events() ? done("that was all") : null;
  }

  private void count(TailGap gap) {
    if (gap.isLoss()) {
      unknown += gap.missed() < 0 ? 1 : 0;
      missed += Math.max(0, gap.missed());
    }
  }

  private @Nullable Integer take(TailSignal.Moved moved) {
    EventSourceTransition step = moved.step();
    boolean hadStream = step.from() == EventSourceState.OPEN;
    if (hadStream) {
      downSince = now();
    }
    changedAt = now();
    open = step.to() == EventSourceState.OPEN;
    connecting = step.to() == EventSourceState.CONNECTING;
    waitingTold = false;
    switch (step.to()) {
      case OPEN -> {
        return open(moved);
      }
      case WAITING -> report.lost(hadStream, step, eventsOfConnection == 0 ? moved.comment() : "");
      case CONNECTING -> {
        if (step.cause() != null) {
          report.again(step);
        }
      }
      case CLOSED -> closedBy = step.reason();
    }
    return null;
  }

  private @Nullable Integer open(TailSignal.Moved moved) {
    TailGap gap =
        TailGap.ofHead(
            TailReport.header(moved.headers(), SseHeaders.RESUME),
            TailReport.header(moved.headers(), SseHeaders.MISSED));
    report.connected(opened, now() - downSince, moved.answer(), moved.headers(), gap);
    opened = true;
    eventsOfConnection = 0;
    gapTold = gap != null;
    if (gap != null) {
      count(gap);
    }
    return wish.strict() && gap != null && gap.isLoss() ? TailCommand.MISSED : null;
  }

  private int over(@Nullable Throwable failure) {
    if (failure != null) {
      report.failed(failure);
      return Terminal.FAILED;
    }
    if (closedBy == EventSourceReason.NO_CONTENT) {
      report.failed("the server says that there is no stream and will be none (204)");
      return Terminal.FAILED;
    }
    return done("the stream has ended");
  }

  private int done(String why) {
    report.ended(why, shown, missed, unknown);
    return Terminal.DONE;
  }
}
