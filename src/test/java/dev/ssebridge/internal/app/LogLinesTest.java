package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.text.PrintableText;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogLinesTest {

  @Test
  void nothingInAMessageForgesALineOrMovesATerminal() {
    String foreign = "a\nb\rc\u001b[2Jd\u0085e\u2028f\u2029g\u007fh\u202ei\u0000j\u009bk\tl\u00e4";
    LogRecord entry = new LogRecord(Level.WARNING, "topic {0}");
    entry.setLoggerName("x");
    entry.setParameters(new Object[] {foreign});
    entry.setThrown(new IllegalStateException(foreign, new RuntimeException(foreign)));

    String line = new LogLine().format(entry);
    assertThat(line.lines().findFirst().orElseThrow())
        .endsWith(
            " WARNING x: topic a\\u000ab\\u000dc\\u001b[2Jd\\u0085e\\u2028f\\u2029g\\u007fh\\u202ei"
                + "\\u0000j\\u009bk\\u0009l\u00e4");
    assertThat(line.lines().skip(1)).isNotEmpty().allMatch(further -> further.startsWith("\t"));
    String allowed = "\t" + System.lineSeparator();
    assertThat(line.chars().filter(c -> allowed.indexOf(c) < 0)).noneMatch(Character::isISOControl);
  }

  @Test
  void nothingIsEscapedTwice() {
    String once = PrintableText.of("a\nb\\n");
    assertThat(PrintableText.of(once)).isSameAs(once);
  }

  @Test
  void aTextOfSixteenMillionCharactersIsALineOfAFewThousand() {
    String endless = "\u0001".repeat(16 << 20);
    assertThat(PrintableText.of(endless))
        .startsWith("\\u0001\\u0001")
        .endsWith("... (16777216 characters)")
        .hasSizeLessThan(50_000);
  }

  @ParameterizedTest
  @CsvSource({
    "https://user:pass@a.example/x?token=1#f, https://***@a.example/x?***#f",
    "http://a.example/x, http://a.example/x",
    "//u@h?a, //***@h?***",
    "status 302 to http://h/?key=s now, status 302 to http://h/?*** now"
  })
  void urlsAreShownWithoutWhatCanBeSecret(String url, String shown) {
    assertThat(PrintableText.ofUrl(url)).isEqualTo(shown);
  }

  @Test
  void aFloodOfOneKindIsCountedAndOthersPass() {
    AtomicLong now = new AtomicLong();
    LogLimit limit = new LogLimit(now::get);
    int passed = 0;
    for (int i = 0; i < 100_000; i++) {
      passed += limit.isLoggable(entry("flood", "m" + i)) ? 1 : 0;
    }
    assertThat(passed).isEqualTo(LogLimit.MOST);
    assertThat(limit.isLoggable(entry("other", "m"))).isTrue();

    now.addAndGet(LogLimit.WINDOW_MILLIS);
    LogRecord next = entry("flood", "again");
    assertThat(limit.isLoggable(next)).isTrue();
    assertThat(next.getMessage()).isEqualTo("again (99900 others were left out)");
    assertThat(limit.isLoggable(entry("flood", "x"))).isTrue();
  }

  private static LogRecord entry(String logger, String message) {
    LogRecord entry = new LogRecord(Level.SEVERE, message);
    entry.setLoggerName(logger);
    return entry;
  }
}
