package dev.ssebridge.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.client.EventSourceOptions;
import dev.ssebridge.client.SourceOptions;
import dev.ssebridge.client.SseClientVerticle;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.metrics.BridgeMeters;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.TcpProxy;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What becomes of the streams of a source with parameters: outages, refusals, commands, reloads.
 */
class ParameterSourceCourseTest {
  private static final String ROUTES =
      "'routes':{'topics':{'path':'/topics/:topic','address':'topics.{topic}','retry':50}}";

  private final Vertx upstreamVertx = Vertx.vertx();
  private final Vertx edgeVertx = Vertx.vertx();
  private final BridgeFixture upstream =
      BridgeFixture.withRouter(
          upstreamVertx,
          "{'federation':{'name':'up'}," + ROUTES + "}",
          router -> {
            router.get("/topics/none").handler(context -> context.fail(404));
            router
                .get("/topics/over")
                .handler(context -> context.response().setStatusCode(204).end());
          });
  private final BridgeFixture edge =
      BridgeFixture.deploy(edgeVertx, "{'federation':{'name':'edge'}," + ROUTES + "}", 2);
  private final TcpProxy network = new TcpProxy(upstream.port());
  private @Nullable SourceGroup group;

  @AfterEach
  void end() {
    edge.close();
    network.close();
    upstream.close();
    BridgeFixture.get(edgeVertx.close());
    BridgeFixture.get(upstreamVertx.close());
  }

  private SourceOptions source() {
    SourceOptions source =
        new SourceOptions("http://127.0.0.1:" + network.port() + "/topics/:topic", "topics.{topic}")
            .setLinger(Duration.ofHours(1));
    EventSourceOptions stream = source.getStream();
    stream.setReconnect(
        stream
            .getReconnect()
            .setRetry(Duration.ofMillis(20))
            .setMinServerRetry(Duration.ofMillis(10)));
    source.setStream(stream);
    return source;
  }

  private void follow(SourceOptions source) {
    String deployment =
        BridgeFixture.get(
            edgeVertx.deployVerticle(
                new SseClientVerticle(new SseBridgeOptions().addSource("topics", source))));
    group = Objects.requireNonNull(SourceGroup.of(edgeVertx, deployment));
  }

  private JsonObject status() {
    return BridgeFixture.get(SourceCommands.list(edgeVertx)).getJsonObject(0);
  }

  /** One who has three messages of the topic a. */
  private SseProbe readerOfThree() {
    SseProbe a = edge.open("/topics/a");
    upstream.awaitListened("topics.a");
    upstream.publishNumbers("topics.a", 1, 3);
    a.awaitData("m3");
    return a;
  }

  private static void awaitTold(SseProbe probe, String state) {
    probe.awaitJson("sse.source", told -> state.equals(told.getString("state")));
  }

  private void reload(SseBridgeOptions next, SourceReload.Changes changes) {
    SourceGroup present = Objects.requireNonNull(group);
    assertThat(BridgeFixture.get(present.reload(BridgeConfig.ofClient(next), changes))).isEmpty();
  }

  @Test
  void oneTopicThatIsRefusedDoesNotDisturbTheOthers() {
    follow(source());
    SseProbe none = edge.open("/topics/none");
    SseProbe a = edge.open("/topics/a");
    upstream.awaitListened("topics.a");
    awaitTold(none, "down");
    upstream.publishNumbers("topics.a", 1, 3);
    a.awaitData("m3");
    assertThat(a.data()).containsExactly("m1", "m2", "m3");
    assertThat(status().getJsonObject("states").getMap()).containsEntry("open", 1);
  }

  @Test
  void oneTopicThatEndsForGoodGivesItsPlaceToOthers() {
    follow(source().setMaxStreams(1));
    SseProbe over = edge.open("/topics/over");
    awaitTold(over, "closed");
    readerOfThree();
    assertThat(status().getInteger("followed")).isEqualTo(1);
  }

