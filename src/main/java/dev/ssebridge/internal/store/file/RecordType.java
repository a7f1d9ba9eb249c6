package dev.ssebridge.internal.store.file;

/** What a record of a segment is; the first byte of its body. */
final class RecordType {
  /** A channel: its number, epoch, name, and where it is. */
  static final byte CHANNEL = 1;

  /** An event of a channel, or a run of lost ones. */
  static final byte EVENT = 2;

  /** A process begins to write here. */
  static final byte SESSION = 3;

  /** The channels that stand before it are all there are. */
  static final byte END_OF_TABLE = 4;

  /** All was written that there was, where nothing comes after it. */
  static final byte CLOSED = 5;

  private RecordType() {}

  static boolean isKnown(byte type) {
    return type >= CHANNEL && type <= CLOSED;
  }
}
