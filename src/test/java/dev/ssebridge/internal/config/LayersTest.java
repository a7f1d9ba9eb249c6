package dev.ssebridge.internal.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ssebridge.ConfigException;
import dev.ssebridge.ConfigException.Problem;
import dev.ssebridge.RouteOptions;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.client.SourceOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Defaults, files, environment, command line: each over the one before. */
class LayersTest {
  private static final String NEWS = "{'routes': {'news': {'path': '/news', 'address': 'news'}}}";

  @TempDir Path directory;

  private final Map<String, String> environment = new TreeMap<>();
  private final List<String> settings = new ArrayList<>();
  private final List<Path> files = new ArrayList<>();

  @Test
  void theCommandLineIsOverTheEnvironmentOverTheFilesOverTheDefaults() throws IOException {
    file("a.json", "{'http': {'port': 1, 'host': 'a', 'drain': '1s', 'stalled': '1s'}}");
    file("b.json", "{'http': {'host': 'b', 'drain': '2s', 'stalled': '2s'}}");
    environment.put("SSE_BRIDGE__HTTP__DRAIN", "3s");
    environment.put("SSE_BRIDGE__HTTP__STALLED", "3s");
    settings.add("http.stalled=4s");
    settings.add("/http/stalled=5s");

    assertThat(read().getHttp().toJson().encode())
        .isEqualTo("{\"host\":\"b\",\"port\":1,\"drain\":\"3s\",\"stalled\":\"5s\"}");
    assertThat(read().getHttp().getRequestTimeout()).hasSeconds(60);
  }

  @Test
  void laterFilesAddToBlocksAndReplaceEverythingElse() throws IOException {
    file("a.json", NEWS);
    file(
        "b.yaml",
        """
        # what the test system has beside it
        routes:
          old: {path: /old, address: old}
          news:
            heartbeat: 1s
        http:
          hosts: [a.example, b.example]
        """);
    file("c.json", "{'routes': {'old': null}, 'http': {'hosts': ['c.example']}, /* c */}");

    assertThat(read().getRoutes().keySet()).containsExactly("news");
    assertThat(route("news").getHeartbeat()).hasSeconds(1);
    assertThat(route("news").getPath()).isEqualTo("/news");
    assertThat(read().getHttp().getHosts()).containsExactly("c.example");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          HTTP__PORT                   | 9000                          | /http/port                     | 9000
          http__port                   | 9000                          | /http/port                     | 9000
          HTTP__REQUEST_TIMEOUT        | 5                             | /http/requestTimeout           | 5ms
          HTTP__REQUESTTIMEOUT         | 5s                            | /http/requestTimeout           | 5s
          HTTP__DRAIN_RETRY            | null                          | /http/drainRetry               |
          SOURCES__UP__HEADERS__X_KEY  | null                          | /sources/up/headers            |
          SOURCES__UP__HEADERS         | {"x-KEY": "n"}               | /sources/up/headers            | {"x-KEY":"n"}
          HTTP__HOST                   | ${HOME_OF_IT}                 | /http/host                     | there
          HTTP__HOSTS                  | ["a.example"]                 | /http/hosts                    | ["a.example"]
          HTTP__CORS                   | {"publishOrigins": ["http://a"]} | /http/cors/publishOrigins   | ["http://a"]
          ROUTES__NEWS__PATH           | /n                            | /routes/news/path              | /n
          ROUTES__my_News_2__PATH      | /n                            | /routes/my-news.2/path         | /n
          ROUTES__NEWS__GONE           | true                          | /routes/news/gone              | true
          ROUTES__NEWS                 | {"path": "/n"}                | /routes/news/path              | /n
          ROUTES__OTHER                | {"path": "/o", "address": "o"} | /routes/other/address         | o
          ROUTES__MY_NEWS_2            | null                          | /routes/my-news.2              |
          SOURCES__UP__HEADERS__X_KEY  | 12345                         | /sources/up/headers/X-Key      | 12345
          SOURCES__UP__HEADERS         | {"X-Other": "${HOME_OF_IT}"}  | /sources/up/headers/X-Other    | there
          SOURCES__UP__JITTER          | 0.25                          | /sources/up/jitter             | 0.25
          SOURCES__UP__REQUEST_BODY    | 007                           | /sources/up/requestBody        | 007
          DEMO                         | {}                            | /demo                          | {}
          """)
  void aVariableSetsItsKeyByTheTypeOfTheKey(
      String name, String value, String pointer, String expected) throws IOException {
    file(
        "bridge.json",
        "{'routes': {'news': {'path': '/news', 'address': 'news'},"
            + " 'my-news.2': {'path': '/my', 'address': 'my'}},"
            + " 'sources': {'up': {'url': 'http://up/', 'address': 'x',"
            + " 'headers': {'X-Key': 'k'}}}}");
    environment.put("HOME_OF_IT", "there");
    environment.put("SSE_BRIDGE__" + name, value);

    assertThat(at(read().toJson(), pointer)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          HTTP__PROT             | 1     | : fits no key, did you mean SSE_BRIDGE__HTTP__PORT?
          HTTP                   | 1     | : /http: expected a JSON object, got 1
          HTTP__PORT             | x     | : /http/port: expected 0..65535, got "x"
          HTTP__PORT             |       | : /http/port: expected 0..65535, got ""
          HTTP__PORT__X          | 1     | : fits no key, as SSE_BRIDGE__HTTP__PORT has nothing in it
          HTTP__HOSTS            | a     | : /http/hosts: expected JSON, got a text that is not JSON: expected a value, got a word that is none; texts are in double quotes
          HTTP__HOSTS            | ["a"  | :1:5: not JSON: Unexpected end-of-input: expected close marker for Array
          ROUTES__NWES__PATH     | /x    | : fits no key, expected one of the names in routes, which are a-b, a.b, news; a new one is given whole, SSE_BRIDGE__ROUTES__NAME='{...}'
          ROUTES__A_B__PATH      | /x    | : expected the name of one key, got one that fits /routes/a-b/path and /routes/a.b/path; set the block around it as JSON
          ROUTES__NEWS__PATHS    | /x    | : fits no key, did you mean SSE_BRIDGE__ROUTES__NEWS__PATH?
          ROUTES__NEW            | {}    | : /routes/new/path: missing, this key is required
          HTTP__HOST             | ${NO} | : /http/host: expected the environment variable NO, which is not set; set it for the program, or give a default: ${NO:-default}
          """)
  void aVariableThatIsWrongIsNamed(String name, String value, String problem) throws IOException {
    file(
        "bridge.json",
        "{'routes': {'a-b': {'path': '/1', 'address': '1'},"
            + " 'a.b': {'path': '/2', 'address': '2'},"
            + " 'news': {'path': '/3', 'address': '3'}}}");
    environment.put("SSE_BRIDGE__" + name, value == null ? "" : value);

    assertThat(problems().get(0)).startsWith("variable SSE_BRIDGE__" + name + problem);
  }