  @Test
  void afterAnOutageUpstreamEachGoesOnWhereItWas() {
    follow(source());
    SseProbe a = edge.open("/topics/a");
    SseProbe b = edge.open("/topics/b");
    upstream.awaitListened("topics.a", "topics.b");
    upstream.publishNumbers("topics.a", 1, 3);
    a.awaitData("m3");

    network.refuse(true);
    awaitTold(a, "down");
    awaitTold(b, "down");
    upstream.awaitListened();
    upstream.publishNumbers("topics.a", 4, 6);
    network.refuse(false);

    a.awaitData("m6");
    awaitTold(b, "open");
    assertThat(a.messages()).containsExactly("m1", "m2", "m3", "m4", "m5", "m6");
  }

  @Test
  void oneThatIsPausedHasNoStreamsAndGoesOnWhereItWasWhenItIsResumed() {
    follow(source());
    SseProbe a = readerOfThree();

    BridgeFixture.get(SourceCommands.pause(edgeVertx, "topics"));
    upstream.awaitListened();
    awaitTold(a, "closed");
    assertThat(status().getString("state")).isEqualTo("paused");
    upstream.publishNumbers("topics.a", 4, 6);
    BridgeFixture.get(SourceCommands.resume(edgeVertx, "topics"));

    a.awaitData("m6");
    awaitTold(a, "open");
    assertThat(a.messages()).containsExactly("m1", "m2", "m3", "m4", "m5", "m6");
  }

  @Test
  void aChangedOneConnectsAgainAndARemovedOneEndsAll() {
    follow(source());
    SseProbe a = readerOfThree();

    reload(
        new SseBridgeOptions().addSource("topics", source().setMaxStreams(7)),
        new SourceReload.Changes(Set.of(), Set.of("topics"), Set.of()));
    upstream.awaitEnds(1);
    upstream.awaitListened("topics.a");
    upstream.publishNumbers("topics.a", 4, 6);
    a.awaitData("m6");
    assertThat(a.data()).containsExactly("m1", "m2", "m3", "m4", "m5", "m6");
    assertThat(status().getInteger("maxStreams")).isEqualTo(7);

    reload(new SseBridgeOptions(), new SourceReload.Changes(Set.of("topics"), Set.of(), Set.of()));
    upstream.awaitListened();
  }

  @Test
  void itIsOneSourceInTheMetersHoweverManyStreamsThereWere() {
    follow(source().setMaxStreams(2).setLinger(Duration.ZERO));
    try (BridgeMeters meters = BridgeMeters.of(edgeVertx)) {
      SseProbe a = edge.open("/topics/a");
      edge.open("/topics/b");
      upstream.awaitListened("topics.a", "topics.b");
      SseProbe c = edge.open("/topics/c");
      awaitTold(c, "down");
      upstream.publishNumbers("topics.a", 1, 5);
      a.awaitData("m5");
      String text = meters.text();
      assertThat(text)
          .contains("source_state{source=\"topics\",state=\"open\"} 2")
          .contains("source_unfollowed_addresses{source=\"topics\"} 1")
          .contains("source_turned_away_total{source=\"topics\"} 1")
          .contains("source_events_total{source=\"topics\"} 5")
          .doesNotContain("topics.a");
      a.close();
      upstream.awaitListened("topics.b", "topics.c");
      Deadline.await(
          () -> meters.text().contains("source_unfollowed_addresses{source=\"topics\"} 0"),
          meters::text);
      assertThat(meters.text()).contains("source_events_total{source=\"topics\"} 5");
    }
  }

  @Test
  void theStreamsOfAllInstancesOfABridgeCountTogether() {
    follow(source().setLinger(Duration.ZERO));
    SseProbe[] probes = new SseProbe[8];
    for (int i = 0; i < probes.length; i++) {
      probes[i] = edge.open("/topics/a");
    }
    upstream.awaitListened("topics.a");
    for (int i = 1; i < probes.length; i++) {
      probes[i].close();
    }
    edge.awaitStreams(1);
    upstream.publishNumbers("topics.a", 1, 3);
    probes[0].awaitData("m3");
    assertThat(upstream.awaitEnds(0)).isEmpty();
    probes[0].close();
    upstream.awaitListened();
  }
}
