package dev.ssebridge.internal.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
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

  /** By brute force: all short values of which some hold separators. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{a}.{b}",
        "{a}..{b}",
        "t.{a}-{b}",
        "{a}x{b}",
        "{a}.{b*}",
        "{a*}.{b}",
        "x{a}xy{b}yx",
        "{a}-.{b}.-",
        "{b}.{a}.{b}"
      })
  void everyAddressIsOfOneRequestAtMost(String text) {
    AddressTemplate template = AddressTemplate.parse(text).requireSeparators();
    List<String> all = new ArrayList<>(List.of(""));
    for (int i = 0; all.get(i).length() < 3; i++) {
      for (String more : List.of(".", "-", "x", "y", "1")) {
        all.add(all.get(i) + more);
      }
    }
    all.remove("");
    Map<String, Map<String, String>> requests = new HashMap<>();
    for (String a : all) {
      for (String b : all) {
        Map<String, String> values = Map.of("a", a, "b", b);
        String address = template.resolve(values);
        if (template.misfit(values) == null) {
          assertThat(requests.put(address, values)).as(address).isNull();
          assertThat(template.match(address)).as(address).isEqualTo(values);
        }
      }
    }
    assertThat(requests).hasSizeGreaterThan(100);
  }

  @Test
  void aParameterHoldsNoneOfItsNeighbours() {
    AddressTemplate topics = AddressTemplate.parse("my_topics.{topic}");
    assertThat(topics.misfit(Map.of("topic", "new_york-1"))).isNull();
    assertThat(topics.misfit(Map.of("topic", "q.secret")))
        .isEqualTo(new AddressTemplate.Misfit("topic", "."));
    assertThat(AddressTemplate.parse("topics.{topic*}").misfit(Map.of("topic", "a.b"))).isNull();
    assertThat(AddressTemplate.parse("{any}").misfit(Map.of("any", "a.b-c/d"))).isNull();
    assertThat(AddressTemplate.parse("v{n}").misfit(Map.of("n", "vv"))).isNull();
    assertThat(AddressTemplate.parse("{a}-{n}.x").misfit(Map.of("a", "b", "n", "1-2")))
        .isEqualTo(new AddressTemplate.Misfit("n", "- ."));
  }

  @Test
  void parametersSideBySideOrWithTwoStarsAreRefused() {
    assertThatThrownBy(() -> AddressTemplate.parse("t.{a}{b}").requireSeparators())
        .hasMessageContaining("something between {a} and {b}");
    assertThatThrownBy(() -> AddressTemplate.parse("{a*}.{b*}"))
        .hasMessageContaining("one \"{name*}\" at most");
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
    assertThat(AddressTemplate.parse("t.{x}").match("t.a.b")).isNull();
    assertThat(AddressTemplate.parse("t.{x*}").match("t.a.b")).isEqualTo(Map.of("x", "a.b"));
    assertThat(AddressTemplate.parse("{x}.{y*}.{z}!").match("a.b.c.d!"))
        .isEqualTo(Map.of("x", "a", "y", "b.c", "z", "d"));
    assertThat(AddressTemplate.parse("{x*}.{z}").match("a.b.c"))
        .isEqualTo(Map.of("x", "a.b", "z", "c"));
    assertThat(AddressTemplate.parse("{x}.{y*}.{z}").match("a..c")).isNull();
    assertThat(AddressTemplate.parse("{x*}.{z}").match("..")).isNull();
    assertThat(AddressTemplate.parse("{x*}.{z}!").match("!".repeat(100_000))).isNull();
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

  /** By brute force: a value that helps to begin so is a part of that beginning. */
  @Test
  void whatATemplateMayBeginWithIsWhatSomeOfItsAddressesBeginWith() {
    String beginning = "__ve.";
    List<String> parts = new ArrayList<>(List.of(""));
    for (int from = 0; from < beginning.length(); from++) {
      for (int to = from + 1; to <= beginning.length(); to++) {
        parts.add(beginning.substring(from, to));
      }
    }
    List<String> pieces = List.of("{a}", "{b}", "{a*}", "_", "__", "v", "ve", "e.", ".", "x", "");
    int able = 0;
    for (int seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 4; i++) {
        text.append(pieces.get(random.nextInt(pieces.size())));
      }
      AddressTemplate template;
      try {
        template = AddressTemplate.parse(text.toString()).requireSeparators();
      } catch (IllegalArgumentException none) {
        continue;
      }
      if (text.toString().split("\\{a", -1).length > 2
          || text.toString().split("\\{b", -1).length > 2) {
        continue; // a parameter that is there twice is taken for two
      }
      for (AddressTemplate.Content content : AddressTemplate.Content.values()) {
        boolean isAble = false;
        for (String a : parts) {
          for (String b : parts) {
            Map<String, String> values = Map.of("a", a, "b", b);
            boolean fits =
                content == AddressTemplate.Content.ANY || template.misfit(values) == null;
            isAble |= fits && template.resolve(values).startsWith(beginning);
          }
        }
        able += isAble ? 1 : 0;
        assertThat(template.mayBeginWith(beginning, Map.of(), content))
            .as("seed %d: %s, %s", seed, text, content)
            .isEqualTo(isAble);
        assertThat(template.mayBeginWith(beginning, Map.of("a", "_", "b", "x"), content))
            .as("seed %d: %s with values", seed, text)
            .isEqualTo(template.resolve(Map.of("a", "_", "b", "x")).startsWith(beginning));
      }
    }
    assertThat(able).isGreaterThan(100);
  }
}
