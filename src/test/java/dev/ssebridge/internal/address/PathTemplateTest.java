package dev.ssebridge.internal.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathTemplateTest {

  @Test
  void parametersAreNamedFromLeftToRight() {
    PathTemplate path = PathTemplate.parse("/rooms/:room/users/:user_2");

    assertThat(path.parameters()).containsExactly("room", "user_2");
    assertThat(path.match("/rooms/a/users/b")).containsExactly("a", "b");
  }

  @Test
  void aParameterIsOneSegmentAndMayBeEmpty() {
    PathTemplate path = PathTemplate.parse("/topics/:topic");

    assertThat(path.match("/topics/a")).containsExactly("a");
    assertThat(path.match("/topics/")).containsExactly("");
    assertThat(path.match("/topics")).isNull();
    assertThat(path.match("/topics/a/b")).isNull();
    assertThat(path.match("/other/a")).isNull();
    assertThat(path.match("topics/a")).isNull();
  }

  @Test
  void aFixedPathMatchesItselfOnly() {
    assertThat(PathTemplate.parse("/").match("/")).isEmpty();
    assertThat(PathTemplate.parse("/").match("/x")).isNull();
    assertThat(PathTemplate.parse("/a.b").match("/a.b")).isEmpty();
    assertThat(PathTemplate.parse("/a.b").match("/axb")).isNull();
    assertThat(PathTemplate.parse("/a").match("/a/")).isNull();
  }

  @Test
  void parametersArePercentDecodedAfterTheSegmentsWereTold() {
    PathTemplate path = PathTemplate.parse("/t/:x");

    assertThat(path.match("/t/a%2Fb%20c+d%C3%A4")).containsExactly("a/b c+dä");
    assertThat(path.match("/%74/a")).containsExactly("a");
    assertThat(path.match("/%7/a")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "%4", "%zz", "a%", "%FF", "%C3", "%+1", "%ED%A0%80"})
  void aParameterThatIsNotPercentEncodedUtf8IsRefused(String segment) {
    PathTemplate path = PathTemplate.parse("/t/:x");

    assertThatThrownBy(() -> path.match("/t/" + segment))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + segment + "\"");
  }

  @Test
  void theRegularExpressionHasOneGroupForEachParameter() {
    Pattern pattern = Pattern.compile(PathTemplate.parse("/r/:a/ä.x/:b").regex());

    Matcher matcher = pattern.matcher("/r//%C3%A4.x/two");
    assertThat(matcher.matches()).isTrue();
    assertThat(matcher.group(1)).isEmpty();
    assertThat(matcher.group(2)).isEqualTo("two");
    assertThat(pattern.matcher("/r//%C3%A4yx/two").matches()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "/a//b",
        "/a/",
        "//",
        "/.",
        "/a/../b",
        "/a?b",
        "/a#b",
        "/a b",
        "/a%20b",
        "/*",
        "/:",
        "/:1",
        "/a:b",
        "/:a-b",
        "/{a}",
        "/a\tb",
        "/:a/:b/:a",
        "/\u00a0"
      })
  void whatIsNoPathIsRefused(String text) {
    assertThatThrownBy(() -> PathTemplate.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("expected a path ")
        .hasMessageContaining(", got ");
  }

  @Test
  void aPathMayBeLong() {
    String path = "/" + "a".repeat(100_000);

    assertThat(PathTemplate.parse(path).match(path)).isEmpty();
  }

  @Test
  void theShapeForgetsTheNamesOfParameters() {
    assertThat(PathTemplate.parse("/a/:x").shape()).isEqualTo(PathTemplate.parse("/a/:y").shape());
    assertThat(PathTemplate.parse("/a/:x").shape())
        .isNotEqualTo(PathTemplate.parse("/a/x").shape());
    assertThat(PathTemplate.parse("/a/:x")).isNotEqualTo(PathTemplate.parse("/a/:y"));
  }
}
