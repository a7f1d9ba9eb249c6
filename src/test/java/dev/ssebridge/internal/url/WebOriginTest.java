package dev.ssebridge.internal.url;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.HttpConfig;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebOriginTest {
  @ParameterizedTest
  @CsvSource({
    "https://a.example, https://a.example",
    "HTTPS://A.Example:443, https://a.example",
    "http://a.example:80, http://a.example",
    "http://a.example:443, http://a.example:443",
    "http://127.0.0.1:8080, http://127.0.0.1:8080",
    "http://[::1]:8080, http://[::1]:8080",
    "capacitor://localhost, capacitor://localhost",
    "chrome-extension://abcdef, chrome-extension://abcdef"
  })
  void anOriginIsReadAsBrowsersWriteIt(String text, String written) {
    assertThat(WebOrigin.parse(text)).hasToString(written);
    assertThat(WebOrigin.parse(text)).isEqualTo(WebOrigin.parse(written));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "*",
        "https://*.example",
        "https://a.example/",
        "https://a.example/x",
        "https://a.example?x",
        "https://user@a.example",
        "https://a.example:",
        "https://a.example:65536",
        "https://a.example:80:80",
        "a.example",
        "//a.example",
        "https://",
        "file:///x",
        "https://a.example https://b.example",
        "https://a.example\u2028",
        "https://b\u00fccher.example"
      })
  void whatIsNoExactOriginIsRefused(String text) {
    assertThat(WebOrigin.of(text)).isNull();
    assertThatThrownBy(
            () ->
                BridgeConfig.read(
                    new JsonObject()
                        .put(
                            "http",
                            JsonObject.of("cors", JsonObject.of("publishOrigins", List.of(text))))))
        .hasMessageContaining("/http/cors/publishOrigins/0: expected ");
  }

  @ParameterizedTest
  @CsvSource({
    "http://a.example, a.example, -1, true",
    "http://a.example, A.EXAMPLE, 80, true",
    "https://a.example, a.example, 443, true",
    "https://a.example, a.example, 80, false",
    "https://a.example:8443, a.example, -1, true",
    "https://a.example:8443, a.example, 8443, true",
    "https://a.example:8443, a.example, 443, false",
    "https://a.example, b.example, -1, false",
    "https://a.example, a.example.evil, -1, false",
    "http://[::1]:8080, [::1], 8080, true"
  })
  void theSiteIsHostAndPortButWithoutAPortTheHostAlone(
      String origin, String host, int port, boolean same) {
    assertThat(WebOrigin.parse(origin).isSite(host, port)).isEqualTo(same);
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, true",
    "LOCALHOST., true",
    "app.localhost, true",
    "localhost.evil.example, false",
    "notlocalhost, false",
    "127.0.0.1, true",
    "127.200.3.4, true",
    "128.0.0.1, false",
    "127.0.0.1.evil.example, false",
    "[::1], true",
    "::1, true",
    "[::2], false",
    "0.0.0.0, false",
    "'', false"
  })
  void loopbackNamesAreThoseThatCanNameNothingElse(String host, boolean loopback) {
    assertThat(HostNames.LOOPBACK.permits(host)).isEqualTo(loopback);
  }

  @Test
  void hostNamesAreComparedWithoutCaseAndFinalDot() {
    HostNames names = HostNames.of(List.of(HostNames.parse("Events.Example."), "[::5]"));
    assertThat(List.of("events.example", "EVENTS.example.", "::5", "[::5]"))
        .allMatch(names::permits);
    assertThat(List.of("x.events.example", "example", "localhost", "127.0.0.1", ""))
        .noneMatch(names::permits);
    assertThat(HostNames.of(List.of("*")).permits("whatever")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:80", "http://a", "a/b", "*.a", "a,b", "[::1]:80"})
  void aHostNameIsNeitherAUrlNorAPattern(String text) {
    assertThatThrownBy(() -> HostNames.parse(text)).hasMessageContaining("without port");
  }

  @Test
  void bothKeysAreRead() {
    HttpConfig http =
        BridgeConfig.read(
                new JsonObject(
                    """
                    {"http": {"hosts": ["a.example"], "cors": {"publishOrigins": ["https://b.example"]}}}
                    """))
            .http();
    assertThat(http.hosts()).isEqualTo(HostNames.of(List.of("a.example")));
    assertThat(http.cors().publishOrigins())
        .isEqualTo(Set.of(WebOrigin.parse("https://b.example")));
  }
}
