package dev.ssebridge.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ssebridge.ConfigException;
import dev.ssebridge.ConfigException.Problem;
import dev.ssebridge.GapMode;
import dev.ssebridge.client.BodyForm;
import dev.ssebridge.client.DeliveryMode;
import dev.ssebridge.client.ReconnectPolicy;
import dev.ssebridge.format.EventDecoderOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be said about a source. */
class SourceConfigTest {
  private static final String REQUIRED = "'url': 'https://h/', 'address': 'a'";

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
  void theLeastRetryOfAServerIsNoLongerThanTheLongest() {
    assertThat(problems(() -> read("'minServerRetry': '2h'")))
        .singleElement()
        .asString()
        .contains("/minServerRetry", "expected at most maxServerRetry, 3600000ms, got more");
  }

  @Test
  void everyKeyIsRead() {
    SourceConfig config =
        read(
            "'types': ['x', 'y'], 'body': 'json', 'deliver': 'request', 'window': 7,"
                + " 'attempts': 0, 'replyTimeout': '2s', 'drain': '3s', 'deadLetter': 'dead',"
                + " 'headers': {'x-a': 'b'}, 'auth': {'basic': 'env:UP'}, 'ca': 'ca.pem',"
                + " 'proxy': 'http://p:3128', 'retry': '2s', 'maxRetry': '1m',"
                + " 'minServerRetry': '1s', 'maxServerRetry': '2m',"
                + " 'idleTimeout': '45s', 'connectTimeout': 0, 'responseTimeout': '5s',"
                + " 'refused': 'retry_once_opened', 'maxRefusedRetry': '1h', 'outages': 'silent',"
                + " 'method': 'POST', 'requestBody': '{\\n}', 'every': '1m', 'cookies': true,"
                + " 'maxEventBytes': '1MiB', 'oversized': 'skip', 'lastEventId': '5',"
                + " 'cursor': 'up.cursor', 'cursorEvery': '100ms'");
    assertThat(config.types()).containsExactlyInAnyOrder("x", "y");
    assertThat(config.body()).isEqualTo(BodyForm.JSON);
    assertThat(config.delivery().mode()).isEqualTo(DeliveryMode.REQUEST);
    assertThat(config.delivery().window()).isEqualTo(7);
    assertThat(config.delivery().attempts()).isZero();
    assertThat(config.delivery().replyTimeout()).hasSeconds(2);
    assertThat(config.delivery().deadLetter()).isEqualTo("dead");
    assertThat(config.stream().getHeaders()).containsEntry("x-a", "b");
    assertThat(config.request().auth())
        .isEqualTo(new SourceAuth(SourceAuth.Scheme.BASIC, new SourceAuth.Reference(false, "UP")));
    assertThat(config.request().way().ca()).isEqualTo("ca.pem");
    assertThat(config.request().proxy()).isEqualTo(new SourceProxy("p", 3128, null, null));
    assertThat(config.stream().getReconnect().getRetry()).hasSeconds(2);
    assertThat(config.stream().getReconnect().getMaxRetry()).hasSeconds(60);
    assertThat(config.stream().getReconnect().getMinServerRetry()).hasSeconds(1);
    assertThat(config.stream().getReconnect().getMaxServerRetry()).hasSeconds(120);
    assertThat(read("'strict': true").stream().getReconnect().isStrict()).isTrue();
    assertThat(config.stream().getIdleTimeout()).hasSeconds(45);
    assertThat(config.stream().getConnectTimeout()).isZero();
    assertThat(config.stream().getResponseTimeout()).hasSeconds(5);
    assertThat(config.stream().getMaxEventBytes()).isEqualTo(1 << 20);
    assertThat(config.stream().getOversized()).isEqualTo(EventDecoderOptions.Oversized.SKIP);
    assertThat(config.delivery().drain()).hasSeconds(3);
    assertThat(config.stream().getReconnect().getRefused())
        .isEqualTo(ReconnectPolicy.Refused.RETRY_ONCE_OPENED);
    assertThat(config.stream().getReconnect().getMaxRefusedRetry()).hasHours(1);
    assertThat(config.outages()).isEqualTo(GapMode.SILENT);
    assertThat(config.stream().isCookies()).isTrue();
    assertThat(config.stream().getMethod()).isEqualTo(HttpMethod.POST);
    assertThat(config.stream().getRequestBody()).isEqualTo("{\n}");
    assertThat(config.request().repeat()).isEqualTo(new SourceRequest.Every(Duration.ofMinutes(1)));
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
        "'proxy': 'p:1'|/proxy: expected the URL of an HTTP proxy",
        "'proxy': 'https://p:1'|/proxy: expected an http proxy: TLS on the way to the proxy is not",
        "'proxy': 'http://p:70000'|/proxy: expected the URL of an HTTP proxy",
        "'proxy': 'http://p:1/x'|/proxy: expected the URL of an HTTP proxy",
        "'once': true, 'every': '1s'|/every: expected either",
        "'every': 0|/every: expected a duration",
        "'method': 'get'|/method: expected a method such as",
        "'method': 'HEAD'|/method: expected a method such as",
        "'requestBody': {}|/requestBody: expected a text; what came is not repeated",
        "'refused': 'no'|/refused: expected \"retry_once_opened\" or \"retry\" or \"stop\"",
        "'outages': true|/outages: expected \"event\" or \"silent\"",
        "'attempts': 5|/attempts: expected \"deadLetter\" beside it",
        "'deliver': 'request', 'attempts': 1|/attempts: expected \"deadLetter\" beside it",
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
  void attemptsEndOnlyWhereSomebodyTakesWhatIsGivenUp() {
    assertThat(read("'deliver': 'request'").delivery().attempts()).isZero();
    assertThat(read("'deliver': 'request', 'deadLetter': 'd'").delivery().attempts()).isEqualTo(5);
    assertThat(read("'deliver': 'request', 'deadLetter': 'd', 'attempts': 9").delivery().attempts())
        .isEqualTo(9);
    assertThat(read("'deadLetter': 'd', 'attempts': 0").delivery().attempts()).isZero();
  }

  @Test
  void aProxyMayAskForAUserWhoIsNeverShown() {
    SourceRequest request = read("'proxy': 'http://m%40x:s%3Acret@my_proxy:3128/'").request();
    assertThat(request.proxy()).isEqualTo(new SourceProxy("my_proxy", 3128, "m@x", "s:cret"));
    assertThat(request.proxy() + " " + request).doesNotContain("cret");
    assertThat(read("'proxy': 'http://[::1]'").request().proxy())
        .isEqualTo(new SourceProxy("::1", 80, null, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'proxy': 'ftp://u:s3cret@p'",
        "'proxy': 'http://u:s3cret@p:1/?s3cret'",
        "'proxy': ' http://u:s3cret@p\\n'",
        "'proxy': 'https://u:s3cret@p'",
        "'url': 'http://u:s3cret@h/'",
        "'url': 'ftp://h/?token=s3cret'",
        "'url': ' http://s3cret@h\\n'",
        "'headers': {'authorization': 's3cret\\n'}",
        "'headers': {'authorization': ['s3cret']}",
        "'auth': {'bearer': 's3cret\\n'}",
        "'auth': {'basic': ['s3cret']}",
        "'requestBody': ['s3cret']"
      })
  void whatMayBeASecretIsNotRepeated(String keys) {
    JsonObject source = new JsonObject(("{" + REQUIRED + "}").replace('\'', '"'));
    source.mergeIn(new JsonObject(("{" + keys + "}").replace('\'', '"')));
    assertThat(problems(() -> SourceConfig.read(source)))
        .singleElement()
        .asString()
        .doesNotContain("s3cret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://my_service:8080/news",
        "https://my_service/",
        "http://[::1]:8080/",
        "http://h",
        "http://H/?a=b"
      })
  void aHostMayBeCalledAsContainersAre(String url) {
    SourceConfig config = SourceConfig.read(new JsonObject().put("url", url).put("address", "a"));
    assertThat(config.url()).hasToString(url);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http:///x", "http://h:99999/", "http://h:x/", "//h/", "h", "http://"})
  void aUrlWithoutAUsableHostIsRefused(String url) {
    JsonObject source = new JsonObject().put("url", url).put("address", "a");
    assertThat(problems(() -> SourceConfig.read(source)))
        .singleElement()
        .asString()
        .startsWith("/url: expected an absolute http or https URL");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'sources': {'up': {'url': 'http://h', 'address': 'news.{type}'}}|/sources/up/address",
        "'sources': {'up': {'url': 'http://h', 'address': '{id}control'}}|/sources/up/address",
        "'sources': {'up': {'url': 'http://h', 'address': '{type}.{id}'}}|/sources/up/address",
        "'sources': {'news': {'url': 'http://h', 'address':"
            + " '{source}.{id}'}}|/sources/news/address",
        "'sources': {'up': {'url': 'http://h', 'address': 'news.{type}l'}}|/sources/up/address",
        "'sources': {'up': {'url': 'http://h', 'address': 'news.control'}}|/sources/up/address",
        "'sources': {'up': {'url': 'http://h', 'address': 'a', 'deadLetter':"
            + " 'news.control'}}|/sources/up/deadLetter",
        "'publish': {'p': {'path': '/p/:x', 'address': 'news.{x}'}}|/publish/p/address",
        "'publish': {'p': {'path': '/p/:x/:y', 'address': '{x}.{y}'}}|/publish/p/address",
        "'routes': {'r': {'path': '/r/:x', 'address': '{x}'}}|/routes/r/address",
        "'routes': {'r': {'path': '/r', 'addresses': ['a', 'news.control']}}|/routes/r/addresses/1",
        "'demo': {'address': 'news.control'}|/demo/address"
      })
  void nothingFromOutsideMayBeTakenForACommand(String block, String place) {
    JsonObject config =
        new JsonObject(
            ("{'control': {'sources': 'news.control'}, " + block + "}").replace('\'', '"'));
    assertThat(problems(() -> BridgeConfig.read(config)))
        .singleElement()
        .asString()
        .startsWith(place + ": expected a")
        .contains("control.sources");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'sources': {'up': {'url': 'http://h', 'address': 'news.x{type}'}}",
        "'sources': {'up': {'url': 'http://h', 'address': 'news.{type}x'}}",
        "'sources': {'up': {'url': 'http://h', 'address': '{source}.{id}'}}",
        "'sources': {'up': {'url': 'http://h', 'address': 'new{type}news.control'}}",
        "'sources': {'up': {'url': 'http://h', 'address': 'n.{type}', 'deadLetter': 'n.dead'}}",
        "'publish': {'p': {'path': '/p/:x', 'address': 'topics.{x}'}}",
        "'routes': {'r': {'path': '/r/:x', 'address': 'news.{x}.control'}}"
      })
  void whatCannotBecomeTheAddressOfCommandsIsTaken(String block) {
    BridgeConfig.read(
        new JsonObject(
            ("{'control': {'sources': 'news.control'}, " + block + "}").replace('\'', '"')));
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
