package dev.ssebridge.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.testing.SchemaOfConfig;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The schema accepts what the reader accepts, and refuses what has another structure. */
class ConfigSchemaTest {
  private static final Pattern EXAMPLE =
      Pattern.compile("```(json|yaml)\n(.*?)```", Pattern.DOTALL);

  @ParameterizedTest
  @ValueSource(strings = {"conf/bridge.json", "conf/bridge.full.json"})
  void itAcceptsTheConfigurationsThatComeWithTheProgram(String file) throws IOException {
    assertThat(SchemaOfConfig.problems(json(file, Files.readString(Path.of(file))))).isEmpty();
  }

  @Test
  void itAcceptsEveryExampleOfTheDocumentation() throws IOException {
    List<String> wrong = new ArrayList<>();
    int examples = 0;
    List<Path> pages = new ArrayList<>(List.of(Path.of("README.md")));
    try (Stream<Path> more = Files.list(Path.of("src/site/markdown"))) {
      more.forEach(pages::add);
    }
    for (Path page : pages) {
      Matcher example = EXAMPLE.matcher(Files.readString(page));
      while (example.find()) {
        JsonObject json = json("example." + example.group(1), example.group(2));
        if (isConfiguration(json)) {
          examples++;
          SchemaOfConfig.problems(json).forEach(problem -> wrong.add(page + ": " + problem));
        }
      }
    }

    assertThat(examples).isGreaterThan(2);
    assertThat(wrong).isEmpty();
  }

  private static boolean isConfiguration(JsonObject json) {
    return json.fieldNames().stream()
        .allMatch(
            key ->
                Keys.declaredBy(SseBridgeOptions.class).all().stream()
                    .anyMatch(each -> each.name().equals(key)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          {"http": {"port": 70000}}
          {"http": {"port": "8080"}}
          {"http": {"port": 1.5}}
          {"http": {"prot": 1}}
          {"http": {"drain": "5 s"}}
          {"http": {"drain": -1}}
          {"http": {"writer": "fast"}}
          {"http": {"hosts": []}}
          {"http": {"hosts": "a"}}
          {"http": {"hosts": [1]}}
          {"http": {"host": " "}}
          {"http": {"host": "a\\tb"}}
          {"http": []}
          {"routes": {"a/b": {"path": "/x", "address": "x"}}}
          {"routes": {"r": {"address": "x"}}}
          {"routes": {"r": {"path": "/x", "address": "x", "gone": 1}}}
          {"limits": {"retained": "1MB"}}
          {"sources": {"s": {"url": "http://a/", "address": "a", "headers": {"X": 1}}}}
          {"sources": {"s": {"url": "http://a/", "address": "a", "jitter": 2}}}
          {"http": {"port": null}}
          {"http": {"port": "${1A}"}}
          """)
  void whatTheReaderRefusesForItsStructureIsRefused(String text) {
    JsonObject json = new JsonObject(text);

    assertThat(SchemaOfConfig.problems(json)).isNotEmpty();
    assertThat(SchemaOfConfig.isRead(json)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"http\": {\"port\": \"${PORT:-1}\"}}",
        "{\"http\": \"${HTTP:-{}\"}",
        "{\"http\": {\"hosts\": [\"${HOST:-a}\", \"b\"]}}",
        "{\"http\": null, \"routes\": {\"r\": null}, \"demo\": null}",
        "{\"http\": {\"drain\": 5000, \"hosts\": null}}",
        "{\"http\": {\"host\": \"$${a}\"}}"
      })
  void referencesAndNullAreAccepted(String text) {
    assertThat(SchemaOfConfig.problems(new JsonObject(text))).isEmpty();
  }

  /** As it is written, with references in their places. */
  private static JsonObject json(String name, String text) {
    Problems problems = new Problems(name);
    JsonObject json = ConfigText.of(name, text, Substitution.NONE, problems).parse().json();
    problems.throwIfAny();
    return json;
  }
}
