package dev.ssebridge.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.client.SourceOptions;
import dev.ssebridge.client.SseClientVerticle;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A bridge that follows another for whatever its own subscribers listen to. */
class ParameterSourceTest {
  private static final String ROUTES =
      "'routes':{'topics':{'path':'/topics/:topic','address':'topics.{topic*}','retry':50}}";

  private final Vertx upstreamVertx = Vertx.vertx();
  private final Vertx edgeVertx = Vertx.vertx();
  private final BridgeFixture upstream =
      BridgeFixture.deploy(upstreamVertx, "{'federation':{'name':'up'}," + ROUTES + "}");
  private final BridgeFixture edge =
      BridgeFixture.deploy(edgeVertx, "{'federation':{'name':'edge'}," + ROUTES + "}");
  private String deployment = "";

  @AfterEach
  void end() {
    edge.close();
    upstream.close();
    BridgeFixture.get(edgeVertx.close());
    BridgeFixture.get(upstreamVertx.close());
  }

  private SourceOptions source() {
    return new SourceOptions(
            "http://127.0.0.1:" + upstream.port() + "/topics/:topic", "topics.{topic*}")
        .setLinger(Duration.ofHours(1));
  }

  private void follow(SourceOptions source) {
    deployment =
        BridgeFixture.get(
            edgeVertx.deployVerticle(
                new SseClientVerticle(new SseBridgeOptions().addSource("topics", source))));
  }

  private JsonObject status() {
    SourceGroup group = Objects.requireNonNull(SourceGroup.of(edgeVertx, deployment));
    return BridgeFixture.get(group.sources().list()).getJsonObject(0);
  }

  private void awaitStatus(String key, Object value) {
    Deadline.await(
        () -> value.equals(status().getValue(key)), () -> key + " " + value + ", got " + status());
  }

  /** Published upstream again and again until it has come through. */
  private void awaitThrough(String address, String text, SseProbe probe) {
    Deadline.await(
        () -> {
          upstream.publish(address, text);
          return probe.data().contains(text);
        },
        () -> text + " at the edge, got " + probe.data());
  }

  @Test
  void whatIsListenedToHereIsFollowedThereAndNothingElse() {
    follow(source());
    SseProbe a = edge.open("/topics/a");
    upstream.awaitListened("topics.a");

    upstream.publish("topics.b", "to nobody");
    upstream.publishNumbers("topics.a", 1, 10);
    a.awaitData("m10");

    assertThat(a.data()).hasSize(10).doesNotHaveDuplicates();
    assertThat(upstream.hub().listened().listened()).containsExactly("topics.a");
    edge.open("/topics/b");
    upstream.awaitListened("topics.a", "topics.b");
    edge.open("/topics/a");
    awaitStatus("followed", 2);
    assertThat(upstream.channels().openStreams()).isEqualTo(2);
  }

  @Test
  void whoListensAlreadyIsFollowedForWhenTheSourceBegins() {
    SseProbe a = edge.open("/topics/a");
    follow(source());
    upstream.awaitListened("topics.a");
    awaitThrough("topics.a", "late", a);
  }

  @Test
  void whoOnlyPublishesIsNotFollowedFor() {
    follow(source());
    edge.publish("topics.a", "here");
    edge.open("/topics/b");
    upstream.awaitListened("topics.b");
  }

  @Test
  void theStreamEndsAfterTheLingerAndGoesOnWhereItWasWhenSomebodyComesBack() {
    follow(source().setLinger(Duration.ofMillis(1)));
    SseProbe first = edge.open("/topics/a");
    upstream.awaitListened("topics.a");
    upstream.publishNumbers("topics.a", 1, 5);
    first.awaitData("m5");
    String last = first.lastEventId();

    first.close();
    upstream.awaitEnds(1);
    upstream.awaitStreams(0);
    awaitStatus("followed", 0);
    upstream.publishNumbers("topics.a", 6, 9);
    SseProbe second = edge.open("/topics/a", "Last-Event-ID: " + last);

    second.awaitData("m9");
    assertThat(second.data()).containsExactly("m6", "m7", "m8", "m9");
  }

  @Test
  void whoComesBackWithinTheLingerFindsTheSameConnection() {
    follow(source());
    SseProbe first = edge.open("/topics/a");
    upstream.awaitListened("topics.a");
    first.close();
    awaitStatus("lingering", 1);
    SseProbe second = edge.open("/topics/a");
    awaitStatus("lingering", 0);
    awaitThrough("topics.a", "again", second);
    assertThat(upstream.awaitEnds(0)).isEmpty();
    assertThat(status().getLong("opened")).isEqualTo(1);
  }

  @Test
  void whatIsBeyondTheMostIsToldAndFollowedWhenThereIsRoom() {
    follow(source().setMaxStreams(2));
    SseProbe a = edge.open("/topics/a");
    edge.open("/topics/b");
    upstream.awaitListened("topics.a", "topics.b");
    SseProbe c = edge.open("/topics/c");

    JsonObject told = c.awaitJson("sse.source");
    assertThat(told.getString("state")).isEqualTo("down");
    assertThat(told.getString("reason")).isEqualTo("limit");
    assertThat(status().getInteger("unfollowed")).isEqualTo(1);
    assertThat(status().getLong("turnedAway")).isEqualTo(1);

    a.close();
    c.awaitJson("sse.source", now -> "open".equals(now.getString("state")));
    awaitThrough("topics.c", "now", c);
    assertThat(status().getInteger("unfollowed")).isZero();
  }

  @Test
  void valuesThatAreNoUrlAreToldAndOthersReachTheSameTopicThere() {
    follow(source());
    SseProbe odd = edge.open("/topics/a%2f..%2fb");
    JsonObject told = odd.awaitJson("sse.source");
    assertThat(told.getString("state")).isEqualTo("closed");
    assertThat(told.getString("reason")).isEqualTo("parameter");

    for (String value : List.of("x%20y", "%C3%A4%E2%82%AC", "a%2fb", "%252e%252e", "q%3Fx%23y")) {
      edge.open("/topics/" + value);
    }
    upstream.awaitListened(
        "topics.x y", "topics.ä€", "topics.a/b", "topics.%2e%2e", "topics.q?x#y");
  }

  @Test
  void undeployingTheSourceEndsItsStreams() {
    follow(source());
    edge.open("/topics/a");
    edge.open("/topics/b");
    upstream.awaitListened("topics.a", "topics.b");
    BridgeFixture.get(edgeVertx.undeploy(deployment));
    upstream.awaitListened();
  }

  @Test
  void closingTheBridgeEndsThemAsWellAsNobodyListens() {
    follow(source());
    edge.open("/topics/a");
    upstream.awaitListened("topics.a");
    BridgeFixture.get(edge.undeploy());
    upstream.awaitListened();
    awaitStatus("state", "idle");
  }

  @Test
  void moreStreamsThanAPoolHasByDefaultAreOpenAtTheSameTime() {
    follow(source());
    for (int i = 0; i < 30; i++) {
      edge.open("/topics/" + i);
    }
    Deadline.await(
        () -> Integer.valueOf(30).equals(status().getJsonObject("states").getInteger("open")),
        () -> "30 that are open, got " + status());
    assertThat(status().getJsonArray("streams")).hasSize(30);
  }
}
