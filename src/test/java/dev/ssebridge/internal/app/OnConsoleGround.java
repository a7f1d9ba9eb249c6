package dev.ssebridge.internal.app;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** One {@link ConsoleGround} for the tests of a class. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OnConsoleGround {
  private final String config;
  private @Nullable ConsoleGround started;

  /**
   * @param config as {@link ConsoleGround#start} takes it
   */
  OnConsoleGround(String config) {
    this.config = config;
  }

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    started = ConsoleGround.start(directory, config);
  }

  @AfterAll
  void stop() throws Exception {
    if (started != null) {
      started.close();
    }
  }

  ConsoleGround ground() {
    return requireNonNull(started);
  }
}
