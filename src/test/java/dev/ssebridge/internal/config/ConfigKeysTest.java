package dev.ssebridge.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.SseBridgeOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The example with all keys, the tables of the documentation and the Javadoc of the options are
 * what the declarations of the keys say. After a change of these, {@code mvn test
 * -Dtest=ConfigKeysTest -Dconfig.write=true} writes the example and the tables.
 */
class ConfigKeysTest {
  private static final Path FULL = Path.of("conf/bridge.full.json");
  private static final Path PAGE = Path.of("src/site/markdown/configuration.md");
  private static final Path SOURCES = Path.of("src/main/java/dev/ssebridge");
  private static final boolean WRITES = Boolean.getBoolean("config.write");
  private static final int LINE = 100;

  /** Names and values where a user has to choose them. */
  private static final Map<String, Object> CHOSEN =
      Map.ofEntries(
          Map.entry("http.tls.certificates.*", "shop"),
          Map.entry("auth.mode", "none"),
          Map.entry("auth.tokens.*", "billing"),
          Map.entry("auth.tokens.*.token", "change-this-token"),
          Map.entry("auth.jwt.*", "users"),
          Map.entry("auth.jwt.*.jwks", "http://127.0.0.1:9091/jwks.json"),
          Map.entry("auth.basic.*", "staff"),
          Map.entry("auth.basic.*.file", "htpasswd"),
          Map.entry("auth.forward.*", "shop"),
          Map.entry("auth.forward.*.url", "http://127.0.0.1:9092/auth"),
          Map.entry("auth.router.*", "app"),
          Map.entry("auth.subscribe.*", "news"),
          Map.entry("auth.publish.*", "news"),
          Map.entry("routes.*", "news"),
          Map.entry("routes.*.path", "/news"),
          Map.entry("routes.*.address", "news"),
          Map.entry("publish.*", "news"),
          Map.entry("publish.*.path", "/news"),
          Map.entry("publish.*.address", "news"),
          Map.entry("stores.*", "file"),
          Map.entry("stores.*.directory", "history"),
          Map.entry("sources.*", "upstream"),
          Map.entry("sources.*.url", "http://127.0.0.1:9090/news"),
          Map.entry("sources.*.address", "news"));

  /** A key with the names of the blocks around it. */
  private record Leaf(String name, Keys.Entry entry, Key.Change change) {
    Key<?> key() {
      return entry.key();
    }

    String row() {
      Key<?> key = key();
      Object standard = entry.standardJson();
      String shown =
          key.isRequired() ? "required" : standard == null ? "none" : "`" + standard + "`";
      return "| `" + name + "` | " + shown + " | " + key.meaning() + " | " + change.word() + " |\n";
    }
  }

  @Test
  void theFullExampleHasEveryKeyAtItsDefault() throws IOException {
    String full = text("", example("", keys())) + "\n";
    write(FULL, full);

    assertThat(Files.readString(FULL)).isEqualTo(full);
  }

  @Test
  void theFullExampleSaysNoMoreThanWhatMustBeSaid() {
    JsonObject required =
        new JsonObject(
            """
            {
              "routes": { "news": { "path": "/news", "address": "news" } },
              "publish": { "news": { "path": "/news", "address": "news" } },
              "sources": { "upstream": { "url": "http://127.0.0.1:9090/news", "address": "news" } },
              "auth": {
                "mode": "none",
                "tokens": { "billing": { "token": "change-this-token" } },
                "jwt": { "users": { "jwks": "http://127.0.0.1:9091/jwks.json" } },
                "basic": { "staff": { "file": "htpasswd" } },
                "forward": { "shop": { "url": "http://127.0.0.1:9092/auth" } },
                "certificate": {},
                "router": { "app": {} },
                "subscribe": { "news": {} },
                "publish": { "news": {} },
                "tickets": {}
              },
              "stores": { "file": { "directory": "history" } },
              "cluster": {},
              "demo": {},
              "admin": {}
            }
            """);

    assertThat(BridgeConfig.read(FULL)).isEqualTo(BridgeConfig.read(required));
  }

  @Test
  void theDocumentationHasEveryKeyWithItsDefault() throws IOException {
    String page = Files.readString(PAGE);
    for (Key.Audience audience : Key.Audience.values()) {
      String rows =
          leaves("", keys(), Key.Change.RESTART).stream()
              .filter(leaf -> leaf.key().audience() == audience)
              .map(Leaf::row)
              .collect(Collectors.joining());
      Pattern table =
          Pattern.compile(
              "(<!-- keys: "
                  + audience.name().toLowerCase(java.util.Locale.ROOT)
                  + " -->\n\\| Key \\| Default \\| Meaning \\| Reload \\|\n\\|---\\|---\\|---\\|---\\|\n)((?:\\|.*\n)*)");
      Matcher found = table.matcher(page);
      assertThat(found.find()).as("%s", audience).isTrue();
      if (WRITES) {
        page = found.replaceFirst(Matcher.quoteReplacement(found.group(1) + rows));
      } else {
        assertThat(found.group(2)).isEqualTo(rows);
      }
    }
    write(PAGE, page);
  }

