package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.config.ConfigFile;
import dev.ssebridge.testing.Deadline;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What came from a file into the configuration is in no line of the log, whoever writes it. */
class HiddenTextsTest {
  @TempDir Path directory;

  @AfterEach
  void forget() {
    HiddenTexts.hide(ConfigFile.parse("none", "{}"));
    HiddenTexts.hide(ConfigFile.parse("none", "{}"));
  }

  private ConfigFile source(String url, String secret) throws IOException {
    Path file = Files.writeString(directory.resolve("secret"), secret);
    return ConfigFile.parse(
        "b.yaml",
        "http: {port: 0}\nsources: {up: {url: \"%s\", address: up}}"
            .formatted(url.replace("FILE", "${file:" + file + "}")));
  }

  private static String line(String message) {
    LogRecord entry = new LogRecord(Level.WARNING, message);
    entry.setLoggerName("x");
    entry.setThrown(
        new IllegalStateException(message, new UnknownHostException("about " + message)));
    return new LogLine().format(entry);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http://FILE/                 | s3cret.example                     | s3cret.example
          http://FILE/                 | S3cret.Example                     | s3cret.example.
          http://FILE.example/         | s3cret                             | s3cret.example
          http://FILE                  | s3cret.example:81/x                | s3cret.example
          FILE                         | http://s3cret.example/x?token=t    | s3cret.example
          FILE                         | HTTPS://s3cret.example             | s3cret.example
          http://FILE/                 | s3crét.example                     | xn--s3crt-esa.example
          http://FILE/                 | s3crét.example                     | S3CRÉT.example
          http://up.example/FILE       | s3cret                             | http://up.example/s3cret
          """)
  void whatCameFromAFileIsInNoLine(String url, String secret, String told) throws IOException {
    HiddenTexts.hide(source(url, secret));

    assertThat(line("cannot resolve " + told + "!"))
        .contains("cannot resolve ", "***")
        .doesNotContainIgnoringCase("s3c");
  }

  @Test
  void whatDidNotIsTold() throws IOException {
    HiddenTexts.hide(source("http://up.example/FILE", "s3cret"));

    assertThat(line("cannot resolve up.example")).contains("cannot resolve up.example");
  }

  @Test
  void thatOfTheConfigurationBeforeIsHiddenStill() throws IOException {
    HiddenTexts.hide(source("http://FILE/", "s3cret.example"));
    HiddenTexts.hide(source("http://FILE/", "other.example"));

    assertThat(line("s3cret.example and other.example")).contains("*** and ***");
  }

  /** Vert.x looks for the host, and Netty says that it finds none. */
  @Test
  void aHostThatIsNotFoundIsNotToldByVertx() throws Exception {
    ConfigFile file = source("http://FILE.invalid/", "s3cret-host");
    HiddenTexts.hide(file);
    List<String> raw = new CopyOnWriteArrayList<>();
    List<String> lines = new CopyOnWriteArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord entry) {
            raw.add(entry.getMessage());
            lines.add(new LogLine().format(entry));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger root = Logger.getLogger("");
    root.addHandler(handler);
    Program program = Program.start(file, 1);
    try {
      Deadline.await(
          () -> lines.stream().anyMatch(line -> line.contains("***")), () -> "a line: " + raw);
    } finally {
      program.stop();
      root.removeHandler(handler);
    }
    assertThat(lines).noneMatch(line -> line.contains("s3cret-host"));
  }
}
