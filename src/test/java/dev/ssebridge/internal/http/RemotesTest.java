package dev.ssebridge.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.junit5.VertxExtension;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who sent a request, where proxies say something about it, over real sockets. */
@ExtendWith(VertxExtension.class)
class RemotesTest {
  private static final String TRUSTED =
      "{'http':{'trustedProxies':['127.0.0.0/8','10.0.0.0/8','2001:db8:f::/48']}}";
  private static final String PEER = "127.0.0.1";

  private final SseProbes probes = new SseProbes();
  private Vertx vertx;

  @BeforeEach
  void start(Vertx started) {
    vertx = started;
  }

  @AfterEach
  void dropConnections() {
    probes.close();
  }

  /** Header lines are parted by /, and empty where there are none. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "| 127.0.0.1",
        "X-Forwarded-For: 203.0.113.7 | 203.0.113.7",
        "X-Forwarded-For: 1.1.1.1, 203.0.113.7 | 203.0.113.7",
        "X-Forwarded-For: 1.1.1.1, 203.0.113.7, 10.1.2.3 | 203.0.113.7",
        "X-Forwarded-For: 1.1.1.1/X-Forwarded-For: 203.0.113.7/X-Forwarded-For: 10.9.9.9 |"
            + " 203.0.113.7",
        "X-Forwarded-For: 10.0.0.1, 10.0.0.2 | 10.0.0.1",
        "X-Forwarded-For: 203.0.113.7:51234 | 203.0.113.7",
        "X-Forwarded-For: ::ffff:203.0.113.7 | 203.0.113.7",
        "X-Forwarded-For: 2001:db8:1:2:3:4:5:6 | 2001:db8:1:2::",
        "X-Forwarded-For: [2001:db8:1:2::9]:443, 2001:db8:f::1 | 2001:db8:1:2::",
        // What nobody can have meant.
        "X-Forwarded-For: | 127.0.0.1",
        "X-Forwarded-For: unknown | 127.0.0.1",
        "X-Forwarded-For: localhost | 127.0.0.1",
        "X-Forwarded-For: 1.2.3 | 127.0.0.1",
        "X-Forwarded-For: 1.2.3.4.5 | 127.0.0.1",
        "X-Forwarded-For: 1.2.3.4:x | 127.0.0.1",
        "X-Forwarded-For: 1.2.3.4; | 127.0.0.1",
        "X-Forwarded-For: [1.2.3.4] | 127.0.0.1",
        "X-Forwarded-For: [::1 | 127.0.0.1",
        "X-Forwarded-For: 203.0.113.7, garbage | 127.0.0.1",
        "X-Forwarded-For: 203.0.113.7, garbage, 10.0.0.1 | 127.0.0.1",
        "X-Forwarded-For: 203.0.113.7, | 127.0.0.1",
        // Left of the one that counts anything may stand.
        "X-Forwarded-For: garbage, , 203.0.113.7 | 203.0.113.7",
        "Forwarded: for=203.0.113.7 | 203.0.113.7",
        "Forwarded: For=\"203.0.113.7:47011\";proto=http;by=10.0.0.1 | 203.0.113.7",
        "Forwarded: for=1.1.1.1, proto=https ; for=203.0.113.7, for=10.0.0.1 | 203.0.113.7",
        "Forwarded: for=\"[2001:db8:1:2::17]:4711\" | 2001:db8:1:2::",
        "Forwarded: for=\"a,b;for=1.1.1.1\", for=203.0.113.7 | 203.0.113.7",
        "Forwarded: for=1.1.1.1/Forwarded: for=203.0.113.7 | 203.0.113.7",
        "Forwarded: for=unknown | 127.0.0.1",
        "Forwarded: for=_hidden | 127.0.0.1",
        "Forwarded: proto=https | 127.0.0.1",
        "Forwarded: for=\"203.0.113.7 | 127.0.0.1",
        "Forwarded: for=203.0.113.7, proto=http | 127.0.0.1",
        // A proxy that sets one hands on what the client made up in the other.
        "Forwarded: for=1.1.1.1/X-Forwarded-For: 203.0.113.7 | 127.0.0.1",
        "Forwarded: for=203.0.113.7/X-Forwarded-For: 203.0.113.7 | 203.0.113.7",
      })
  void theRightmostThatIsNotTrustedIsTheRemote(String headers, String remote) {
    assertThat(remoteOf(TRUSTED, headers))
        .isEqualTo(remote.endsWith("::") ? remote + "/64" : remote);
  }

  @Test
  void nobodyElseIsBelieved() {
    for (String untrusted : new String[] {"{}", "{'http':{'trustedProxies':['10.0.0.0/8']}}"}) {
      assertThat(remoteOf(untrusted, "X-Forwarded-For: 203.0.113.7")).isEqualTo(PEER);
      assertThat(remoteOf(untrusted, "Forwarded: for=203.0.113.7")).isEqualTo(PEER);
    }
  }

  @Test
  void subscribersAreCountedByTheirRemoteNotByTheProxy() {
    try (BridgeFixture bridge =
        BridgeFixture.deploy(
            vertx,
            "{'http':{'trustedProxies':['127.0.0.1']},'limits':{'subscribersPerRemote':1},"
                + "'routes':{'n':{'path':'/n','address':'news'}}}")) {
      bridge.open("/n", "X-Forwarded-For: 203.0.113.1");
      bridge.open("/n", "X-Forwarded-For: 203.0.113.2");
      SseProbe second = bridge.request("GET", "/n", "X-Forwarded-For: 9.9.9.9, 203.0.113.1");
      assertThat(second.status()).isEqualTo(503);
      assertThat(second.awaitEnd().body()).contains("subscribersPerRemote");
    }
  }

  private String remoteOf(String config, String headers) {
    BridgeConfig read = BridgeConfig.read(BridgeFixture.json(config));
    Remotes remotes = new Remotes(read.http().trustedProxies());
    HttpServer server =
        BridgeFixture.get(
            vertx
                .createHttpServer()
                .requestHandler(request -> request.response().end(remotes.of(request)))
                .listen(0, PEER));
    String[] lines =
        headers == null
            ? new String[0]
            : Arrays.stream(headers.split("/(?=[A-Z])")).toArray(String[]::new);
    String remote = probes.request(server.actualPort(), "GET", "/", lines).awaitEnd().body();
    BridgeFixture.get(server.close());
    return remote;
  }
}
