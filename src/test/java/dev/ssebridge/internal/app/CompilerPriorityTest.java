package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CompilerPriorityTest {
  private static final int FIELDS_TO_NICE = 16; // proc(5): of those behind the name

  @BeforeEach
  void thereIsSuchACompiler() throws IOException {
    assumeTrue(Files.isDirectory(Path.of("/proc/self/task")), "only Linux has these threads");
    assumeTrue(!CompilerPriority.threads().isEmpty(), "this JVM has no C2 compiler");
  }

  @Test
  void theCompilersThreadsGetTheNiceValueAndNoOthers() throws IOException {
    int before = nice(Path.of("/proc/thread-self"));

    CompilerPriority.lower(before + 1);

    for (String thread : CompilerPriority.threads()) {
      assertThat(nice(Path.of("/proc/self/task", thread))).isEqualTo(before + 1);
    }
    assertThat(nice(Path.of("/proc/thread-self"))).isEqualTo(before);
  }

  @Test
  void zeroLeavesThemAsTheyAre() {
    assertThat(logged(() -> CompilerPriority.lower("no-such-command", 0))).isEmpty();
  }

  @Test
  void aSystemWithoutTheCommandIsNamedInTheLog() {
    assertThat(logged(() -> CompilerPriority.lower("no-such-command", 1)))
        .singleElement()
        .asString()
        .contains("http.compilerNice", "no-such-command");
  }

  @Test
  void aCommandThatFailsIsNamedInTheLog() {
    assertThat(logged(() -> CompilerPriority.lower("false", 1)))
        .singleElement()
        .asString()
        .contains("http.compilerNice", "false -n 1 -p");
  }

  private static int nice(Path thread) throws IOException {
    String stat = Files.readString(thread.resolve("stat"));
    return Integer.parseInt(
        stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[FIELDS_TO_NICE]);
  }

  private static List<String> logged(Runnable task) {
    List<String> messages = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord entry) {
            messages.add(entry.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger(CompilerPriority.class.getName());
    logger.addHandler(handler);
    try {
      task.run();
    } finally {
      logger.removeHandler(handler);
    }
    return messages;
  }
}
