package dev.ssebridge.internal.bus;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The places that a route has for channels, and by whose requests they were taken. Who may give way
 * is found by looking at a few, each time at the next ones, so that it takes no longer with very
 * many channels. Guarded by the route's channels.
 */
final class Places {
  /** How many channels are looked at to find one that may give way. */
  static final int LOOKS = 32;

  private final Ring all = new Ring();
  private final Map<String, Ring> byRemote = new HashMap<>();

  /** How many channels there are. */
  int size() {
    return all.size;
  }

  /** How many there are of one remote. */
  int sizeOf(String remote) {
    Ring own = byRemote.get(remote);
    return own == null ? 0 : own.size;
  }

  /** A place for a channel. */
  Place take(BoundChannel channel, String remote) {
    Ring own = byRemote.computeIfAbsent(remote, r -> new Ring());
    return new Place(remote, all.add(channel), own.add(channel));
  }

  /** The place is free again. */
  void free(Place place) {
    all.remove(place.inAll);
    Ring own = byRemote.get(place.remote);
    if (own != null) {
      own.remove(place.inOwn);
      if (own.size == 0) {
        byRemote.remove(place.remote);
      }
    }
  }

  /** Of a few channels the one that has been idle the longest and fits. */
  @Nullable BoundChannel idlest(Predicate<BoundChannel> fits) {
    return all.idlest(fits);
  }

  /** The same among those of one remote. */
  @Nullable BoundChannel idlestOf(String remote, Predicate<BoundChannel> fits) {
    Ring own = byRemote.get(remote);
    return own == null ? null : own.idlest(fits);
  }

  /** Where a channel is among the others. */
  static final class Place {
    private final String remote;
    private final Node inAll;
    private final Node inOwn;

    private Place(String remote, Node inAll, Node inOwn) {
      this.remote = remote;
      this.inAll = inAll;
      this.inOwn = inOwn;
    }

    /** By whose request it was made. */
    String remote() {
      return remote;
    }
  }

  /** Channels in a circle, and the next that is looked at. */
  private static final class Ring {
    private @Nullable Node hand;
    private int size;

    Node add(BoundChannel channel) {
      Node node = new Node(channel);
      Node next = hand;
      if (next == null) {
        hand = node;
      } else {
        // The last that the hand comes to.
        node.previous = next.previous;
        node.next = next;
        next.previous.next = node;
        next.previous = node;
      }
      size++;
      return node;
    }

    void remove(Node node) {
      size--;
      if (hand == node) {
        hand = size == 0 ? null : node.next;
      }
      node.previous.next = node.next;
      node.next.previous = node.previous;
    }

    @Nullable BoundChannel idlest(Predicate<BoundChannel> fits) {
      BoundChannel found = null;
      long longest = -1;
      for (int i = 0; i < LOOKS && i < size; i++) {
        Node node = hand;
        if (node == null) {
          break;
        }
        hand = node.next;
        long idle = node.channel.channel().idleMillis();
        if (idle > longest && node.channel.channel().users() == 0 && fits.test(node.channel)) {
          longest = idle;
          found = node.channel;
        }
      }
      return found;
    }
  }

  private static final class Node {
    private final BoundChannel channel;
    private Node previous = this;
    private Node next = this;

    Node(BoundChannel channel) {
      this.channel = channel;
    }
  }
}
