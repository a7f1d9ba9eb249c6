package dev.ssebridge.internal.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.metrics.BridgeMeters;
import dev.ssebridge.metrics.MeterInfo;
import dev.ssebridge.metrics.MeterKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The documented meters are those that there are. After a change, {@code mvn test
 * -Dtest=MeterTableTest -Dmetrics.write=true} writes the table.
 */
class MeterTableTest {
  private static final Path PAGE = Path.of("src/site/markdown/operations.md");
  private static final Pattern TABLE =
      Pattern.compile(
          "(<!-- meters -->\n\\| Meter \\| Kind \\| Tags \\| Meaning \\|\n\\|---\\|---\\|---\\|---\\|\n)"
              + "((?:\\|.*\n)*)");

  @Test
  void theDocumentationHasEveryMeter() throws IOException {
    String rows =
        BridgeMeters.all().stream().map(MeterTableTest::row).collect(Collectors.joining());
    String page = Files.readString(PAGE);
    Matcher found = TABLE.matcher(page);
    assertThat(found.find()).isTrue();
    if (Boolean.getBoolean("metrics.write")) {
      Files.writeString(PAGE, found.replaceFirst(Matcher.quoteReplacement(found.group(1) + rows)));
    } else {
      assertThat(found.group(2)).isEqualTo(rows);
    }
  }

  private static String row(MeterInfo meter) {
    String name = meter.kind() == MeterKind.COUNTER ? meter.name() + "_total" : meter.name();
    String tags =
        meter.tags().stream()
            .filter(tag -> !tag.equals("bridge"))
            .map(tag -> "`" + tag + "`")
            .collect(Collectors.joining(", "));
    return "| `%s` | %s | %s | %s |\n"
        .formatted(name, meter.kind().name().toLowerCase(Locale.ROOT), tags, meter.meaning());
  }

  @Test
  void namesKeepToWhatIsUsual() {
    assertThat(BridgeMeters.all())
        .allSatisfy(
            meter -> {
              assertThat(meter.name()).matches("ssebridge_[a-z]+(_[a-z]+)*");
              assertThat(meter.name()).doesNotEndWith("_total");
              if (List.of("bytes", "seconds").contains(meter.unit())) {
                assertThat(meter.name()).endsWith("_" + meter.unit());
              }
              assertThat(meter.meaning()).doesNotEndWith(".").doesNotContain("\n");
            });
    assertThat(BridgeMeters.all()).extracting(MeterInfo::name).doesNotHaveDuplicates();
  }
}