  @Test
  void twoVariablesForOneKeyAreAProblem() {
    environment.put("SSE_BRIDGE__HTTP__DRAIN_RETRY", "1s");
    environment.put("SSE_BRIDGE__HTTP__DRAINRETRY", "2s");

    assertThat(problems())
        .containsExactly(
            "variable SSE_BRIDGE__HTTP__DRAIN_RETRY: /http/drainRetry: expected one variable for"
                + " this key, got SSE_BRIDGE__HTTP__DRAINRETRY as well");
  }

  @Test
  void otherVariablesMeanNothing() {
    environment.put("SSE_BRIDGE_PORT", "tcp://10.0.0.1:80"); // as clusters of containers set it
    environment.put("SSE_BRIDGE_SERVICE_HOST", "10.0.0.1");
    environment.put("PATH", "${NO");

    assertThat(read()).isEqualTo(new SseBridgeOptions());
  }

  @Test
  void aVariableMayHoldTheWholeConfiguration() {
    environment.put("SSE_BRIDGE_CONFIG", NEWS.replace('\'', '"'));
    environment.put("SSE_BRIDGE__ROUTES__NEWS__PATH", "/n");

    assertThat(route("news").getPath()).isEqualTo("/n");

    environment.put("SSE_BRIDGE_CONFIG", "http:\n  port: x\n");
    environment.remove("SSE_BRIDGE__ROUTES__NEWS__PATH");
    assertThat(problems())
        .containsExactly(
            "variable SSE_BRIDGE_CONFIG:2:3: /http/port: expected 0..65535, got \"x\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          http.port=9000                   | /http/port                 | 9000
          /http/port=9000                  | /http/port                 | 9000
          http.hosts=["a=b"]               | /http/hosts                | !
          routes.a.b.path=/x=y             | /routes/a.b/path           | /x=y
          routes.a.b.retry=0               | /routes/a.b/retry          | 0
          sources.up.headers.X.Key=a.b     | /sources/up/headers/X.Key  | a.b
          sources.up.headers.X-New=${A:-b} | /sources/up/headers/X-New  | b
          routes.a.b=null                  | /routes/a.b                |
          """)
  void anOptionSetsItsKey(String setting, String pointer, String expected) throws IOException {
    file(
        "bridge.json",
        "{'routes': {'a.b': {'path': '/1', 'address': '1'}},"
            + " 'sources': {'up': {'url': 'http://up/', 'address': 'x',"
            + " 'headers': {'X.Key': 'k'}}}}");
    settings.add(setting);

    if ("!".equals(expected)) {
      assertThat(problems()).singleElement().asString().startsWith("option --set http.hosts: ");
    } else {
      assertThat(at(read().toJson(), pointer)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          http.port             | option --set: expected key=value, got no =
          http.prot=1           | option --set http.prot: unknown key "prot" in http, did you mean "port"?
          bogus=1               | option --set bogus: unknown key "bogus", expected one of http,
          http.port=many        | option --set http.port: /http/port: expected 0..65535, got "many"
          http.port.x=1         | option --set http.port.x: unknown key, http.port has nothing in it
          routes.r.path=/x      | option --set routes.r.path: /routes/r/address: missing,
          =1                    | option --set : unknown key "",
          """)
  void anOptionThatIsWrongIsNamed(String setting, String problem) {
    settings.add(setting);

    assertThat(problems().get(0)).startsWith(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          ${A}            | a
          x${A}y${A}z     | xayaz
          ${NO:-d}        | d
          ${EMPTY:-d}     | d
          ${NO:-}x        | x
          ${A:-d}         | a
          $${A}           | ${A}
          $$${A}          | $${A}
          $A {A} $        | $A {A} $
          ${REFERENCE}    | ${A}
          ${NO:-$A}       | $A
          """)
  void whatIsOutsideIsPutIntoATextOnce(String text, String expected) {
    environment.put("A", "a");
    environment.put("EMPTY", "");
    environment.put("REFERENCE", "${A}");
    settings.add("demo.address=" + text);

    assertThat(address(read())).isEqualTo(expected);
    assertThat(
            address(
                SseBridgeOptions.read(
                    new JsonObject().put("demo", new JsonObject().put("address", text)),
                    environment::get)))
        .isEqualTo(expected);
  }

  @Test
  void anEmbeddersTextsAreLeftAloneUnlessAskedOtherwise() {
    JsonObject json = new JsonObject("{\"demo\": {\"address\": \"${A}\"}}");

    assertThat(address(SseBridgeOptions.read(json))).isEqualTo("${A}");
    assertThat(json.encode()).isEqualTo("{\"demo\":{\"address\":\"${A}\"}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"${A", "${}", "${1A}", "${A.B}", "${A B}", "${ A}", "${:-x}", "${env:A}"})
  void whatIsNoReferenceIsRefused(String text) {
    environment.put("A", "a");
    settings.add("demo.address=" + text);

    assertThat(problems())
        .singleElement()
        .asString()
        .startsWith(
            "option --set demo.address: /demo/address: expected ${NAME}, ${NAME:-default} or"
                + " ${file:PATH}, and $${ for the characters ${ themselves");
  }

  @Test
  void aReferenceWithinAReferenceIsRefused() {
    settings.add("demo.address=${A:-${B}}");

    assertThat(problems()).singleElement().asString().contains("it can hold no reference");
  }

  @Test
  void whatWasPutInIsReadByTheTypeOfItsKey() throws IOException {
    environment.put("PORT", "9000");
    environment.put("HOSTS", "[\"a.example\", \"${PORT}\"]");
    environment.put("ROUTE", "{\"path\": \"/r\", \"address\": \"r\", \"gone\": true}");
    environment.put("DIGITS", "12345");
    file(
        "bridge.yaml",
        """
        http: {port: "${PORT}"}
        routes: {r: "${ROUTE}"}
        sources: {up: {url: "http://up:${PORT}/", address: "${DIGITS}", window: "${NO:-3}",
          deliver: request, types: ["${DIGITS}"]}}
        """);

    SseBridgeOptions options = read();

    assertThat(options.getHttp().getPort()).isEqualTo(9000);
    assertThat(requireNonNull(options.getRoutes().get("r")).isGone()).isTrue();
    SourceOptions up = requireNonNull(options.getSources().get("up"));
    assertThat(up.getUrl()).isEqualTo("http://up:9000/");
    assertThat(up.getAddress()).isEqualTo("12345");
    assertThat(up.getWindow()).isEqualTo(3);
    assertThat(up.getTypes()).containsExactly("12345");
  }

  @Test
  void aFileIsPutInWithoutTheEndOfItsLastLine() throws IOException {
    for (String end : List.of("", "\n", "\r\n", "\r")) {
      Path secret = Files.writeString(directory.resolve("secret"), "s3cret" + end);
      settings.clear();
      settings.add("demo.address=${file:" + secret + "}");

      assertThat(address(read())).isEqualTo("s3cret");
      assertThat(reader().read().files()).contains(secret);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nowhere | which does not exist
          .       | which cannot be read
          latin1  | which is not UTF-8
          big     | which has more than 1048576 bytes
          """)
  void aFileThatCannotBePutInIsNamed(String name, String reason) throws IOException {
    Files.write(directory.resolve("latin1"), new byte[] {(byte) 0xe9});
    Files.write(directory.resolve("big"), new byte[(1 << 20) + 1]);
    Path file = directory.resolve(name);
    settings.add("demo.address=${file:" + file + "}");

    assertThat(problems())
        .containsExactly(
            "option --set demo.address: /demo/address: expected a text file, got \""
                + file
                + "\", "
                + reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http.port=%s",
        "http.hosts=%s",
        "http.drain=%s",
        "http.writer=%s",
        "http=%s",
        "routes=%s",
        "routes.r={\"path\": \"%s\", \"address\": \"a\"}",
        "routes.r={\"path\": \"/r\", \"address\": \"{%s}\"}",
        "sources.up={\"url\": \"%s\", \"address\": \"a\"}",
        "sources.up={\"url\": \"http://up/\", \"address\": \"a\", \"ca\": \"%s\"}",
        "sources.up={\"url\": \"http://up/\", \"address\": \"a\", \"headers\": {\"X Y\": \"%s\"}}",
        "publish.p={\"path\": \"p%s\", \"address\": \"a\"}"
      })
  void whatCameFromAFileIsNeverPrinted(String setting) throws IOException {
    for (String secret : List.of("s3cret", "s3cret ".repeat(40), "s3\"cret\\", "s3cret\u001b[2J")) {
      Path file = Files.writeString(directory.resolve("secret"), secret);
      settings.clear();
      settings.add(setting.formatted("${file:" + file + "}"));

      assertThat(String.join("\n", problems())).isNotEmpty().doesNotContain("s3");
    }
  }

  @Test
  void theSecretsOfTheEnvironmentAreNotPrintedEither() throws IOException {
    file("bridge.json", "{'sources': {'up': {'url': 'http://up/', 'address': 'a'}}}");
    environment.put("SSE_BRIDGE__SOURCES__UP__URL", "ftp://user:s3cret@up/");
    environment.put("SSE_BRIDGE__SOURCES__UP__AUTH", "{\"bearer\": \"s3cret\"}");
    environment.put("SSE_BRIDGE__SOURCES__UP__HEADERS", "{\"X Y\": \"s3cret\"}");
    environment.put("SSE_BRIDGE__SOURCES__UP__PROXY", "s3cret");

    assertThat(problems()).hasSize(4).noneMatch(line -> line.contains("s3cret"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          http: {host: &a x}            | 1:14: expected no anchors (&) and aliases (*), got one
          &a http: {}                   | 1:1: expected no anchors
          demo: {address: *a}           | 1:17: expected no anchors
          http: {hosts: [a, &b b]}      | 1:19: expected no anchors
          demo: {address: !x a}         | 1:17: expected no tags (!), got one
          http:⏎  port: @x              | 2:9: not YAML: while scanning for the next token
          http:⏎  host: a⏎⇥port: 1      | 3:1: not YAML: while scanning for the next token
          http:⏎  host: "a              | 2:11: not YAML
          http:⏎  host: a☠              | 2:10: not YAML: it has characters
          http: {port: 010}             | 1:8: /http/port: expected 0..65535, got "010"
          routes: {a: {path: /a, address: a, gone: yes}} | 1:36: /routes/a/gone: expected true or false, got a text
          a: 1⏎---⏎b: 2                 | 3:1: expected the end after a mapping, got more
          """)
  void yamlIsStrictAndKnowsItsPlaces(String text, String problem) throws IOException {
    file("b.yaml", text.replace('⏎', '\n').replace('⇥', '\t').replace('☠', '\u0001'));

    assertThat(problems().get(0)).startsWith(files.get(0) + ":" + problem);
  }

  @Test
  void whatIsReplacedTakesNoneOfItsNeighboursPlaces() throws IOException {
    file(
        "b.json",
        "{'routes': {'a': {'path': '/1', 'address': '1'}, 'a-b': {'path': '/2', 'address': '2'},"
            + " 'a0': {'path': '/3', 'address': '3'}}}");
    settings.add("routes.a=null");

    assertThat(EffectiveConfig.of(reader().read()).lines())
        .anyMatch(line -> line.startsWith("/routes/a-b/path = \"/2\"   (" + files.get(0) + ":1:"))
        .anyMatch(line -> line.startsWith("/routes/a0/path = \"/3\"   (" + files.get(0) + ":1:"));
  }

  @Test
  void blocksFromOutsideKeepTheirPlacesAndSecrets() throws IOException {
    Path secret = Files.writeString(directory.resolve("secret"), "s3cret");
    environment.put("SSE_BRIDGE__HTTP", "{\"port\": 1, \"hosts\": [\"${file:" + secret + "}\"]}");
    settings.add("demo={\"address\": \"a-${file:" + secret + "}\"}");

    assertThat(EffectiveConfig.of(reader().read()).lines())
        .contains(
            "/http/port = 1   (variable SSE_BRIDGE__HTTP)",
            "/http/hosts = \"***\"   (variable SSE_BRIDGE__HTTP)",
            "/demo/address = \"***\"   (option --set demo)")
        .noneMatch(line -> line.contains("s3cret"));
  }

  @Test
  void whatIsExpectedIsSaidBesideASecretThatIsHidden() throws IOException {
    Path secret = Files.writeString(directory.resolve("secret"), "s3cret");
    file("b.json", "{'sources': {'up': {'url': 'http://up/', 'address': 'a'}}}");
    settings.add("sources.up.proxy=http://user:${file:" + secret + "}@proxy:99999");

    assertThat(problems())
        .singleElement()
        .asString()
        .contains("/sources/up/proxy: expected the URL of an HTTP proxy, ")
        .endsWith(", its port 1..65535; what came is not repeated, as it may hold a secret");
  }

  @Test
  void aSecretIsHiddenWhereverItStands() throws IOException {
    Path secret = Files.writeString(directory.resolve("secret"), "s3cret");
    Path block =
        Files.writeString(
            directory.resolve("block"), "{\"cert\": \"/s3cret/c\", \"key\": \"/s3cret/k\"}");
    file(
        "b.json",
        "{'$schema': 'x.json', 'sources': {'up': {'url': 'http://up/', 'address': 'a'}}}");
    settings.add("sources.up.cursor=/nowhere/${file:" + secret + "}/x");
    settings.add("sources.up.auth.bearer=file:/run/${file:" + secret + "}");
    settings.add("http.tls=${file:" + block + "}");

    assertThat(problems()).hasSizeGreaterThan(2).noneMatch(line -> line.contains("s3cret"));
  }

  private void file(String name, String text) throws IOException {
    files.add(Files.writeString(directory.resolve(name), text.replace('\'', '"')));
  }

  private ConfigReader reader() {
    return new ConfigReader(
        files, settings, environment, new ConfigReader.BuiltIn("built-in", "{}"));
  }

  private RouteOptions route(String name) {
    return requireNonNull(read().getRoutes().get(name));
  }

  private static String address(SseBridgeOptions options) {
    return requireNonNull(options.getDemo()).getAddress();
  }

  private SseBridgeOptions read() {
    return reader().read().options();
  }

  private List<String> problems() {
    ConfigException thrown = catchThrowableOfType(ConfigException.class, () -> reader().read());
    assertThat(thrown).isNotNull();
    return thrown.problems().stream().map(Problem::toString).toList();
  }

  /** What is there, as text; null for nothing. */
  private static @Nullable String at(JsonObject json, String pointer) {
    Object value = JsonPointer.from(pointer).queryJson(json);
    return value == null ? null : value.toString();
  }
}
