package dev.ssebridge.internal.tool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The examples of the page about commands, against the configuration that the program comes with.
 */
@ExtendWith(VertxExtension.class)
class CommandExamplesTest {
  private static final Path BASE = Path.of(System.getProperty("project.basedir", "."));
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
  private static final Pattern EXAMPLE =
      Pattern.compile("(?m)^(?:(.*) \\| )?sse (tail|publish) (.*127\\.0\\.0\\.1:8080.*)$");

  @Test
  void everyExampleDoesWhatItSays(Vertx vertx) throws Exception {
    JsonObject config = new JsonObject(Files.readString(BASE.resolve("conf/bridge.json")));
    config.remove("demo");
    String page = Files.readString(BASE.resolve("src/site/markdown/commands.md"));
    int published = 0;
    int followed = 0;
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config.encode())) {
      SseProbe probe = bridge.open("/topics/weather");
      Matcher example = EXAMPLE.matcher(page);
      while (example.find()) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(example.group(3).replace(":8080", ":" + bridge.port()));
        while (word.find()) {
          words.add(word.group(1) == null ? word.group(2) : word.group(1));
        }
        String input = example.group(1) == null ? "" : outputOf(example.group(1));
        RunningCommand.Setting setting = new RunningCommand.Setting().in(input);
        RunningCommand command;
        if (example.group(2).equals("tail")) {
          words.add(0, "--until=1");
          words.removeAll(List.of("--until", "2", "30s"));
          bridge.awaitStreams(1); // the one before has gone
          RunningCommand tail = setting.tail(words.toArray(String[]::new));
          Deadline.await(
              () -> !tail.isRunning() || bridge.channels().openStreams() == 2,
              () -> "a stream: " + tail.err());
          command = tail;
          bridge.publish("topics.weather", "news");
          vertx
              .eventBus()
              .publish(
                  "topics.weather", "more", new DeliveryOptions().addHeader("sse-event", "alert"));
          followed++;
        } else {
          command = setting.publish(words.toArray(String[]::new));
          published++;
        }
        assertThat(command.exit()).as(example.group() + ": " + command.err()).isZero();
      }
      probe.awaitEvents(published);
    }
    assertThat(followed).isGreaterThan(3);
    assertThat(published).isGreaterThan(4);
  }

  private static String outputOf(String shell) throws Exception {
    Process process = new ProcessBuilder("bash", "-c", shell).start();
    return new String(process.getInputStream().readAllBytes(), UTF_8);
  }
}
