package dev.ssebridge.internal.socket;

import io.netty.util.internal.PlatformDependent;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What answers that nobody takes may hold of the memory of the process, over all of its
 * connections: each holds little, and many hold all of it. Outside of the heap where they wait for
 * a socket, in the heap where they wait for a window of HTTP/2. Any thread.
 */
final class AnswerMemory {
  /** Of the process, as its memory is. */
  static final AnswerMemory OF_PROCESS =
      new AnswerMemory(
          Math.min(PlatformDependent.estimateMaxDirectMemory(), Runtime.getRuntime().maxMemory())
              / 8);

  private final long enough;
  private final AtomicLong held = new AtomicLong();

  /**
   * @param enough bytes, from which on who takes nothing is not waited for
   */
  AnswerMemory(long enough) {
    this.enough = enough;
  }

  void add(long bytes) {
    held.addAndGet(bytes);
  }

  /** Bytes that are held now. */
  long held() {
    return held.get();
  }

  /** Whether there is no room for further answers to somebody who has not taken the last ones. */
  boolean isScarce() {
    return held.get() > enough;
  }

  /** Whether there is no room for anybody, until those who take nothing have been dropped. */
  boolean isOut() {
    return held.get() > 2 * enough;
  }
}
