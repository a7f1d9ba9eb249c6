package dev.ssebridge.internal.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ssebridge.ConfigException;
import dev.ssebridge.ConfigException.Problem;
import dev.ssebridge.SseBridgeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {
  @TempDir Path directory;

  @Test
  void everyProblemNamesTheFile() {
    assertThat(problems("{ \"http\": { \"port\": \"many\" } }"))
        .containsExactly("bridge.json:1:13: /http/port: expected 0..65535, got \"many\"");
  }

  @Test
  void brokenJsonIsNamedWithLineAndColumn() {
    assertThat(problems("{\n  \"http\": { \"port\": 8080; }\n}"))
        .singleElement()
        .asString()
        .startsWith("bridge.json:2:25: not JSON: Unexpected character (';'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          {                     | bridge.json:1:2: not JSON: Unexpected end-of-input
          [1]                   | bridge.json:1:1: expected a JSON object
          7                     | bridge.json:1:1: expected a JSON object
          {} {}                 | bridge.json:1:4: expected the end
          {} x                  | bridge.json:1:4: not JSON
          {'http': {'port': 1}  | bridge.json:1:21: not JSON: Unexpected end-of-input
          {'http': NaN}         | bridge.json:1:13: not JSON
          {# no comment⏎}       | bridge.json:1:2: not JSON
          {'a': 'x⏎y'}          | bridge.json:1:9: not JSON: Illegal unquoted character
          """)
  void whatIsNotOneJsonObjectIsRefused(String text, String problem) {
    assertThat(problems(text.replace('\'', '"').replace('⏎', '\n')))
        .singleElement()
        .asString()
        .startsWith(problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  \n"})
  void anEmptyFileIsNamed(String text) {
    assertThat(problems(text))
        .singleElement()
        .asString()
        .endsWith("expected a JSON object, got nothing");
  }

  @Test
  void aKeyGivenTwiceIsAnErrorWithBothPlacesAmongTheOthers() {
    String text =
        """
        { "http": { "port": 1,
            "port": 99999 },
          "routes": { "a/b": {}, "a/b": {} } }
        """;

    assertThat(problems(text))
        .startsWith(
            "bridge.json:2:5: /http/port: duplicate key, at 1:13 and 2:5",
            "bridge.json:3:26: /routes/a~1b: duplicate key, at 3:15 and 3:26",
            "bridge.json:2:5: /http/port: expected 0..65535, got 99999");
  }

  @Test
  void nestingWithoutEndIsRefusedNotFollowed() {
    assertThat(problems("{\"http\":" + "[".repeat(100_000)))
        .singleElement()
        .asString()
        .startsWith("bridge.json:1:")
        .contains("nesting depth");
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheText() {
    assertThat(ConfigFile.parse("bridge.json", "\uFEFF{}").options())
        .isEqualTo(new SseBridgeOptions());
  }

  @Test
  void aMissingFileIsNamed() {
    Path file = directory.resolve("nowhere.json");

    assertThat(problems(file)).containsExactly(file + ": no such file");
  }

  @Test
  void aDirectoryIsNoConfiguration() {
    assertThat(problems(directory))
        .singleElement()
        .asString()
        .startsWith(directory + ": cannot be read: ");
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() throws IOException {
    Path file = Files.writeString(directory.resolve("latin1.json"), "{\"é\": 1}", ISO_8859_1);

    assertThat(problems(file)).containsExactly(file + ": expected UTF-8, got bytes that are not");
  }

  @Test
  void aFileWithoutEndIsNotReadToItsEnd() throws IOException {
    Path file = directory.resolve("endless.json");
    Files.write(file, new byte[(16 << 20) + 1]);

    assertThat(problems(file))
        .containsExactly(file + ": expected at most 16777216 bytes, got more");
  }

  @Test
  void theOptionsOfAFileSayWhatIsWrittenThere() throws IOException {
    Path file = Files.writeString(directory.resolve("b.json"), "{\"http\":{\"port\":0}}");

    ConfigFile read = ConfigFile.read(file);

    assertThat(read.options().toJson().encode()).isEqualTo("{\"http\":{\"port\":0}}");
    assertThat(read.config()).isEqualTo(BridgeConfig.of(read.options()));
    assertThat(read.config().http().port()).isZero();
  }

  private static List<String> problems(String text) {
    return texts(
        catchThrowableOfType(ConfigException.class, () -> ConfigFile.parse("bridge.json", text)));
  }

  private static List<String> problems(Path file) {
    return texts(catchThrowableOfType(ConfigException.class, () -> BridgeConfig.read(file)));
  }

  private static List<String> texts(ConfigException thrown) {
    assertThat(thrown).isNotNull();
    return thrown.problems().stream().map(Problem::toString).toList();
  }
}
