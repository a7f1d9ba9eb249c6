package dev.ssebridge.internal.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ssebridge.ConfigException;
import dev.ssebridge.ConfigException.Problem;
import dev.ssebridge.GapMode;
import dev.ssebridge.PublishBody;
import dev.ssebridge.RecordMode;
import dev.ssebridge.ResetMode;
import dev.ssebridge.SlowPolicy;
import dev.ssebridge.TlsEngine;
import dev.ssebridge.WriterMode;
import dev.ssebridge.internal.address.AddressTemplate;
import dev.ssebridge.internal.address.ConflationKey;
import dev.ssebridge.internal.address.PathTemplate;
import dev.ssebridge.internal.url.Cidr;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BridgeConfigTest {
  private static final String DURATION =
      "expected a duration such as \"250ms\", \"15s\", \"10m\", \"2h\", \"1d\" or a number of"
          + " milliseconds, ";
  private static final String SIZE =
      "expected a size such as \"512B\", \"64KiB\", \"8MiB\", \"1GiB\" or a number of bytes, ";

  private static final SocketConfig SOCKET =
      new SocketConfig(
          null,
          null,
          null,
          false,
          16_384,
          16_384,
          new Http2Config(
              100, 65_535, null, 16_384, 4096, 131_072, 200, Duration.ofSeconds(30), 16),
          true,
          false);

  @Test
  void anEmptyConfigurationIsServedOnTheLoopbackAddress() {
    BridgeConfig config = BridgeConfig.read(new JsonObject());

    assertThat(config.http())
        .isEqualTo(
            new HttpConfig(
                "127.0.0.1",
                8080,
                Duration.ZERO,
                Duration.ofSeconds(5),
                null,
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                List.of(),
                false,
                null,
                new CorsConfig(List.of(), Set.of(), false, Duration.ofHours(1)),
                null,
                WriterMode.AUTO,
                SOCKET));
    assertThat(config.limits())
        .isEqualTo(
            new LimitsConfig(
                100_000,
                null,
                null,
                null,
                256 << 20,
                32 << 20,
                Duration.ofSeconds(10),
                new PublishRates(null, null, null),
                null,
                Rate.of("120/m"),
                new WaitingConfig(50_000, 16 << 20)));
    assertThat(config.limits().mostSubscribersPerRemote()).isEqualTo(20_000);
    assertThat(config.limits().mostChannelsPerRemote(10_000)).isEqualTo(5000);
    assertThat(config.routes()).isEmpty();
    assertThat(config.publish()).isEmpty();
    assertThat(config.sources()).isEmpty();
    assertThat(config.demo()).isNull();
  }

  @Test
  void oneRemoteMayHaveHalfOfWhatThereMayBeUnlessTheUserSaysOtherwise() {
    assertThat(limits("'subscribers': 1000").mostSubscribersPerRemote()).isEqualTo(500);
    assertThat(limits("'subscribers': 1").mostSubscribersPerRemote()).isEqualTo(1);
    assertThat(limits("'subscribers': 3").mostSubscribersPerRemote()).isEqualTo(2);
    assertThat(limits("'subscribers': 3, 'subscribersPerRemote': 3").mostSubscribersPerRemote())
        .isEqualTo(3);
    assertThat(limits("").mostChannelsPerRemote(1000)).isEqualTo(500);
    assertThat(limits("'channelsPerRemote': 800").mostChannelsPerRemote(1000)).isEqualTo(800);
    assertThat(limits("'channelsPerRemote': 800").mostChannelsPerRemote(2)).isEqualTo(2);
  }

  @Test
  void moreOfOneRemoteThanInAllIsAProblem() {
    ConfigException wrong =
        catchThrowableOfType(
            ConfigException.class,
            () -> limits("'subscribers': 1000, 'subscribersPerRemote': 20000"));
    assertThat(wrong.problems().toString())
        .contains(
            "/limits/subscribersPerRemote: expected at most limits.subscribers, which is 1000")
        .contains("got 20000");
  }

  private static LimitsConfig limits(String keys) {
    return BridgeConfig.read(new JsonObject(("{'limits': {" + keys + "}}").replace('\'', '"')))
        .limits();
  }

  @Test
  void aRouteThatSaysNothingHasEveryDefault() {
    RouteConfig route = route("'path': '/news', 'address': 'news'");

    assertThat(route)
        .isEqualTo(
            new RouteConfig(
                PathTemplate.parse("/news"),
                List.of(AddressTemplate.parse("news")),
                null,
                AuthChoice.ALL,
                Map.of(),
                new HistoryConfig(
                    10_000, 16 << 20, Duration.ofMinutes(10), "memory", 1 << 20, RecordMode.NODE),
                Duration.ofSeconds(15),
                Duration.ofSeconds(3),
                Duration.ofMillis(500),
                Duration.ofHours(1),
                null,
                null,
                ResetMode.RETAINED,
                GapMode.EVENT,
                "sse.gap",
                new SlowConfig(new LagConfig(null, null, null), SlowPolicy.GAP, null, 10_000),
                Duration.ofSeconds(30),
                false,
                Duration.ofSeconds(30),
                new RouteLimits(100_000, 100_000, 10_000, 100, 256, 256)));
  }

  @Test
  void everyKeyOfARouteIsRead() {
    RouteConfig route =
        route(
            "'path': '/r/:room', 'addresses': ['room.{room}', 'all'], 'type': '{address}',"
                + " 'history': {'events': 1, 'bytes': '1GiB', 'age': '1d'}, 'heartbeat': 0,"
                + " 'retry': '250ms', 'maxEvents': 10, 'maxAge': '2h', 'onReset': 'newest', 'gap': 'event',"
                + " 'gapType': 'lost', 'slow': {'lag': {'events': 1000, 'bytes': '1MiB',"
                + " 'age': '30s'}, 'policy': 'conflate', 'key': '/sensor/id', 'keys': 7},"
                + " 'stalled': 1500, 'gone': true, 'linger': '1m', 'limits': {'subscribers': 1,"
                + " 'subscribersPerChannel': 2, 'channels': 3, 'addresses': 4, 'parameter': 5,"
                + " 'id': 6}");

    assertThat(route)
        .isEqualTo(
            new RouteConfig(
                PathTemplate.parse("/r/:room"),
                List.of(AddressTemplate.parse("room.{room}"), AddressTemplate.parse("all")),
                RouteConfig.TYPE_ADDRESS,
                AuthChoice.ALL,
                Map.of(),
                new HistoryConfig(
                    1, 1 << 30, Duration.ofDays(1), "memory", 1 << 20, RecordMode.NODE),
                Duration.ZERO,
                Duration.ofMillis(250),
                Duration.ofMillis(500),
                Duration.ofHours(1),
                10L,
                Duration.ofHours(2),
                ResetMode.NEWEST,
                GapMode.EVENT,
                "lost",
                new SlowConfig(
                    new LagConfig(1000L, 1L << 20, Duration.ofSeconds(30)),
                    SlowPolicy.CONFLATE,
                    new ConflationKey.Body("/sensor/id"),
                    7),
                Duration.ofMillis(1500),
                true,
                Duration.ofMinutes(1),
                new RouteLimits(1, 2, 3, 4, 5, 6)));
  }

  @Test
  void theExampleOfEveryPartIsRead() {
    BridgeConfig config =
        BridgeConfig.read(
            json(
                "{'http': {'host': '0.0.0.0', 'port': 0, 'drain': '1s', 'drainRetry': '10s',"
                    + " 'stalled': '7s', 'trustedProxies': ['10.0.0.0/8', '::1'], 'requestTimeout':"
                    + " '20s', 'tls': {'cert': 'a.pem', 'key': 'b.pem'}, 'writer': 'public'},"
                    + " 'publish': {'p': {'path': '/t/:topic', 'address': 't.{topic}', 'maxBody':"
                    + " 100, 'bodyTimeout': '1m'}}, 'sources': {'up': {'url':"
                    + " 'https://example.org/x?y=z', 'address': '{source}.{type}.{id}'}}, 'demo':"
                    + " {'address': 'd', 'every': '1s'}}"));

    assertThat(config.http())
        .isEqualTo(
            new HttpConfig(
                "0.0.0.0",
                0,
                Duration.ZERO,
                Duration.ofSeconds(1),
                Duration.ofSeconds(10),
                Duration.ofSeconds(20),
                Duration.ofSeconds(7),
                List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("::1")),
                false,
                null,
                new CorsConfig(List.of(), Set.of(), false, Duration.ofHours(1)),
                new TlsConfig(
                    "a.pem",
                    "b.pem",
                    Map.of(),
                    TlsEngine.AUTO,
                    List.of(),
                    List.of(),
                    null,
                    ClientAuth.NONE,
                    null,
                    null),
                WriterMode.PUBLIC,
                SOCKET));
    assertThat(config.publish())
        .isEqualTo(
            Map.of(
                "p",
                new PublishConfig(
                    PathTemplate.parse("/t/:topic"),
                    AddressTemplate.parse("t.{topic}"),
                    AuthChoice.ALL,
                    PublishBody.AUTO,
                    100,
                    Duration.ofMinutes(1),
                    Duration.ofMinutes(2))));
    SourceConfig source = requireNonNull(config.sources().get("up"));
    assertThat(source.url()).hasToString("https://example.org/x?y=z");
    assertThat(source.address()).hasToString("{source}.{type}.{id}");
    assertThat(config.demo()).isEqualTo(new DemoConfig("d", Duration.ofSeconds(1)));
  }

  @Test
  void everyProblemIsReportedAtOnce() {
    JsonObject json =
        json(
            "{'http': {'port': 70000}, 'routes': {'news': {'path': '/news', 'adress': 'news',"
                + " 'history': {'events': 'many'}}, 'a/b~c': {'path': '/x', 'address': 'x'}},"
                + " 'extra': 1}");

    ConfigException thrown =
        catchThrowableOfType(ConfigException.class, () -> BridgeConfig.read(json));

    assertThat(thrown.problems().stream().map(Problem::toString))
        .containsExactly(
            "/http/port: expected 0..65535, got 70000",
            "/routes/news/history/events: expected 0..10000000, got \"many\"",
            "/routes/news/adress: unknown key, did you mean \"address\"?",
            "/routes/a~1b~0c: expected a name of 1..64 of A-Z a-z 0-9 _ . -",
            "/extra: unknown key, expected one of \"http\", \"limits\", \"auth\", \"routes\", \"publish\","
                + " \"sources\", \"federation\", \"control\", \"stores\", \"cluster\", \"log\","
                + " \"vertx\", \"reload\", \"demo\", \"admin\"",
            "/routes/news/address: missing, expected \"address\" or \"addresses\"");
    assertThat(thrown).hasMessageContainingAll("/http/port", "/extra");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          'host': ''        | /http/host: expected text that is not blank, without control characters, got ""
          'host': 'a\\nb'   | /http/host: expected text that is not blank, without control characters, got "a\\nb"
          'port': -1        | /http/port: expected 0..65535, got -1
          'port': '80'      | /http/port: expected 0..65535, got "80"
          'port': 80.5      | /http/port: expected 0..65535, got 80.5
          'port': true      | /http/port: expected 0..65535, got true
          'port': [1]       | /http/port: expected 0..65535, got a list
          'port': 99999999999999999999 | /http/port: expected 0..65535, got 99999999999999999999
          'tls': 'x'        | /http/tls: expected a JSON object, got "x"
          'tls': {'cert': 'c', 'key': null} | /http/tls/key: missing, this key is required
          'tls': {'cert': 'c'} | /http/tls/key: missing, this key is required
          'prot': 1         | /http/prot: unknown key, did you mean "port"?
          'warmUp': '5s'    | /http/warmUp: removed, delete it
          'compilerNice': 5 | /http/compilerNice: removed, delete it
          'Port': 1         | /http/Port: unknown key, did you mean "port"?
          """)
  void wrongHttpKeysAreNamed(String keys, String problem) {
    assertThat(problems("{'http': {" + keys + "}}")).contains(problem);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"15", "15 s", "-1s", "1.5s", "s", "", "15S", "1w", "99999999999d", "-1", "1e3"})
  void whatIsNoDurationIsRefused(String text) {
    assertThat(problems("{'http': {'drain': '" + text + "'}}"))
        .singleElement()
        .asString()
        .startsWith("/http/drain: expected ")
        .endsWith(", got \"" + text + "\"");
  }

  @ParameterizedTest
  @CsvSource({"'\"250ms\"',250", "'\"15s\"',15000", "'\"2h\"',7200000", "0,0", "1234,1234"})
  void durationsAreTextOrMilliseconds(String json, long millis) {
    BridgeConfig config = BridgeConfig.read(json("{'http': {'drain': " + json + "}}"));

    assertThat(config.http().drain()).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @CsvSource({"'\"512B\"',512", "'\"64KiB\"',65536", "'\"1GiB\"',1073741824", "100,100"})
  void sizesAreTextOrBytes(String json, long bytes) {
    BridgeConfig config = BridgeConfig.read(json("{'limits': {'retained': " + json + "}}"));

    assertThat(config.limits().retained()).isEqualTo(bytes);
  }

  @Test
  void durationAndSizeSayWhatTheyAccept() {
    assertThat(
            problems(
                "{'http': {'drain': '1 s'}, 'limits': {'retained': '64KB'}, 'demo': {'every': 0}}"))
        .containsExactly(
            "/http/drain: " + DURATION + "at most 3650d, got \"1 s\"",
            "/limits/retained: " + SIZE + "at least 1B and at most 1024GiB, got \"64KB\"",
            "/demo/every: " + DURATION + "at least 1ms and at most 3650d, got 0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          'address': 'a'                       | /routes/r/path: missing, this key is required
          'path': 'x', 'address': 'a'          | /routes/r/path: expected a path that starts with "/", got "x"
          'path': 7, 'address': 'a'            | /routes/r/path: expected text, got 7
          'path': '/:a/:a', 'address': 'a'     | /routes/r/path: expected a path with different parameters (:a is there twice), got "/:a/:a"
          'path': '/x', 'address': 'a', 'addresses': ['b'] | /routes/r/address: expected either "address" or "addresses", got both
          'path': '/x', 'addresses': []        | /routes/r/addresses: expected a list of 1..1000 values, got []
          'path': '/x', 'addresses': 'a'       | /routes/r/addresses: expected a list of 1..1000 values, got "a"
          'path': '/x', 'addresses': ['a', 5]  | /routes/r/addresses/1: expected text, got 5
          'path': '/x', 'addresses': ['a', null] | /routes/r/addresses/1: expected text, got null
          'path': '/x', 'addresses': ['a', 'b', 'a'] | /routes/r/addresses: expected different addresses, got "a" twice
          'path': '/:topic', 'address': 't.{topik}' | /routes/r/address: {topik} in "t.{topik}" is not a parameter of the path "/:topic", did you mean {topic}?
          'path': '/x', 'addresses': ['a', 't.{room}'] | /routes/r/addresses/1: {room} in "t.{room}" is not a parameter of the path "/x"
          'path': '/x', 'address': 't.{room'   | /routes/r/address: expected an address, parameters in it written as "{name}" (letters, digits, _) or "{claim:name}", got "t.{room"
          'path': '/x', 'address': 'a', 'type': 'a\\nb' | /routes/r/type: expected text that is not blank, without control characters, got "a\\nb"
          'path': '/x', 'address': 'a', 'type': 'x{address}' | /routes/r/type: expected a fixed event type or exactly "{address}", got "x{address}"
          'path': '/x', 'address': 'a', 'gapType': '' | /routes/r/gapType: expected text that is not blank, without control characters, got ""
          'path': '/x', 'address': 'a', 'gap': 'loud' | /routes/r/gap: expected "event" or "silent", got "loud"
          'path': '/x', 'address': 'a', 'gone': 'yes' | /routes/r/gone: expected true or false, got a text
          'path': '/x', 'address': 'a', 'maxEvents': 0 | /routes/r/maxEvents: expected a whole number, 1 or more, got 0
          'path': '/x', 'address': 'a', 'slow': {'policy': 'gaps'} | /routes/r/slow/policy: expected "gap" or "latest" or "conflate" or "disconnect", got "gaps"
          'path': '/x', 'address': 'a', 'slow': {'policy': 'conflate'} | /routes/r/slow/key: missing, required with the policy "conflate"
          'path': '/x', 'address': 'a', 'slow': {'key': 'type'} | /routes/r/slow/key: expected only with the policy "conflate"
          'path': '/x', 'address': 'a', 'slow': {'policy': 'conflate', 'key': 'header:'} | /routes/r/slow/key: expected "type", "address", "header:<name>" or a JSON pointer such as "/sensor/id", got "header:"
          'path': '/x', 'address': 'a', 'slow': {'policy': 'conflate', 'key': '/a~2'} | /routes/r/slow/key: expected "type", "address", "header:<name>" or a JSON pointer such as "/sensor/id", got "/a~2"
          'path': '/x', 'address': 'a', 'slow': {'lag': {'event': 1}} | /routes/r/slow/lag/event: unknown key, did you mean "events"?
          'path': '/x', 'address': 'a', 'limits': {'addresses': 1001} | /routes/r/limits/addresses: expected 1..1000, got 1001
          """)
  void wrongRoutesAreNamed(String keys, String problem) {
    assertThat(problems("{'routes': {'r': {" + keys + "}}}")).contains(problem);
  }

  @Test
  void aThousandAddressesAreTakenAndOneMoreIsNot() {
    String thousand = addresses(1000);

    assertThat(route("'path': '/x', 'addresses': " + thousand).addresses()).hasSize(1000);
    assertThat(problems("{'routes': {'r': {'path': '/x', 'addresses': " + addresses(1001) + "}}}"))
        .anySatisfy(
            problem ->
                assertThat(problem).startsWith("/routes/r/addresses: expected a list of 1..1000"));
  }

  @Test
  void aRouteThatIsNoObjectIsNamed() {
    assertThat(problems("{'routes': {'r': '/x'}}"))
        .containsExactly("/routes/r: expected a JSON object, got \"/x\"");
    assertThat(problems("{'routes': [1]}"))
        .containsExactly("/routes: expected a JSON object, got a list");
  }

  @Test
  void nullIsNoneForWhateverMayBeLeftOut() {
    String nothing = "'http': null, 'limits': null, 'control': {'allow': null}, 'demo': null";
    String noneOfThem = "'routes': {'old': null}, 'publish': null, 'sources': {'old': null}";

    BridgeConfig defaults = BridgeConfig.read(new JsonObject());

    assertThat(BridgeConfig.read(json("{" + nothing + ", " + noneOfThem + "}")))
        .isEqualTo(defaults);
    assertThat(BridgeConfig.read(json("{'routes': null}"))).isEqualTo(defaults);
  }

  @Test
  void twoRoutesOfOneShapeAreRefusedByName() {
    assertThat(
            problems(
                "{'routes': {'a': {'path': '/t/:x', 'address': 'a'}, 'b': {'path': '/t/:y',"
                    + " 'address': 'b'}, 'c': {'path': '/t/x', 'address': 'c'}}}"))
        .containsExactly(
            "/routes/b/path: expected a path of its own, got \"/t/:y\", which matches the same"
                + " requests as /routes/a/path");
  }

  @Test
  void aPathThatIsWrongItselfIsNotComparedWithOthers() {
    assertThat(
            problems(
                "{'routes': {'a': {'path': 'x', 'address': 'a'}, 'b': {'path': '/', 'address':"
                    + " 'b'}, 'c': {'address': 'c'}}}"))
        .containsExactly(
            "/routes/a/path: expected a path that starts with \"/\", got \"x\"",
            "/routes/c/path: missing, this key is required");
  }

  @Test
  void aNameIsEscapedInEveryPlace() {
    assertThat(
            problems(
                "{'auth': {'jwt': {'j': {'secret': 'x'}}, 'tickets': {}}, 'routes': {'b/c~d':"
                    + " {'path': '/t', 'address': '__vertx.a'}, 'e/f': {'path': '/t', 'address':"
                    + " 'b'}}, 'publish': {'g/h': {'path': '/t/ticket', 'address': '__vertx.b'}},"
                    + " 'sources': {'i/j': {'url': 'http://h/', 'address': '__vertx.c', 'cursor':"
                    + " '/x'}, 'k/l': {'url': 'http://h/', 'address': 's', 'cursor': '/x'}}}"))
        .contains(
            "/routes/e~1f/path: expected a path of its own, got \"/t\", which matches the same"
                + " requests as /routes/b~1c~0d/path",
            "/sources/k~1l/cursor: expected a file of its own, got the one of /sources/i~1j/cursor")
        .allSatisfy(
            problem -> assertThat(problem).doesNotContain("b/c~d", "e/f", "g/h/", "i/j", "k/l"));
  }

  @Test
  void onePathMayBeSubscribedToAndPublishedToButNotTwice() {
    String route = "'routes': {'a': {'path': '/t', 'address': 't'}}";
    String publish = "'p': {'path': '/t', 'address': 't'}";

    assertThat(BridgeConfig.read(json("{" + route + ", 'publish': {" + publish + "}}")).publish())
        .hasSize(1);
    assertThat(problems("{'publish': {" + publish + ", 'q': {'path': '/t', 'address': 'u'}}}"))
        .containsExactly(
            "/publish/q/path: expected a path of its own, got \"/t\", which matches the same"
                + " requests as /publish/p/path");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/relative", "ftp://h/x", "http:///x", "http://h:70000/", "http://a b/", "http:x"})
  void aSourceNeedsAnAbsoluteUrl(String url) {
    assertThat(problems("{'sources': {'s': {'url': '" + url + "', 'address': 'a'}}}"))
        .singleElement()
        .asString()
        .startsWith("/sources/s/url: expected an absolute http or https URL")
        .endsWith("got \"" + url + "\"");
  }

  @Test
  void aSourceAddressKnowsItsPlaceholders() {
    assertThat(problems("{'sources': {'s': {'url': 'http://h', 'address': 'a.{typ}'}}}"))
        .containsExactly(
            "/sources/s/address: {typ} in \"a.{typ}\" is not one of {type}, {id}, {source}, did you"
                + " mean {type}?");
  }

  @Test
  void aLongWrongValueIsCut() {
    assertThat(problems("{'http': {'port': '" + "x".repeat(100_000) + "'}}"))
        .singleElement()
        .asString()
        .hasSizeLessThan(200)
        .endsWith("xxx...");
  }

  @Test
  void aValueThatIsNoJsonIsReportedAsWell() {
    assertThatThrownBy(
            () -> BridgeConfig.read(new JsonObject().put("http", Map.of("port", new Object()))))
        .isInstanceOf(ConfigException.class)
        .hasMessage("/http/port: expected 0..65535, got a java.lang.Object");
  }

  @ParameterizedTest
  @CsvSource({"type", "address", "header:x-key", "/a/b", "/", "/a~1b/~0"})
  void aConflationKeyIsOneOfFourKinds(String key) {
    RouteConfig route =
        route("'path': '/x', 'address': 'x', 'slow': {'policy': 'conflate', 'key': '" + key + "'}");

    assertThat(route.slow().key()).isEqualTo(ConflationKey.parse(key));
  }

  @Test
  void twoConfigurationsThatSayTheSameAreEqual() {
    BridgeConfig one =
        BridgeConfig.read(json("{'routes': {'r': {'path': '/x/:a', 'address': 'x.{a}'}}}"));
    BridgeConfig other =
        BridgeConfig.read(
            json(
                "{'http': {'drain': 5000}, 'routes': {'r': {'heartbeat': '15s',"
                    + " 'addresses': ['x.{a}'], 'path': '/x/:a'}}}"));

    assertThat(other).isEqualTo(one).hasSameHashCodeAs(one);
  }

  @Test
  void theConfigurationInTheJarIsThatOfTheDemo() {
    BridgeConfig config = BridgeConfig.read(Path.of("conf/bridge.json"));

    assertThat(config.demo()).isEqualTo(new DemoConfig("demo", Duration.ofSeconds(2)));
    RouteConfig demo = requireNonNull(config.routes().get("demo"));
    assertThat(demo.path()).hasToString("/events");
    assertThat(demo.maxEvents()).isEqualTo(10L);
    assertThat(config.routes()).containsOnlyKeys("demo", "topics", "fast", "gap", "conflate");
    assertThat(config.publish()).containsOnlyKeys("topics", "slow");
    AdminConfig admin = requireNonNull(config.admin());
    assertThat(admin.isOpenToOthers()).isFalse();
    assertThat(admin.port()).isEqualTo(9180);
    assertThat(admin.console()).isTrue();
  }

  private static String addresses(int count) {
    return IntStream.range(0, count).mapToObj(i -> "'a" + i + "'").toList().toString();
  }

  private static RouteConfig route(String keys) {
    BridgeConfig config = BridgeConfig.read(json("{'routes': {'r': {" + keys + "}}}"));
    return requireNonNull(config.routes().get("r"));
  }

  private static List<String> problems(String text) {
    ConfigException thrown =
        catchThrowableOfType(ConfigException.class, () -> BridgeConfig.read(json(text)));
    assertThat(thrown).isNotNull();
    return thrown.problems().stream().map(Problem::toString).toList();
  }

  private static JsonObject json(String text) {
    return new JsonObject(text.replace('\'', '"'));
  }
}
