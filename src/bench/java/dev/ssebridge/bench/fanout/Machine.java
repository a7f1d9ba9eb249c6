package dev.ssebridge.bench.fanout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the benchmark runs on, and how it is kept apart from what it measures. */
final class Machine {
  /** The same for all servers: one event loop each. */
  static final List<String> SERVER_FLAGS =
      List.of("-Xmx1g", "-XX:+UseSerialGC", "-XX:ActiveProcessorCount=1");

  private static final Path STAT = Path.of("/proc/stat");
  private static final Pattern PSS = Pattern.compile("(?m)^Pss:\\s+(\\d+) kB");
  private static final Pattern MODEL = Pattern.compile("(?m)^model name\\s*:\\s*(.*)$");
  private static final double TICKS_PER_SECOND = 100;

  private final boolean pinned;

  private Machine(boolean pinned) {
    this.pinned = pinned;
  }

  /** Binds this process to processor 1, if there are two and a tool for it. */
  static Machine pinned() throws InterruptedException {
    String self = Long.toString(ProcessHandle.current().pid());
    boolean two = Runtime.getRuntime().availableProcessors() > 1;
    return new Machine(two && succeeds("taskset", "-acp", "1", self));
  }

  private static boolean succeeds(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException missing) {
      return false;
    }
  }

  /** What a server's command begins with. */
  List<String> serverPrefix() {
    return pinned ? List.of("taskset", "-c", "0") : List.of();
  }

  String pinning() {
    return pinned
        ? "server on processor 0, generator on processor 1"
        : "processors not assigned (no taskset, or only one)";
  }

  /** Processor, kernel and Java. */
  static String description() {
    return Runtime.version()
        + " ("
        + System.getProperty("java.vm.name")
        + "), "
        + System.getProperty("os.name")
        + " "
        + System.getProperty("os.version")
        + " "
        + System.getProperty("os.arch")
        + ", "
        + processor();
  }

  private static String processor() {
    return first(MODEL, Path.of("/proc/cpuinfo"), "processor unknown");
  }

  /** Seconds that all processors were busy since the machine was started; 0 where unknown. */
  static double busySeconds() {
    try {
      String[] fields = Files.readAllLines(STAT).get(0).trim().split("\\s+", -1);
      long ticks = 0;
      for (int i : new int[] {1, 2, 3, 6, 7}) { // user, nice, system, irq, softirq
        ticks += Long.parseLong(fields[i]);
      }
      return ticks / TICKS_PER_SECOND;
    } catch (IOException notLinux) {
      return 0;
    }
  }

  /** The memory of a process, each shared page by its share; 0 where the system does not tell. */
  static long residentBytes(long pid) {
    return Long.parseLong(first(PSS, Path.of("/proc/" + pid + "/smaps_rollup"), "0")) * 1024;
  }

  private static String first(Pattern pattern, Path file, String otherwise) {
    try {
      Matcher matcher = pattern.matcher(Files.readString(file));
      return matcher.find() ? matcher.group(1) : otherwise;
    } catch (IOException missing) {
      return otherwise;
    }
  }
}
