package dev.ssebridge.internal.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ssebridge.ConfigException;
import dev.ssebridge.ConfigException.Problem;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.client.EventSourceOptions;
import dev.ssebridge.client.SourceOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of headers that differ in their case alone are one name (RFC 9110, section 5.1). */
class HeaderNamesTest {
  @TempDir Path directory;

  private final Map<String, String> environment = new TreeMap<>();
  private final List<String> settings = new ArrayList<>();
  private final List<Path> files = new ArrayList<>();

  private void file(String name, String headers) throws IOException {
    String text =
        "{'sources': {'up': {'url': 'http://up/', 'address': 'a', 'headers': " + headers + "}}}";
    files.add(Files.writeString(directory.resolve(name), text.replace('\'', '"')));
  }

  private ConfigFile read() {
    return new ConfigReader(files, settings, environment, new ConfigReader.BuiltIn("none", "{}"))
        .read();
  }

  private Map<String, String> headers() {
    return requireNonNull(read().options().getSources().get("up")).getStream().getHeaders();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          {'Authorization': 'a', 'X-A': '1'} | {'authorization': 'b'}                 | {authorization=b, X-A=1}
          {'authorization': 'a'}             | {'AUTHORIZATION': 'b'}                 | {AUTHORIZATION=b}
          {'Authorization': 'a', 'X-A': '1'} | {'authorization': null}                | {X-A=1}
          {'Authorization': null}            | {'authorization': 'b'}                 | {authorization=b}
          {'X-A': 'a'}                       | {'x-a': 'b', 'X-B': 'c', 'x-c': 'd'}   | {x-a=b, X-B=c, x-c=d}
          {'X-A': 'a'}                       | {'X-A': 'b'}                           | {X-A=b}
          {'X-A': 'a'}                       | null                                   | {}
          """)
  void ofTwoFilesTheLaterWins(String first, String second, String expected) throws IOException {
    file("a.json", first);
    file("b.json", second);

    assertThat(headers()).hasToString(expected);
  }

  @Test
  void theEnvironmentAndTheCommandLineWinInAnyCase() throws IOException {
    file("a.json", "{'X-Key': 'a', 'X-Other': 'b'}");
    environment.put("SSE_BRIDGE__SOURCES__UP__HEADERS__x_key", "e");
    assertThat(headers()).containsOnly(Map.entry("X-Key", "e"), Map.entry("X-Other", "b"));

    environment.put("SSE_BRIDGE__SOURCES__UP__HEADERS", "{\"x-OTHER\": \"e\"}");
    assertThat(headers()).containsOnly(Map.entry("X-Key", "e"), Map.entry("x-OTHER", "e"));

    settings.add("sources.up.headers.x-key=s");
    settings.add("sources.up.headers={\"X-KEY\": \"t\"}");
    settings.add("/sources/up/headers/x-other=null");
    assertThat(headers()).containsOnly(Map.entry("X-KEY", "t"));
  }

  @Test
  void whatIsInEffectHasTheNameAndThePlaceOfTheLater() throws IOException {
    Path secret = Files.writeString(directory.resolve("secret"), "s3cret");
    file("a.json", "{'Authorization': 'Bearer ${file:" + secret + "}'}");
    file("b.json", "{'authorization': 'later'}");
    settings.add("sources.up.address=later");

    ConfigFile read = read();
    assertThat(EffectiveConfig.of(read).lines())
        .anyMatch(
            line ->
                line.startsWith(
                    "/sources/up/headers/authorization = \"***\"   (" + files.get(1) + ":1:"))
        .noneMatch(line -> line.contains("/Authorization"));
    assertThat(read.tree().origins().isSecret("/sources/up/headers/Authorization")).isFalse();
    assertThat(read.hidden()).contains("s3cret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.json", "a.yaml"})
  void twiceInOneFileIsAProblemWithBothPlaces(String name) throws IOException {
    file(name, "{'X-A': '1', 'x-a': '2', 'X-B': '3'}");

    assertThat(problems())
        .singleElement()
        .asString()
        .startsWith(files.get(0) + ":1:")
        .contains(
            ": /sources/up/headers/x-a: duplicate key, the same name as \"X-A\", which is at "
                + files.get(0)
                + ":1:")
        .endsWith("; case makes no other name here, leave one of the two out");
  }

  @Test
  void twiceInOneFileIsAProblemOverWhateverIsBelow() throws IOException {
    file("a.json", "{'X-a': '0'}");
    file("b.json", "{'X-A': '1', 'x-a': null}");

    assertThat(problems())
        .singleElement()
        .asString()
        .startsWith(files.get(1) + ":1:")
        .contains("/sources/up/headers/x-a: duplicate key");
  }

  @Test
  void twiceInOneVariableOrInAnApplicationIsAProblem() throws IOException {
    file("a.json", "{}");
    environment.put("SSE_BRIDGE__SOURCES__UP__HEADERS", "{\"X-A\": \"1\", \"x-a\": \"2\"}");
    assertThat(problems())
        .singleElement()
        .asString()
        .startsWith(
            "variable SSE_BRIDGE__SOURCES__UP__HEADERS: /sources/up/headers/x-a: duplicate");

    JsonObject both = new JsonObject().put("X-A", "1").put("x-a", "2");
    JsonObject source =
        new JsonObject().put("url", "http://h/").put("address", "a").put("headers", both);
    assertThatThrownBy(() -> new SourceOptions(source))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("/headers/x-a: duplicate key, the same name as \"X-A\"; case");
    assertThatThrownBy(
            () ->
                SseBridgeOptions.read(
                    new JsonObject().put("sources", new JsonObject().put("s", source)),
                    name -> null))
        .hasMessageContaining("/sources/s/headers/x-a: duplicate key");
    Map<String, String> headers = Map.of("X-A", "1", "x-a", "2");
    assertThatThrownBy(() -> new EventSourceOptions("http://h/").setHeaders(headers))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("headers: expected names that differ in more than their case");
  }

  private List<String> problems() {
    ConfigException thrown = catchThrowableOfType(ConfigException.class, this::read);
    assertThat(thrown).isNotNull();
    return thrown.problems().stream().map(Problem::toString).toList();
  }
}
