package dev.ssebridge.internal.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Lets the threads of the optimizing compiler give way to the event loops. Where all share one
 * processor the compiler takes half of it for the first seconds of every new kind of load, and
 * every event waits for that. A JVM can only be told so on its command line, and then of all
 * compilers; on Linux, however, each thread has a nice value of its own.
 *
 * <p>Paid for by the workloads w4 and w5.
 */
final class CompilerPriority {
  private static final Logger LOG = Logger.getLogger(CompilerPriority.class.getName());
  private static final Path SELF = Path.of("/proc/self");
  private static final Path THREADS = SELF.resolve("task");
  private static final int FIELDS_FROM_NAME_TO_NICE = 16;
  private static final String OPTIMIZING = "C2 CompilerThre"; // the kernel keeps 15 characters
  private static final long PATIENCE_SECONDS = 5;

  private CompilerPriority() {}

  /**
   * Does so for the threads that there are now. Blocks until it is done, for a limited time. Where
   * Linux refuses, the log says why; elsewhere nothing happens.
   *
   * @param nice as of nice(1); where the process has as much already, nothing happens
   */
  static void lower(int nice) {
    lower("renice", nice);
  }

  static void lower(String renice, int nice) {
    if (nice == 0 || !Files.isDirectory(THREADS)) {
      return;
    }
    try {
      List<String> threads = threads();
      if (!threads.isEmpty() && niceOf(SELF) < nice) {
        // Without -n: that is an increment for some, and the value itself for others.
        List<String> command = new ArrayList<>(List.of(renice, Integer.toString(nice), "-p"));
        command.addAll(threads);
        run(command);
      }
    } catch (IOException | DirectoryIteratorException failed) {
      LOG.info(
          () ->
              "not every thread of the compiler gives way to the event loops (http.compilerNice): "
                  + failed.getMessage());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The ids of the compiler's threads, as the kernel knows them. */
  static List<String> threads() throws IOException {
    List<String> found = new ArrayList<>();
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
      for (Path thread : threads) {
        if (nameOf(thread).startsWith(OPTIMIZING)) {
          found.add(thread.getFileName().toString());
        }
      }
    }
    return found;
  }

  private static String nameOf(Path thread) {
    try {
      return Files.readString(thread.resolve("comm"), ISO_8859_1);
    } catch (IOException ended) {
      LOG.log(Level.FINE, "a thread has ended meanwhile", ended);
      return "";
    }
  }

  /** The nice value of a thread, proc(5). */
  static int niceOf(Path thread) throws IOException {
    String stat = Files.readString(thread.resolve("stat"), ISO_8859_1);
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Integer.parseInt(fields[FIELDS_FROM_NAME_TO_NICE]);
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(command.get(0) + " did not end within " + PATIENCE_SECONDS + " s");
    }
    String output = new String(process.getInputStream().readAllBytes(), ISO_8859_1).strip();
    if (process.exitValue() != 0) {
      throw new IOException(String.join(" ", command) + ": " + output);
    }
    LOG.log(Level.FINE, output);
  }
}
