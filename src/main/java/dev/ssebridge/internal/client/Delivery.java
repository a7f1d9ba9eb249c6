package dev.ssebridge.internal.client;

import dev.ssebridge.format.ParseOddity;
import dev.ssebridge.format.ServerSentEvent;
import java.util.ArrayDeque;

/**
 * What came off the wire on its way to the application: in order, one at a time, and only while
 * there is demand. What waits here is at most what a piece of the body held, since no further one
 * is decoded before. Not thread-safe.
 */
final class Delivery implements DecodedStream.Sink {
  /**
   * Where the deliveries go. An event takes one off the demand; the others take nothing off, but
   * wait while there is none.
   */
  interface Target extends DecodedStream.Sink {
    /** Nothing follows. Does not wait for demand. */
    void end();
  }

  private sealed interface Item {}

  private record EventItem(ServerSentEvent event) implements Item {}

  private record CommentItem(String text) implements Item {}

  private record PositionItem(String lastEventId) implements Item {}

  private record RetryItem(long millis) implements Item {}

  private record OddityItem(ParseOddity oddity) implements Item {}

  private record EndItem() implements Item {}

  private final Target target;
  private final ArrayDeque<Item> waiting = new ArrayDeque<>();
  private long demand = Long.MAX_VALUE;
  private boolean discarded;

  Delivery(Target target) {
    this.target = target;
  }

  /** Whether more is wanted than what waits. */
  boolean isFlowing() {
    return demand > 0 && waiting.isEmpty() && !discarded;
  }

  /** Whether nothing waits. */
  boolean isEmpty() {
    return waiting.isEmpty();
  }

  @Override
  public void event(ServerSentEvent event) {
    add(new EventItem(event));
  }

  @Override
  public void comment(String text) {
    add(new CommentItem(text));
  }

  @Override
  public void position(String lastEventId) {
    add(new PositionItem(lastEventId));
  }

  @Override
  public void retry(long millis) {
    add(new RetryItem(millis));
  }

  @Override
  public void oddity(ParseOddity oddity) {
    add(new OddityItem(oddity));
  }

  /** Ends the stream once what waits has been delivered. */
  void end() {
    add(new EndItem());
  }

  private void add(Item item) {
    if (!discarded) {
      waiting.add(item);
    }
  }

  /** Drops what waits; nothing is delivered any more. */
  void discard() {
    discarded = true;
    waiting.clear();
  }

  void pause() {
    demand = 0;
  }

  void fetch(long amount) {
    demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
  }

  /** Delivers what is next, if it is wanted; whether it did. */
  boolean next() {
    Item next = waiting.peek();
    if (next == null || (demand == 0 && !(next instanceof EndItem))) {
      return false;
    }
    deliver(waiting.remove());
    return true;
  }

  private void deliver(Item item) {
    if (item instanceof EventItem event) {
      if (demand != Long.MAX_VALUE) {
        demand--;
      }
      target.event(event.event());
    } else if (item instanceof CommentItem comment) {
      target.comment(comment.text());
    } else if (item instanceof PositionItem position) {
      target.position(position.lastEventId());
    } else if (item instanceof RetryItem retry) {
      target.retry(retry.millis());
    } else if (item instanceof OddityItem oddity) {
      target.oddity(oddity.oddity());
    } else {
      target.end();
    }
  }
}
