package dev.ssebridge.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ssebridge.ClusterOptions;
import dev.ssebridge.ConfigException;
import dev.ssebridge.SseBridgeOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterConfigTest {
  private static JsonObject json(String keys) {
    return new JsonObject(("{'cluster': {" + keys + "}}").replace('\'', '"'));
  }

  private static ClusterConfig cluster(String keys) {
    return Objects.requireNonNull(BridgeConfig.read(json(keys)).cluster());
  }

  @Test
  void thereIsNoneUntilItIsSaid() {
    assertThat(BridgeConfig.read(new JsonObject()).cluster()).isNull();
  }

  @Test
  void allOfItHasADefault() {
    assertThat(cluster(""))
        .isEqualTo(
            new ClusterConfig(
                ClusterOptions.Manager.HAZELCAST,
                "sse-bridge",
                List.of(),
                null,
                null,
                0,
                null,
                null,
                1,
                Duration.ofSeconds(60),
                Duration.ofSeconds(10)));
  }

  @Test
  void everyKeyIsRead() {
    assertThat(
            cluster(
                "'manager': 'infinispan', 'name': 'shop', 'members': ['10.0.0.1', 'b:7900',"
                    + " '[::1]:1'], 'host': '10.0.0.2', 'port': 7900, 'busPort': 7901, 'config':"
                    + " 'infinispan.xml', 'minNodes': 2, 'joinTimeout': '5s', 'frozen': '3s'"))
        .isEqualTo(
            new ClusterConfig(
                ClusterOptions.Manager.INFINISPAN,
                "shop",
                List.of("10.0.0.1", "b:7900", "[::1]:1"),
                "10.0.0.2",
                7900,
                7901,
                "infinispan.xml",
                null,
                2,
                Duration.ofSeconds(5),
                Duration.ofSeconds(3)));
  }

  @Test
  void theConfigurationOfTheManagerMayBeJsonFromOutsideToo() {
    JsonObject inline = new JsonObject().put("hazelcast", new JsonObject().put("x", 1));

    assertThat(cluster("'config': {'hazelcast': {'x': 1}}").inline()).isEqualTo(inline);
    SseBridgeOptions outside =
        SseBridgeOptions.read(
            json("'config': '${CONFIG}'"), Map.of("CONFIG", inline.encode())::get);
    assertThat(Objects.requireNonNull(BridgeConfig.of(outside).cluster()).inline())
        .isEqualTo(inline);
  }

  @Test
  void secretsInTheConfigurationOfTheManagerAreNotShown() {
    SseBridgeOptions options =
        SseBridgeOptions.read(json("'config': {'hazelcast': {'password': 'hush'}}"));

    assertThat(options.toString()).doesNotContain("hush");
    assertThat(EffectiveConfig.of(options).lines()).noneMatch(line -> line.contains("hush"));
    assertThat(String.valueOf(BridgeConfig.of(options).cluster())).doesNotContain("hush");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          'manager': 'zookeeper'         | /cluster/manager: expected "hazelcast" or "infinispan"
          'members': ['a b']             | /cluster/members/0: expected a host such as
          'members': ['http://a']        | /cluster/members/0: expected a host such as
          'members': ['a:0']             | /cluster/members/0: expected a host such as
          'members': ['a:65536']         | /cluster/members/0: expected a host such as
          'host': 'node-1'               | /cluster/host: expected an IP address
          'port': 65536                  | /cluster/port: expected 0..65535
          'name': 'a b'                  | /cluster/name: expected a name
          'minNodes': 0                  | /cluster/minNodes: expected 1..1000
          'joinTimeout': '1ms'           | /cluster/joinTimeout: expected a duration
          'config': 1                    | /cluster/config: expected
          """)
  void whatIsWrongIsToldAtItsPlace(String keys, String problem) {
    ConfigException wrong =
        catchThrowableOfType(ConfigException.class, () -> BridgeConfig.read(json(keys)));

    assertThat(wrong.problems().toString()).contains(problem);
  }

  @Test
  void anApplicationMakesItsClusterItself() {
    SseBridgeOptions options = new SseBridgeOptions().setCluster(new ClusterOptions());

    assertThatThrownBy(() -> BridgeConfig.ofBridge(options))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("/cluster: not used here, an application makes its Vert.x itself");
  }

  @Test
  void aNodeJoinsAndLeavesWithARestart() {
    SseBridgeOptions alone = new SseBridgeOptions();
    SseBridgeOptions joined = new SseBridgeOptions().setCluster(new ClusterOptions());

    assertThat(ConfigDiff.between(alone, joined).restart()).containsExactly("/cluster");
    assertThat(ConfigDiff.between(joined, alone).restart()).containsExactly("/cluster");
    assertThat(
            ConfigDiff.between(
                    joined, new SseBridgeOptions().setCluster(new ClusterOptions().setMinNodes(2)))
                .restart())
        .containsExactly("/cluster/minNodes");
  }
}
