package dev.ssebridge.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.SseBridge;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.internal.client.UnrulyOrigin;
import dev.ssebridge.internal.client.UnrulyOrigin.Peer;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.LogRecorder;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What sources of the configuration ask for, how often, and what they do when they are refused. */
@Tag("slow")
class SourceRequestsTest {
  private final Vertx vertx =
      Vertx.vertx(
          new VertxOptions()
              .setAddressResolverOptions(
                  new AddressResolverOptions()
                      .setHostsValue(Buffer.buffer("127.0.0.1 my_service my_proxy\n"))));
  private final UnrulyOrigin origin;
  private final BlockingQueue<Message<Object>> messages = new LinkedBlockingQueue<>();
  private @TempDir Path directory;

  SourceRequestsTest() throws IOException {
    origin = UnrulyOrigin.start();
  }

  @BeforeEach
  void listen() throws Exception {
    await(vertx.eventBus().consumer("news", messages::add).completion());
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
    origin.close();
  }

  @Test
  void aSourceThatIsAskedForOnceEndsWithItsStreamAndAllOfItIsHandedOver() throws Exception {
    Path cursor = directory.resolve("cursor");
    SseClientVerticle verticle =
        follow(
            new JsonObject()
                .put("once", true)
                .put("retry", 10)
                .put("deliver", "request")
                .put("cursor", cursor.toString()));
    origin.next().answer("503 Not Yet", "Retry-After: 0");
    origin.next().chunked().chunk("id: 1\ndata: a\n\nid: 2\ndata: b\n\n").end();
    for (String expected : List.of("a", "b")) {
      Message<Object> told = take();
      assertThat(told.body())
          .as("nothing but events where one consumer gets each")
          .isEqualTo(expected);
      told.reply("");
    }
    Deadline.await(
        () -> cursor.toFile().length() > 0 && content(cursor).contains("\"2\""),
        () -> "the position of b");
    awaitState(verticle, "closed");
    assertThat(origin.poll(100)).isNull();
    assertThat(messages).isEmpty();
  }

