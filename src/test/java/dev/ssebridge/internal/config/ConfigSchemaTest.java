package dev.ssebridge.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.testing.SchemaOfConfig;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The schema accepts what the reader accepts, and refuses what has another structure. */
@Tag("slow")
class ConfigSchemaTest {
  private static final Pattern EXAMPLE =
      Pattern.compile("```(json|yaml)\n(.*?)```", Pattern.DOTALL);

  @ParameterizedTest
  @ValueSource(strings = {"conf/bridge.json", "conf/bridge.full.json"})
  void itAcceptsTheConfigurationsThatComeWithTheProgram(String file) throws IOException {
    assertThat(SchemaOfConfig.problems(json(file, Files.readString(Path.of(file))))).isEmpty();
  }

  @Test
  void itAcceptsEveryExampleOfTheDocumentation() throws IOException {
    List<String> wrong = new ArrayList<>();
    int examples = 0;
    List<Path> pages = new ArrayList<>(List.of(Path.of("README.md")));
    try (Stream<Path> more = Files.list(Path.of("src/site/markdown"))) {
      more.forEach(pages::add);
    }
    for (Path page : pages) {
      Matcher example = EXAMPLE.matcher(Files.readString(page));
      while (example.find()) {
        JsonObject json = json("example." + example.group(1), example.group(2));
        if (isConfiguration(json)) {
          examples++;
          SchemaOfConfig.problems(json).forEach(problem -> wrong.add(page + ": " + problem));
        }
      }
    }

    assertThat(examples).isGreaterThan(2);
    assertThat(wrong).isEmpty();
  }

