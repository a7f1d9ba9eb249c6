package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.config.ConfigReader;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.TestCertificate;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A program whose files are watched, and what it makes of those that are not there yet. */
@Timeout(60)
@Tag("slow")
class WatchedFilesTest {
  private static final String REFUSED = "configuration read again: it is wrong, so nothing changes";

  @TempDir Path directory;

  private final ReloadRequests requests = new ReloadRequests();
  private final LogRecorder log = LogRecorder.of(Program.class);
  private @Nullable Program program;

  @BeforeEach
  void start() throws Exception {
    write("'sources': {}");
    ConfigReader reader =
        new ConfigReader(
            List.of(directory.resolve("b.json")),
            List.of(),
            Map.of(),
            new ConfigReader.BuiltIn("", "{}"));
    program =
        Program.start(
            Reading.of(reader, new HashSet<>()), 1, named -> Reading.of(reader, named), requests);
  }

  @AfterEach
  void stop() {
    if (program != null) {
      program.stop();
    }
    log.close();
  }

  private void write(String more) throws IOException {
    JsonObject json =
        new JsonObject(
            ("{'http': {'port': 0, 'drain': 0}, 'limits': {'retained': '16MiB'},"
                    + " 'reload': 'watch', 'routes': {'n': {'path': '/n', 'address': 'n'}}, "
                    + more
                    + "}")
                .replace('\'', '"'));
    Files.writeString(directory.resolve("b.json"), json.encode());
  }

  private long count(String line) {
    return log.messages().stream().filter(message -> message.startsWith(line)).count();
  }

  private void awaitLine(String line) {
    Deadline.await(() -> count(line) > 0, () -> line + ", got " + log.messages());
  }

  @Test
  void whatARefusedConfigurationMissesMakesItRightWhenItComes() throws Exception {
    Path ca = directory.resolve("ca.pem");
    write("'sources': {'up': {'url': 'https://127.0.0.1:1/', 'address': 'n', 'ca': '" + ca + "'}}");
    awaitLine(REFUSED);
    Files.copy(TestCertificate.forHost("dns:a.test").pem(), ca);

    awaitLine("configuration read again: sources added: up");
    assertThat(count(REFUSED)).isEqualTo(1);
  }

  @Test
  void aSecretThatIsSubstitutedMayComeLaterToo() throws Exception {
    Path path = directory.resolve("path");
    write("'publish': {'p': {'path': '${file:" + path + "}', 'address': 'n'}}");
    awaitLine(REFUSED);
    Path next = Files.writeString(directory.resolve("next"), "/p");
    Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);

    awaitLine("configuration read again: publish rules added: p");
  }

  @Test
  void aDirectoryForPositionsMayComeLaterToo() throws Exception {
    Path cursors = directory.resolve("cursors");
    write(
        "'sources': {'up': {'url': 'http://127.0.0.1:1/', 'address': 'n', 'cursor': '"
            + cursors.resolve("up")
            + "'}}");
    awaitLine(REFUSED);
    Files.createDirectory(cursors);

    awaitLine("configuration read again: sources added: up");
  }
}
