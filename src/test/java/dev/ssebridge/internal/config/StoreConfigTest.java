package dev.ssebridge.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ssebridge.ConfigException;
import dev.ssebridge.HistoryOptions;
import dev.ssebridge.RouteOptions;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.StoreOptions;
import dev.ssebridge.StoreOptions.Mode;
import dev.ssebridge.StoreOptions.Outage;
import dev.ssebridge.internal.config.StoreConfig.Fsync;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoreConfigTest {
  private static JsonObject json(String text) {
    return new JsonObject(text.replace('\'', '"'));
  }

  private static StoreConfig store(String name, String keys) {
    return Objects.requireNonNull(
        BridgeConfig.read(json("{'stores': {'" + name + "': {" + keys + "}}}")).stores().get(name));
  }

  private static String problems(String config) {
    ConfigException wrong =
        catchThrowableOfType(ConfigException.class, () -> BridgeConfig.read(json(config)));
    return wrong == null ? "none" : wrong.problems().toString();
  }

  @Test
  void aFileNeedsNoMoreThanADirectory() {
    assertThat(store("file", "'directory': '/var/lib/sse'"))
        .isEqualTo(
            new StoreConfig.File(
                "/var/lib/sse",
                new Fsync(Fsync.When.EVERY, Duration.ofSeconds(1)),
                16 << 20,
                4L << 30,
                Outage.REFUSE,
                false));
  }

  @Test
  void everyKeyOfAFileIsRead() {
    assertThat(
            store(
                "disk",
                "'type': 'file', 'directory': 'h', 'fsync': 'always', 'segment': '1MiB', 'disk':"
                    + " '4MiB', 'outage': 'heap', 'notice': true"))
        .isEqualTo(
            new StoreConfig.File(
                "h",
                new Fsync(Fsync.When.ALWAYS, Duration.ZERO),
                1 << 20,
                4 << 20,
                Outage.HEAP,
                true));
    assertThat(((StoreConfig.File) store("file", "'directory': 'h', 'fsync': 'never'")).fsync())
        .isEqualTo(new Fsync(Fsync.When.NEVER, Duration.ZERO));
  }

  @Test
  void aRedisNeedsNothing() {
    StoreConfig.Redis redis = (StoreConfig.Redis) store("redis", "");

    assertThat(redis.urls()).containsExactly(URI.create("redis://127.0.0.1:6379"));
    assertThat(redis.isTls()).isFalse();
    assertThat(redis.prefix()).isEqualTo("sse:");
  }

  @Test
  void everyKeyOfARedisIsRead() {
    assertThat(
            store(
                "shared",
                "'type': 'redis', 'urls': ['rediss://a:6380', 'rediss://b'], 'mode': 'sentinel',"
                    + " 'master': 'm', 'user': 'u', 'password': 'p', 'sentinelUser': 'su', 'sentinelPassword': 'sp',"
                    + " 'ca': 'ca.pem', 'prefix':"
                    + " 'x:', 'timeout': '1s', 'ping': '2s', 'lease': '3s', 'outage': 'heap',"
                    + " 'notice': true"))
        .isEqualTo(
            new StoreConfig.Redis(
                List.of(URI.create("rediss://a:6380"), URI.create("rediss://b")),
                Mode.SENTINEL,
                "m",
                "u",
                "p",
                "su",
                "sp",
                "ca.pem",
                false,
                "x:",
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(3),
                Outage.HEAP,
                true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          'file': {}                                                        | /stores/file/directory: missing
          'disk': {'directory': 'h'}                                        | /stores/disk/type: missing, expected "file" or "redis"
          'memory': {'type': 'redis'}                                       | /stores/memory: expected another name
          'file': {'directory': 'h', 'user': 'u'}                           | /stores/file/user: has no effect here, expected a store of type "redis"
          'redis': {'fsync': 'never'}                                       | /stores/redis/fsync: has no effect here, expected a store of type "file"
          'file': {'directory': 'h', 'fsync': '1'}                          | /stores/file/fsync: expected "never", "always" or a duration
          'file': {'directory': 'h', 'fsync': '1ms'}                        | /stores/file/fsync: expected "never", "always" or a duration
          'file': {'directory': 'h', 'segment': '2GiB'}                     | /stores/file/segment: expected a size
          'file': {'directory': 'h', 'segment': '1GiB', 'disk': '3GiB'}     | /stores/file/disk: expected at least 4 times "segment"
          'file': {'directory': 'h'}, 'x': {'type': 'file', 'directory': './h'} | /stores/x/directory: expected a directory of its own
          'redis': {'urls': ['http://h']}                                   | /stores/redis/urls/0: expected a URL
          'redis': {'urls': ['redis://h?x=1']}                              | /stores/redis/urls/0: expected a URL
          'redis': {'urls': ['redis://a', 'redis://b']}                     | /stores/redis/urls: expected one with "mode": "single"
          'redis': {'urls': ['redis://a', 'rediss://b'], 'mode': 'cluster'} | /stores/redis/urls: expected all with "rediss", or none
          'redis': {'urls': ['redis://a/3'], 'mode': 'cluster'}             | /stores/redis/urls: expected none with the number of a database
          'redis': {'mode': 'sentinel'}                                     | /stores/redis/master: missing
          'redis': {'master': 'm'}                                          | /stores/redis/master: has no effect here
          'redis': {'sentinelPassword': 's'}                                | /stores/redis/sentinelPassword: has no effect here
          'redis': {'mode': 'sentinel', 'master': 'm', 'sentinelUser': 's'} | /stores/redis/sentinelUser: has no effect here
          'redis': {'ca': 'ca.pem'}                                         | /stores/redis/ca: has no effect here
          'redis': {'trustAll': true}                                       | /stores/redis/trustAll: has no effect here
          'redis': {'user': 'u'}                                            | /stores/redis/user: has no effect here
          'redis': {'prefix': 'a{b}'}                                       | /stores/redis/prefix: expected 1..64
          """)
  void whatIsWrongIsToldAtItsPlace(String stores, String problem) {
    assertThat(problems("{'stores': {" + stores + "}}")).contains(problem);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://user:hush@h",
        "redis://:hush@h",
        "redis://h:hush",
        "redis://h?password=hush"
      })
  void aPasswordInAUrlIsRefusedAndNotRepeated(String url) {
    assertThat(problems("{'stores': {'redis': {'urls': ['" + url + "']}}}"))
        .contains("which goes into \"user\" and \"password\"")
        .doesNotContain("hush");
  }

  @Test
  void thePasswordIsNotShown() {
    StoreOptions options = new StoreOptions().setType(StoreOptions.Type.REDIS).setPassword("hush");
    SseBridgeOptions whole = new SseBridgeOptions().addStore("redis", options);

    assertThat(options.toString()).doesNotContain("hush");
    assertThat(whole.toString()).doesNotContain("hush");
    assertThat(EffectiveConfig.of(whole).lines()).noneMatch(line -> line.contains("hush"));
    assertThat(BridgeConfig.of(whole).stores().toString()).doesNotContain("hush");
  }

  @Test
  void aRouteNamesAStoreThatThereIs() {
    String route = "'routes': {'a': {'path': '/a', 'address': 'a', 'history': {'store': 'shard'}}}";

    assertThat(problems("{" + route + ", 'stores': {'shared': {'type': 'redis'}}}"))
        .contains("/routes/a/history/store: expected a store that there is (memory, shared)")
        .contains("did you mean \"shared\"?");
    assertThat(problems("{" + route + ", 'stores': {'shard': {'type': 'redis'}}}"))
        .isEqualTo("none");
  }

  @Test
  void anApplicationMayBringAStore() {
    SseBridgeOptions options =
        new SseBridgeOptions()
            .addRoute(
                "a", new RouteOptions("/a", "a").setHistory(new HistoryOptions().setStore("own")));

    BridgeConfig config = BridgeConfig.ofBridge(options);

    assertThatCode(() -> config.requireStores(Set.of("own"))).doesNotThrowAnyException();
    assertThatThrownBy(() -> config.requireStores(Set.of("other")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("/routes/a/history/store")
        .hasMessageContaining("memory, other");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          'events': 0, 'store': 'redis'    | /history/store: has no effect here
          'heap': '2MiB'                   | /history/heap: has no effect here
          'store': 'a/b'                   | /history/store: expected a name
          """)
  void aHistoryThatMakesNoSenseIsRefused(String history, String problem) {
    assertThat(
            problems(
                "{'stores': {'redis': {}}, 'routes': {'a': {'path': '/a', 'address': 'a',"
                    + " 'history': {"
                    + history
                    + "}}}}"))
        .contains(problem);
  }

  @Test
  void theHeapOfAStoredHistoryIsItsOwn() {
    BridgeConfig config =
        BridgeConfig.read(
            json(
                "{'stores': {'redis': {}}, 'routes': {'a': {'path': '/a', 'address': 'a',"
                    + " 'history': {'store': 'redis', 'heap': '64KiB'}}}}"));
    HistoryConfig history = Objects.requireNonNull(config.routes().get("a")).history();

    assertThat(history.isStored()).isTrue();
    assertThat(history.store()).isEqualTo("redis");
    assertThat(history.heap()).isEqualTo(64 << 10);
  }

  @Test
  void oneNodeAloneFollowsASourceOnlyWhereNodesCanAgree() {
    String source = "'sources': {'s': {'url': 'http://h/', 'address': 'a', 'single': true}}";

    assertThat(problems("{" + source + "}")).contains("/sources/s/single: has no effect here");
    assertThat(problems("{" + source + ", 'stores': {'file': {'directory': 'h'}}}"))
        .contains("/sources/s/single: has no effect here");
    assertThat(problems("{" + source + ", 'cluster': {}}")).isEqualTo("none");
  }

  @Test
  void aStoreComesAndGoesWithARestart() {
    SseBridgeOptions before = read("'file': {'directory': 'h'}, 'redis': {}", "memory");
    SseBridgeOptions after = read("'redis': {'prefix': 'x:'}, 'more': {'type': 'redis'}", "memory");

    ConfigDiff diff = ConfigDiff.between(before, after);

    assertThat(diff.restart())
        .containsExactlyInAnyOrder("/stores/file", "/stores/redis/prefix", "/stores/more");
    assertThat(diff.isEmpty()).isTrue();
    assertThat(diff.reachable()).isEqualTo(before);
  }

  @Test
  void aRouteWithAnotherStoreHasANewHistory() {
    String stores = "'redis': {}";

    ConfigDiff diff = ConfigDiff.between(read(stores, "memory"), read(stores, "redis"));

    assertThat(diff.routes().changed()).containsEntry("a", Key.Change.NEW_HISTORY);
    assertThat(diff.restart()).isEmpty();
  }

  @Test
  void aRouteCannotGetAStoreThatComesWithTheNextRestart() {
    ConfigDiff diff = ConfigDiff.between(read("", "memory"), read("'redis': {}", "redis"));

    assertThatThrownBy(() -> BridgeConfig.ofReachable(diff.reachable()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("/routes/a/history/store")
        .hasMessageContaining("restarted");
  }

  private static SseBridgeOptions read(String stores, String ofRoute) {
    return SseBridgeOptions.read(
        json(
            "{'stores': {"
                + stores
                + "}, 'routes': {'a': {'path': '/a', 'address': 'a', 'history': {'store': '"
                + ofRoute
                + "'}}}}"));
  }
}
