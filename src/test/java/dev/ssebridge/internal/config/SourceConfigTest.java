package dev.ssebridge.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may be said about a source. */
class SourceConfigTest {
  private static final String REQUIRED = "'url': 'http://h/', 'address': 'a'";

  private static SourceConfig read(String keys) {
    return SourceConfig.read(
        new JsonObject(("{" + REQUIRED + ", " + keys + "}").replace('\'', '"')));
  }

  private static List<String> problems(Runnable reader) {
    return catchThrowableOfType(ConfigException.class, reader::run).problems().stream()
        .map(Problem::toString)
        .toList();
  }

  @Test
  void everyKeyIsRead() {
    SourceConfig config =
        read(
            "'types': ['x', 'y'], 'body': 'json', 'deliver': 'request', 'window': 7,"
                + " 'attempts': 0, 'replyTimeout': '2s', 'deadLetter': 'dead',"
                + " 'headers': {'x-a': 'b'}, 'auth': {'basic': 'env:UP'}, 'ca': 'ca.pem',"
                + " 'proxy': 'http://p:3128', 'retry': '2s', 'maxRetry': '1m', 'strict': true,"
                + " 'idleTimeout': '45s', 'connectTimeout': 0, 'responseTimeout': '5s',"
                + " 'maxEventBytes': '1MiB', 'oversized': 'skip', 'lastEventId': '5',"
                + " 'cursor': 'up.cursor', 'cursorEvery': '100ms'");
    assertThat(config.types()).containsExactlyInAnyOrder("x", "y");
    assertThat(config.body()).isEqualTo(SourceConfig.BodyForm.JSON);
    assertThat(config.delivery().mode()).isEqualTo(SourceDelivery.Mode.REQUEST);
    assertThat(config.delivery().window()).isEqualTo(7);
    assertThat(config.delivery().attempts()).isZero();
    assertThat(config.delivery().replyTimeout()).hasSeconds(2);
    assertThat(config.delivery().deadLetter()).isEqualTo("dead");
    assertThat(config.request().headers()).containsEntry("x-a", "b");
    assertThat(config.request().auth())
        .isEqualTo(new SourceAuth(SourceAuth.Scheme.BASIC, new SourceAuth.Reference(false, "UP")));
    assertThat(config.request().ca()).isEqualTo("ca.pem");
    assertThat(config.request().proxy()).hasHost("p").hasPort(3128);
    assertThat(config.connection().retry()).hasSeconds(2);
    assertThat(config.connection().maxRetry()).hasSeconds(60);
    assertThat(config.connection().strict()).isTrue();
    assertThat(config.connection().idleTimeout()).hasSeconds(45);
    assertThat(config.connection().connectTimeout()).isZero();
    assertThat(config.connection().responseTimeout()).hasSeconds(5);
    assertThat(config.connection().maxEventBytes()).isEqualTo(1 << 20);
    assertThat(config.connection().oversized()).isEqualTo(SourceConnection.Oversized.SKIP);
    assertThat(config.cursor().lastEventId()).isEqualTo("5");
    assertThat(config.cursor().file()).isEqualTo("up.cursor");
    assertThat(config.cursor().every()).hasMillis(100);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'types': []|/types: expected a list",
        "'body': 'xml'|/body: expected \"text\" or \"json\" or \"buffer\"",
        "'deliver': 'post'|/deliver: expected \"publish\" or \"send\" or \"request\"",
        "'window': 0|/window: expected 1..10000",
        "'headers': []|/headers: expected a JSON object of texts",
        "'headers': {'a b': 'c'}|/headers/a b: header: expected a header name",
        "'headers': {'Last-Event-ID': '1'}|/headers/Last-Event-ID: header Last-Event-ID: is set",
        "'headers': {'a': 5}|/headers/a: expected text",
        "'proxy': 'p:1'|/proxy: expected an absolute http or https URL",
        "'auth': {'bearer': 'env:A', 'basic': 'env:B'}|/auth/basic: expected either",
        "'auth': {'token': 'env:A'}|/auth/token: unknown key",
        "'cursorEvry': 1|/cursorEvry: unknown key, did you mean \"cursorEvery\"?"
      })
  void whatIsWrongIsNamedWithItsPlace(String keys, String problem) {
    assertThat(problems(() -> read(keys))).singleElement().asString().startsWith(problem);
  }

  @Test
  void aSecretInThePlaceOfAReferenceIsNotRepeated() {
    assertThat(problems(() -> read("'auth': {'bearer': 's3cret'}")))
        .singleElement()
        .asString()
        .startsWith("/auth/bearer: expected where the secret is")
        .doesNotContain("s3cret");
  }

  @Test
  void userInformationInAUrlIsRefused() {
    JsonObject source = new JsonObject().put("url", "http://u:p@h/").put("address", "a");
    assertThat(problems(() -> SourceConfig.read(source)))
        .singleElement()
        .asString()
        .contains("without user information");
  }

  @Test
  void twoSourcesMayNotKeepTheirPositionsInOneFile() {
    JsonObject source =
        new JsonObject().put("url", "http://h/").put("address", "a").put("cursor", "x/c");
    JsonObject config =
        new JsonObject()
            .put(
                "sources",
                new JsonObject()
                    .put("one", source)
                    .put("two", source.copy().put("cursor", "./x/../x/c")));
    assertThat(problems(() -> BridgeConfig.read(config)))
        .containsExactly(
            "/sources/two/cursor: expected a file of its own, got the one of /sources/one/cursor");
  }
}
