package dev.ssebridge.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTemplateTest {

  @Test
  void parametersAreFilledIn() {
    AddressTemplate address = AddressTemplate.parse("{a}.mid.{b_1}.{a}");

    assertThat(address.parameters()).containsExactlyInAnyOrder("a", "b_1");
    assertThat(address.resolve(Map.of("a", "x", "b_1", "y", "c", "z"))).isEqualTo("x.mid.y.x");
  }

  @Test
  void whatAParameterHoldsIsTakenAsItIs() {
    assertThat(AddressTemplate.parse("t.{a}").resolve(Map.of("a", "{a}$1\\")))
        .isEqualTo("t.{a}$1\\");
  }

  @Test
  void aFixedAddressIsItself() {
    assertThat(AddressTemplate.parse("news").resolve(Map.of())).isEqualTo("news");
    assertThat(AddressTemplate.parse("news").parameters()).isEmpty();
  }

  @Test
  void aMissingValueIsNamed() {
    assertThatThrownBy(() -> AddressTemplate.parse("t.{a}").resolve(Map.of("b", "x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("address t.{a}: expected a value for {a}, got [b]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "}", "a{", "a}", "{}", "{a b}", "{{a}}", "{1}", "{a-b}"})
  void strayBracesAreRefused(String text) {
    assertThatThrownBy(() -> AddressTemplate.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("expected an address");
  }

  @Test
  void twoOfTheSameTextAreEqual() {
    assertThat(AddressTemplate.parse("a.{b}"))
        .isEqualTo(AddressTemplate.parse("a.{b}"))
        .hasSameHashCodeAs(AddressTemplate.parse("a.{b}"))
        .isNotEqualTo(AddressTemplate.parse("a.{c}"));
  }

  @Test
  void anAddressIsMatchedByTheTemplatesThatCouldResolveToIt() {
    assertThat(AddressTemplate.parse("t.{x}").match("t.a.b")).isEqualTo(Map.of("x", "a.b"));
    assertThat(AddressTemplate.parse("t.{x}").match("t.")).isNull();
    assertThat(AddressTemplate.parse("t.{x}").match("u.a")).isNull();
    assertThat(AddressTemplate.parse("{x}.{y}.z").match("a.b.z"))
        .isEqualTo(Map.of("x", "a", "y", "b"));
    assertThat(AddressTemplate.parse("{x}.{y}.z").match("a.z")).isNull();
    assertThat(AddressTemplate.parse("{x}-{x}").match("a-a")).isEqualTo(Map.of("x", "a"));
    assertThat(AddressTemplate.parse("{x}-{x}").match("a-b")).isNull();
    assertThat(AddressTemplate.parse("fixed").match("fixed")).isEmpty();
    assertThat(AddressTemplate.parse("fixed").match("fixed2")).isNull();
    assertThat(AddressTemplate.parse("{a}.{b}.{c}.{d}!").match(".".repeat(100_000))).isNull();
  }
}
