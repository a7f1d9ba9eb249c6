package dev.ssebridge.internal.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.Ways;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** History is memory: what a process that is gone had cannot be resumed, and that is said. */
@Ways
class RestartTest {
  private static final String CONFIG = "{'routes':{'n':{'path':'/n','address':'news'}}}";

  @Test
  void idsOfAnEarlierProcessAreAResetAndNeverMistakenForNewOnes() {
    Set<String> ids = new HashSet<>();
    String last = "";
    for (int process = 0; process < 3; process++) {
      Vertx vertx = Vertx.vertx();
      try (BridgeFixture bridge = BridgeFixture.deploy(vertx, CONFIG)) {
        bridge.publishNumbers("news", 1, 3);
        bridge.awaitHead("n", 3);
        if (process > 0) {
          SseProbe back = bridge.get("/n", "Last-Event-ID: " + last);
          JsonObject gap = back.awaitJson("sse.gap");
          assertThat(gap.getString("reason")).isEqualTo("epoch");
          assertThat(gap.getString("from")).isEqualTo(last);
          assertThat(gap.getValue("missed")).isNull();
          assertThat(back.header("sse-resume")).isEqualTo("reset");
          back.awaitEvents(4);
          assertThat(back.data().subList(1, 4)).containsExactly("m1", "m2", "m3");
        }
        SseProbe all = bridge.get("/n?from=earliest");
        all.awaitEvents(3);
        all.events().forEach(event -> assertThat(ids.add(event.id())).isTrue());
        last = all.lastEventId();
      } finally {
        BridgeFixture.get(vertx.close());
      }
    }
  }
}
