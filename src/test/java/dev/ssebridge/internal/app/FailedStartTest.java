package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.internal.config.ConfigFile;
import dev.ssebridge.testing.LogRecorder;
import io.vertx.core.json.JsonObject;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a program whose start fails when half of it is there. */
class FailedStartTest {
  @TempDir Path directory;

  private JsonObject source(Path cursor) {
    return new JsonObject()
        .put("url", "http://127.0.0.1:1/")
        .put("address", "n")
        .put("cursor", cursor.resolve("up").toString());
  }

  /** Two directories that become one after the configuration was looked at. */
  @Test
  void whereTheSourcesCannotBeFollowedTheServerThatListensIsStoppedToo() throws Exception {
    Path one = Files.createDirectory(directory.resolve("one"));
    Path two = Files.createDirectory(directory.resolve("two"));
    JsonObject sources = new JsonObject().put("a", source(one)).put("b", source(two));
    JsonObject route = new JsonObject().put("path", "/n").put("address", "n");
    ConfigFile file =
        ConfigFile.parse(
            "b.json",
            new JsonObject()
                .put("http", new JsonObject().put("port", 0).put("drain", 0))
                .put("routes", new JsonObject().put("n", route))
                .put("sources", sources)
                .encode());
    Files.delete(two);
    Files.createSymbolicLink(two, one);

    try (LogRecorder log = LogRecorder.of(Program.class)) {
      assertThatThrownBy(() -> Program.start(file, 2))
          .isInstanceOf(StartException.class)
          .hasMessageStartingWith("cannot follow the sources: ");
      int port =
          log.messages().stream()
              .filter(line -> line.startsWith("listening on "))
              .map(line -> URI.create(line.substring("listening on ".length())).getPort())
              .findFirst()
              .orElseThrow();
      assertThat(port).isPositive();
      assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
          .isInstanceOf(ConnectException.class);
    }
  }
}
