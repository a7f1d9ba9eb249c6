package dev.ssebridge.internal.conf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.Installed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code conf/sse-bridge.service}, as systemd reads it. What it starts is in ShippedServiceIT. */
class SystemdUnitTest {
  private static final Path UNIT = Path.of("conf/sse-bridge.service");

  @TempDir Path directory;

  private Path unit() throws IOException {
    String text = Files.readString(UNIT);
    assertThat(text).contains("ExecStart=/opt/sse-bridge/sse-bridge ");
    // The program of the unit has to be there.
    return Files.writeString(
        directory.resolve("sse-bridge.service"),
        text.replace(
            "/opt/sse-bridge/sse-bridge", Path.of("conf/sse-bridge").toAbsolutePath().toString()));
  }

  @Test
  void systemdKnowsEveryLineOfIt() throws Exception {
    Installed.Result result =
        Installed.require("systemd-analyze", "systemd")
            .run(directory, "verify", "--man=no", unit().toString());
    assertThat(result.status()).as(result.output()).isZero();
    // An unknown key or value is a warning only.
    assertThat(result.output()).doesNotContain("sse-bridge.service");
  }

  /** Of 10, which is no protection at all; 2 is what systemd itself calls OK. */
  @Test
  void itHasNoMoreThanItNeeds() throws Exception {
    Installed.Result result =
        Installed.require("systemd-analyze", "systemd")
            .run(
                directory,
                "security",
                "--offline=true",
                "--threshold=20",
                "--no-pager",
                unit().toString());
    assertThat(result.status()).as(result.output()).isZero();
  }
}
