package dev.ssebridge.internal.url;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrlTemplateTest {
  private static UrlTemplate template(String url) {
    return UrlTemplate.of(HttpUrl.parse(url));
  }

  @Test
  void aParameterIsAWholeSegmentOrAWholeValueOfTheQuery() {
    UrlTemplate template = template("http://up:81/:tenant/topics/:topic?as=:role&last=5");
    assertThat(template.parameters()).containsExactly("tenant", "topic", "role");
    assertThat(template.resolve(Map.of("tenant", "t", "topic", "a b", "role", "x&y=z")))
        .isEqualTo("http://up:81/t/topics/a%20b?as=x%26y%3Dz&last=5");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://up/topics",
        "http://up:81/v1/streams:listen",
        "http://up/a=:b",
        "http://up/%3Atopic",
        "http://[::1]:80/a?at=12:30",
        "http://up/a?:b",
        "http://up?",
        "http://up/:5?t=:5"
      })
  void otherColonsBeginNone(String url) {
    assertThat(template(url).parameters()).isEmpty();
    assertThat(template(url).resolve(Map.of())).isEqualTo(HttpUrl.parse(url).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://up/:topic.json", "http://up/:a-b", "http://up/a?t=:a/b", "http://up/:a&b"})
  void aPartOfASegmentIsRefusedInWords(String url) {
    assertThatThrownBy(() -> template(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("whole segment")
        .hasMessageContaining("%3A");
  }

  @ParameterizedTest
  @CsvSource({
    "a, a",
    "a/b, a%2Fb",
    "%2e%2e, %252e%252e",
    "a?b#c, a%3Fb%23c",
    "ä€, %C3%A4%E2%82%AC",
    "😀, %F0%9F%98%80",
    "..., ...",
    "a..b, a..b",
    "~-_.x, ~-_.x",
    "a+b;c:d@e, a%2Bb%3Bc%3Ad%40e"
  })
  void aValueIsOneSegmentWhateverItHolds(String value, String segment) {
    assertThat(UrlTemplate.isFit(value)).isTrue();
    assertThat(template("http://up/t/:x/end").resolve(Map.of("x", value)))
        .isEqualTo("http://up/t/" + segment + "/end");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".", "..", "a/..", "../a", "a/./b", "..\\a", "a\r\nb", "\u0000", "\ud800"})
  void whatCouldLeadElsewhereIsUnfit(String value) {
    assertThat(UrlTemplate.isFit(value)).isFalse();
  }

  @Test
  void aVeryLongValueIsUnfit() {
    assertThat(UrlTemplate.isFit("x".repeat(UrlTemplate.LONGEST))).isTrue();
    assertThat(UrlTemplate.isFit("x".repeat(UrlTemplate.LONGEST + 1))).isFalse();
    assertThat(UrlTemplate.isFit("€".repeat(UrlTemplate.LONGEST / 9 + 1))).isFalse();
  }

  @Test
  void aParameterWithoutAValueIsAMistake() {
    assertThatThrownBy(() -> template("http://up/:x").resolve(Map.of())).hasMessageContaining(":x");
  }
}
