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
}
