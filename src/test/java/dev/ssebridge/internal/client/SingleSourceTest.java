package dev.ssebridge.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.client.SourceOptions;
import dev.ssebridge.client.SseClientVerticle;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.AsyncMap;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Deployments of one Vert.x share locks and maps as the nodes of a cluster do. */
@ExtendWith(VertxExtension.class)
class SingleSourceTest {
  private final List<String> copied = new CopyOnWriteArrayList<>();
  private BridgeFixture origin;
  private Vertx vertx;

  @BeforeEach
  void begin(Vertx vertx) {
    this.vertx = vertx;
    origin =
        BridgeFixture.deploy(
            vertx,
            "{'federation':{'name':'origin'},"
                + "'routes':{'feed':{'path':'/feed','address':'origin'}}}");
    vertx.eventBus().<String>consumer("copy", message -> copied.add(message.body()));
  }

  @AfterEach
  void end() {
    origin.close();
  }

  private String follow() {
    SourceOptions source =
        new SourceOptions("http://127.0.0.1:" + origin.port() + "/feed", "copy")
            .setSingle(true)
            .setCursorEvery(Duration.ofMillis(1));
    return BridgeFixture.get(
        vertx.deployVerticle(
            new SseClientVerticle(new SseBridgeOptions().addSource("feed", source))));
  }

  private void awaitNumbers(int to) {
    List<String> numbers = IntStream.rangeClosed(1, to).mapToObj(i -> "m" + i).toList();
    Deadline.await(() -> copied.size() >= to, () -> to + " of them, got " + copied);
    assertThat(copied).isEqualTo(numbers);
  }

  @Test
  void oneFollowsItAndTheNextOneGoesOnWhereThatOneWas() {
    String first = follow();
    origin.awaitStreams(1);
    follow();
    origin.publishNumbers("origin", 1, 10);
    awaitNumbers(10);
    assertThat(origin.bridge().openStreams()).isEqualTo(1);

    BridgeFixture.get(vertx.undeploy(first));
    origin.publishNumbers("origin", 11, 20);

    awaitNumbers(20);
    assertThat(origin.bridge().openStreams()).isEqualTo(1);
  }

  @Test
  void oneThatStandsByEndsWithoutHavingFollowed() {
    String first = follow();
    origin.awaitStreams(1);
    String second = follow();

    BridgeFixture.get(vertx.undeploy(second));
    origin.publishNumbers("origin", 1, 10);

    awaitNumbers(10);
    BridgeFixture.get(vertx.undeploy(first));
    assertThat(SourceGroup.states(vertx).fieldNames()).isEmpty();
  }

  @Test
  void oneThatStandsBySaysSo() {
    follow();
    origin.awaitStreams(1);
    String second = follow();
    SourceGroup group = Objects.requireNonNull(SourceGroup.of(vertx, second));

    assertThat(BridgeFixture.get(group.sources().list()).encode())
        .contains("\"name\":\"feed\"", "\"state\":\"standby\"", "\"open\":false");
    assertThat(SourceGroup.downTooLong(vertx)).isEmpty();
  }

  @Test
  void oneThatFindsTheMarkOfAnotherStopsAndTriesAgain() {
    follow();
    origin.awaitStreams(1);
    origin.publishNumbers("origin", 1, 10);
    awaitNumbers(10);
    AsyncMap<String, String> shared =
        BridgeFixture.get(vertx.sharedData().<String, String>getAsyncMap("sse-bridge.sources"));
    String key = BridgeFixture.get(shared.keys()).iterator().next();
    Deadline.await(
        () -> BridgeFixture.get(shared.get(key)).endsWith("-10"), () -> "that its place is kept");
    String kept = BridgeFixture.get(shared.get(key));

    BridgeFixture.get(shared.put(key, "another" + kept.substring(kept.indexOf('\n'))));

    origin.awaitEnds(1);
    origin.publishNumbers("origin", 11, 20);
    awaitNumbers(20);
  }
}
