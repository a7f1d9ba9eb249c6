package dev.ssebridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.PublicApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an application may use. A new line in the committed text is a new promise. */
class PublicApiTest {
  private static final Path COMMITTED = Path.of("src/test/resources/public-api.txt");

  private final PublicApi api = PublicApi.of(SseBridge.class, "dev.ssebridge.internal");

  @Test
  void whatIsPromisedIsWhatIsCommitted() throws Exception {
    if (Boolean.getBoolean("api.write")) {
      Files.writeString(COMMITTED, String.join("\n", api.text()) + "\n");
    }
    List<String> committed = withTypes(Files.readAllLines(COMMITTED));
    List<String> found = withTypes(api.text());

    List<String> changes = new ArrayList<>();
    committed.stream().filter(line -> !found.contains(line)).forEach(l -> changes.add("- " + l));
    found.stream().filter(line -> !committed.contains(line)).forEach(l -> changes.add("+ " + l));
    assertThat(changes)
        .as(
            "changes of what is promised; where they are meant:"
                + " mvn -o test -Dtest=PublicApiTest -Dapi.write=true")
        .isEmpty();
  }

  @Test
  void nothingThatIsPromisedNamesWhatIsNot() {
    assertThat(api.leaks())
        .as("types of public signatures that an application cannot name, or must not")
        .isEmpty();
  }

  /** A member is indented below its type. */
  private static List<String> withTypes(List<String> text) {
    List<String> lines = new ArrayList<>();
    String type = "";
    for (String line : text) {
      if (line.startsWith(" ")) {
        lines.add(type + ": " + line.strip());
      } else if (!line.isEmpty()) {
        type = line;
        lines.add(line);
      }
    }
    return lines;
  }
}
