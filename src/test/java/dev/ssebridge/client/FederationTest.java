package dev.ssebridge.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.SseBridgeVerticle;
import dev.ssebridge.format.EventDecoderOptions;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.client.UnrulyOrigin;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.SseProbes;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bridges that follow bridges. */
class FederationTest {
  private static final int EVENTS = 50;
  private final List<Vertx> bridges = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (Vertx bridge : bridges) {
      await(bridge.close());
    }
  }

  private Vertx bridge(SseBridgeVerticle server, JsonObject config) throws Exception {
    Vertx vertx = Vertx.vertx();
    bridges.add(vertx);
    JsonObject own = without("sources", config);
    own.put("http", new JsonObject().put("port", 0).put("drain", 0));
    await(vertx.deployVerticle(server, new DeploymentOptions().setConfig(own)));
    return vertx;
  }

  private static JsonObject without(String block, JsonObject config) {
    JsonObject rest = config.copy();
    rest.remove(block);
    return rest;
  }

  private static JsonObject route() {
    return new JsonObject()
        .put("news", new JsonObject().put("path", "/news").put("address", "news").put("type", "t"));
  }

  private static SseClientVerticle follow(Vertx vertx, JsonObject config, int port)
      throws Exception {
    config.put(
        "sources",
        new JsonObject()
            .put(
                "next",
                new JsonObject()
                    .put("url", "http://127.0.0.1:" + port + "/news")
                    .put("address", "news")
                    .put("retry", 50)));
    SseClientVerticle client = new SseClientVerticle();
    await(vertx.deployVerticle(client, new DeploymentOptions().setConfig(config)));
    return client;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void inARingOfThreeEachEventIsSeenOnceByEachBridge(boolean named) throws Exception {
    List<SseBridgeVerticle> servers = new ArrayList<>();
    List<JsonObject> configs = new ArrayList<>();
    Map<Integer, List<String>> seen = new ConcurrentHashMap<>();
    for (int number = 0; number < 3; number++) {
      JsonObject config = new JsonObject().put("routes", route());
      if (named) {
        config.put("federation", new JsonObject().put("name", "b" + number));
      }
      SseBridgeVerticle server = new SseBridgeVerticle();
      Vertx vertx = bridge(server, config);
      List<String> messages = new CopyOnWriteArrayList<>();
      seen.put(number, messages);
      vertx.eventBus().<String>consumer("news", message -> messages.add(message.body()));
      servers.add(server);
      configs.add(config);
    }
    List<SseClientVerticle> clients = new ArrayList<>();
    for (int number = 0; number < 3; number++) {
      int upstream = servers.get((number + 1) % 3).actualPort();
      clients.add(follow(bridges.get(number), configs.get(number), upstream));
    }
    awaitOpen(clients);
    for (int event = 0; event < EVENTS; event++) {
      bridges.get(event % 3).eventBus().publish("news", "e" + event);
    }
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (seen.values().stream().anyMatch(messages -> messages.size() < EVENTS)) {
      assertThat(System.nanoTime()).as("%s", seen).isLessThan(until);
      Thread.onSpinWait();
    }
    TimeUnit.MILLISECONDS.sleep(200);
    for (List<String> messages : seen.values()) {
      assertThat(messages).doesNotHaveDuplicates().hasSize(EVENTS);
    }
  }

  @Test
  void inAFullMeshOfThreeEachEventIsSeenOnceByEachBridge() throws Exception {
    List<SseBridgeVerticle> servers = new ArrayList<>();
    List<List<String>> seen = new ArrayList<>();
    for (int number = 0; number < 3; number++) {
      SseBridgeVerticle server = new SseBridgeVerticle();
      Vertx vertx = bridge(server, named("b" + number));
      List<String> messages = new CopyOnWriteArrayList<>();
      vertx
          .eventBus()
          .<Object>consumer("news", message -> messages.add(String.valueOf(message.body())));
      seen.add(messages);
      servers.add(server);
    }
    List<SseClientVerticle> clients = new ArrayList<>();
    for (int number = 0; number < 3; number++) {
      JsonObject sources = new JsonObject();
      for (int other = 0; other < 3; other++) {
        if (other != number) {
          sources.put("b" + other, source(servers.get(other).actualPort()));
        }
      }
      SseClientVerticle client = new SseClientVerticle();
      JsonObject config = named("b" + number).put("sources", sources);
      await(bridges.get(number).deployVerticle(client, new DeploymentOptions().setConfig(config)));
      clients.add(client);
    }
    awaitOpen(clients);
    for (int event = 0; event < EVENTS; event++) {
      bridges.get(event % 3).eventBus().publish("news", "e" + event);
    }
    // All six streams have every event, whatever way it came to the bridge they are of.
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (counted(clients, "events") < 6 * EVENTS) {
      assertThat(System.nanoTime()).as("%s", seen).isLessThan(until);
    }
    // Counted before those who listen have their turn.
    Deadline.await(
        () -> seen.stream().allMatch(messages -> messages.size() >= EVENTS),
        () -> EVENTS + " events at each, got " + seen);
    for (List<String> messages : seen) {
      assertThat(messages).doesNotHaveDuplicates().hasSize(EVENTS);
    }
    assertThat(counted(clients, "handedOver")).isEqualTo(2 * EVENTS);
    assertThat(counted(clients, "duplicate")).isPositive();
  }

  private static long counted(List<SseClientVerticle> clients, String counter) throws Exception {
    long sum = 0;
    for (SseClientVerticle client : clients) {
      for (Object source : await(client.sources())) {
        sum += ((JsonObject) source).getLong(counter);
      }
    }
    return sum;
  }

  private static JsonObject named(String name) {
    return new JsonObject()
        .put("routes", route())
        .put("federation", new JsonObject().put("name", name));
  }

  private static JsonObject source(int port) {
    return new JsonObject()
        .put("url", "http://127.0.0.1:" + port + "/news")
        .put("address", "news")
        .put("outages", "silent")
        .put("retry", 50);
  }

  @Test
  void eventsOfServersThatAreNoBridgesAreNeverTakenForCopies() throws Exception {
    // Two servers give the same ids, through one bridge, to another: nothing is lost.
    try (UnrulyOrigin first = UnrulyOrigin.start();
        UnrulyOrigin second = UnrulyOrigin.start()) {
      SseBridgeVerticle relay = new SseBridgeVerticle();
      Vertx vertx = bridge(relay, named("relay"));
      JsonObject sources =
          new JsonObject().put("one", source(first.port())).put("two", source(second.port()));
      await(
          vertx.deployVerticle(
              new SseClientVerticle(),
              new DeploymentOptions().setConfig(named("relay").put("sources", sources))));
      Vertx last = bridge(new SseBridgeVerticle(), named("last"));
      List<String> messages = new CopyOnWriteArrayList<>();
      last.eventBus().<String>consumer("news", message -> messages.add(message.body()));
      awaitOpen(List.of(follow(last, named("last"), relay.actualPort())));
      first.next().stream().send("id: 1\ndata: a\n\ndata: b\n\nid: 1\ndata: c\n\n");
      second.next().stream().send("id: 1\ndata: d\n\nid: 1\ndata: e\n\n");
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (messages.size() < 5) {
        assertThat(System.nanoTime()).as("%s", messages).isLessThan(until);
        Thread.onSpinWait();
      }
      assertThat(messages).containsExactlyInAnyOrder("a", "b", "c", "d", "e");
    }
  }

  @Test
  void aBridgeOfTheSameNameIsWarnedOf() throws Exception {
    SseBridgeVerticle upstream = new SseBridgeVerticle();
    Vertx origin = bridge(upstream, named("same"));
    Vertx vertx = bridge(new SseBridgeVerticle(), named("same"));
    try (LogRecorder log = LogRecorder.of("dev.ssebridge.internal.client.Warnings")) {
      SseClientVerticle client = follow(vertx, named("same"), upstream.actualPort());
      awaitOpen(List.of(client));
      origin.eventBus().publish("news", "lost");
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (counted(List.of(client), "looped") < 1) {
        assertThat(System.nanoTime()).isLessThan(until);
      }
      assertThat(await(client.sources()).getJsonObject(0).getString("bridge")).isEqualTo("same");
      assertThat(log.messages())
          .singleElement()
          .asString()
          .contains("source next")
          .contains("has the name of this one, same")
          .contains("federation.name");
    }
  }

  @Test
  void aGapOfABridgeIsPassedOnWhateverItIsCalledAndWhateverTypesAreTaken() throws Exception {
    SseBridgeVerticle upstream = new SseBridgeVerticle();
    JsonObject config = named("up");
    JsonObject upRoute = config.getJsonObject("routes").getJsonObject("news");
    upRoute.put("gapType", "lost").put("history", new JsonObject().put("events", 10));
    Vertx origin = bridge(upstream, config);
    SseBridgeVerticle relay = new SseBridgeVerticle();
    JsonObject relayConfig = named("relay");
    relayConfig.getJsonObject("routes").getJsonObject("news").put("gapType", "missed");
    Vertx vertx = bridge(relay, relayConfig);
    SseBridgeVerticle second = new SseBridgeVerticle();
    Vertx last = bridge(second, named("last"));
    try (SseProbes probes = new SseProbes()) {
      SseProbe first = probes.get(relay.actualPort(), "/news");
      SseProbe browser = probes.get(second.actualPort(), "/news");
      first.awaitOpen();
      browser.awaitOpen();
      awaitOpen(List.of(follow(last, named("last"), relay.actualPort())));
      for (int number = 0; number < 20; number++) {
        origin.eventBus().publish("news", "e" + number);
      }
      SseProbe whole = probes.get(upstream.actualPort(), "/news?from=earliest");
      String oldest = String.valueOf(whole.awaitData("e10").id());
      String behind = oldest.replaceAll("-.*", "-4");
      JsonObject source =
          source(upstream.actualPort())
              .put("lastEventId", behind)
              .put("types", new JsonArray().add("t"));
      relayConfig.put("sources", new JsonObject().put("up", source));
      await(
          vertx.deployVerticle(
              new SseClientVerticle(), new DeploymentOptions().setConfig(relayConfig)));

      assertThat(first.awaitJson("missed").getInteger("missed")).isEqualTo(6);
      assertThat(browser.awaitJson("sse.gap").getInteger("missed")).isEqualTo(6);
      browser.awaitData("e19");
      assertThat(browser.data()).hasSize(11).endsWith("e19");
    }
  }

  /** A source that connects after an event was published would have to resume to see it. */
  private static void awaitOpen(List<SseClientVerticle> clients) throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    for (SseClientVerticle client : clients) {
      while (await(client.sources()).stream()
          .anyMatch(source -> !((JsonObject) source).getBoolean("open"))) {
        assertThat(System.nanoTime()).isLessThan(until);
      }
    }
  }

  @Test
  void whatIsPostedToOneBridgeComesOutOfTheOneThatFollowsItAlsoAfterARestart(
      @TempDir Path directory) throws Exception {
    SseBridgeVerticle upstream = new SseBridgeVerticle();
    Vertx origin =
        bridge(
            upstream,
            new JsonObject()
                .put("routes", route())
                .put("publish", route().copy().put("news", publish())));
    JsonObject config = new JsonObject().put("routes", route());
    SseBridgeVerticle relay = new SseBridgeVerticle();
    Vertx vertx = bridge(relay, config);
    JsonObject source =
        new JsonObject()
            .put("url", "http://127.0.0.1:" + upstream.actualPort() + "/news")
            .put("address", "news")
            .put("cursor", directory.resolve("cursor").toString())
            .put("cursorEvery", 0);
    config.put("sources", new JsonObject().put("up", source));
    SseClientVerticle client = new SseClientVerticle();
    DeploymentOptions options = new DeploymentOptions().setConfig(config);
    String deployment = await(vertx.deployVerticle(client, options));
    awaitOpen(List.of(client));
    List<ServerSentEvent> received = new CopyOnWriteArrayList<>();
    EventSource browser =
        EventSource.create(vertx, "http://127.0.0.1:" + relay.actualPort() + "/news");
    browser.handler(received::add);
    await(browser.connect());

    post(origin, upstream.actualPort(), "one");
    awaitData(received, "one");
    await(vertx.undeploy(deployment));
    post(origin, upstream.actualPort(), "two");
    post(origin, upstream.actualPort(), "three");
    await(vertx.deployVerticle(new SseClientVerticle(), options));
    awaitData(received, "one", "two", "three");
  }

  private static JsonObject publish() {
    return new JsonObject().put("path", "/news").put("address", "news");
  }

  private static void post(Vertx vertx, int port, String text) throws Exception {
    HttpClient client = vertx.createHttpClient();
    int status =
        await(
            client
                .request(HttpMethod.POST, port, "127.0.0.1", "/news")
                .compose(request -> request.putHeader("content-type", "text/plain").send(text))
                .map(HttpClientResponse::statusCode)
                .eventually(client::close));
    assertThat(status).isEqualTo(202);
  }

  private static void awaitData(List<ServerSentEvent> received, String... data) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (received.size() < data.length && System.nanoTime() < until) {
      Thread.onSpinWait();
    }
    assertThat(received).extracting(ServerSentEvent::data).containsExactly(data);
  }

  @Test
  void aGapUpstreamReachesTheSubscribersOfTheRelayWhateverTypeItsRouteSets() throws Exception {
    try (UnrulyOrigin origin = UnrulyOrigin.start()) {
      JsonObject config =
          new JsonObject()
              .put("routes", route())
              .put("federation", new JsonObject().put("name", "relay"))
              .put(
                  "sources",
                  new JsonObject()
                      .put(
                          "up",
                          new JsonObject().put("url", origin.url("/")).put("address", "news")));
      SseBridgeVerticle server = new SseBridgeVerticle();
      Vertx vertx = bridge(server, config);
      List<ServerSentEvent> received = new CopyOnWriteArrayList<>();
      EventSource browser =
          EventSource.create(
              vertx,
              new EventSourceOptions("http://127.0.0.1:" + server.actualPort() + "/news")
                  .setOwnFields(EventDecoderOptions.OwnFields.READ));
      browser.handler(received::add);
      await(browser.connect());
      await(
          vertx.deployVerticle(new SseClientVerticle(), new DeploymentOptions().setConfig(config)));
      origin.next().stream()
          .send("event: lost\nsse-gap: 3\nid: 9\ndata: {\"missed\":3}\n\n")
          .send("event: x\nid: 10\nsse-path: a,b\nsse-origin-id: o7\ndata: y\n\n");
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (received.size() < 2) {
        assertThat(System.nanoTime()).as("%s", received).isLessThan(until);
        Thread.onSpinWait();
      }
      assertThat(received.get(0).type()).isEqualTo("sse.gap");
      assertThat(received.get(0).data()).isEqualTo("{\"missed\":3}");
      assertThat(received.get(0).fields())
          .containsEntry("sse-origin-id", "9")
          .containsEntry("sse-gap", "3");
      assertThat(received.get(1).type()).isEqualTo("t");
      assertThat(received.get(1).fields())
          .containsEntry("sse-path", "a,b,relay")
          .containsEntry("sse-origin-id", "o7");
    }
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
