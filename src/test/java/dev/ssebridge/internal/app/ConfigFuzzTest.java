package dev.ssebridge.internal.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.tool.Terminal;
import dev.ssebridge.testing.SchemaOfConfig;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Help.Ansi;

/**
 * Good configurations, changed at random: never a stack trace, never a start, never a secret in
 * what is printed. A failure names its seed.
 */
@Tag("slow")
class ConfigFuzzTest {
  private static final int ROUNDS = 1500;

  @TempDir Path directory;

  private final Map<String, String> environment = new HashMap<>();
  private Path secret = Path.of("");
  private String yaml = "";

  @BeforeEach
  void writeTheSecret() throws IOException {
    secret = Files.writeString(directory.resolve("secret"), "s3cret");
    environment.put("TOKEN", "t0ken"); // no secret: where it leads is printed
    yaml =
        """
        http: {port: 0, hosts: [a.example, "${HOST:-b.example}"], drain: 2s}
        routes:
          news:
            path: /news/:topic
            address: "news.{topic}"
            history: {events: 100, age: 10m}
            slow: {policy: gap, lag: {events: 10}}
        publish:
          news: {path: "/news/:topic", address: "news.{topic}", maxBody: 64KiB}
        sources:
          up:
            url: "http://up.example/${file:SECRET}"
            address: up
            headers: {X-Key: "${file:SECRET}"}
            requestBody: ${file:SECRET}
            types: ["${file:SECRET}"]
            retry: 1s
        federation: {name: "n-${file:SECRET}"}
        """
            .replace("SECRET", secret.toString());
  }

  @Test
  void textsInJsonAndYaml() throws IOException {
    String json = Files.readString(Path.of("conf/bridge.full.json"));
    json = json.replace("\"http://127.0.0.1:9090/news\"", "\"http://h/${file:" + secret + "}\"");
    int refused = 0;
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      boolean isJson = random.nextBoolean();
      String text = mutated(isJson ? json : yaml, random);
      Path file =
          Files.write(directory.resolve(isJson ? "b.json" : "b.yaml"), text.getBytes(UTF_8));
      refused += requireCivil("seed " + seed, "check", file.toString()) ? 1 : 0;
    }

