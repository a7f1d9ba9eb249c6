package dev.ssebridge.internal.bus;

import dev.ssebridge.internal.metrics.Meter;
import dev.ssebridge.internal.metrics.Snapshot;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/** The memory of the process beside its heap. */
final class DirectMemory {
  /** Found once, as looking for it takes longer than all the rest. */
  private static final List<BufferPoolMXBean> OF_JDK =
      ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
          .filter(pool -> pool.getName().equals("direct"))
          .toList();

  private DirectMemory() {}

  static void read(Snapshot into) {
    long netty = PlatformDependent.usedDirectMemory();
    if (netty >= 0) { // otherwise it leaves that to the JDK
      into.add(Meter.DIRECT_MEMORY, netty, "netty");
    }
    OF_JDK.forEach(pool -> into.add(Meter.DIRECT_MEMORY, pool.getMemoryUsed(), "jdk"));
    into.add(Meter.DIRECT_MEMORY_LIMIT, PlatformDependent.maxDirectMemory());
  }
}
