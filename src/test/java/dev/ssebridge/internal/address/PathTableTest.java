package dev.ssebridge.internal.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathTableTest {
  private static final List<PathTemplate> SOME =
      List.of("/", "/a", "/a/:x", "/a/b", "/:x/b", "/:x/:y/:z", "/caf\u00e9", "/c/:x/d/:y").stream()
          .map(PathTemplate::parse)
          .toList();

  private static final PathTable<PathTemplate> TABLE = new PathTable<>(SOME, path -> path);

  @ParameterizedTest
  @CsvSource({
    "/, /",
    "/a, /a",
    "/%61, /a",
    "/a/, /a/:x",
    "/a/b, /a/:x",
    "/c/b, /:x/b",
    "/c/%62, /:x/b",
    "/a/%zz, /a/:x",
    "/caf%C3%A9, /caf\u00e9",
    "/c/1/d/2, /c/:x/d/:y",
    "/c/1/d/, /c/:x/d/:y",
    "/1/2/3, /:x/:y/:z",
    "/b, ''",
    "/a%2Fb, ''",
    "/%zz, ''",
    "a, ''",
    "'', ''",
    "//, ''",
  })
  void theFirstThatMatchesIsFound(String path, String expected) {
    PathTemplate found = TABLE.first(path);
    assertThat(found == null ? "" : found.toString()).isEqualTo(expected);
  }

  /** As if one were tried after the other. */
  @Test
  void amongManyTheSameOneIsFoundAsOneByOne() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      List<PathTemplate> all = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        all.add(PathTemplate.parse(path(random, true)));
      }
      PathTable<PathTemplate> table = new PathTable<>(all, path -> path);
      for (int i = 0; i < 200; i++) {
        String path = path(random, false);
        PathTemplate expected =
            all.stream().filter(each -> each.match(path) != null).findFirst().orElse(null);
        assertThat(table.first(path)).as("seed %d, %s of %s", seed, path, all).isEqualTo(expected);
      }
    }
  }

  private static String path(Random random, boolean template) {
    StringBuilder path = new StringBuilder();
    int size = 1 + random.nextInt(3);
    for (int i = 0; i < size; i++) {
      boolean parameter = template && random.nextInt(3) == 0;
      path.append(parameter ? "/:p" + i : "/" + (char) ('a' + random.nextInt(3)));
    }
    return path.toString();
  }
}
