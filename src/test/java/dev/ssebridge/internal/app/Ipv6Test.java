package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ssebridge.internal.config.ConfigFile;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.HttpCalls;
import dev.ssebridge.testing.LogRecorder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A program on addresses of IPv6, as they are written with brackets and without. */
class Ipv6Test {
  @TempDir Path directory;

  private static boolean isThere() {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getAllByName("::1")[0])) {
      return any.isBound();
    } catch (IOException none) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"::1", "[::1]"})
  void bothPortsAnswer(String host) throws Exception {
    assumeTrue(isThere(), "this machine has no IPv6");
    Path file =
        Files.writeString(
            directory.resolve("b.json"),
            """
            {"http": {"host": "%s", "port": 0}, "admin": {"host": "%s", "port": 0},
             "routes": {"n": {"path": "/n", "address": "n"}}}
            """
                .formatted(host, host));
    try (LogRecorder log = LogRecorder.of(Program.class)) {
      Program program = Program.start(ConfigFile.read(file), 1);
      try {
        assertThat(status(log.portIn("listening on"), "/other")).isEqualTo(404);
        assertThat(status(log.portIn("admin port:"), "/ready")).isEqualTo(200);
      } finally {
        program.stop();
      }
    }
  }

  private static int status(int port, String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://[::1]:" + port + path))
            .timeout(Deadline.PATIENCE)
            .build();
    HttpResponse<Void> answer = HttpCalls.client().send(request, BodyHandlers.discarding());
    return answer.statusCode();
  }
}