  @Test
  void everyKeySaysWhatItMeans() {
    assertThat(leaves("", keys(), Key.Change.RESTART))
        .allSatisfy(leaf -> assertThat(leaf.key().meaning()).isNotBlank());
  }

  @Test
  void theJavadocOfAnOptionSaysWhatItsKeyMeans() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Path file :
        List.of(
            SOURCES,
            SOURCES.resolve("client"),
            SOURCES.resolve("auth"),
            SOURCES.resolve("format"))) {
      try (var files = Files.list(file)) {
        for (Path each :
            files.filter(f -> f.toString().matches(".*(Options|Policy)\\.java")).toList()) {
          wrong.addAll(differences(each));
        }
      }
    }

    assertThat(wrong).isEmpty();
  }

  private static final Pattern OPTION =
      Pattern.compile(
          "\\.says\\(\\s*((?:\"(?:[^\"\\\\]|\\\\.)*\"[\\s+]*)+)\\)[^;]*;\\s*/\\*\\*(.*?)\\*/",
          Pattern.DOTALL);

  private static List<String> differences(Path file) throws IOException {
    List<String> differences = new ArrayList<>();
    Matcher option = OPTION.matcher(Files.readString(file));
    while (option.find()) {
      String meaning =
          Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"")
              .matcher(option.group(1))
              .results()
              .map(part -> part.group(1).replace("\\\"", "\""))
              .collect(Collectors.joining())
              .replaceAll("[;,]? see \\[[^]]*]\\([^)]*\\)", "")
              .replaceAll("`([^`]*)`", "{@code $1}");
      String javadoc =
          option.group(2).replaceAll("\\s*\\*\\s*", " ").replaceAll("\\s+", " ").strip();
      if (!squeezed(javadoc).startsWith(squeezed(meaning))) {
        differences.add(file + ": expected " + meaning + ", got " + javadoc);
      }
    }
    return differences;
  }

  /** Without what a formatter may change. */
  private static String squeezed(String text) {
    return text.replaceAll("[\\s*]", "").replace("&lt;", "<").replaceAll("\\.$", "");
  }

  private static Keys<SseBridgeOptions> keys() {
    return Keys.declaredBy(SseBridgeOptions.class);
  }

  private static List<Leaf> leaves(String prefix, Keys<?> keys, Key.Change ofBlock) {
    List<Leaf> leaves = new ArrayList<>();
    for (Keys.Entry entry : keys.entries()) {
      Key<?> key = entry.key();
      Keys<?> block = key.block();
      Key.Change change = key.change(ofBlock);
      if (block == null) {
        leaves.add(new Leaf(prefix + key.name(), entry, change));
      } else {
        leaves.addAll(leaves(prefix + key.name() + (key.isNamed() ? ".*." : "."), block, change));
      }
    }
    return leaves;
  }

  private static JsonObject example(String prefix, Keys<?> keys) {
    JsonObject json = new JsonObject();
    for (Keys.Entry entry : keys.entries()) {
      Key<?> key = entry.key();
      Keys<?> block = key.block();
      String name = prefix + key.name();
      if (block == null) {
        json.put(key.name(), CHOSEN.getOrDefault(name, orNull(entry.standardJson())));
      } else if (key.isNamed()) {
        json.put(
            key.name(),
            new JsonObject()
                .put(String.valueOf(CHOSEN.get(name + ".*")), example(name + ".*.", block)));
      } else {
        json.put(key.name(), example(name + ".", block));
      }
    }
    return json;
  }

  private static Object orNull(@Nullable Object json) {
    return json == null ? NONE : json;
  }

  /** JSON's null, for a map that takes none. */
  private static final Object NONE = new JsonArray().addNull();

  /** On one line where that is short. */
  private static String text(String indent, JsonObject json) {
    String flat =
        json.stream()
            .map(each -> '"' + each.getKey() + "\": " + flat(each.getValue()))
            .collect(Collectors.joining(", ", "{ ", " }"));
    boolean holdsNoBlocks = json.stream().noneMatch(e -> e.getValue() instanceof JsonObject);
    if (holdsNoBlocks && indent.length() + flat.length() < LINE - 20) {
      return flat;
    }
    String more = indent + "  ";
    return json.stream()
        .map(
            each ->
                more
                    + '"'
                    + each.getKey()
                    + "\": "
                    + (each.getValue() instanceof JsonObject block
                        ? text(more, block)
                        : flat(each.getValue())))
        .collect(Collectors.joining(",\n", "{\n", "\n" + indent + "}"));
  }

  private static String flat(Object value) {
    return value == NONE || value.equals(NONE)
        ? "null"
        : value instanceof String ? '"' + value.toString() + '"' : value.toString();
  }

  private static void write(Path file, String text) throws IOException {
    if (WRITES) {
      Files.writeString(file, text);
    }
  }
}
