package dev.ssebridge.internal.subscribe;

import dev.ssebridge.internal.fanout.Loop;
import org.jspecify.annotations.Nullable;

/**
 * Counts once a second how far each stream of a loop is behind, some at a time. Only the loop,
 * except for what begins and ends it.
 */
final class LagWatch {
  static final long EVERY_MILLIS = 1000;

  /** How many streams are looked at before others get their turn on the loop. */
  private static final int SLICE = 256;

  private final Loop loop;

  // guarded by this
  private @Nullable Runnable end;

  // only the loop
  private @Nullable OpenStream first;
  private @Nullable OpenStream last;
  private @Nullable OpenStream next;
  private int size;
  private int left;

  LagWatch(Loop loop) {
    this.loop = loop;
  }

  /** Any thread. */
  synchronized void begin() {
    if (end == null) {
      end = loop.every(EVERY_MILLIS, this::look);
    }
  }

  /** Any thread. */
  synchronized void end() {
    if (end != null) {
      end.run();
      end = null;
    }
  }

  void add(OpenStream stream) {
    OpenStream before = last;
    stream.before = before;
    if (before == null) {
      first = stream;
    } else {
      before.after = stream;
    }
    last = stream;
    size++;
  }

  /** Must be among them. */
  void remove(OpenStream stream) {
    OpenStream before = stream.before;
    OpenStream after = stream.after;
    if (next == stream) {
      next = after;
    }
    if (before == null) {
      first = after;
    } else {
      before.after = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.before = before;
    }
    stream.before = null;
    stream.after = null;
    size--;
  }

  private void look() {
    if (left == 0) { // otherwise the loop has not come to the end of the last time
      next = first;
      left = size;
      slice();
    }
  }

  private void slice() {
    for (int i = 0; i < SLICE && left > 0; i++) {
      OpenStream stream = next;
      if (stream == null) {
        left = 0; // some have ended meanwhile
        return;
      }
      next = stream.after;
      left--;
      stream.subscriber().countLag();
    }
    if (left > 0) {
      loop.executeAfterOthers(this::slice);
    }
  }
}
