package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.SseBridgeServer;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.RuntimeConfig;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the program measures. */
class ProgramMetricsTest {
  private static final String ROUTES =
      "'http':{'port':0,'drain':0},'routes':{'n':{'path':'/n','address':'n'}}";

  private interface Task {
    void run(ProgramVertx made, SseBridgeServer server, SseProbes probes);
  }

  private static void with(boolean metrics, Task task) {
    RuntimeConfig runtime =
        BridgeConfig.read(BridgeFixture.json("{'vertx':{'metrics':" + metrics + "}}")).vertx();
    ProgramVertx made = ProgramVertx.of(runtime, ProgramVertx.transport(runtime));
    Vertx vertx = made.vertx();
    try (SseProbes probes = new SseProbes()) {
      SseBridgeServer server =
          SseBridgeServer.create(
              vertx, SseBridgeOptions.read(BridgeFixture.json("{" + ROUTES + "}")));
      BridgeFixture.get(server.listen());
      task.run(made, server, probes);
    } finally {
      BridgeFixture.get(vertx.close());
    }
  }

  @Test
  void theMetersOfTheBridgeAreThereInAnyCase() {
    with(
        false,
        (made, server, probes) ->
            assertThat(made.metrics().text(made.vertx(), server.bridge()))
                .contains("ssebridge_streams_open{route=\"n\"} 0")
                .doesNotContain("vertx_"));
  }

  @Test
  void thoseOfVertxStandBesideThemWhereThatIsWanted() {
    with(
        true,
        (made, server, probes) -> {
          probes.get(server.actualPort(), "/n").awaitOpen();
          assertThat(made.metrics().text(made.vertx(), server.bridge()))
              .contains("ssebridge_streams_open{route=\"n\"} 1")
              .contains("# TYPE ssebridge_lag_seconds histogram")
              .contains("vertx_http_server_active_connections")
              .contains("vertx_eventbus_handlers")
              .doesNotContain(":" + server.actualPort());
        });
  }

  @Test
  void noWordOfAClientAddsASeries() {
    with(
        true,
        (made, server, probes) -> {
          ask(server, probes, 0);
          List<String> before = series(made, server);
          for (int i = 1; i < 20; i++) {
            ask(server, probes, i);
          }
          assertThat(series(made, server)).isEqualTo(before);
        });
  }

  private static void ask(SseBridgeServer server, SseProbes probes, int i) {
    SseProbe probe =
        probes.request(server.actualPort(), "WORD" + i, "/n/" + i, "User-Agent: agent-" + i);
    probe.status();
    probe.close();
  }

  private static List<String> series(ProgramVertx made, SseBridgeServer server) {
    return made.metrics()
        .text(made.vertx(), server.bridge())
        .lines()
        .filter(line -> line.startsWith("vertx_http") || line.startsWith("ssebridge"))
        .map(line -> line.substring(0, line.lastIndexOf(' ')))
        .collect(Collectors.toList());
  }
}
