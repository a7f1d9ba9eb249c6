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

    /** Nothing follows. */
    void end();

    /** The demand came or went: read the socket, or do not. */
    void demand(boolean present);
  }

  private sealed interface Item {}

  private record EventItem(ServerSentEvent event) implements Item {}

  private record CommentItem(String text) implements Item {}

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
    if (discarded) {
      return;
    }
    if (demand > 0 && waiting.isEmpty()) {
      deliver(event);
      follow();
    } else {
      waiting.add(new EventItem(event));
    }
  }

  void comment(String text) {
    if (discarded) {
      return;
    }
    if (demand > 0 && waiting.isEmpty()) {
      target.comment(text);
    } else {
      waiting.add(new CommentItem(text));
    }
  }

  /** Ends the stream once what waits has been delivered. */
  void end() {
    if (discarded) {
      return;
    }
    waiting.add(new EndItem());
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

  private void drain() {
    if (draining) {
      return;
    }
    draining = true;
    try {
      while (!waiting.isEmpty() && (demand > 0 || waiting.peek() instanceof EndItem)) {
        Item item = waiting.remove();
        if (item instanceof EventItem event) {
          deliver(event.event());
        } else if (item instanceof CommentItem comment) {
          target.comment(comment.text());
        } else {
          target.end();
        }
      }
    } finally {
      draining = false;
    }
    follow();
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
