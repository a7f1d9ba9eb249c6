package dev.ssebridge.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ssebridge.ConfigException;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may hold a secret is never repeated by a message about the configuration. */
class SecretsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'url': 'http://user:s3cret@a.example/'",
        "'url': 'http://a.example:x/?token=s3cret'",
        "'url': 'ftp://a.example/?token=s3cret'",
        "'url': 'http://a.example', 'proxy': 'ftp://user:s3cret@p.example:80'",
        "'url': 'http://a.example', 'auth': 'Bearer s3cret'",
        "'url': 'http://a.example', 'auth': ['s3cret']",
        "'url': 'http://a.example', 'auth': {'bearer': 's3cret'}",
        "'url': 'http://a.example', 'auth': {'bearer': ['s3cret']}",
        "'url': 'http://a.example', 'auth': {'basic': {'user': 's3cret'}}",
        "'url': 'http://a.example', 'headers': 'X-Key: s3cret'",
        "'url': 'http://a.example', 'headers': ['X-Key: s3cret']",
        "'url': 'http://a.example', 'headers': {'X-Key': ['s3cret']}",
        "'url': 'http://a.example', 'headers': {'X-Key': 's3cret\\n'}",
        "'url': 'http://user:a/s3cret@a.example/'",
        "'url': 'http://a.example', 'cookies': 'session=s3cret'",
        "'url': 'http://a.example', 'retry': 'http://user:a/s3cret@a.example'",
        "'url': 'http://a.example', 'types': {'X-Key': 's3cret'}",
        "'url': ['http://user:s3cret@a.example/']",
        "'url': {'X-Key': 's3cret'}"
      })
  void itIsNotRepeated(String keys) {
    assertUnrepeated("{'sources': {'s': {'address': 'a', " + keys.replace("\n", "\\n") + "}}}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'sources': [{'headers': {'authorization': 'Bearer s3cret'}}]}",
        "{'sources': {'up': ['http://a.example', 's3cret']}}",
        "{'sources': {'up': 'http://user:a/s3cret@a.example/'}}",
        "{'sources': 'http://user:s3cret@a.example/?token=s3cret'}",
        "{'http': ['s3cret']}",
        "{'routes': {'r': {'path': '/r', 'address': {'bearer': 's3cret'}}}}"
      })
  void norIsItAroundTheSources(String config) {
    assertUnrepeated(config);
  }

  private static void assertUnrepeated(String config) {
    JsonObject json = new JsonObject(config.replace('\'', '"'));

    ConfigException wrong =
        catchThrowableOfType(ConfigException.class, () -> BridgeConfig.read(json));

    assertThat(wrong).isNotNull();
    assertThat(wrong.problems()).isNotEmpty();
    assertThat(wrong.problems().toString()).doesNotContain("s3cret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3cret",
        "Bearer s3cret",
        "-Infinitys3cret",
        "\u00e9s3cret",
        "1s3cret",
        "[s3cret]",
        "'s3cret",
        "'a\\us3cret'",
        "'a' s3cret"
      })
  void itIsNotRepeatedWhereItMakesTheFileNoJson(String value) {
    String text =
        ("{\n'sources': {'s': {'headers': {'x-api-key': " + value + "}}}}").replace('\'', '"');

    ConfigException wrong =
        catchThrowableOfType(ConfigException.class, () -> ConfigFile.parse("bridge.json", text));

    assertThat(wrong).isNotNull();
    assertThat(wrong.problems().toString())
        .contains("bridge.json:2:")
        .contains("not JSON")
        .doesNotContain("s3c");
    assertThat(wrong.getCause()).isNull();
  }
}
