package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class BridgeVerticleTest {
  private static final String CONFIG =
      "{'http':{'port':0,'drain':0},'demo':{},'routes':{'n':{'path':'/n','address':'n'}},"
          + "'publish':{'p':{'path':'/p','address':'n'}}}";

  /** Through a router each connection would have a queue of its own, of five kilobytes. */
  @Test
  void whatTheBridgeServesDoesNotPassThePages(Vertx vertx) {
    BridgeVerticle bridge = new BridgeVerticle(BridgeConfig.read(BridgeFixture.json(CONFIG)));
    BridgeFixture.get(vertx.deployVerticle(bridge));
    AtomicInteger seen = new AtomicInteger();
    bridge
        .server()
        .router()
        .route()
        .order(-1)
        .handler(
            context -> {
              seen.incrementAndGet();
              context.next();
            });
    int port = bridge.server().actualPort();
    try (SseProbes probes = new SseProbes()) {
      SseProbe stream = probes.raw(port, head("GET", "/n", ""));
      stream.awaitOpen();
      SseProbe publisher = probes.raw(port, head("POST", "/p", "Content-Length: 1\r\n") + "1");
      assertThat(publisher.awaitEnd().status()).isEqualTo(202);
      stream.awaitData("1");
      assertThat(seen).hasValue(0);
      for (String page : new String[] {"/", "/sse", "/sse-bridge.js"}) {
        assertThat(probes.raw(port, head("GET", page, "")).awaitEnd().status()).isEqualTo(200);
      }
      assertThat(probes.raw(port, head("GET", "/none", "")).awaitEnd().status()).isEqualTo(404);
      assertThat(seen).hasValue(4);
    }
    BridgeFixture.get(vertx.undeploy(bridge.deploymentID()));
  }

  private static String head(String method, String path, String more) {
    return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n";
  }
}
