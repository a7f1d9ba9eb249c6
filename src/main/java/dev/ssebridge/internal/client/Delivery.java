package dev.ssebridge.internal.client;

import dev.ssebridge.ServerSentEvent;
import java.util.ArrayDeque;

/**
 * What came off the wire on its way to the application: in order, and only while there is demand.
 * What waits here is at most what one chunk of the body held, since nothing is read without demand.
 * Not thread-safe.
 */
final class Delivery {
  /** Where the deliveries go. */
  interface Target {
    /** An event; takes one off the demand. */
    void event(ServerSentEvent event);

    /** A comment; takes nothing off the demand, but waits while there is none. */
    void comment(String text);

    /** A block without data moved the last event id; waits like a comment. */
    void position(String lastEventId);

    /** Nothing follows. */
    void end();

    /** The demand came or went: read the socket, or do not. */
    void demand(boolean present);
  }

  private sealed interface Item {}

  private record EventItem(ServerSentEvent event) implements Item {}

  private record CommentItem(String text) implements Item {}

  private record PositionItem(String lastEventId) implements Item {}

  private record EndItem() implements Item {}

  private final Target target;
  private final ArrayDeque<Item> waiting = new ArrayDeque<>();
  private long demand = Long.MAX_VALUE;
  private boolean draining;
  private boolean flowing = true;
  private boolean discarded;

  Delivery(Target target) {
    this.target = target;
  }

  /** Whether the socket is to be read. */
  boolean isFlowing() {
    return flowing;
  }

  void event(ServerSentEvent event) {
    if (passes()) {
      deliver(event);
      follow();
    } else {
      add(new EventItem(event));
    }
  }

  void comment(String text) {
    if (passes()) {
      target.comment(text);
    } else {
      add(new CommentItem(text));
    }
  }

  void position(String lastEventId) {
    if (passes()) {
      target.position(lastEventId);
    } else {
      add(new PositionItem(lastEventId));
    }
  }

  /** Ends the stream once what waits has been delivered. */
  void end() {
    add(new EndItem());
    drain();
  }

  /** Drops what waits; nothing is delivered any more. */
  void discard() {
    discarded = true;
    waiting.clear();
  }

  void pause() {
    demand = 0;
    follow();
  }

  void fetch(long amount) {
    demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
    drain();
  }

  private boolean passes() {
    return demand > 0 && waiting.isEmpty() && !draining && !discarded;
  }

  private void add(Item item) {
    if (!discarded) {
      waiting.add(item);
    }
  }

  private void drain() {
    if (draining) {
      return;
    }
    draining = true;
    try {
      while (!waiting.isEmpty() && (demand > 0 || waiting.peek() instanceof EndItem)) {
        deliver(waiting.remove());
      }
    } finally {
      draining = false;
    }
    follow();
  }

  private void deliver(Item item) {
    if (item instanceof EventItem event) {
      deliver(event.event());
    } else if (item instanceof CommentItem comment) {
      target.comment(comment.text());
    } else if (item instanceof PositionItem position) {
      target.position(position.lastEventId());
    } else {
      target.end();
    }
  }

  private void deliver(ServerSentEvent event) {
    if (demand != Long.MAX_VALUE) {
      demand--;
    }
    target.event(event);
  }

  private void follow() {
    boolean present = demand > 0 && waiting.isEmpty();
    if (present != flowing && !discarded) {
      flowing = present;
      target.demand(present);
    }
  }
}
