package dev.ssebridge.internal.client;

import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.SourceConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The files in which sources keep something, looked at before anybody can connect. */
public final class KeptFiles {
  private KeptFiles() {}

  /** What is wrong with them, all of it; empty if the sources can be followed. Blocks. */
  public static List<String> problems(BridgeConfig config) {
    List<String> problems = problems(config.sources().values());
    String persist = config.control().persist();
    if (persist != null) {
      check(problems, () -> readSources(persist));
    }
    return problems;
  }

  /** What is wrong with those of some sources that are not followed yet. Blocks. */
  public static List<String> problems(Collection<SourceConfig> sources) {
    List<String> problems = new ArrayList<>();
    for (SourceConfig source : sources) {
      String cursor = source.cursor().file();
      if (cursor != null) {
        check(problems, () -> readCursor(Path.of(cursor)));
      }
    }
    return problems;
  }

  private interface Look {
    void take() throws IOException;
  }

  private static void check(List<String> problems, Look look) {
    try {
      look.take();
    } catch (IOException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
  }

  private static void readCursor(Path path) throws IOException {
    try (CursorFile file = CursorFile.open(path)) {
      file.load();
    }
  }

  private static void readSources(String path) throws IOException {
    try (SourceFile file = SourceFile.take(path)) {
      file.read();
    }
  }
}
