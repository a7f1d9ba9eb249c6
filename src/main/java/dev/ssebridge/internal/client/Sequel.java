package dev.ssebridge.internal.client;

import dev.ssebridge.client.EventSourceException;
import dev.ssebridge.client.EventSourceReason;
import dev.ssebridge.internal.config.SourceRequest;
import io.vertx.core.http.HttpMethod;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What follows when a connection of a source is over: another one now or later, or the end. Plain;
 * time is passed in.
 */
final class Sequel {
  /** The methods that change nothing, so that they may be sent again (IANA registry of methods). */
  private static final Set<String> SAFE =
      Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "REPORT", "SEARCH", "QUERY");

  // Set at construction.
  private final SourcePlan plan;
  private final TrackRecord record;
  private final boolean once;

  // Set before the first connection.
  private SourceRequest.Repeat repeat = new SourceRequest.Follow();

  // What the connections so far have brought.
  private boolean openedEver;
  private boolean open;
  private boolean refreshed;

  private Sequel(SourcePlan plan, TrackRecord record, boolean once) {
    this.plan = plan;
    this.record = record;
    this.once = once;
  }

  /** For a source that is asked for again, as the options have it. */
  static Sequel of(SourcePlan plan, TrackRecord record) {
    return new Sequel(plan, record, false);
  }

  /** For a source that is asked for once. */
  static Sequel once(SourcePlan plan, TrackRecord record) {
    return new Sequel(plan, record, true);
  }

  /** Whether it is asked for once. */
  boolean isOnce() {
    return once;
  }

  /** Sets what follows on a stream that has ended in good order. */
  void repeat(SourceRequest.Repeat value) {
    repeat = value;
  }

  /** What follows, and why. */
  sealed interface Step {
    EventSourceReason reason();

    @Nullable EventSourceException failure();
  }

  /** Another connection after {@code millis} milliseconds. */
  record Wait(EventSourceReason reason, @Nullable EventSourceException failure, long millis)
      implements Step {}

  /** Another connection at once. */
  record Again(EventSourceReason reason, EventSourceException failure) implements Step {}

  /** None; the failure is null where nothing went wrong. */
  record End(EventSourceReason reason, @Nullable EventSourceException failure) implements Step {}

  /** A stream is open. */
  void opened() {
    openedEver = true;
    open = true;
    refreshed = false;
  }

  /** The application dropped the connection. */
  void dropped() {
    open = false;
  }

  /** The server ended the stream in good order. */
  Step afterEnd(HttpMethod method, long now) {
    boolean last = repeat instanceof SourceRequest.Once || isLast(method, null);
    open = false;
    if (last) {
      return new End(EventSourceReason.ENDED, null);
    }
    if (repeat instanceof SourceRequest.Every every) {
      record.polled(now);
      return new Wait(EventSourceReason.ENDED, null, every.pause().toMillis());
    }
    return step(record.over(EventSourceReason.ENDED, 0, now), EventSourceReason.ENDED, null);
  }

  /** There was no stream, or it broke. */
  Step after(ResponsePolicy.Ending verdict, HttpMethod method, long now) {
    EventSourceException failure = verdict.failure();
    if (failure == null) {
      return new End(EventSourceReason.NO_CONTENT, null);
    }
    boolean last = isLast(method, failure) || isTheEnd(verdict);
    open = false;
    if (last) {
      return new End(failure.reason(), failure);
    }
    if (verdict instanceof ResponsePolicy.Refresh && mayRefresh()) {
      refreshed = true;
      return new Again(failure.reason(), failure);
    }
    TrackRecord.Next next =
        verdict instanceof ResponsePolicy.Retry
            ? record.over(failure.reason(), verdict.floorMillis(), now)
            : record.refused(failure.reason(), verdict.floorMillis(), now);
    return step(next, failure.reason(), failure);
  }

  /**
   * Whether the request must not be sent again: a one-shot, or one that did something and was
   * answered (RFC 9110, section 9.2.2: no automatic retry of what is not known to be idempotent).
   */
  private boolean isLast(HttpMethod method, @Nullable EventSourceException failure) {
    boolean answered =
        open || (failure != null && failure.statusCode() >= 200 && failure.statusCode() < 300);
    return once
        || (answered && !SAFE.contains(method.name()) && !plan.reconnect().isRepeatUnsafe());
  }

  private boolean isTheEnd(ResponsePolicy.Ending verdict) {
    if (verdict instanceof ResponsePolicy.Stop) {
      return true;
    }
    boolean refused =
        verdict instanceof ResponsePolicy.Refused
            || (verdict instanceof ResponsePolicy.Refresh && !mayRefresh());
    return refused
        && switch (plan.reconnect().getRefused()) {
          case RETRY -> false;
          case RETRY_ONCE_OPENED -> !openedEver;
          case STOP -> true;
        };
  }

  private boolean mayRefresh() {
    return plan.supplier() != null && !refreshed;
  }

  private static Step step(
      TrackRecord.Next next, EventSourceReason reason, @Nullable EventSourceException failure) {
    if (next instanceof TrackRecord.Wait wait) {
      return new Wait(reason, failure, wait.millis());
    }
    if (next instanceof TrackRecord.GiveUp enough) {
      return new End(
          enough.reason(),
          failure == null
              ? new EventSourceException(enough.reason(), enough.message(), null)
              : new EventSourceException(
                  enough.reason(),
                  enough.message(),
                  failure,
                  failure.statusCode(),
                  failure.headers(),
                  failure.body()));
    }
    throw new IllegalStateException("neither a wait nor an end: " + next);
  }
}
