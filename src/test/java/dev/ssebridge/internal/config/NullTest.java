package dev.ssebridge.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ssebridge.ConfigException;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.testing.SchemaOfConfig;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Null is none: whatever may be left out may be null, in every layer, and then is left out. */
@Tag("slow")
class NullTest {
  private static final Map<String, String> NAMES =
      Map.of("routes", "news", "publish", "news", "sources", "up", "stores", "redis");
  private static final Map<String, Object> REQUIRED =
      Map.of(
          "path", "/x",
          "url", "http://up.example/",
          "address", "a",
          "token", "0123456789abcdef",
          "file", "htpasswd");

  @TempDir Path directory;

  /**
   * A key, or a block of a user's choice.
   *
   * @param names of the blocks around it, and its own
   * @param key null for a block of a user's choice
   */
  private record Declared(List<String> names, @Nullable Key<?> key) {
    boolean isRequired() {
      return key != null && key.isRequired();
    }

    String pointer() {
      return "/" + String.join("/", names);
    }

    /** What must be there around it. */
    JsonObject around() {
      JsonObject whole = new JsonObject();
      if (names.get(0).equals("auth") && names.size() > 1) {
        whole.put("auth", aroundAuth());
      }
      if (names.size() > 1 && NAMES.containsKey(names.get(0))) {
        JsonObject block = new JsonObject();
        for (Keys.Entry each : blockOf(names.get(0)).entries()) {
          if (each.key().isRequired()) {
            block.put(each.key().name(), REQUIRED.get(each.key().name()));
          }
        }
        if (pointer().endsWith("/addresses")) {
          block.put("address", "b");
        } else if (names.get(0).equals("routes")) {
          block.put("addresses", new JsonArray().add("b"));
        }
        whole.put(names.get(0), new JsonObject().put(names.get(1), block));
      }
      return whole;
    }

    /** Files of what nobody is asked for are not looked at. */
    private JsonObject aroundAuth() {
      JsonObject auth = new JsonObject().put("mode", "none");
      if (pointer().equals("/auth/mode")) {
        JsonObject token = new JsonObject().put("token", REQUIRED.get("token"));
        auth.put("tokens", new JsonObject().put("x", token));
      }
      if (names.size() < 4) {
        return auth;
      }
      JsonObject block = new JsonObject();
      for (Key<?> each : blockOf(blockOf("auth"), names.get(1)).all()) {
        if (each.isRequired()) {
          block.put(each.name(), REQUIRED.get(each.name()));
        }
      }
      if (names.get(1).equals("jwt")) {
        block.put("jwks", "http://localhost/keys").put("secret", "s".repeat(32));
      }
      return auth.put(names.get(1), new JsonObject().put(names.get(2), block));
    }

    /** The same, with a value here. */
    JsonObject with(@Nullable Object value) {
      JsonObject whole = around();
      JsonObject at = whole;
      for (String name : names.subList(0, names.size() - 1)) {
        if (!at.containsKey(name)) {
          at.put(name, new JsonObject());
        }
        at = at.getJsonObject(name);
      }
      at.put(names.get(names.size() - 1), value);
      return whole;
    }

    /** The same, as if nobody had written it. */
    JsonObject without() {
      JsonObject whole = with(null);
      JsonObject at = whole;
      for (String name : names.subList(0, names.size() - 1)) {
        at = at.getJsonObject(name);
      }
      at.remove(names.get(names.size() - 1));
      return whole;
    }

    @Override
    public String toString() {
      return pointer();
    }
  }

  private static Keys<?> root() {
    return Keys.declaredBy(SseBridgeOptions.class);
  }

  private static Keys<?> blockOf(String name) {
    return blockOf(root(), name);
  }

  private static Keys<?> blockOf(Keys<?> keys, String name) {
    for (Keys.Entry entry : keys.entries()) {
      Keys<?> block = entry.key().block();
      if (entry.key().name().equals(name) && block != null) {
        return block;
      }
    }
    throw new AssertionError(name);
  }

