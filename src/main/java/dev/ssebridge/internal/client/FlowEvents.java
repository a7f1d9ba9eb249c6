package dev.ssebridge.internal.client;

import dev.ssebridge.client.EventSourceException;
import dev.ssebridge.format.ServerSentEvent;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Hands the events of a source over to the one subscriber of its publisher, by the rules of
 * reactive streams (numbers in brackets). All signals are given on the context of the source, one
 * at a time (1.3).
 */
public final class FlowEvents implements EventReader, Flow.Subscription {
  private final Feed feed;

  // Let go of when it is over (3.13).
  private volatile Flow.@Nullable Subscriber<? super ServerSentEvent> subscriber;
  private volatile @Nullable IllegalArgumentException refusal;

  /** A subscription to what this feed brings. */
  public FlowEvents(Feed feed, Flow.Subscriber<? super ServerSentEvent> subscriber) {
    this.feed = feed;
    this.subscriber = subscriber;
  }

  /** Tells a subscriber that there is nothing for it (1.9). */
  public static void refuse(
      Flow.Subscriber<? super ServerSentEvent> subscriber, Throwable failure) {
    subscriber.onSubscribe(
        new Flow.Subscription() {
          @Override
          public void request(long amount) {}

          @Override
          public void cancel() {}
        });
    subscriber.onError(failure);
  }

  @Override
  public void begin() {
    Flow.Subscriber<? super ServerSentEvent> reader = subscriber;
    if (reader != null) {
      try {
        reader.onSubscribe(this);
      } catch (Throwable e) {
        cancel();
        throw e;
      }
    }
  }

  @Override
  public void event(ServerSentEvent event) {
    Flow.Subscriber<? super ServerSentEvent> reader = subscriber;
    if (reader != null && refusal == null) {
      try {
        reader.onNext(event);
      } catch (Throwable e) {
        // A subscriber that throws has cancelled (2.13).
        cancel();
        throw e;
      }
    }
  }

  @Override
  public void end(@Nullable EventSourceException failure) {
    Flow.Subscriber<? super ServerSentEvent> reader = subscriber;
    subscriber = null;
    if (reader == null) {
      return;
    }
    Throwable cause = refusal != null ? refusal : failure;
    if (cause != null) {
      reader.onError(cause);
    } else {
      reader.onComplete();
    }
  }

  /** From any thread (3.3); what is more than {@link Long#MAX_VALUE} in sum is without limit. */
  @Override
  public void request(long amount) {
    if (amount > 0) {
      if (subscriber != null) {
        feed.fetch(amount);
      }
    } else if (refusal == null) {
      // The failure is told when the source has ended, so that no signal overlaps another (3.9).
      refusal =
          new IllegalArgumentException(
              "request: expected 1 or more (rule 3.9 of reactive streams), got " + amount);
      feed.close();
    }
  }

  @Override
  public void cancel() {
    if (subscriber != null) {
      subscriber = null;
      feed.close();
    }
  }
}