    assertThat(refused).as("refused of " + ROUNDS).isGreaterThan(ROUNDS / 3).isLessThan(ROUNDS);
  }

  @Test
  void variablesAndOptions() throws IOException {
    Path file = Files.writeString(directory.resolve("b.yaml"), yaml);
    List<String> names =
        List.of(
            "HTTP__PORT",
            "HTTP__HOSTS",
            "ROUTES__NEWS__PATH",
            "ROUTES__NEWS__HISTORY",
            "SOURCES__UP__HEADERS__X_KEY",
            "SOURCES__UP__AUTH",
            "SOURCES__UP__PROXY",
            "SOURCES__UP__URL");
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      Map<String, String> usual = Map.copyOf(environment);
      List<String> arguments = new ArrayList<>(List.of("check", file.toString()));
      for (int i = random.nextInt(3); i >= 0; i--) {
        String name = "SSE_BRIDGE__" + mutated(pick(names, random), random, random.nextInt(2));
        environment.put(name, value(random));
        String key = pick(names, random).toLowerCase(java.util.Locale.ROOT).replace("__", ".");
        arguments.add("--set=" + mutated(key, random, random.nextInt(2)) + "=" + value(random));
      }
      requireCivil("seed " + seed, arguments.toArray(String[]::new));
      environment.clear();
      environment.putAll(usual);
    }
  }

  private String value(Random random) {
    return mutated(
        pick(
            List.of(
                "${file:" + secret + "}",
                "{\"a\": \"${file:" + secret + "}\"}",
                "[\"${TOKEN:-x}\", 1, null]",
                "http://u:${file:" + secret + "}@h/",
                "8080",
                "5s",
                "/x/:y",
                "null",
                "true"),
            random),
        random,
        random.nextInt(2));
  }

  @Test
  void theSchemaAndTheReaderAgree() throws IOException {
    JsonObject good = new JsonObject(Files.readString(Path.of("conf/bridge.full.json")));
    int accepted = 0;
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      JsonObject json = good.copy();
      changeOne(json, random);
      boolean isRead = SchemaOfConfig.isRead(json);
      List<String> problems = SchemaOfConfig.problems(json);
      if (isRead) {
        assertThat(problems).as("seed %d, %s", seed, json).isEmpty();
        accepted++;
      } else {
        assertThat(problems).as("seed %d, %s", seed, json).isNotEmpty();
      }
    }

    assertThat(accepted).isBetween(ROUNDS / 50, ROUNDS);
  }

  private static void changeOne(JsonObject json, Random random) {
    JsonObject at = json;
    while (true) {
      String key = pick(List.copyOf(at.fieldNames()), random);
      Object value = at.getValue(key);
      if (value instanceof JsonObject inner && !inner.isEmpty() && random.nextInt(12) != 0) {
        at = inner;
        continue;
      }
      switch (random.nextInt(4)) {
        case 0 -> at.put(key + "x", value);
        case 1 -> at.remove(key);
        case 2 -> at.put(key, otherStructure(random));
        default -> at.put(key, "x" + random.nextInt());
      }
      return;
    }
  }

  private static @Nullable Object otherStructure(Random random) {
    return switch (random.nextInt(7)) {
      case 0 -> null;
      case 1 -> random.nextBoolean();
      case 2 -> random.nextInt(5) - 1;
      case 3 -> 0.5 + random.nextInt(3);
      case 4 -> new JsonArray().add(random.nextInt(3));
      case 5 -> new JsonObject().put("x", 1);
      default -> 1L << 50;
    };
  }

  private static String mutated(String text, Random random) {
    return mutated(text, random, 1 + random.nextInt(3));
  }

  private static String mutated(String text, Random random, int times) {
    StringBuilder changed = new StringBuilder(text);
    for (int i = 0; i < times; i++) {
      int at = random.nextInt(changed.length() + 1);
      int end = Math.min(changed.length(), at + 1 + random.nextInt(4));
      switch (random.nextInt(4)) {
        case 0 -> changed.delete(at, end);
        case 1 -> changed.insert(at, pick(PIECES, random));
        case 2 -> changed.replace(at, end, pick(PIECES, random));
        default -> changed.insert(at, changed.substring(at, end));
      }
    }
    return changed.toString();
  }

  private static final List<String> PIECES =
      List.of(
          "\"",
          "'",
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "${",
          "$${",
          "${TOKEN}",
          "${NO}",
          "}",
          "&a ",
          "*a",
          "!t ",
          "#",
          "//",
          "/*",
          "\n",
          "\t",
          "\u0000",
          "\u001b[2J",
          "\ufeff",
          "\ud800",
          "- ",
          "|",
          ">",
          "%",
          "@",
          "`",
          "0x1F",
          "1e999",
          "null",
          "~",
          "99999999999999999999",
          "<<: ");

  private static <T> T pick(List<T> from, Random random) {
    return from.get(random.nextInt(from.size()));
  }

  /** Whether it was refused, which it may be; in good manners. */
  private boolean requireCivil(String seed, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            InputStream.nullInputStream(),
            new PrintStream(out, true, UTF_8),
            new PrintStream(out, true, UTF_8),
            environment,
            Ansi.OFF);
    OptionalInt code = new Main(terminal).run(arguments);
    String printed = out.toString(UTF_8);

    assertThat(code).as(seed + ": " + printed).isPresent();
    assertThat(code.getAsInt()).as(seed + ": " + printed).isIn(Terminal.DONE, Terminal.WRONG);
    assertThat(printed)
        .as(seed)
        .isNotBlank()
        .doesNotContain("s3cret", "\tat ", "Exception", "\u001b", "\u0000");
    return code.getAsInt() == Terminal.WRONG;
  }
}
