package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The signal SIGHUP, sent to the program in a process of its own. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no SIGHUP")
@Tag("slow")
class HangupTest {
  private static final String CONFIG =
      "{\"http\": {\"port\": 0, \"drain\": 0}, \"limits\": {\"retained\": \"32MiB\"},"
          + " \"routes\": {%s}}";
  private static final String ROUTE = "\"%s\": {\"path\": \"/%s\", \"address\": \"a\"}";
  private static final String AGAIN = "configuration read again: ";

  @TempDir Path directory;

  @Test
  void reloadsAndNeverEndsTheProcess() throws Exception {
    String file = write(CONFIG.formatted(ROUTE.formatted("a", "a")));
    try (FatJar program = FatJar.runClasses(directory, "--instances", "1", file)) {
      program.awaitLine("starting with ");
      program.hangUp();
      program.hangUp();
      program.awaitLine("listening on ");
      program.awaitLine(AGAIN + "nothing changed");

      write("{\"routes\": {}, \"htp\": {}}");
      program.hangUp();
      program.awaitLine(AGAIN + "it is wrong, so nothing changes");
      program.awaitLine("/htp: unknown key");

      write(CONFIG.formatted(ROUTE.formatted("b", "b")).replace("\"port\": 0", "\"port\": 1"));
      program.hangUp();
      program.awaitLine(AGAIN + "routes added: b; routes removed: a");
      program.awaitLine("/http/port needs a restart");
      assertThat(program.isAlive()).isTrue();

      program.terminate();
      program.hangUp();
      assertThat(program.awaitExit()).isIn(0, 143);
      assertThat(program.errors().get(program.errors().size() - 1)).endsWith("stopped");
    }
  }

  @Test
  void aChangeOfTheFileReloadsWhereItIsWatched() throws Exception {
    String watched = CONFIG.replace("{\"http\"", "{\"reload\": \"watch\", \"http\"");
    String file = write(watched.formatted(ROUTE.formatted("a", "a")));
    try (FatJar program = FatJar.runClasses(directory, "--instances", "1", file)) {
      program.awaitLine("listening on ");
      write(watched.formatted(ROUTE.formatted("b", "b")));
      program.awaitLine(AGAIN + "routes added: b; routes removed: a");

      write(CONFIG.formatted(ROUTE.formatted("c", "c")));
      program.awaitLine(AGAIN + "routes added: c; routes removed: b; also changed: /reload");
    }
  }

  private String write(String json) throws Exception {
    return Files.writeString(directory.resolve("b.json"), json).toString();
  }
}
