package dev.ssebridge.internal.url;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.internal.text.UnfitValueException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which origins a text in a configuration stands for. */
class OriginPatternTest {
  @ParameterizedTest
  @CsvSource({
    "https://shop.example, https://shop.example, true",
    "https://shop.example, HTTPS://SHOP.example, true",
    "https://shop.example, https://shop.example:443, true",
    "https://shop.example:443, https://shop.example, true",
    "https://shop.example, https://shop.example:444, false",
    "https://shop.example, http://shop.example, false",
    "https://shop.example, https://a.shop.example, false",
    "https://shop.example, https://shopxexample, false",
    "https://shop.example, https://shop.example.evil, false",
    "https://shop.example, https://shop.example@evil.example, false",
    "https://shop.example, https://evil.example/https://shop.example, false",
    "https://shop.example, null, false",
    "https://*.shop.example, https://a.shop.example, true",
    "https://*.shop.example, https://A-b_1.Shop.example, true",
    "https://*.shop.example, https://a.b.shop.example, true",
    "https://*.shop.example, https://shop.example, false",
    "https://*.shop.example, https://.shop.example, false",
    "https://*.shop.example, https://evilshop.example, false",
    "https://*.shop.example, http://a.shop.example, false",
    "https://*.shop.example, https://a.shop.example:8443, false",
    "https://*.shop.example, https://a.shop.example.evil, false",
    "https://*.shop.example, https://evil.example/.shop.example, false",
    "https://*.shop.example, https://evil.example?.shop.example, false",
    "https://*.shop.example, https://evil.example#.shop.example, false",
    "https://*.shop.example, https://evil@a.shop.example, false",
    "https://*.shop.example:8443, https://a.shop.example:8443, true",
    "https://*.shop.example:8443, https://a.shop.example, false",
    "http://localhost:*, http://localhost, true",
    "http://localhost:*, http://localhost:5173, true",
    "http://localhost:*, http://localhost:5173x, false",
    "http://localhost:*, https://localhost:5173, false",
    "http://localhost:*, http://localhost.evil:5173, false",
    "http://*.localhost:*, http://app.localhost:5173, true",
    "http://127.0.0.1:3000, http://127.0.0.1:3000, true",
    "http://[::1]:3000, http://[::1]:3000, true",
    "capacitor://localhost, capacitor://localhost, true",
    "*, https://shop.example, true",
    "*, http://[::1]:3000, true",
    "*, null, true",
    "*, https://, false",
    "*, https://a b, false",
    "*, data:x, false",
  })
  void standsForOrigins(String pattern, String origin, boolean matches) {
    assertThat(origin.matches(OriginPattern.parse(pattern).regex())).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "shop.example",
        "https://",
        "https://*",
        "https://*.",
        "https://shop.*",
        "https://a*.shop.example",
        "https://*.*.example",
        "https://*.127.0.0.1",
        "https://*.[::1]",
        "https://shop.example/",
        "https://shop.example/path",
        "https://user@shop.example",
        "https://shop.example:",
        "https://shop.example:*:1",
        "https://shop.example:99999",
        "https://shop example",
        "*://shop.example",
        "null",
        "**",
        "https://shop.example, https://other.example",
      })
  void whatIsNoOriginIsRefused(String text) {
    assertThatThrownBy(() -> OriginPattern.parse(text))
        .isInstanceOf(UnfitValueException.class)
        .hasMessageContaining("expected an origin");
  }
}
