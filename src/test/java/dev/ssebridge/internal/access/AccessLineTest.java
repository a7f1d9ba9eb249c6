package dev.ssebridge.internal.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessLineTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ann                    | ann
          ann@example.org        | ann@example.org
          ``                     | ""
          ann lee                | "ann lee"
          a=b                    | "a=b"
          say "hi"               | "say \\"hi\\""
          a\\b                   | "a\\\\b"
          größe                  | größe
          """)
  void valuesAreQuotedWhereTheyWouldNotBeOne(String value, String shown) {
    assertThat(new AccessLine("x").put("v", value)).hasToString("kind=x v=" + shown);
  }

  @Test
  void nothingInAValueBreaksTheLineOrTheNextValue() {
    String hostile = "a\r\nb\0c\u2028d\u0085e\u001b[2Jf\ud800g\udc00h reason=\"x\"";
    String line = new AccessLine("x").put("v", hostile).put("n", 1).toString();

    assertThat(line.lines()).hasSize(1);
    assertThat(line.chars()).noneMatch(Character::isISOControl);
    assertThat(line)
        .isEqualTo(
            "kind=x v=\"a\\\\u000d\\\\u000ab\\\\u0000c\\\\u2028d\\\\u0085e\\\\u001b[2Jf\ufffdg"
                + "\ufffdh reason=\\\"x\\\"\" n=1");
  }

  @Test
  void aPairOfSurrogatesStaysWhole() {
    assertThat(new AccessLine("x").put("v", "\ud83d\ude00")).hasToString("kind=x v=\ud83d\ude00");
  }

  @Test
  void aVeryLongValueIsCut() {
    assertThat(new AccessLine("x").put("v", "a".repeat(1_000_000)).values().get("v"))
        .isEqualTo("a".repeat(AccessLine.LONGEST) + "...");
  }

  @Test
  void whatIsNotKnownIsNotThere() {
    assertThat(new AccessLine("x").put("v", null).by(null, null)).hasToString("kind=x");
  }
}
