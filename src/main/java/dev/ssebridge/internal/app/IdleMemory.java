package dev.ssebridge.internal.app;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.ManagementFactory;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Makes the JVM give memory back that it does not need: by default it keeps up to 70 % of the heap
 * free, which is more than 10,000 idle subscribers take. An option that was given on the command
 * line stays as it is.
 */
final class IdleMemory {
  private static final Logger LOG = Logger.getLogger(IdleMemory.class.getName());

  private IdleMemory() {}

  static void giveBack() {
    HotSpotDiagnosticMXBean jvm = hotSpot();
    if (jvm == null) {
      return;
    }
    // Percent; the minimum first: at no time may it be above the maximum.
    set(jvm, "MinHeapFreeRatio", "5");
    set(jvm, "MaxHeapFreeRatio", "15");
    // Milliseconds without a collection after which one looks what can be given back.
    set(jvm, "G1PeriodicGCInterval", "60000");
  }

  private static @Nullable HotSpotDiagnosticMXBean hotSpot() {
    try {
      return ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    } catch (LinkageError | IllegalArgumentException other) {
      LOG.log(Level.FINE, "not a HotSpot JVM", other);
      return null;
    }
  }

  private static void set(HotSpotDiagnosticMXBean jvm, String name, String value) {
    try {
      VMOption option = jvm.getVMOption(name);
      if (option.getOrigin() == VMOption.Origin.DEFAULT && option.isWriteable()) {
        jvm.setVMOption(name, value);
      }
    } catch (IllegalArgumentException | UnsupportedOperationException unknown) {
      LOG.log(Level.FINE, "the JVM has no option " + name, unknown);
    }
  }
}
