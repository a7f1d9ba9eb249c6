package dev.ssebridge.testing;

import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/**
 * The memory of this JVM that is in use.
 *
 * @param heap bytes, after a collection
 * @param direct bytes outside of the heap, Netty's and the JDK's
 */
public record MemoryProbe(long heap, long direct) {

  /** Collects and looks; the least of a few looks, for others are working. */
  public static MemoryProbe measure() {
    long heap = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      heap = Math.min(heap, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    long direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    return new MemoryProbe(heap, direct + Math.max(0, PlatformDependent.usedDirectMemory()));
  }

  @Override
  public String toString() {
    return "heap %.1f MiB, direct %.1f MiB".formatted(heap / 1048576.0, direct / 1048576.0);
  }
}
