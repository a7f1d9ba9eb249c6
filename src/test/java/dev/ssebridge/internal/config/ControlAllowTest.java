package dev.ssebridge.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.ConfigException;
import dev.ssebridge.ControlAllowOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which hosts sources may connect to that come at run time, however those are written. */
class ControlAllowTest {
  private static List<String> refusals(String allowed, String url) {
    JsonObject json = new JsonObject().put("hosts", new JsonArray().add(allowed));
    ControlAllow allow = ControlAllow.of(new ControlAllowOptions(json));
    return allow.refusals(SourceConfig.read(new JsonObject().put("url", url).put("address", "a")));
  }

  @ParameterizedTest
  @CsvSource({
    "news.example, http://NEWS.Example/",
    "NEWS.example, http://news.example:81/",
    "news.example, http://news.example./",
    "news.example., http://news.example/",
    "news.example:80, http://news.example/",
    "news.example:080, http://news.example:00080/",
    "news.example:443, https://news.example/",
    "b\u00fccher.example, http://xn--bcher-kva.example/",
    "xn--bcher-kva.example, http://B\u00dcCHER.example/",
    "news.example, http://\uff4eews\u3002example/",
    "my_service, http://My_Service/",
    "'[::1]', 'http://[0:0:0:0:0:0:0:1]/'",
    "'[::1]:81', 'http://[::1]:81/'"
  })
  void aHostIsTheOneThatIsConnectedTo(String allowed, String url) {
    assertThat(refusals(allowed, url)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "news.example, http://news.example.evil.example/",
    "news.example, http://evil.example/news.example",
    "news.example, http://evil.example?@news.example",
    "news.example, http://evil.example#@news.example",
    "news.example, http://evil.example\\@news.example",
    "news.example, http://evil.example\uff0f.news.example/",
    "news.example, http://news.example../",
    "news.example:81, http://news.example/",
    "news.example:80, https://news.example/",
    "b\u00fccher.example, http://bucher.example/",
    "127.0.0.1, http://127.0.0.1.evil.example/",
    "'[::1]', 'http://[::2]/'"
  })
  void whatOnlyLooksLikeAnAllowedHostIsRefused(String allowed, String url) {
    try {
      assertThat(refusals(allowed, url)).singleElement().asString().startsWith("/url: ");
    } catch (ConfigException noUrlAtAll) {
      assertThat(noUrlAtAll).hasMessageContaining("/url: ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "h/x", "u@h", "h:65536", "h:x", "http://h", "a b", "h%20"})
  void whatIsNoHostIsNotTaken(String allowed) {
    assertThatThrownBy(() -> refusals(allowed, "http://h/"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("/hosts/0");
  }
}
