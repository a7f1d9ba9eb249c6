package dev.ssebridge.internal.log;

/**
 * Copies frames one behind the other into byte arrays that grow from small to {@value #LARGEST}
 * bytes: a quiet log stays small, a busy one allocates seldom. An array is garbage once every entry
 * in it was dropped, so a log holds at most one array more than its entries.
 */
final class FrameChunks {
  static final int SMALLEST = 512;
  static final int LARGEST = 64 * 1024;

  private static final byte[] NONE = {};

  private final int largest;

  private byte[] current = NONE;
  private int used;
  private int storedAt;

  /**
   * @param largest no array is larger (but for a frame that is)
   */
  FrameChunks(long largest) {
    this.largest = (int) Math.max(SMALLEST, Math.min(LARGEST, largest));
  }

  /** Copies a frame and returns the array that holds it, at {@link #storedAt}. */
  byte[] store(byte[] frame, int offset, int length) {
    if (length > current.length - used) {
      if (length > largest / 4) {
        byte[] own = new byte[length];
        System.arraycopy(frame, offset, own, 0, length);
        storedAt = 0;
        return own;
      }
      int next = Math.max(SMALLEST, current.length * 2);
      while (next < length) {
        next *= 2;
      }
      current = new byte[Math.min(largest, next)];
      used = 0;
    }
    System.arraycopy(frame, offset, current, used, length);
    storedAt = used;
    used += length;
    return current;
  }

  /** Where the last stored frame begins. */
  int storedAt() {
    return storedAt;
  }

  /** Starts small again. */
  void reset() {
    current = NONE;
    used = 0;
  }
}
