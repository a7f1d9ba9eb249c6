package dev.ssebridge.internal.bus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an event's JSON says of whom it is for. */
class EventValuesTest {
  private static final EventValues TENANT = new EventValues(List.of("/tenant"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "{\"tenant\":\"a\"} | 1:a",
        "{\"x\":{\"tenant\":\"b\"},\"tenant\":\"a\",\"y\":[{\"tenant\":\"c\"}]} | 1:a",
        "{\"tenant\":\"\"} | 0:",
        "{\"ten\\u0061nt\":\"\\u0061\"} | 1:a",
        "{\"tenant\":\"a b:*\"} | 5:a b:*",
        "{\"tenant\":42} | 2:42",
        "{\"tenant\":42.0} | 2:42",
        "{\"tenant\":4.2e1} | 2:42",
        "{\"tenant\":-0.0} | 1:0",
        "{\"tenant\":1e400} | 5:1e400",
        "{\"tenant\":1e999999999} | 11:1e999999999",
        "{\"tenant\":true} | 4:true"
      })
  void aValueIsATextANumberOrABoolean(String data, String label) {
    assertThat(TENANT.labelOf(data)).isEqualTo(label);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a",
        "\"a\"",
        "[\"a\"]",
        "{}",
        "{\"Tenant\":\"a\"}",
        "{\"tenant\":null}",
        "{\"tenant\":[\"a\"]}",
        "{\"tenant\":{\"a\":1}}",
        "{\"tenant\":\"a\"",
        "{\"tenant\":\"a\"} {\"tenant\":\"b\"}",
        "{\"tenant\":\"a\",\"tenant\":\"b\"}",
        "{\"tenant\":\"a\",\"ten\\u0061nt\":\"a\"}",
        "{\"tenant\":\"a\",\"x\":{\"y\":1,\"y\":2}}",
        "{\"tenant\":\"a\",}",
        "{'tenant':'a'}"
      })
  void whatCannotBeReadInOneWayIsForNobody(String data) {
    assertThat(TENANT.labelOf(data)).isNull();
  }

  @Test
  void aValueThatIsTooLongIsNone() {
    String longest = "x".repeat(EventValues.LONGEST);
    assertThat(TENANT.labelOf("{\"tenant\":\"" + longest + "\"}")).isEqualTo("1024:" + longest);
    assertThat(TENANT.labelOf("{\"tenant\":\"" + longest + "x\"}")).isNull();
    assertThat(EventValues.labelOf(List.of(longest + "x"))).isNull();
  }

  @Test
  void deepJsonIsForNobody() {
    String deep = "[".repeat(5000) + "]".repeat(5000);
    assertThat(TENANT.labelOf("{\"deep\":" + deep + ",\"tenant\":\"a\"}")).isNull();
  }

  @Test
  void severalPlacesAreOneLabel() {
    EventValues both = new EventValues(List.of("/a/b~1c", "/a/d/1", "/~0"));
    assertThat(both.labelOf("{\"~\":7,\"a\":{\"d\":[8,9],\"b/c\":\"x\"}}")).isEqualTo("1:x1:91:7");
    assertThat(both.labelOf("{\"~\":7,\"a\":{\"d\":[8],\"b/c\":\"x\"}}")).isNull();
    assertThat(both.labelOf("{\"~\":7,\"a\":{\"d\":{\"1\":9},\"b/c\":\"x\"}}"))
        .isEqualTo("1:x1:91:7");
    EventValues two = new EventValues(List.of("/a", "/b"));
    assertThat(two.labelOf("{\"a\":\"1:1\",\"b\":\"\"}"))
        .isNotEqualTo(two.labelOf("{\"a\":\"\",\"b\":\"1:1\"}"));
  }

  @Test
  void whatSomebodyIsSaidToBeIsComparedAlike() {
    assertThat(EventValues.labelOf(List.of("a", 42.0, true))).isEqualTo("1:a2:424:true");
    assertThat(EventValues.labelOf(List.of(List.of("a")))).isNull();
    assertThat(EventValues.labelOf(java.util.Collections.singletonList(null))).isNull();
  }
}