  static List<Declared> declared() {
    List<Declared> all = new ArrayList<>();
    add(root(), List.of(), all);
    assertThat(all).hasSizeGreaterThan(120);
    return all;
  }

  private static void add(Keys<?> keys, List<String> at, List<Declared> all) {
    for (Keys.Entry entry : keys.entries()) {
      Key<?> key = entry.key();
      List<String> path = KeyPath.with(at, key.name());
      all.add(new Declared(path, key));
      Keys<?> block = key.block();
      if (key.isNamed()) {
        path = KeyPath.with(path, at.isEmpty() ? NAMES.getOrDefault(key.name(), "x") : "x");
        all.add(new Declared(path, null));
      } else if (key.isTexts()) {
        all.add(new Declared(KeyPath.with(path, "X-A"), null));
      }
      if (block != null) {
        add(block, path, all);
      }
    }
  }

  private SseBridgeOptions read(JsonObject file, Map<String, String> variables, String... settings)
      throws IOException {
    Path path = Files.writeString(directory.resolve("b.json"), file.encode());
    return new ConfigReader(
            List.of(path), List.of(settings), variables, new ConfigReader.BuiltIn("none", "{}"))
        .read()
        .options();
  }

  @ParameterizedTest
  @MethodSource("declared")
  void whatIsOptionalMayBeNullEverywhereAndIsThenLeftOut(Declared declared) throws IOException {
    if (declared.isRequired()) {
      return;
    }
    SseBridgeOptions without = read(declared.without(), Map.of());
    String variable = VariableName.of(declared.names());
    String dotted = String.join(".", declared.names());

    assertThat(read(declared.with(null), Map.of())).isEqualTo(without);
    assertThat(new SseBridgeOptions(declared.with(null))).isEqualTo(without);
    assertThat(read(declared.with("${NOTHING}"), Map.of("NOTHING", "null"))).isEqualTo(without);
    if (!dotted.contains(".X-A")) { // a new name is not set by a variable
      assertThat(read(declared.without(), Map.of(variable, "null"))).isEqualTo(without);
    }
    assertThat(read(declared.without(), Map.of(), dotted + "=null")).isEqualTo(without);
    assertThat(read(declared.without(), Map.of(), declared.pointer() + "=null")).isEqualTo(without);
    assertThat(SchemaOfConfig.problems(declared.with(null))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("declared")
  void whatIsRequiredRefusesNull(Declared declared) throws IOException {
    if (!declared.isRequired()) {
      return;
    }
    String problem = declared.pointer() + ": expected a value, as this key is required, got null";

    assertThat(problems(declared.with(null), Map.of())).contains(problem);
    assertThat(problems(declared.around(), Map.of(VariableName.of(declared.names()), "null")))
        .contains(problem);
    assertThat(problems(declared.around(), Map.of(), String.join(".", declared.names()) + "=null"))
        .contains(problem);
    assertThat(SchemaOfConfig.problems(declared.with(null))).isNotEmpty();
  }

  private String problems(JsonObject file, Map<String, String> variables, String... settings) {
    return String.valueOf(
        catchThrowableOfType(ConfigException.class, () -> read(file, variables, settings))
            .problems());
  }

  @Test
  void nullTakesBackWhatALayerBelowHasSet() throws IOException {
    Path first =
        Files.writeString(
            directory.resolve("first.json"),
            "{\"http\": {\"port\": 1, \"host\": \"h\", \"drain\": \"1s\", \"drainRetry\": \"1s\"}}");
    Path second =
        Files.writeString(directory.resolve("second.yaml"), "http:\n  port: null\n  host: ~\n");

    ConfigFile read =
        new ConfigReader(
                List.of(first, second),
                List.of("http.drain=null"),
                Map.of("SSE_BRIDGE__HTTP__DRAIN_RETRY", "null"),
                new ConfigReader.BuiltIn("none", "{}"))
            .read();

    assertThat(read.options()).isEqualTo(new SseBridgeOptions());
    assertThat(EffectiveConfig.of(read).lines())
        .contains(
            "/http/port = 8080   (default, null at " + second + ":2:3)",
            "/http/host = \"127.0.0.1\"   (default, null at " + second + ":3:3)",
            "/http/drain = \"5s\"   (default, null at option --set http.drain)",
            "/http/drainRetry = none   (default, null at variable SSE_BRIDGE__HTTP__DRAIN_RETRY)",
            "/http/stalled = \"30s\"   (default)");
  }

  @Test
  void theWordItselfIsATextInJson() throws IOException {
    String quoted = "{\"address\": \"null\"}";

    SseBridgeOptions options = read(new JsonObject(), Map.of("SSE_BRIDGE__DEMO", quoted));
    assertThat(String.valueOf(options.getDemo())).contains("\"null\"");
    options = read(new JsonObject(), Map.of("A", "null"), "demo.address=x${A}");
    assertThat(String.valueOf(options.getDemo())).contains("\"xnull\"");
  }

  /** The setters and adders of all options that an application can use. */
  static List<Method> setters() throws IOException, ClassNotFoundException {
    Path sources = Path.of(System.getProperty("project.basedir", "."), "src/main/java");
    List<Method> setters = new ArrayList<>();
    for (Path file : optionsIn(sources)) {
      String name = sources.relativize(file).toString().replace(File.separatorChar, '.');
      for (Method method :
          Class.forName(name.substring(0, name.length() - ".java".length())).getMethods()) {
        if (method.getName().matches("(set|add)[A-Z].*")
            && Arrays.stream(method.getParameterTypes()).noneMatch(Class::isPrimitive)) {
          setters.add(method);
        }
      }
    }
    assertThat(setters).hasSizeGreaterThan(200);
    return setters;
  }

  private static List<Path> optionsIn(Path sources) throws IOException {
    try (Stream<Path> all = Files.walk(sources.resolve("dev/ssebridge"))) {
      return all.filter(file -> !file.startsWith(sources.resolve("dev/ssebridge/internal")))
          .filter(file -> file.toString().matches(".*(Options|ReconnectPolicy)\\.java"))
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("setters")
  void aSetterSaysThatItExpectsAValueWhereItGetsNullOrWhatHoldsIt(Method setter)
      throws ReflectiveOperationException {
    for (int i = 0; i < setter.getParameterCount(); i++) {
      @Nullable Object[] given = new @Nullable Object[setter.getParameterCount()];
      for (int other = 0; other < given.length; other++) {
        given[other] = valueOf(setter.getParameterTypes()[other]);
      }
      for (Object withNull : holdersOfNull(setter.getParameterTypes()[i])) {
        given[i] = withNull;
        assertRefused(setter, given);
      }
      given[i] = null;
      if (setter.getAnnotatedParameterTypes()[i].isAnnotationPresent(Nullable.class)) {
        setter.invoke(made(setter.getDeclaringClass()), given);
      } else {
        assertRefused(setter, given);
      }
    }
  }

  private static void assertRefused(Method setter, @Nullable Object[] given) {
    assertThatThrownBy(() -> setter.invoke(made(setter.getDeclaringClass()), given))
        .as("%s of %s", setter, Arrays.toString(given))
        .cause()
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("(\\w+: )?expected a value.*, got .*null.*");
  }

  /** Each must be looked into before anything is done with it. */
  private static List<Object> holdersOfNull(Class<?> type) {
    if (type == Map.class) {
      return List.of(Collections.singletonMap("x", null), Collections.singletonMap(null, "x"));
    }
    if (type == List.class) {
      return List.of(Collections.singletonList(null), Arrays.asList("x", null));
    }
    return type == Set.class ? List.of(new HashSet<>(Arrays.asList("x", null))) : List.of();
  }

  private static Object valueOf(Class<?> type) {
    if (type == String.class) {
      return "x";
    }
    return type.getPackageName().startsWith("dev.ssebridge") && !type.isEnum() ? made(type) : type;
  }

  private static Object made(Class<?> options) {
    return Keys.declaredBy(options).make();
  }
}
