package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ssebridge.testing.LogRecorder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CompilerPriorityTest {
  @BeforeEach
  void thereIsSuchACompiler() throws IOException {
    assumeTrue(Files.isDirectory(Path.of("/proc/self/task")), "only Linux has these threads");
    assumeTrue(!CompilerPriority.threads().isEmpty(), "this JVM has no C2 compiler");
  }

  @Test
  void theCompilersThreadsGetTheNiceValueAndNoOthers() throws IOException {
    assumeTrue(hasRenice(), "no renice here");
    int nice = CompilerPriority.niceOf(Path.of("/proc/self")) + 1;
    Map<String, Integer> before = niceOfAll();
    List<String> compilers = CompilerPriority.threads();

    CompilerPriority.lower(nice);

    Map<String, Integer> after = niceOfAll();
    before.forEach(
        (thread, was) ->
            assertThat(after.getOrDefault(thread, was)) // it may have ended
                .isEqualTo(compilers.contains(thread) && after.containsKey(thread) ? nice : was));
  }

  @Test
  void aProcessThatIsNicerAlreadyKeepsItsCompilersAsTheyAre() throws IOException {
    int less = CompilerPriority.niceOf(Path.of("/proc/self")) - 1;

    assertThat(logged(() -> CompilerPriority.lower("no-such-command", less))).isEmpty();
  }

  @Test
  void zeroLeavesThemAsTheyAre() {
    assertThat(logged(() -> CompilerPriority.lower("no-such-command", 0))).isEmpty();
  }

  @Test
  void aSystemWithoutTheCommandIsNamedInTheLog() {
    assertThat(logged(() -> CompilerPriority.lower("no-such-command", 19)))
        .singleElement()
        .asString()
        .contains("http.compilerNice", "no-such-command");
  }

  @Test
  void aCommandThatFailsIsNamedInTheLog() {
    assertThat(logged(() -> CompilerPriority.lower("false", 19)))
        .singleElement()
        .asString()
        .contains("http.compilerNice", "false 19 -p");
  }

  private static boolean hasRenice() {
    try {
      return new ProcessBuilder("renice", "--help").start().waitFor() >= 0;
    } catch (IOException missing) {
      return false;
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  private static Map<String, Integer> niceOfAll() throws IOException {
    Map<String, Integer> all = new HashMap<>();
    try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
      for (Path thread : threads.toList()) {
        try {
          all.put(thread.getFileName().toString(), CompilerPriority.niceOf(thread));
        } catch (IOException ended) {
          assertThat(thread).as("a thread that has ended").doesNotExist();
        }
      }
    }
    return all;
  }

  private static List<String> logged(Runnable task) {
    try (LogRecorder log = LogRecorder.of(CompilerPriority.class)) {
      task.run();
      return log.messages();
    }
  }
}
