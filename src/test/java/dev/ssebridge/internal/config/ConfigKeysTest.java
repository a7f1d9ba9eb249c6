package dev.ssebridge.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * What the reader knows, what the full example shows and what the documentation says are the same.
 */
class ConfigKeysTest {
  private static final Path FULL = Path.of("conf/bridge.full.json");
  private static final Path PAGE = Path.of("src/site/markdown/configuration.md");
  private static final Pattern NAMED = Pattern.compile("^(routes|publish|sources)\\.[^.]+\\.");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([a-zA-Z]+\\.[a-zA-Z.*]+)` \\| `?([^|`]+)`? \\| [^|]+ \\|$");

  @Test
  void theFullExampleHasEveryKey() throws IOException {
    JsonObject full = new JsonObject(Files.readString(FULL));
    Set<String> shown = new TreeSet<>();
    leaves("", full, shown);

    assertThat(shown).isEqualTo(new TreeSet<>(known().keySet()));
  }

  @Test
  void theDocumentationHasEveryKeyWithItsDefault() throws IOException {
    Map<String, String> rows = new TreeMap<>();
    Matcher row = ROW.matcher(Files.readString(PAGE));
    while (row.find()) {
      assertThat(rows.put(row.group(1), row.group(2).strip())).as(row.group(1)).isNull();
    }

    assertThat(rows).isEqualTo(new TreeMap<>(known()));
  }

  @Test
  void theFullExampleHasEveryKeyAtItsDefault() throws IOException {
    JsonObject required =
        new JsonObject(
            """
            {
              "routes": { "news": { "path": "/news", "address": "news" } },
              "publish": { "news": { "path": "/news", "address": "news" } },
              "sources": { "upstream": { "url": "http://127.0.0.1:9090/news", "address": "news" } },
              "demo": {}
            }
            """);

    assertThat(BridgeConfig.read(FULL)).isEqualTo(BridgeConfig.read(required));
  }

  private static Map<String, String> known() throws IOException {
    Problems problems = new Problems(FULL.toString());
    BridgeConfig.read(new JsonObject(Files.readString(FULL)), problems);
    problems.throwIfAny();
    return problems.defaults();
  }

  private static void leaves(String prefix, JsonObject object, Set<String> keys) {
    for (String key : object.fieldNames()) {
      if (object.getValue(key) instanceof JsonObject block) {
        leaves(prefix + key + ".", block, keys);
      } else {
        keys.add(NAMED.matcher(prefix + key).replaceFirst("$1.*."));
      }
    }
  }
}
