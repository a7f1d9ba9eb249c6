package dev.ssebridge.internal.bus;

import org.jspecify.annotations.Nullable;

/**
 * A list out of which any link is taken in constant time, without an object for each place. A link
 * stands in one chain at a time. Not thread-safe.
 */
final class Chain<L extends Chain.Link<L>> {
  private @Nullable L first;
  private @Nullable L last;

  @Nullable L first() {
    return first;
  }

  @Nullable L last() {
    return last;
  }

  void append(L link) {
    Link<L> added = link;
    L before = last;
    added.previous = before;
    added.linked = true;
    last = link;
    if (before == null) {
      first = link;
    } else {
      ((Link<L>) before).next = link;
    }
  }

  /** Takes it out, wherever it stands; nothing happens where it stands in none. */
  void remove(L link) {
    Link<L> removed = link;
    if (!removed.linked) {
      return;
    }
    L before = removed.previous;
    L after = removed.next;
    if (before == null) {
      first = after;
    } else {
      ((Link<L>) before).next = after;
    }
    if (after == null) {
      last = before;
    } else {
      ((Link<L>) after).previous = before;
    }
    removed.previous = null;
    removed.next = null;
    removed.linked = false;
  }

  /** What stands in a chain. */
  abstract static class Link<L extends Link<L>> {
    private @Nullable L previous;
    private @Nullable L next;
    private boolean linked;

    /** The one behind it. */
    @Nullable L next() {
      return next;
    }

    boolean isLinked() {
      return linked;
    }
  }
}
