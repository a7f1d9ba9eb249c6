package dev.ssebridge.internal.store.file;

/**
 * Some events of a channel, one after the other, near to each other in a segment: what its index
 * knows of them. Under the lock of its history.
 */
final class Block {
  static final int MOST_EVENTS = 64;
  static final int MOST_BYTES = 32 * 1024;

  private final Segment segment;
  private final long offset;
  private final long first;
  private long end;
  private long last;
  private int events;
  private long frameBytes;
  private long recordBytes;
  private long newest = Long.MIN_VALUE;
  private boolean sealed;

  /** Without an event yet. */
  Block(Segment segment, long offset, long first) {
    this.segment = segment;
    this.offset = offset;
    this.first = first;
    end = offset;
    last = first - 1;
  }

  /** Whether an event with this place may come into it. */
  boolean takes(EventPlace place) {
    return !sealed
        && segment == place.segment()
        && last + 1 == place.sequence()
        && events < MOST_EVENTS
        && place.offset() + place.length() - offset <= MOST_BYTES;
  }

  /** Nothing more comes into it. */
  void seal() {
    sealed = true;
  }

  void add(EventPlace place) {
    end = place.offset() + place.length();
    last = place.last();
    events++;
    frameBytes += place.frameBytes();
    recordBytes += place.length();
    newest = Math.max(newest, place.time());
  }

  /** Its events after this sequence, which is one of its own, are no more. */
  void cut(long to) {
    events = (int) Math.max(1, events - (last - to));
    last = to;
  }

  Segment segment() {
    return segment;
  }

  long offset() {
    return offset;
  }

  /** How many bytes of the segment it takes, others' events among them. */
  int length() {
    return (int) (end - offset);
  }

  long first() {
    return first;
  }

  long last() {
    return last;
  }

  int events() {
    return events;
  }

  long frameBytes() {
    return frameBytes;
  }

  /** How many bytes of the segment are its own. */
  long recordBytes() {
    return recordBytes;
  }

  /** The latest time of its events. */
  long newest() {
    return newest;
  }
}
