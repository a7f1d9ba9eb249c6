package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.access.AccessLine;
import dev.ssebridge.internal.config.ConfigFile;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonLogLineTest {
  @TempDir Path directory;

  @AfterEach
  void forget() {
    HiddenTexts.hide(ConfigFile.parse("none", "{}"));
    HiddenTexts.hide(ConfigFile.parse("none", "{}"));
  }

  private static LogRecord entry(Level level, String message, Object... parameters) {
    LogRecord entry = new LogRecord(level, message);
    entry.setLoggerName("x.y");
    entry.setParameters(parameters);
    return entry;
  }

  private static JsonObject read(LogRecord entry) {
    String line = new JsonLogLine().format(entry);
    assertThat(line).endsWith(System.lineSeparator());
    String object = line.substring(0, line.length() - System.lineSeparator().length());
    assertThat(object.chars()).allMatch(c -> c >= ' ' && c <= 0x7F);
    return new JsonObject(object);
  }

  @Test
  void aRecordIsAnObjectWithTheNamesOfTheSchema() {
    LogRecord entry = entry(Level.WARNING, "topic {0}", "a");
    entry.setInstant(Instant.parse("2026-01-02T03:04:05Z"));

    assertThat(read(entry))
        .isEqualTo(
            new JsonObject()
                .put("@timestamp", "2026-01-02T03:04:05.000Z")
                .put("log.level", "WARNING")
                .put("message", "topic a")
                .put("ecs.version", JsonLogLine.ECS)
                .put("service.name", "vertx-sse-bridge")
                .put("log.logger", "x.y")
                .put("process.thread.name", Thread.currentThread().getName()));
  }

  @ParameterizedTest
  @CsvSource({
    "SEVERE, ERROR",
    "WARNING, WARNING",
    "INFO, INFO",
    "CONFIG, DEBUG",
    "FINE, DEBUG",
    "FINER, TRACE",
    "FINEST, TRACE"
  })
  void levelsAreCalledAsInTheConfiguration(String level, String shown) {
    assertThat(read(entry(Level.parse(level), "m")).getString("log.level")).isEqualTo(shown);
  }

  @Test
  void everyMessageComesBackAsItWas() {
    String foreign =
        "a\nb\r\nc\u001b[2Jd\u0085e\u2028f\u2029g\u007fh\u202ei\u0000j\"k\\l\u00e4\ud83d\ude00}{,'";
    assertThat(read(entry(Level.INFO, "{0}", foreign)).getString("message")).isEqualTo(foreign);
  }

  @Test
  void halvesOfPairsAreReplaced() {
    assertThat(read(entry(Level.INFO, "a\ud800b\udc00c\ud83d")).getString("message"))
        .isEqualTo("a\ufffdb\ufffdc\ufffd");
  }

  @Test
  void aMessageOfMillionsIsALineOfThousands() {
    assertThat(new JsonLogLine().format(entry(Level.INFO, "\u0001".repeat(16 << 20))))
        .hasSizeLessThan(60_000);
  }

  @Test
  void anExceptionIsInItsFieldsWithItsCauses() {
    LogRecord entry = entry(Level.SEVERE, "m");
    entry.setThrown(new IllegalStateException("one\ntwo", new RuntimeException("three\r")));

    JsonObject read = read(entry);
    assertThat(read.getString("error.type")).isEqualTo("java.lang.IllegalStateException");
    assertThat(read.getString("error.message")).isEqualTo("one\ntwo");
    assertThat(read.getString("error.stack_trace"))
        .contains("IllegalStateException: one", "at ", "Caused by: java.lang.RuntimeException: th");
  }

  @Test
  void aLineOfTheAccessLogHasFieldsOfItsOwn() {
    String hostile = "a\r\n\"b\u2028\ud800";
    AccessLine line =
        new AccessLine("stream").put("route", "n").put("user", hostile).put("events", 3);

    assertThat(read(entry(Level.INFO, "{0}", line)).getMap())
        .containsEntry("message", "stream")
        .containsEntry("kind", "stream")
        .containsEntry("route", "n")
        .containsEntry("user", new JsonObject().put("name", "a\r\n\"b\u2028\ufffd").getMap())
        .containsEntry("events", 3);
  }

  @Test
  void whatCameFromAFileIsInNoField() throws Exception {
    Path file = Files.writeString(directory.resolve("secret"), "s3cret-s3cret");
    HiddenTexts.hide(
        ConfigFile.parse(
            "b.yaml",
            "sources: {up: {url: \"http://up.example/\", address: up,"
                + " headers: {X-Key: \"${file:%s}\"}}}".formatted(file)));
    LogRecord entry =
        entry(Level.INFO, "{0}", new AccessLine("stream").put("user", "of s3cret-s3cret"));
    entry.setThrown(new IllegalStateException("of s3cret-s3cret"));

    assertThat(new JsonLogLine().format(entry)).contains("of ***").doesNotContain("s3cret");
    assertThat(new JsonLogLine().format(entry(Level.INFO, "of s3cret-s3cret")))
        .contains("of ***")
        .doesNotContain("s3cret");
  }
}
