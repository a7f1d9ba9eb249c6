package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.ClusterConfig;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a cluster manager is told of the configuration. */
@Tag("slow")
class ClusterSetupTest {
  @TempDir Path directory;

  private static ClusterConfig cluster(String keys) {
    JsonObject json = new JsonObject(("{'cluster': {" + keys + "}}").replace('\'', '"'));
    return Objects.requireNonNull(BridgeConfig.read(json).cluster());
  }

  private static Config hazelcast(String keys) throws StartException {
    return HazelcastNode.config(cluster(keys));
  }

  @Test
  void membersAreAskedAndNobodyElseIsSearchedFor() throws StartException {
    Config config = hazelcast("'members': ['10.0.0.1', 'b:5801'], 'name': 'shop'");
    JoinConfig join = config.getNetworkConfig().getJoin();

    assertThat(join.getTcpIpConfig().isEnabled()).isTrue();
    assertThat(join.getTcpIpConfig().getMembers()).containsExactly("10.0.0.1", "b:5801");
    assertThat(join.getMulticastConfig().isEnabled()).isFalse();
    assertThat(join.getAutoDetectionConfig().isEnabled()).isFalse();
    assertThat(config.getClusterName()).isEqualTo("shop");
  }

  @Test
  void withoutMembersItSearchesByMulticastAlone() throws StartException {
    JoinConfig join = hazelcast("").getNetworkConfig().getJoin();

    assertThat(join.getMulticastConfig().isEnabled()).isTrue();
    assertThat(join.getAutoDetectionConfig().isEnabled()).isFalse();
    assertThat(join.getTcpIpConfig().isEnabled()).isFalse();
  }

  @Test
  void itListensOnTheAddressAndThePortThatWereSaid() throws StartException {
    Config config = hazelcast("'host': '127.0.0.1', 'port': 0");

    assertThat(config.getNetworkConfig().getInterfaces().isEnabled()).isTrue();
    assertThat(config.getNetworkConfig().getInterfaces().getInterfaces())
        .containsExactly("127.0.0.1");
    assertThat(config.getProperty("hazelcast.socket.bind.any")).isEqualTo("false");
    assertThat(config.getNetworkConfig().getPort()).isZero();
    assertThat(config.getNetworkConfig().isPortAutoIncrement()).isFalse();
    assertThat(hazelcast("").getNetworkConfig().isPortAutoIncrement()).isTrue();
  }

  @Test
  void itTellsNobodyAtHomeAndStopsWhenTheProgramDoes() throws StartException {
    for (String keys : List.of("", "'config': {'hazelcast': {'cluster-name': 'x'}}")) {
      Config config = hazelcast(keys);
      assertThat(config.getProperty("hazelcast.phone.home.enabled")).isEqualTo("false");
      assertThat(config.getProperty("hazelcast.shutdownhook.enabled")).isEqualTo("false");
      assertThat(config.getProperty("hazelcast.max.join.seconds")).isEqualTo("60");
    }
  }

  @Test
  void aConfigurationOfItsOwnCountsWhereNothingIsSetBesideIt() throws StartException {
    String own =
        "'config': {'cluster-name': 'own', 'network': {'port': {'port': 6000}, 'join': {'multicast':"
            + " {'enabled': false}, 'kubernetes': {'enabled': true, 'service-dns': 's'}}}}";

    Config config = hazelcast(own);
    assertThat(config.getClusterName()).isEqualTo("own");
    assertThat(config.getNetworkConfig().getPort()).isEqualTo(6000);
    assertThat(config.getNetworkConfig().getJoin().getKubernetesConfig().isEnabled()).isTrue();
    assertThat(hazelcast(own + ", 'name': 'other'").getClusterName()).isEqualTo("other");
  }

  @Test
  void whatTheEventBusNeedsIsAddedToAConfigurationOfItsOwn() throws StartException {
    Config config = hazelcast("'config': {'cluster-name': 'own'}");

    assertThat(config.getMultiMapConfigs()).containsKey("__vertx.subs");
    assertThat(config.getMapConfigs()).containsKeys("__vertx.haInfo", "__vertx.nodeInfo");
  }

  @Test
  void aFileMayBeYamlOrXml() throws Exception {
    Path yaml = write("h.yaml", "hazelcast:\n  cluster-name: of-yaml\n");
    Path xml =
        write(
            "h.xml",
            "<hazelcast xmlns=\"http://www.hazelcast.com/schema/config\">"
                + "<cluster-name>of-xml</cluster-name></hazelcast>");

    assertThat(hazelcast("'config': '" + yaml + "'").getClusterName()).isEqualTo("of-yaml");
    assertThat(hazelcast("'config': '" + xml + "'").getClusterName()).isEqualTo("of-xml");
  }

  @Test
  void aConfigurationThatCannotBeReadIsToldWithItsPlace() throws IOException {
    Path broken = write("h.yaml", "hazelcast:\n  no-such-key: 1\n");

    assertThatThrownBy(() -> hazelcast("'config': '/no/such/file'"))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("/cluster/config: expected a readable file");
    assertThatThrownBy(() -> hazelcast("'config': '" + broken + "'"))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("/cluster/config: expected a configuration of Hazelcast");
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  @Test
  void infinispanIsToldByProperties() {
    assertThat(
            InfinispanNode.properties(
                cluster("'manager': 'infinispan', 'host': '127.0.0.1', 'port': 7900")))
        .containsEntry("jgroups.bind.address", "127.0.0.1")
        .containsEntry("jgroups.bind.port", "7900");
    assertThat(InfinispanNode.text(List.of("10.0.0.1", "b:7900", "[::1]:7901"), 0))
        .contains("initial_hosts=\"10.0.0.1[7800],b[7900],::1[7901]\" port_range=\"0\"");
  }

  @Test
  void whoHasNoInfinispanIsToldWhereItBelongs() {
    assertThatThrownBy(() -> ClusterNode.of(cluster("'manager': 'infinispan'")))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("/cluster/manager: io.vertx:vertx-infinispan is not in this jar");
  }

  @Test
  void theStartSaysWhatAReconnectToAnotherNodeMeans() {
    String routes =
        "'routes': {'a': {'path': '/a', 'address': 'a'}, 'b': {'path': '/b', 'address': 'b',"
            + " 'onReset': 'newest'}, 'c': {'path': '/c', 'address': 'c', 'history': {'store':"
            + " 'redis'}}}, 'stores': {'redis': {}}";

    assertThat(notes("{'cluster': {}, " + routes + "}"))
        .satisfiesExactly(
            note -> assertThat(note).contains("history of a:", "for the second time"),
            note -> assertThat(note).contains("history of b:", "not what it missed"));
    assertThat(notes("{" + routes + "}")).isEmpty();
  }

  private static List<String> notes(String json) {
    return ClusterNotes.of(BridgeConfig.read(new JsonObject(json.replace('\'', '"'))));
  }
}
