package dev.ssebridge.internal.store.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * The machine around a store.
 *
 * @param boot names the boot of the machine: another one after it was off; empty where nobody knows
 * @param disk what is written to
 */
record Surroundings(Supplier<String> boot, Disk disk) {
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  static final Surroundings REAL = new Surroundings(Surroundings::bootId, Disk.REAL);

  private static String bootId() {
    try {
      return Files.readString(BOOT_ID).strip();
    } catch (IOException e) {
      // Not Linux: only a clean close keeps epochs then.
      return "";
    }
  }
}