  private static boolean isConfiguration(JsonObject json) {
    return json.fieldNames().stream()
        .allMatch(
            key ->
                Keys.declaredBy(SseBridgeOptions.class).all().stream()
                    .anyMatch(each -> each.name().equals(key)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          {"http": {"port": 70000}}
          {"http": {"port": "8080"}}
          {"http": {"port": 1.5}}
          {"http": {"prot": 1}}
          {"http": {"drain": "5 s"}}
          {"http": {"drain": -1}}
          {"http": {"writer": "fast"}}
          {"http": {"hosts": []}}
          {"http": {"hosts": "a"}}
          {"http": {"hosts": [1]}}
          {"http": {"host": " "}}
          {"http": {"host": "a\\tb"}}
          {"http": []}
          {"routes": {"a/b": {"path": "/x", "address": "x"}}}
          {"routes": {"r": {"address": "x"}}}
          {"routes": {"r": {"path": "/x", "address": "x", "gone": 1}}}
          {"limits": {"retained": "1MB"}}
          {"sources": {"s": {"url": "http://a/", "address": "a", "headers": {"X": 1}}}}
          {"sources": {"s": {"url": "http://a/", "address": "a", "jitter": 2}}}
          {"http": {"drain": "100000d"}}
          {"http": {"drain": "315360000001ms"}}
          {"http": {"hosts": ["a b"]}}
          {"http": {"cors": {"publishOrigins": ["https://a/"]}}}
          {"http": {"tls": {"versions": ["TLSv1.1"]}}}
          {"http": {"unixSocketMode": "rw"}}
          {"http": {"trustedProxies": ["proxy"]}}
          {"demo": {"every": "0s"}}
          {"limits": {"retained": "1025GiB"}}
          {"limits": {"retained": "0KiB"}}
          {"routes": {"r": {"path": "n", "address": "x"}}}
          {"routes": {"r": {"path": "/x//y", "address": "x"}}}
          {"routes": {"r": {"path": "/a/../b", "address": "x"}}}
          {"routes": {"r": {"path": "/:a/:a", "address": "x"}}}
          {"routes": {"r": {"path": "/:a/b/:a/c", "address": "x"}}}
          {"routes": {"r": {"path": "/x?y", "address": "x"}}}
          {"routes": {"r": {"path": null, "address": "x"}}}
          {"routes": {"r": {"path": "/:a/:b", "address": "{a}{b}"}}}
          {"routes": {"r": {"path": "/:a", "address": "t.{a"}}}
          {"routes": {"r": {"path": "/x", "address": "x", "type": "a{address}"}}}
          {"routes": {"r": {"path": "/x", "address": "x", "type": "sse.x"}}}
          {"routes": {"r": {"path": "/x", "address": "x", "slow": {"key": "a/b"}}}}
          {"publish": {"p": {"path": "n", "address": "x"}}}
          {"sources": {"s": {"url": "ftp://x", "address": "a"}}}
          {"sources": {"s": {"url": "http://u@x/", "address": "a"}}}
          {"sources": {"s": {"url": "http://x:65536/", "address": "a"}}}
          {"sources": {"s": {"url": "x", "address": "a"}}}
          {"sources": {"s": {"url": null, "address": "a"}}}
          {"sources": {"s": {"url": "http://a/", "address": "{claim:sub}"}}}
          {"sources": {"s": {"url": "http://a/", "address": "a", "method": "HEAD"}}}
          {"sources": {"s": {"url": "http://a/", "address": "a", "proxy": "https://p:1"}}}
          {"sources": {"s": {"url": "http://a/", "address": "a", "auth": {"bearer": "token"}}}}
          {"federation": {"name": "a b"}}
          {"http": {"port": "${1A}"}}
          """)
  void whatTheReaderRefusesForItsStructureIsRefused(String text) {
    JsonObject json = new JsonObject(text);

    assertThat(SchemaOfConfig.problems(json)).isNotEmpty();
    assertThat(SchemaOfConfig.isRead(json)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"http\": {\"port\": \"${PORT:-1}\"}}",
        "{\"http\": \"${HTTP:-{}\"}",
        "{\"http\": {\"hosts\": [\"${HOST:-a}\", \"b\"]}}",
        "{\"http\": null, \"routes\": {\"r\": null}, \"demo\": null}",
        "{\"http\": {\"drain\": 5000, \"hosts\": null, \"port\": null}}",
        "{\"http\": {\"host\": \"$${a}\"}}"
      })
  void referencesAndNullAreAccepted(String text) {
    assertThat(SchemaOfConfig.problems(new JsonObject(text))).isEmpty();
  }

  /** Texts of every form, changed at random: the reader and the schema say the same of each. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          /http/drain                     | 15s 250ms 3650d 007m 87600h 0s
          /demo/every                     | 1ms 2s 3650d
          /limits/retained                | 64KiB 1024GiB 1B 0001B 1048576MiB
          /routes/news/path               | / /x /:a/b /a/:b_1/c~d /é/x
          /routes/news/address            | a t.{a} {a}.{b*} *
          /routes/news/type               | a {address} {x a.sse.b
          /routes/news/slow/key           | type address header:X-A /a/b~1c
          /publish/news/path              | /x/:y
          /publish/news/address           | x.{y}
          /sources/upstream/url           | http://h/ https://h:8443/x?y=z#f HTTP://my_service
          /sources/upstream/address       | a a.{type}.{id} {source}{type} {id*}
          /sources/upstream/method        | GET POST M-SEARCH
          /sources/upstream/proxy         | http://p:3128 http://u%40:p@p/ http://[::1]:1
          /sources/upstream/auth/bearer   | env:A file:/run/x
          /http/hosts/0                   | a.example * [::1] my_host
          /http/cors/publishOrigins/0     | https://shop.example http://[::1]:8080
          /http/tls/versions/0            | TLSv1.2 TLSv1.3
          /http/unixSocketMode            | 0660 770
          /federation/name                | a-b_c.d
          /control/allow/secrets/0        | env:A file:/x
          """)
  void aTextIsOfItsFormOrRefused(String pointer, String examples) throws IOException {
    JsonObject good = new JsonObject(Files.readString(Path.of("conf/bridge.full.json")));
    List<String> wrong = new ArrayList<>();
    int read = 0;
    for (int seed = 0; seed < TEXTS; seed++) {
      Random random = new Random(seed);
      String[] all = examples.split(" ", -1);
      StringBuilder text = new StringBuilder(all[random.nextInt(all.length)]);
      for (int i = random.nextInt(3); i > 0; i--) {
        int at = random.nextInt(text.length() + 1);
        int end = Math.min(text.length(), at + random.nextInt(2));
        text.replace(at, end, random.nextInt(4) == 0 ? "" : String.valueOf(any(random)));
      }
      JsonObject json = with(good, pointer, text.toString());
      boolean isRead = SchemaOfConfig.isRead(json);
      read += isRead ? 1 : 0;
      if (isRead != SchemaOfConfig.problems(json).isEmpty()) {
        wrong.add("seed " + seed + ": \"" + text + "\" is " + (isRead ? "" : "not ") + "read");
      }
    }

    assertThat(wrong).isEmpty();
    assertThat(read).isBetween(TEXTS / 20, TEXTS - 1);
  }

  private static final int TEXTS = 300;

  private static char any(Random random) {
    String all = "/:.{}*?#@[]~!-_ %0123456789abhmstdKiBG\t\"\\";
    return all.charAt(random.nextInt(all.length()));
  }

  private static JsonObject with(JsonObject good, String pointer, String text) {
    JsonObject json = good.copy();
    JsonObject at = json;
    String[] names = pointer.substring(1).split("/", -1);
    int last = names.length - 1;
    boolean isList = names[last].equals("0");
    for (int i = 0; i < last - (isList ? 1 : 0); i++) {
      at = at.getJsonObject(names[i]);
    }
    at.put(names[isList ? last - 1 : last], isList ? new JsonArray().add(text) : text);
    return json;
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "0,9",
    "0,10",
    "1,9",
    "1,10",
    "1,99",
    "7,7",
    "7,123",
    "10,3650",
    "99,101",
    "1,65535",
    "16384,40000",
    "123,45678",
    "999,1000",
    "1000,9999"
  })
  void aRangeOfNumbersIsAPattern(int from, int to) {
    Pattern range = Pattern.compile(NumberPattern.between(from, to));

    for (int number = 0; number < 100_000; number++) {
      assertThat(range.matcher(String.valueOf(number)).matches())
          .as("%d in %s", number, range)
          .isEqualTo(number >= from && number <= to);
    }
  }

  /** As it is written, with references in their places. */
  private static JsonObject json(String name, String text) {
    Problems problems = new Problems(name);
    JsonObject json = ConfigText.of(name, text, Substitution.NONE, problems).parse().json();
    problems.throwIfAny();
    return json;
  }
}
