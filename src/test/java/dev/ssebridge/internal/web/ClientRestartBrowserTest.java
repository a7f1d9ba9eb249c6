package dev.ssebridge.internal.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.BridgeProcess;
import dev.ssebridge.testing.HttpCalls;
import dev.ssebridge.testing.Installed;
import dev.ssebridge.testing.Nginx;
import dev.ssebridge.testing.TestCertificate;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program is killed and comes back; its pages, with the client that it serves, go on. */
@Tag("slow")
class ClientRestartBrowserTest extends TabsInBrowser {
  @TempDir Path directory;

  private BridgeProcess run() {
    JsonObject config =
        new JsonObject(
            """
            {"limits": {"subscribersPerRemote": 2},
             "stores": {"file": {"directory": "%s"}},
             "routes": {"t": {"path": "/t", "address": "t", "retry": "200ms",
               "history": {"store": "file"}}},
             "publish": {"t": {"path": "/t", "address": "t"}}}
            """
                .formatted(directory.resolve("journal")));
    return BridgeProcess.start(directory, "bridge", config).awaitServing();
  }

  /** A page of the program that does nothing by itself. */
  private Tab open(String origin) throws Exception {
    Tab tab = new Tab(browser().newPage(), origin, "x");
    tab.page().open(origin + "/style.css");
    return tab;
  }

  private static void publish(int port, int from, int to) throws Exception {
    for (String text : BridgeFixture.numbers(from, to)) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/t"))
              .header("content-type", "text/plain")
              .POST(HttpRequest.BodyPublishers.ofString(text))
              .build();
      assertThat(HttpCalls.client().send(request, BodyHandlers.ofString()).statusCode())
          .isEqualTo(202);
    }
  }

  @Test
  void aPageGoesOnWhenTheProgramIsBack() throws Exception {
    try (BridgeProcess bridge = run();
        Tab own = open("http://127.0.0.1:" + bridge.port());
        Tab shared = open("http://127.0.0.1:" + bridge.port())) {
      own.follow("");
      shared.follow("shared: true");
      publish(bridge.port(), 1, 3);
      own.awaitNumber(3);
      shared.awaitNumber(3);

      bridge.kill();
      own.awaitState("waiting|");
      shared.awaitState("waiting|");
      bridge.startAgain();
      bridge.awaitServing();
      publish(bridge.port(), 4, 6);

      own.awaitNumber(6).assertHeard(1, 6).awaitState("open|200");
      shared.awaitNumber(6).assertHeard(1, 6).awaitState("open|200");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http/1.1", "h2"})
  void whatAProxyAnswersMeanwhileIsNoEnd(String protocol) throws Exception {
    Installed.require("nginx", "nginx");
    TestCertificate certificate = TestCertificate.forHost("dns:localhost");
    try (BridgeProcess bridge = run();
        Nginx nginx = Nginx.start(directory, certificate, bridge.port(), "")) {
      String origin =
          protocol.equals("h2")
              ? "https://localhost:" + nginx.tls()
              : "http://127.0.0.1:" + nginx.plain();
      try (Tab own = open(origin);
          Tab shared = open(origin);
          Tab other = open(origin)) {
        assertThat(own.page().text("performance.getEntriesByType('navigation')[0].nextHopProtocol"))
            .isEqualTo(protocol);
        List<Tab> tabs = List.of(own, shared, other);
        own.follow("");
        shared.follow("shared: true");
        other.follow("shared: true"); // the limit permits no third stream
        publish(bridge.port(), 1, 3);
        for (Tab tab : tabs) {
          tab.awaitNumber(3);
        }

        bridge.kill();
        for (Tab tab : tabs) {
          tab.awaitTold("waiting|502|502"); // over HTTP/2 there are no more words
        }
        bridge.startAgain();
        bridge.awaitServing();
        publish(bridge.port(), 4, 6);

        for (Tab tab : tabs) {
          tab.awaitNumber(6).assertHeard(1, 6).awaitState("open|200");
        }
      }
    }
  }
}