  @Test
  void aPollWithoutNewsIsNoFailure() throws Exception {
    SseClientVerticle verticle = follow(new JsonObject().put("every", "10ms").put("retry", 10));
    for (int round = 0; round < 5; round++) {
      origin.next().chunked().end();
    }
    origin.next().answer("503 Not Now");
    origin.next();
    JsonObject status =
        verticle
            .sources()
            .toCompletionStage()
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS)
            .getJsonObject(0);
    assertThat(status.getInteger("failuresInRow")).isEqualTo(1);
  }

  @Test
  void aPollAsksAgainAfterAGoodEndWithTheIdItHas() throws Exception {
    follow(
        new JsonObject()
            .put("every", "30ms")
            .put("retry", 10)
            .put("method", "POST")
            .put("requestBody", "{}"));
    for (int round = 1; round <= 3; round++) {
      Peer peer = origin.next();
      assertThat(peer.method()).isEqualTo("POST");
      assertThat(peer.body()).isEqualTo("{}");
      assertThat(peer.header("last-event-id")).isEqualTo(round == 1 ? null : "" + (round - 1));
      peer.chunked().chunk("id: " + round + "\ndata: " + round + "\n\n").end();
      assertThat(take().body()).isEqualTo("" + round);
    }
    origin.next().chunked().chunk("data: cut").reset();
    assertThat(origin.next().method()).isEqualTo("POST");
  }

  @Test
  void whatIsNotSafeIsNotRepeatedOnceItWasAnswered() throws Exception {
    SseClientVerticle verticle =
        follow(new JsonObject().put("method", "POST").put("requestBody", "x").put("retry", 10));
    origin.next().answer("503 Not Yet", "Retry-After: 0");
    origin.next().chunked().chunk("data: a\n\n").end();
    awaitState(verticle, "closed");
    assertThat(origin.poll(100)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "404 Not Found",
        "403 Forbidden",
        "409 Conflict",
        "401 Unauthorized",
        "410 Gone",
        "499 Client Closed Request",
        "520 Unknown",
        "529 Overloaded",
        "507 Full",
        "599 What",
        "200 OK"
      })
  void aRefusalIsTriedAgainAndSaidOnce(String status) throws Exception {
    try (LogRecorder log = LogRecorder.of("dev.ssebridge.internal.client.Warnings")) {
      SseClientVerticle verticle =
          follow(
              new JsonObject().put("retry", 10).put("maxRetry", 20).put("maxRefusedRetry", "20ms"));
      for (int attempt = 0; attempt < 4; attempt++) {
        origin.next().answer(status, "Content-Type: text/html");
      }
      assertThat(state(verticle).getBoolean("open")).isFalse();
      origin.next().stream().send("data: at last\n\n");
      assertThat(((JsonObject) take().body()).getString("state")).isEqualTo("down");
      assertThat(((JsonObject) take().body()).getString("state")).isEqualTo("open");
      assertThat(take().body()).isEqualTo("at last");
      assertThat(log.messages()).filteredOn(line -> line.contains("trying again")).hasSize(1);
    }
  }

  @Test
  void byOptionARefusalEndsTheSourceWhichIsSaidToEverybody() throws Exception {
    SseClientVerticle verticle = follow(new JsonObject().put("refused", "stop").put("retry", 10));
    origin.next().answer("404 Not Found");
    JsonObject state = awaitState(verticle, "closed");
    assertThat(state.getString("reason")).isEqualTo("http_status");
    assertThat(state.getInteger("status")).isEqualTo(404);
    assertThat(take().body())
        .isEqualTo(
            new JsonObject()
                .put("source", "up")
                .put("state", "closed")
                .put("reason", "http_status")
                .put("status", 404));
    assertThat(origin.poll(100)).isNull();
  }

  @Test
  void noContentIsTheEndThatWasAskedFor() throws Exception {
    SseClientVerticle verticle = follow(new JsonObject().put("retry", 10));
    origin.next().head("204 No Content");
    awaitState(verticle, "closed");
    assertThat(take().headers().get("sse-state")).isEqualTo("closed");
    assertThat(origin.poll(100)).isNull();
  }

  @Test
  void theStateOfASourceIsInTheStatisticsOfTheBridge() throws Exception {
    SseBridge bridge =
        SseBridge.create(
            vertx,
            SseBridgeOptions.read(
                new JsonObject(
                    """
                { "routes": { "news": { "path": "/news", "address": "news" } } }
                """)));
    await(bridge.mount(Router.router(vertx)));
    follow(new JsonObject().put("retry", 10).put("maxRetry", 10));
    Peer peer = origin.next().stream();
    Deadline.await(() -> up(bridge).getBoolean("open"), () -> "open in " + bridge.stats());
    peer.reset();
    for (int attempt = 0; attempt < 2; attempt++) {
      origin.next().answer("502 Bad Gateway");
    }
    Deadline.await(() -> up(bridge).getInteger("status", 0) == 502, () -> "" + bridge.stats());
    assertThat(up(bridge).getBoolean("open")).isFalse();
    await(bridge.close());
  }

  private static JsonObject up(SseBridge bridge) {
    return bridge.stats().getJsonObject("sources").getJsonObject("up");
  }

  @Test
  void aHostWithAnUnderscoreIsConnectedTo() throws Exception {
    follow(new JsonObject().put("url", "http://my_service:" + origin.port() + "/x"));
    Peer peer = origin.next();
    assertThat(peer.path()).isEqualTo("/x");
    assertThat(peer.header("host")).isEqualTo("my_service:" + origin.port());
  }

  @Test
  void aUrlBeyondAsciiIsAskedForInItsEncodedForm() throws Exception {
    follow(new JsonObject().put("url", origin.url("/t/caf\u00e9?x=\u00fc")));
    Peer peer = origin.next();
    assertThat(peer.path()).isEqualTo("/t/caf%C3%A9?x=%C3%BC");
    peer.stream().send("data: served\n\n");
    assertThat(take().body()).isEqualTo("served");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aBalancerGetsItsCookiesBackByOption(boolean kept) throws Exception {
    follow(new JsonObject().put("cookies", kept).put("retry", 1).put("outages", "silent"));
    Peer first = origin.next();
    assertThat(first.header("cookie")).isNull();
    first.head("200 OK", "Content-Type: text/event-stream", "Set-Cookie: AWSALB=s7; Path=/");
    first.send("id: 1\ndata: one\n\n").close();
    assertThat(take().body()).isEqualTo("one");
    Peer second = origin.next();
    assertThat(second.header("cookie")).isEqualTo(kept ? "AWSALB=s7" : null);
    second.stream().send("id: 2\ndata: two\n\n");
    assertThat(take().body()).isEqualTo("two");
  }

  @Test
  void aProxyIsAskedWithTheUserOfItsUrl() throws Exception {
    follow(
        new JsonObject()
            .put("url", "http://far_away:8080/x?y=z")
            .put("proxy", "http://me%40home:s%3Acret@my_proxy:" + origin.port()));
    Peer peer = origin.next();
    assertThat(peer.path()).isEqualTo("http://far_away:8080/x?y=z");
    String credentials = Base64.getEncoder().encodeToString("me@home:s:cret".getBytes(UTF_8));
    assertThat(peer.header("proxy-authorization")).isEqualTo("Basic " + credentials);
    peer.stream().send("data: through it\n\n");
    assertThat(take().body()).isEqualTo("through it");
  }

  @Test
  void aTlsStreamGoesThroughATunnelOfTheProxy() throws Exception {
    follow(
        new JsonObject()
            .put("url", "https://far_away/x")
            .put("proxy", "http://me:secret@127.0.0.1:" + origin.port()));
    Peer peer = origin.next();
    assertThat(peer.method()).isEqualTo("CONNECT");
    assertThat(peer.path()).isEqualTo("far_away:443");
    assertThat(peer.header("proxy-authorization")).startsWith("Basic ");
  }

  @Test
  void aCursorIsNotKeptUnderALinkThatIsMadeLater() throws Exception {
    Path cursor = directory.resolve("cursor");
    Path victim = Files.writeString(directory.resolve("victim"), "mine");
    follow(new JsonObject().put("cursor", cursor.toString()).put("cursorEvery", 0));
    Peer peer = origin.next().stream();
    Files.createSymbolicLink(directory.resolve("cursor~new"), victim);
    peer.send("id: 1\ndata: x\n\n");
    Deadline.await(() -> Files.exists(cursor), () -> "a cursor");
    assertThat(cursor).content().contains("\"1\"");
    assertThat(victim).content().isEqualTo("mine");
  }

  private static String content(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private SseClientVerticle follow(JsonObject keys) throws Exception {
    SseClientVerticle verticle = new SseClientVerticle();
    JsonObject source =
        new JsonObject().put("url", origin.url("/")).put("address", "news").mergeIn(keys);
    await(
        vertx.deployVerticle(
            verticle,
            new DeploymentOptions()
                .setConfig(new JsonObject().put("sources", new JsonObject().put("up", source)))));
    return verticle;
  }

  private static JsonObject state(SseClientVerticle verticle) throws Exception {
    return await(verticle.sources()).getJsonObject(0);
  }

  private static JsonObject awaitState(SseClientVerticle verticle, String wanted) throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (true) {
      JsonObject state = state(verticle);
      if (state.getString("state").equals(wanted)) {
        return state;
      }
      assertThat(System.nanoTime()).as("%s", state).isLessThan(until);
    }
  }

  private Message<Object> take() throws Exception {
    return Objects.requireNonNull(messages.poll(20, TimeUnit.SECONDS), "no message came");
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
