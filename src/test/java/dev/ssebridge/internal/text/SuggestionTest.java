package dev.ssebridge.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
  private static final List<String> KEYS = List.of("path", "address", "addresses", "retry", "gap");

  @ParameterizedTest
  @CsvSource({
    "adress,address",
    "adresses,addresses",
    "pth,path",
    "paht,path",
    "RETRY,retry",
    "gpa,gap"
  })
  void theNearestNameIsSuggested(String typed, String meant) {
    assertThat(Suggestion.nearest(typed, KEYS)).contains(meant);
  }

  @ParameterizedTest
  @CsvSource({"x", "colour", "heartbeat", "''"})
  void whatIsNearToNothingGetsNoSuggestion(String typed) {
    assertThat(Suggestion.nearest(typed, KEYS)).isEmpty();
  }

  @Test
  void anEndlessNameCostsNothing() {
    assertThat(Suggestion.nearest("a".repeat(10_000_000), KEYS)).isEmpty();
  }
}
